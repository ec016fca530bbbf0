// SPDX-License-Identifier: MIT
// SIGINT, SIGTERM and SIGHUP as something to poll, so that every phase ends in good order. Process-wide: one
// at a time. Ends the program only where it did not end by itself in time.
#pragma once

#include <signal.h>

struct stopper {
    int fd;                       // readable from the first signal on: to be polled, never read
    volatile sig_atomic_t signal; // the first one that came, or 0
};

// Takes the signals from now on, but for a SIGHUP that is ignored (nohup). Threads made by thread_start never
// see them, and programs that are started find them as they were by default. 0 or -errno.
//
// After the first signal the program ends by itself. Others are ignored for STOPPER_PATIENCE_S, so that an
// impatient second Ctrl-C loses nothing; after that the next one ends the process at once.
int stopper_open(struct stopper *s);
#define STOPPER_PATIENCE_S 5

// Waits up to timeout_ms (-1: for ever) for a signal, now or earlier, or for other_fd (-1: none) to become
// readable. Answers the signal, or 0.
int stopper_wait(const struct stopper *s, int other_fd, int timeout_ms);

// "SIGINT"
const char *stopper_name(int signal);

void stopper_close(struct stopper *s);
