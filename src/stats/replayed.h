// SPDX-License-Identifier: MIT
// What became of the lines of a trace: what was not sent and why, and what was, by command. Plain values.
#pragma once

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// Why a line was not sent.
enum replay_fault {
    REPLAY_MALFORMED,
    REPLAY_ADMIN,
    REPLAY_STATE,
    REPLAY_BLOCKING,
    REPLAY_DATABASE,
    REPLAY_SCRIPT,
    REPLAY_TOO_LONG,
    REPLAY_FAULTS
};

#define REPLAY_SAMPLE 64
#define REPLAY_COMMANDS 64 // that are told apart; the others are one

struct replayed {
    char file[128];
    double speed;       // times that of the trace; 0: as fast as answers come
    uint64_t lines;     // with a command or what should be one
    uint64_t span_ns;   // from the first that was sent to the last, at this speed
    uint64_t late;      // times that a sender found that the trace was not read so far
    uint64_t backwards; // lines that were older than the one before
    struct {
        uint64_t count, first; // and the number of the first line
        char sample[REPLAY_SAMPLE];
    } unusable[REPLAY_FAULTS];
    unsigned ncommands;
    struct {
        char name[24];
        uint64_t count;
    } commands[REPLAY_COMMANDS];
    char error[128]; // why reading ended before the trace did, or ""
};

const char *replayed_fault(enum replay_fault fault); // "malformed"
uint64_t replayed_unusable(const struct replayed *r);

// Counts a line that is not sent.
void replayed_refuse(struct replayed *r, enum replay_fault fault, uint64_t line, struct slice text);

// Which of the commands it is: their names come as they are met, and who sends them counts.
unsigned replayed_name(struct replayed *r, struct slice command);
