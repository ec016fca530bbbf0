// SPDX-License-Identifier: MIT
#include "cluster/topology.h"

#include "resp/number.h"

#include <errno.h>
#include <stdlib.h>

#define DEPTH_MAX 8

// A reply that is read from its front. Once bad, all that is taken from it is nothing.
struct reading {
    struct slice rest;
    bool bad;
};

static struct slice take(struct reading *r, size_t n)
{
    if (r->bad || n > r->rest.len) {
        r->bad = true;
        return (struct slice){"", 0};
    }
    struct slice s = {r->rest.at, n};
    r->rest = (struct slice){r->rest.at + n, r->rest.len - n};
    return s;
}

// The next line without its CRLF: its first byte is a type.
static struct slice take_line(struct reading *r)
{
    const char *lf = r->rest.len ? memchr(r->rest.at, '\n', r->rest.len) : NULL;
    struct slice line = take(r, lf ? (size_t)(lf - r->rest.at) + 1 : r->rest.len + 1);
    r->bad |= line.len < 3 || line.at[line.len - 2] != '\r';
    return r->bad ? (struct slice){" ", 1} : (struct slice){line.at, line.len - 2};
}

static int64_t number_of(struct reading *r, struct slice line)
{
    int64_t n = 0;
    r->bad |= !number_read((struct slice){line.at + 1, line.len - 1}, &n);
    return r->bad ? 0 : n;
}

static int64_t take_integer(struct reading *r)
{
    struct slice line = take_line(r);
    r->bad |= line.at[0] != ':';
    return number_of(r, line);
}

// How many elements follow; of a map, keys and values.
static int64_t take_array(struct reading *r)
{
    struct slice line = take_line(r);
    r->bad |= !strchr("*~%", line.at[0]);
    int64_t n = number_of(r, line);
    return line.at[0] == '%' ? 2 * n : n;
}

// A text: empty where there is none.
static struct slice take_string(struct reading *r)
{
    struct slice line = take_line(r), none = {"", 0};
    if (line.at[0] == '+')
        return (struct slice){line.at + 1, line.len - 1};
    if (line.at[0] == '_')
        return none;
    r->bad |= line.at[0] != '$';
    int64_t n = number_of(r, line);
    if (r->bad || n < 0)
        return none;
    struct slice s = take(r, (size_t)n);
    take(r, 2);
    return s;
}

// Any value, whatever is in it.
static void pass(struct reading *r, unsigned depth)
{
    char type = r->rest.len ? r->rest.at[0] : 0;
    if (type == '$' || type == '+' || type == '_') {
        take_string(r);
        return;
    }
    if (!type || !strchr("*~%", type)) {
        take_line(r);
        return;
    }
    r->bad |= depth == DEPTH_MAX;
    for (int64_t n = take_array(r); n > 0 && !r->bad; n--)
        pass(r, depth + 1);
}

static void pass_some(struct reading *r, int64_t n)
{
    for (; n > 0 && !r->bad; n--)
        pass(r, 0);
}

uint16_t topology_find(const struct topology *t, const char *host, uint16_t port)
{
    for (unsigned i = 0; i < t->n; i++)
        if (t->primaries[i].port == port && strcmp(t->primaries[i].host, host) == 0)
            return (uint16_t)i;
    return TOPOLOGY_NOBODY;
}

// As a node tells itself.
struct told {
    char host[TOPOLOGY_HOST], id[TOPOLOGY_ID];
    uint16_t port;
};

// The primary, a new one where it is not known yet. TOPOLOGY_NOBODY without memory.
static uint16_t primary_of(struct topology *t, const struct told *who)
{
    uint16_t at = topology_find(t, who->host, who->port);
    if (at != TOPOLOGY_NOBODY || t->n == TOPOLOGY_PRIMARIES_MAX)
        return at;
    struct primary *primaries = realloc(t->primaries, (t->n + 1) * sizeof *primaries);
    if (!primaries)
        return TOPOLOGY_NOBODY;
    t->primaries = primaries;
    primaries[t->n] = (struct primary){.port = who->port};
    memcpy(primaries[t->n].host, who->host, sizeof who->host);
    memcpy(primaries[t->n].id, who->id, sizeof who->id);
    return (uint16_t)t->n++;
}

static void keep(char *dst, size_t room, struct slice s)
{
    size_t n = s.len < room ? s.len : room - 1;
    memcpy(dst, s.at, n);
    dst[n] = 0;
}

// [host, port, id, ...]: whether it is one.
static bool take_node(struct reading *r, struct told *out, const char *asked_host)
{
    int64_t n = take_array(r);
    struct slice name = take_string(r);
    int64_t port = take_integer(r);
    bool named = n > 2 && r->rest.len && r->rest.at[0] == '$';
    keep(out->id, sizeof out->id, named ? take_string(r) : (struct slice){"", 0});
    pass_some(r, n - (named ? 3 : 2));
    if (name.len == 0 || slice_is(name, "?"))
        name = slice_of(asked_host);
    r->bad |= n < 2 || port < 1 || port > UINT16_MAX || name.len >= TOPOLOGY_HOST;
    if (r->bad)
        return false;
    keep(out->host, sizeof out->host, name);
    out->port = (uint16_t)port;
    return true;
}

// Known once, however many ranges it has.
static int add_replica(struct topology *t, uint16_t of, const struct told *who)
{
    for (unsigned i = 0; i < t->nreplicas; i++)
        if (t->replicas[i].port == who->port && strcmp(t->replicas[i].host, who->host) == 0)
            return 0;
    if (t->nreplicas == TOPOLOGY_PRIMARIES_MAX)
        return 0;
    struct replica *replicas = realloc(t->replicas, (t->nreplicas + 1) * sizeof *replicas);
    if (!replicas)
        return -ENOMEM;
    t->replicas = replicas;
    replicas[t->nreplicas] = (struct replica){.port = who->port, .of = of};
    memcpy(replicas[t->nreplicas].host, who->host, sizeof who->host);
    memcpy(replicas[t->nreplicas++].id, who->id, sizeof who->id);
    return 0;
}

static int take_replicas(struct reading *r, struct topology *t, int64_t n, uint16_t of)
{
    const char *asked_host = t->primaries[of].host;
    struct told who;
    int rc = 0;
    for (; rc == 0 && n > 0 && !r->bad; n--)
        if (take_node(r, &who, asked_host))
            rc = add_replica(t, of, &who);
    return rc;
}

// [first, last, primary, replicas ...]
static int take_range(struct reading *r, struct topology *t, const char *asked_host)
{
    int64_t n = take_array(r), first = take_integer(r), last = take_integer(r);
    r->bad |= n < 3 || first < 0 || last < first || last >= SLOTS;
    struct told told;
    if (!take_node(r, &told, asked_host))
        return -EPROTO;
    uint16_t who = primary_of(t, &told);
    if (who == TOPOLOGY_NOBODY || take_replicas(r, t, n - 3, who) < 0)
        return -ENOMEM;
    if (r->bad)
        return -EPROTO;
    for (int64_t slot = first; slot <= last; slot++)
        t->owner[slot] = who;
    return 0;
}

// Two ranges may claim a slot: the last one has it.
static void count_slots(struct topology *t)
{
    for (unsigned slot = 0; slot < SLOTS; slot++)
        if (t->owner[slot] != TOPOLOGY_NOBODY)
            t->primaries[t->owner[slot]].slots++;
}

int topology_read(struct topology *t, struct slice reply, const char *asked_host)
{
    struct reading r = {.rest = reply};
    *t = (struct topology){0};
    memset(t->owner, 0xff, sizeof t->owner);
    int rc = 0;
    for (int64_t n = take_array(&r); rc == 0 && n > 0 && !r.bad; n--)
        rc = take_range(&r, t, asked_host);
    if (rc == 0 && r.bad)
        rc = -EPROTO;
    if (rc < 0)
        topology_reset(t);
    else
        count_slots(t);
    return rc;
}

unsigned topology_unowned(const struct topology *t)
{
    unsigned n = SLOTS;
    for (unsigned i = 0; i < t->n; i++)
        n -= t->primaries[i].slots;
    return n;
}

void topology_reset(struct topology *t)
{
    free(t->primaries);
    free(t->replicas);
    *t = (struct topology){0};
}
