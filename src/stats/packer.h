// SPDX-License-Identifier: MIT
// Values as bytes, in both directions by the same calls: a packer with an `out` writes them to it, one
// without reads them from `in` and refuses what they cannot be. Knows nothing of a result but its histograms.
#pragma once

#include "base/buf.h"
#include "stats/hist.h"

// What follows a failure does nothing.
struct packer {
    struct buf *out;
    struct slice in;
    int rc; // 0, -EINVAL or -ENOMEM: the first failure
};

void packer_fail(struct packer *p, int rc); // unless rc is 0
void packer_demand(struct packer *p, bool holds);

void packer_bytes(struct packer *p, void *at, size_t n);
void packer_number(struct packer *p, uint64_t *n);
void packer_numbers(struct packer *p, uint64_t *const *all, size_t n);
void packer_small(struct packer *p, unsigned *n);
void packer_flag(struct packer *p, bool *b);
void packer_whole(struct packer *p, int64_t *n);
void packer_maybe(struct packer *p, int *n); // -1 (unknown), 0 or 1
void packer_real(struct packer *p, double *x);
void packer_text(struct packer *p, char *at, size_t cap); // read, it has a ? for what cannot be shown

// A number that is at most `most`.
uint64_t packer_upto(struct packer *p, uint64_t n, uint64_t most);

// Bytes of any length: on the heap when they are read.
void packer_heap(struct packer *p, struct buf *b);

// A histogram, or none: on the heap when it is read.
void packer_hist(struct packer *p, struct hist **h);

// How many of `each` bytes lie at `at`, and room for them when they are read; none where that fails.
void *packer_room(struct packer *p, void *at, unsigned *n, size_t each);
