// SPDX-License-Identifier: MIT
#include "cli/askpass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASSWORD_MAX 1024
#define CTRL_C 3
#define CTRL_D 4
#define CTRL_U 21

struct typed {
    char at[PASSWORD_MAX];
    size_t n;
};

// One key. False at the end of the line, of the terminal, or of the user's patience.
static bool take(struct typed *t, char key, bool *ended)
{
    if (key == CTRL_C)
        *ended = true;
    if (key == '\r' || key == '\n' || key == CTRL_C || key == CTRL_D)
        return false;
    if (key == CTRL_U)
        t->n = 0;
    else if (key == '\b' || key == 127)
        t->n -= t->n > 0;
    else if (t->n < sizeof t->at - 1)
        t->at[t->n++] = key;
    return true;
}

// Key by key and without signals, so that Ctrl-C never leaves a terminal without echo behind.
static bool read_line(int tty, struct typed *t)
{
    bool ended = false;
    char key;
    while (read(tty, &key, 1) == 1 && take(t, key, &ended))
        ;
    t->at[t->n] = 0;
    return !ended;
}

static void say(int tty, const char *text)
{
    if (write(tty, text, strlen(text)) < 0) // a terminal that takes no prompt still has keys
        return;
}

char *askpass(const char *prompt, struct err *err)
{
    struct termios was, quiet;
    struct typed t = {.n = 0};
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0 || tcgetattr(tty, &was) < 0) {
        if (tty >= 0)
            close(tty);
        err_set(err, ERR_USAGE,
                "--askpass: there is no terminal to ask on: set the environment variable HKV_BENCH_AUTH");
        return NULL;
    }
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    tcsetattr(tty, TCSAFLUSH, &quiet);
    say(tty, prompt);
    bool whole = read_line(tty, &t);
    say(tty, "\n");
    tcsetattr(tty, TCSAFLUSH, &was);
    close(tty);
    char *password = whole && t.n ? strdup(t.at) : NULL;
    explicit_bzero(&t, sizeof t);
    if (!password)
        err_set(err, ERR_USAGE, whole ? "--askpass: no password was typed" : "--askpass: interrupted");
    return password;
}
