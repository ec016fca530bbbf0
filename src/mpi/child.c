// SPDX-License-Identifier: MIT
#include "mpi/child.h"

#include "base/ranks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERRORS_BYTES 1048576

extern char **environ;

// hkv-bench beside this program, or what HKV_BENCH names.
static char *program(void)
{
    const char *named = getenv("HKV_BENCH");
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 16);
    if (named)
        return strdup(named);
    self[n > 0 ? n : 0] = 0;
    char *slash = strrchr(self, '/');
    snprintf(slash ? slash + 1 : self, 16, "hkv-bench");
    return strdup(self);
}

static int spawn(struct child *c, char **argv, int rank, const int errors[2])
{
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    if (rank > 0) {
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&files, errors[1], STDERR_FILENO);
    }
    char *path = program();
    int rc = path ? posix_spawnp(&c->pid, path, &files, NULL, argv, environ) : ENOMEM;
    posix_spawn_file_actions_destroy(&files);
    free(path);
    return -rc;
}

int child_start(struct child *c, char **argv, const struct place *place)
{
    int pair[2], errors[2];
    char text[64];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(errors, O_CLOEXEC) < 0)
        return -errno;
    fcntl(pair[1], F_SETFD, 0);
    fcntl(errors[0], F_SETPIPE_SZ, ERRORS_BYTES); // nobody reads it before the end
    if (place->rank > 0 && place->live_fd >= 0)
        fcntl(place->live_fd, F_SETFD, 0);
    snprintf(text, sizeof text, "%d %d %d %d", pair[1], place->rank, place->ranks, place->live_fd);
    setenv(RANKS_VARIABLE, text, 1);
    *c = (struct child){.channel.fd = pair[0], .errors = errors[0]};
    int rc = spawn(c, argv, place->rank, errors);
    close(pair[1]);
    close(errors[1]);
    fcntl(errors[0], F_SETFL, O_NONBLOCK);
    return rc;
}

// The last line of what it said, without its name.
static void last_line(struct child *c, char *why, size_t cap)
{
    char all[8192];
    size_t len = 0;
    for (ssize_t n; len < sizeof all - 1 && (n = read(c->errors, all + len, sizeof all - 1 - len)) > 0;)
        len += (size_t)n;
    while (len > 0 && all[len - 1] == '\n')
        len--;
    all[len] = 0;
    const char *line = strrchr(all, '\n');
    line = line ? line + 1 : all;
    const char *name = strstr(line, "hkv-bench");
    const char *colon = name == line ? strstr(line, ": ") : NULL;
    snprintf(why, cap, "%s", colon ? colon + 2 : line);
}

void child_end(struct child *c, char *why, size_t cap)
{
    while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
        ;
    c->gone = true;
    if (WIFSIGNALED(c->status))
        snprintf(why, cap, "the load was killed by signal %d", WTERMSIG(c->status));
    else
        last_line(c, why, cap);
    if (!why[0])
        snprintf(why, cap, "the load ended with exit code %d", WEXITSTATUS(c->status));
    channel_close(&c->channel);
}
