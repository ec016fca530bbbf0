// SPDX-License-Identifier: MIT
// What must be known beside the figures of a comparison. Plain values; judges nothing.
#pragma once

#include "stats/contest.h"

// What slots of a target made doubtful, worst first.
struct contest_doubt {
    const char *name, *text;
    unsigned slots, of; // that had it
    bool told;          // among the remarks: in more than a tenth of the slots, and not said otherwise
};

int contest_doubts(const struct contest *c, unsigned target, struct contest_doubt out[DOUBTS_MAX]);

// The names of those that one of the two sides has and the other has not, for they may be the difference:
// "delayed-ack of b". False where there are none.
#define CONTEST_QUALIFIED 128
bool contest_qualified(const struct contest *c, unsigned target, char dst[CONTEST_QUALIFIED]);

#define CONTEST_REMARKS_MAX 64
#define CONTEST_REMARK 420

// What must be said before a verdict: unequal conditions, errors, doubts, a client at its end. Answers how
// many.
int contest_remarks(const struct contest *c, char list[CONTEST_REMARKS_MAX][CONTEST_REMARK]);
