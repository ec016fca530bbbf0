// SPDX-License-Identifier: MIT
#include "load/versions.h"

static void take(struct version_key *k)
{
    while (atomic_flag_test_and_set_explicit(&k->taken, memory_order_acquire))
        ;
}

static void leave(struct version_key *k)
{
    atomic_flag_clear_explicit(&k->taken, memory_order_release);
}

struct version_write versions_write(struct version_key *k, uint32_t owner)
{
    take(k);
    struct version_write w = {.version = ++k->sent};
    if (k->open++ == 0) {
        k->owner = owner;
        k->low = w.version;
    } else if (k->owner != owner) {
        k->owner = VERSIONS_MANY;
    }
    w.replaces = k->owner == owner && owner != VERSIONS_MANY ? w.version : k->low;
    leave(k);
    return w;
}

void versions_wrote(struct version_key *k, uint64_t replaces, bool done)
{
    take(k);
    k->open--;
    if (done && k->floor < replaces)
        k->floor = replaces;
    leave(k);
}

void versions_done(struct version_key *k, struct moments *m, uint64_t replaces, uint64_t at_ns)
{
    take(k);
    k->open--;
    if (k->floor < replaces) {
        k->floor = replaces;
        moments_add(m, replaces, at_ns);
    }
    leave(k);
}

void versions_lost(struct version_key *k)
{
    take(k);
    k->owner = VERSIONS_MANY;
    leave(k);
}

void versions_again(struct version_key *k)
{
    take(k);
    k->open++; // it is never closed: what comes later may be replaced by it, and no more is known than now
    k->owner = VERSIONS_MANY;
    leave(k);
}

struct version_read versions_read(struct version_key *k, uint32_t owner)
{
    take(k);
    bool own = k->open && k->owner == owner && owner != VERSIONS_MANY;
    struct version_read r = {k->floor, own ? k->sent : 0};
    leave(k);
    return r;
}

uint64_t versions_least(struct version_key *k, struct version_read r)
{
    if (r.upto <= r.floor)
        return r.floor;
    take(k);
    uint64_t now = k->floor < r.upto ? k->floor : r.upto;
    leave(k);
    return now > r.floor ? now : r.floor;
}

struct moments_since versions_since(struct version_key *k, const struct moments *m, uint64_t version)
{
    take(k);
    struct moments_since since = moments_since(m, version);
    leave(k);
    return since;
}
