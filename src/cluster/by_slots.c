// SPDX-License-Identifier: MIT
#include "cluster/by_slots.h"

#include "cluster/reading.h"

#include <errno.h>

static void pass_some(struct reading *r, int64_t n)
{
    for (; n > 0 && !r->bad; n--)
        reading_pass(r);
}

// [host, port, id, ...]: whether it is one.
static bool take_node(struct reading *r, struct topology_node *out, const char *asked_host)
{
    int64_t n = reading_array(r);
    struct slice name = reading_string(r);
    int64_t port = reading_integer(r);
    bool named = n > 2 && r->rest.len && r->rest.at[0] == '$';
    struct slice id = named ? reading_string(r) : (struct slice){"", 0};
    pass_some(r, n - (named ? 3 : 2));
    if (slice_is(name, "?"))
        name.len = 0;
    r->bad |= n < 2 || topology_told(out, name.len ? name : slice_of(asked_host), port, id) < 0;
    return !r->bad;
}

static int take_replicas(struct reading *r, struct topology *t, int64_t n, uint16_t of)
{
    const char *asked_host = t->primaries[of].is.host;
    struct topology_node who;
    int rc = 0;
    for (; rc == 0 && n > 0 && !r->bad; n--)
        if (take_node(r, &who, asked_host))
            rc = topology_replica(t, of, &who);
    return rc;
}

// [first, last, primary, replicas ...]
static int take_range(struct reading *r, struct topology *t, const char *asked_host)
{
    int64_t n = reading_array(r), first = reading_integer(r), last = reading_integer(r);
    r->bad |= n < 3 || first < 0 || last < first || last >= SLOTS;
    struct topology_node told;
    if (!take_node(r, &told, asked_host))
        return -EPROTO;
    uint16_t who = topology_primary(t, &told);
    if (who == TOPOLOGY_NOBODY || take_replicas(r, t, n - 3, who) < 0)
        return -ENOMEM;
    if (r->bad)
        return -EPROTO;
    topology_own(t, (unsigned)first, (unsigned)last, who);
    return 0;
}

int by_slots(struct topology *t, struct slice reply, const char *asked_host)
{
    struct reading r = {.rest = reply};
    int rc = 0;
    topology_begin(t);
    for (int64_t n = reading_array(&r); rc == 0 && n > 0 && !r.bad; n--)
        rc = take_range(&r, t, asked_host);
    if (rc == 0)
        rc = r.bad ? -EPROTO : topology_sort(t);
    if (rc < 0)
        topology_reset(t);
    return rc;
}
