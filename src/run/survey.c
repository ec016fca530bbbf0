// SPDX-License-Identifier: MIT
#include "run/survey.h"

#include "base/clock.h"
#include "cluster/by_shards.h"
#include "cluster/by_slots.h"
#include "run/secret.h"
#include "run/talk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKUP_NS NS_PER_S // for each address of a node's name

// --- what a node says ---

// Names are looked up, and translated before.
static int place(struct map_node *node, const struct topology_node *is, const struct run_conf *conf,
                 int stop_fd)
{
    char to[TOPOLOGY_HOST];
    uint16_t port = is->port;
    struct err err = {0};
    memcpy(node->id, is->id, sizeof is->id);
    snprintf(to, sizeof to, "%s", is->host);
    translate(conf->addr_map, to, &port);
    if (addr_literal(&node->addr, to, port) == 0)
        return 0;
    return addr_tcp(&node->addr, &(struct addr_query){to, port, LOOKUP_NS, stop_fd}, &err);
}

// A replica whose name is not to be found is left out; of a primary that would be slots without an owner.
static int add_nodes(struct map *m, const struct topology *t, const struct run_conf *conf, int stop_fd)
{
    for (; m->n < t->n; m->n++) {
        const struct primary *p = &t->primaries[m->n];
        m->nodes[m->n].slots = p->slots;
        m->nodes[m->n].failed = p->failed;
        if (place(&m->nodes[m->n], &p->is, conf, stop_fd) < 0)
            return -EADDRNOTAVAIL;
    }
    m->primaries = m->n;
    for (unsigned i = 0; conf->read_from != READ_FROM_PRIMARY && i < t->nreplicas; i++) {
        const struct replica *r = &t->replicas[i];
        m->nodes[m->n] = (struct map_node){.replica = true, .of = r->of};
        m->n += place(&m->nodes[m->n], &r->is, conf, stop_fd) == 0;
    }
    return 0;
}

static int chart(struct map **out, const struct topology *t, const struct run_conf *conf, int stop_fd)
{
    struct map *m = calloc(1, sizeof *m);
    if (m)
        m->nodes = calloc(t->n + t->nreplicas + 1, sizeof *m->nodes);
    int rc = m && m->nodes ? add_nodes(m, t, conf, stop_fd) : -ENOMEM;
    if (rc < 0) {
        map_free(m);
        return rc;
    }
    memcpy(m->owner, t->owner, sizeof m->owner);
    *out = m;
    return 0;
}

// What a seed or a node has answered.
struct answer {
    const char *to; // "CLUSTER SLOTS"
    int rc;         // 0, or -errno: there was none, or it cannot be used
    char text[160]; // an error reply, made printable
    bool lone;      // it says that it is no node of a cluster
    bool login;     // what it refused is AUTH
};

static void take_refusal(struct answer *a, struct slice reply, const struct run_conf *conf)
{
    char hidden[SECRET_TEXT];
    const char *end = memchr(reply.at, '\r', reply.len);
    struct slice line = {reply.at + 1, (end ? (size_t)(end - reply.at) : reply.len) - 1};
    slice_quote(secret_hide(line, conf->password, hidden), a->text, sizeof a->text);
    a->lone = slice_find(line, "cluster support disabled") || slice_find(line, "unknown command");
    a->rc = -EPROTO;
}

// A node that is asked, and for what.
struct question {
    const struct target *target;
    const struct run_conf *conf;
    int stop_fd;
    bool shards; // else SLOTS
};

static int read_topology(struct topology *t, const struct question *q, struct slice reply)
{
    char room[sizeof q->target->addr.text];
    const char *host = addr_host(&q->target->addr, room);
    return q->shards ? by_shards(t, reply, host, q->target->filter) : by_slots(t, reply, host);
}

static struct answer ask(struct topology *t, const struct question *q)
{
    const struct slice words[] = {slice_of("CLUSTER"), slice_of(q->shards ? "SHARDS" : "SLOTS")};
    struct answer a = {.to = q->shards ? "CLUSTER SHARDS" : "CLUSTER SLOTS"};
    struct buf in = {0};
    a.rc = talk_once(q->target, q->conf, (struct words){.at = words, .n = 2}, q->stop_fd, &in);
    struct slice reply = buf_unread(&in);
    if (a.rc == 0 && reply.len && reply.at[0] == '-') {
        a.login = in.head && in.at[0] == '-'; // the reply before, which says more
        take_refusal(&a, a.login ? (struct slice){in.at, in.head} : reply, q->conf);
    }
    if (a.rc == 0)
        a.rc = read_topology(t, q, reply);
    buf_free(&in);
    return a;
}

// Whether SHARDS leaves open who has which slot: the node does not know it, or what it says is not whole.
static bool leaves_open(const struct answer *a, const struct topology *t)
{
    bool refused = a->rc == -EPROTO && !a->lone && !a->login;
    return refused || a->rc == -EMSGSIZE || (a->rc == 0 && topology_unowned(t));
}

// What SHARDS leaves open is told by SLOTS: docs/decisions/0018-cluster-shards.md.
static struct answer ask_both(struct topology *t, struct question q)
{
    q.shards = true;
    struct answer a = ask(t, &q);
    if (!leaves_open(&a, t))
        return a;
    topology_reset(t);
    q.shards = false;
    return ask(t, &q);
}

static struct answer ask_node(struct map **out, const struct target *target, const struct run_conf *conf,
                              int stop_fd)
{
    struct topology *t = calloc(1, sizeof *t); // too large for a stack
    if (!t)
        return (struct answer){.rc = -ENOMEM};
    struct answer a = ask_both(t, (struct question){target, conf, stop_fd, true});
    if (a.rc == 0)
        a.rc = t->n ? chart(out, t, conf, stop_fd) : -ENODATA;
    topology_reset(t);
    free(t);
    return a;
}

// --- the seeds ---

static int tell(struct err *err, const struct addr *who, const struct answer *a)
{
    if (a->lone)
        return err_set(err, ERR_CONNECT,
                       "--cluster: %s is not a cluster node, it replied \"%s\": leave out --cluster",
                       who->text, a->text);
    if (a->text[0])
        return err_set(err, ERR_CONNECT, "%s refused %s: \"%s\"", who->text, a->login ? "AUTH" : a->to,
                       a->text);
    if (a->rc == -ENODATA)
        return err_set(err, ERR_CONNECT, "the cluster of %s serves no slots: assign them first", who->text);
    if (a->rc == -EADDRNOTAVAIL)
        return err_set(err, ERR_CONNECT,
                       "%s names a cluster node whose host cannot be found: use --addr-map FROM=TO",
                       who->text);
    if (a->rc == -EPROTO)
        return err_set(err, ERR_CONNECT, "%s sent an invalid reply to %s", who->text, a->to);
    if (a->rc == -ETIMEDOUT)
        return err_set(err, ERR_CONNECT, "cannot connect to %s: no reply to %s within 1 s", who->text, a->to);
    return err_set(err, ERR_CONNECT, "cannot connect to %s: %s", who->text, strerror(-a->rc));
}

// The map that a seed tells, or NULL with err.
static struct map *ask_seed(struct target *target, const struct run_conf *conf,
                            const struct translate_place *seed, int stop_fd, struct err *err)
{
    struct map *found = NULL;
    uint16_t port = seed->port ? seed->port : conf->port;
    struct addr_query q = {seed->host, port, conf->grace_ns, stop_fd};
    bool agrees;
    if (addr_tcp(&target->addr, &q, err) < 0 ||
        (target->filter && talk_filter(target, stop_fd, conf->grace_ns, &agrees, err) < 0))
        return NULL;
    struct answer a = ask_node(&found, target, conf, stop_fd);
    if (a.lone && conf->cluster_or_one) {
        found = map_of_one(&target->addr);
        a.rc = found ? 0 : -ENOMEM;
    }
    if (a.rc == 0)
        return found;
    tell(err, &target->addr, &a);
    return NULL;
}

// Of several that do not answer, the first one's trouble is told.
int survey(struct map **out, struct target *target, const struct run_conf *conf, int stop_fd, struct err *err)
{
    const char *at = conf->host;
    struct err first = {0};
    do {
        size_t len = strcspn(at, ",");
        struct translate_place seed;
        struct err trouble = {0};
        if (!translate_place(&seed, at, len))
            err_set(&trouble, ERR_USAGE, "-h: expected hosts such as 10.0.0.1,10.0.0.2:7001, got '%.80s'",
                    conf->host);
        else if ((*out = ask_seed(target, conf, &seed, stop_fd, &trouble)) != NULL)
            return 0;
        if (!first.code)
            first = trouble;
        at += len + (at[len] == ',');
    } while (*at);
    *err = first;
    return -1;
}

int survey_again(struct map **out, const struct target *target, const struct map *newest,
                 const struct run_conf *conf, int stop_fd)
{
    struct target node = *target;
    for (unsigned i = 0; i <= newest->n; i++) {
        node.addr = i < newest->n ? newest->nodes[i].addr : target->addr;
        struct answer a = ask_node(out, &node, conf, stop_fd);
        if (a.rc == 0 || a.rc == -EINTR)
            return a.rc ? -1 : 0;
    }
    return -1;
}
