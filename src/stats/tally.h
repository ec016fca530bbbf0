// SPDX-License-Identifier: MIT
// Error replies, counted by the first word of their text (ERR, OOM, WRONGTYPE, LOADING ...). Fixed size, no
// heap.
#pragma once

#include "base/slice.h"

#include <stdint.h>

#define TALLY_KINDS 16 // the last one, "(other)", takes what no longer finds room

struct tally_kind {
    char prefix[32]; // "" marks the end of the list
    char first[128]; // the first text of this kind, made printable
    uint64_t count;
};

struct tally {
    struct tally_kind kinds[TALLY_KINDS];
};

void tally_add(struct tally *t, struct slice text); // text without the leading '-'
void tally_merge(struct tally *t, const struct tally *from);
