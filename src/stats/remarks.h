// SPDX-License-Identifier: MIT
// What must be known beside the figures of a comparison. Plain values; judges nothing.
#pragma once

#include "stats/comparison.h"

// What slots of a target made doubtful, worst first.
struct remarks_doubt {
    const char *name, *text;
    unsigned slots, of; // that had it
    bool told;          // among the remarks: in more than a tenth of the slots, and not said otherwise
};

int remarks_doubts(const struct comparison *c, unsigned target, struct remarks_doubt out[DOUBTS_MAX]);

// The names of those that one of the two sides has and the other has not, for they may be the difference:
// "delayed-ack of b". False where there are none.
#define REMARKS_QUALIFIED 128
bool remarks_qualify(const struct comparison *c, unsigned target, char dst[REMARKS_QUALIFIED]);

#define REMARKS_MAX 64
#define REMARK_TEXT 420

// What must be said before a verdict: unequal conditions, errors, doubts, a client at its end. Answers how
// many.
int remarks_of(const struct comparison *c, char list[REMARKS_MAX][REMARK_TEXT]);
