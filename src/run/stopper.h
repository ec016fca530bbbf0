// SPDX-License-Identifier: MIT
// SIGINT and SIGTERM as something to poll, so that a run can end in good order. Process-wide: one at a time.
#pragma once

struct stopper {
    int fd;     // signalfd
    int signal; // the one that came, or 0
};

// Blocks both signals in this thread and those it makes from now on. 0 or -errno.
int stopper_open(struct stopper *s);

// Waits up to timeout_ms for a signal or for other_fd (-1: none) to become readable. Answers the signal that
// came, now or earlier, or 0. After the first one, a second ends the process at once.
int stopper_wait(struct stopper *s, int other_fd, int timeout_ms);

void stopper_close(struct stopper *s);
