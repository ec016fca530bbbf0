// SPDX-License-Identifier: MIT
#include "cli/askpass.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CTRL_C 3
#define CTRL_D 4
#define CTRL_U 21

struct typed {
    char *at;
    size_t n, cap;
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
    else if (t->n < t->cap - 1)
        t->at[t->n++] = key;
    return true;
}

// Key by key and without signals.
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

// NOLINTNEXTLINE(readability-non-const-parameter): what is typed is written there
int askpass(const char *prompt, char *dst, size_t cap)
{
    struct termios was, quiet;
    struct typed t = {dst, 0, cap};
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0 || tcgetattr(tty, &was) < 0) {
        if (tty >= 0)
            close(tty);
        return ASKPASS_NO_TERMINAL;
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
    return whole ? (int)t.n : ASKPASS_INTERRUPTED;
}
