// SPDX-License-Identifier: MIT
#include "cluster/by_shards.h"

#include "cluster/reading.h"

#include <errno.h>

// Who asks, and what for.
struct asked {
    struct topology *t;
    const char *host;
    bool tls;
};

// A node of a shard, as far as it is told.
struct member {
    struct slice id, ip, endpoint, role, health;
    int64_t port, tls_port;
};

// How many pairs follow, of a map or of an array that stands for one.
static int64_t take_pairs(struct reading *r)
{
    int64_t n = reading_array(r);
    r->bad |= n % 2 != 0;
    return n / 2;
}

static void take_field(struct reading *r, struct member *m)
{
    struct slice key = reading_string(r);
    const struct {
        const char *name;
        struct slice *text;
        int64_t *number;
    } all[] = {{"id", &m->id, NULL},
               {"ip", &m->ip, NULL},
               {"endpoint", &m->endpoint, NULL},
               {"role", &m->role, NULL},
               {"health", &m->health, NULL},
               {"port", NULL, &m->port},
               {"tls-port", NULL, &m->tls_port}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!slice_is(key, all[i].name))
            continue;
        if (all[i].text)
            *all[i].text = reading_string(r);
        else
            *all[i].number = reading_integer(r);
        return;
    }
    reading_pass(r);
}

static struct member take_member(struct reading *r)
{
    struct member m = {.health = slice_of("online")};
    for (int64_t n = take_pairs(r); n > 0 && !r->bad; n--)
        take_field(r, &m);
    return m;
}

static bool is_primary(const struct member *m)
{
    return slice_is(m->role, "master") || slice_is(m->role, "primary");
}

static bool is_online(const struct member *m)
{
    return slice_is(m->health, "online");
}

// Of a name that it should have and has not ("?") its address is as good.
static int place(const struct asked *a, const struct member *m, struct topology_node *out)
{
    struct slice host = slice_is(m->endpoint, "?") ? m->ip : m->endpoint;
    return topology_told(out, host.len ? host : slice_of(a->host), a->tls ? m->tls_port : m->port, m->id);
}

// The one primary, or of several the only one that is online. False where there is no such.
static bool find_owner(struct reading nodes, struct member *owner)
{
    unsigned all = 0, online = 0;
    for (int64_t n = reading_array(&nodes); n > 0 && !nodes.bad; n--) {
        struct member m = take_member(&nodes);
        if (!is_primary(&m))
            continue;
        all++;
        online += is_online(&m);
        if (all == 1 || (is_online(&m) && online == 1))
            *owner = m;
    }
    return !nodes.bad && (all == 1 || online == 1);
}

// One that cannot be reached as we speak is left out.
static int add_replicas(struct asked *a, struct reading nodes, uint16_t of)
{
    int rc = 0;
    for (int64_t n = reading_array(&nodes); rc == 0 && n > 0 && !nodes.bad; n--) {
        struct member m = take_member(&nodes);
        struct topology_node told;
        if (!is_primary(&m) && is_online(&m) && place(a, &m, &told) == 0)
            rc = topology_replica(a->t, of, &told);
    }
    return rc;
}

static int own(struct asked *a, struct reading *slots, int64_t pairs, uint16_t who)
{
    for (; pairs > 0; pairs--) {
        int64_t first = reading_integer(slots), last = reading_integer(slots);
        if (slots->bad || first < 0 || last < first || last >= SLOTS)
            return -EPROTO;
        topology_own(a->t, (unsigned)first, (unsigned)last, who);
    }
    return 0;
}

// Nodes of a shard without slots are asked nothing: they may be what a failover has left.
static int take_owned(struct asked *a, struct reading slots, struct reading nodes)
{
    struct member owner = {0};
    struct topology_node told;
    int64_t pairs = take_pairs(&slots);
    if (slots.bad)
        return -EPROTO;
    if (pairs <= 0)
        return 0;
    if (!find_owner(nodes, &owner) || place(a, &owner, &told) < 0)
        return -EPROTO;
    uint16_t who = topology_primary(a->t, &told);
    if (who == TOPOLOGY_NOBODY)
        return -ENOMEM;
    a->t->primaries[who].failed = !is_online(&owner);
    int rc = add_replicas(a, nodes, who);
    return rc < 0 ? rc : own(a, &slots, pairs, who);
}

// {slots: [first, last, ...], nodes: [{...}, ...]}, in whatever order: read once both have been found.
static int take_shard(struct asked *a, struct reading *r)
{
    struct reading slots = {.bad = true}, nodes = {.bad = true};
    for (int64_t n = take_pairs(r); n > 0 && !r->bad; n--) {
        struct slice key = reading_string(r);
        if (slice_is(key, "slots"))
            slots = *r;
        else if (slice_is(key, "nodes"))
            nodes = *r;
        reading_pass(r);
    }
    return r->bad ? -EPROTO : take_owned(a, slots, nodes);
}

int by_shards(struct topology *t, struct slice reply, const char *asked_host, bool tls)
{
    struct asked a = {t, asked_host, tls};
    struct reading r = {.rest = reply};
    int rc = 0;
    topology_begin(t);
    for (int64_t n = reading_array(&r); rc == 0 && n > 0 && !r.bad; n--)
        rc = take_shard(&a, &r);
    if (rc == 0)
        rc = r.bad ? -EPROTO : topology_sort(t);
    if (rc < 0)
        topology_reset(t);
    return rc;
}
