// SPDX-License-Identifier: MIT
#include "serve/plant.h"

#include "serve/reply.h"

void plant_keep(struct service *service, unsigned db, const struct command *c)
{
    struct slice old;
    if (service->faults.conf.value_shares[FAULT_OTHER] > 0 && c->argc > 2)
        recent_add(&service->recent, c->argv[1], (struct slice){"", 0});
    if (service->faults.conf.value_shares[FAULT_STALE] > 0 && c->argc > 2 &&
        slice_is_nocase(c->argv[0], "SET") && store_get(&service->dbs[db], c->argv[1], service->now_ms, &old))
        store_set(&service->before[db], c->argv[1], old);
}

// The value of a bulk string that is all of reply; none: an empty slice.
static struct slice value_in(struct slice reply)
{
    const char *lf = reply.len > 5 && reply.at[0] == '$' ? memchr(reply.at, '\n', reply.len) : NULL;
    if (!lf || reply.at[1] == '-')
        return (struct slice){"", 0};
    return (struct slice){lf + 1, (size_t)(reply.at + reply.len - lf) - 3};
}

static bool same(struct slice a, struct slice b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

// What the fault makes of the value; false where it makes no other.
static bool other_value(struct service *service, unsigned db, const struct plant_last *last, struct slice key,
                        struct slice *value)
{
    struct faults *f = &service->faults;
    struct slice was = *value;
    switch (faults_draw_value(f)) {
    case FAULT_CORRUPT:
        ((char *)value->at)[rng_below(&f->rng, value->len)] ^= (char)(1 << rng_below(&f->rng, 8));
        return faults_changed(f, FAULT_CORRUPT, true);
    case FAULT_TRUNCATE:
        value->len = rng_below(&f->rng, value->len);
        return faults_changed(f, FAULT_TRUNCATE, true);
    case FAULT_STALE:
        return faults_changed(f, FAULT_STALE,
                              store_get(&service->before[db], key, service->now_ms, value) &&
                                  !same(*value, was));
    case FAULT_SWAP:
        *value = buf_unread(&last->value);
        return faults_changed(f, FAULT_SWAP,
                              value->len && !same(buf_unread(&last->key), key) && !same(*value, was));
    case FAULT_OTHER:
        return faults_changed(f, FAULT_OTHER, recent_old(&service->recent, value) && !same(*value, was));
    default:
        return false;
    }
}

static void keep(struct buf *b, struct slice bytes)
{
    buf_take(b, b->len - b->head);
    buf_append(b, bytes.at, bytes.len);
}

void plant_value(struct service *service, struct asker *asker, struct plant_last *last,
                 const struct command *c, size_t from)
{
    struct slice value = value_in((struct slice){asker->out.at + from, asker->out.len - from});
    if (!faults_values(&service->faults.conf) || c->argc != 2 || !slice_is_nocase(c->argv[0], "GET") ||
        !value.len)
        return;
    keep(&last->own, value);
    if (service->faults.conf.value_shares[FAULT_OTHER] > 0)
        recent_add(&service->recent, c->argv[1], value);
    struct slice other = buf_unread(&last->own);
    if (other_value(service, asker->db, last, c->argv[1], &other)) {
        struct buf planted = {0};
        buf_append(&planted, other.at, other.len);
        keep(&last->own, value);
        asker->out.len = from;
        reply_bulk(asker, buf_unread(&planted));
        buf_free(&planted);
    }
    struct buf spare = last->value;
    last->value = last->own;
    last->own = spare;
    keep(&last->key, c->argv[1]);
}

void plant_free(struct plant_last *last)
{
    buf_free(&last->key);
    buf_free(&last->value);
    buf_free(&last->own);
}
