// SPDX-License-Identifier: MIT
// Who of several parts takes which request. They are dealt in rounds of as many as there are clients: each
// part in turn takes one, until it has as many as it has clients. No state: a request's number says whose it
// is.
#pragma once

#include <stdint.h>

struct deal {
    unsigned clients, parts; // no more parts than clients
    unsigned part;           // the one that is meant
};

// Clients of the parts before `part`: shares differ by one at most.
static inline uint64_t deal_clients_before(const struct deal *d, unsigned part)
{
    return (uint64_t)d->clients * part / d->parts;
}

static inline uint64_t deal_clients(const struct deal *d)
{
    return deal_clients_before(d, d->part + 1) - deal_clients_before(d, d->part);
}

// Those of the parts before `part` that have one client more than others, and so end a round.
static inline uint64_t deal_larger_before(const struct deal *d, unsigned part)
{
    return deal_clients_before(d, part) - (uint64_t)(d->clients / d->parts) * part;
}

static inline uint64_t deal_lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// How many of the first n requests the parts before `part` take.
static inline uint64_t deal_before(const struct deal *d, unsigned part, uint64_t n)
{
    uint64_t rounds = n / d->clients, rest = n % d->clients, all_take = d->clients / d->parts;
    uint64_t turns = rest / d->parts, left = rest % d->parts; // of the last round
    uint64_t in_turn = turns < all_take ? part : deal_larger_before(d, part);
    return rounds * deal_clients_before(d, part) + turns * part + deal_lesser(left, in_turn);
}

// How many of the first n requests d->part takes.
static inline uint64_t deal_count(const struct deal *d, uint64_t n)
{
    return deal_before(d, d->part + 1, n) - deal_before(d, d->part, n);
}

// The number of d->part's k-th request among those of all.
static inline uint64_t deal_index(const struct deal *d, uint64_t k)
{
    uint64_t own = deal_clients(d), turn = k % own, all_take = d->clients / d->parts;
    uint64_t place = turn < all_take ? d->part : deal_larger_before(d, d->part);
    return k / own * d->clients + turn * d->parts + place;
}
