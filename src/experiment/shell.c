// SPDX-License-Identifier: MIT
#include "experiment/shell.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_MS 10
#define LAST_WORDS 100 // looks: how long it may take to end in good order, 1 s

// In a process group of its own, so that what it starts can be ended with it, and with signals as a program
// expects them.
static int spawn(pid_t *pid, const char *command)
{
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    posix_spawnattr_t attr;
    sigset_t none, ignored;
    int rc = posix_spawnattr_init(&attr);
    if (rc)
        return -rc;
    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    sigaddset(&ignored, SIGXFSZ);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &ignored);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    rc = posix_spawn(pid, "/bin/sh", NULL, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    return -rc;
}

// Whether it has ended; one that stopped, because it wants the terminal, never would.
static bool ended(pid_t pid, int *status)
{
    return waitpid(pid, status, WNOHANG | WUNTRACED) != 0;
}

static void end(pid_t pid)
{
    static const struct stopper nobody = {.fd = -1};
    int status = 0;
    kill(-pid, SIGTERM);
    kill(-pid, SIGCONT);
    for (int i = 0; i < LAST_WORDS; i++) {
        if (waitpid(pid, &status, WNOHANG) != 0)
            return;
        stopper_wait(&nobody, -1, LOOK_MS);
    }
    kill(-pid, SIGKILL);
    waitpid(pid, &status, 0);
}

int shell_run(const char *command, const struct stopper *stop, struct err *err)
{
    pid_t pid = 0;
    int status = 0;
    signal(SIGCHLD, SIG_DFL); // it may have been inherited as ignored, and then there is no status
    int rc = spawn(&pid, command);
    if (rc < 0)
        return err_set(err, ERR_RUN, "/bin/sh could not be started: %s", strerror(-rc));
    while (!ended(pid, &status))
        if (stopper_wait(stop, -1, LOOK_MS)) {
            end(pid);
            return err_set(err, ERR_RUN, "interrupted");
        }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    if (WIFEXITED(status))
        return err_set(err, ERR_RUN, "exit code %d", WEXITSTATUS(status));
    if (WIFSIGNALED(status))
        return err_set(err, ERR_RUN, "ended by signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    end(pid);
    return err_set(err, ERR_RUN, "it expects input from the terminal");
}
