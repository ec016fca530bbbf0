// SPDX-License-Identifier: MIT
#include "run/client.h"

#include "base/clock.h"

static inline __attribute__((always_inline)) void draw_whole(struct client *c, const struct template *t,
                                                             struct keydist *keys, uint32_t n)
{
    char *at = c->out;
    for (uint32_t i = 0; i < n; i++, at += t->len)
        template_draw(t, keys, at);
    c->iov[0] = (struct iovec){c->out, (size_t)(at - c->out)};
    c->conn.out_n = 1;
}

static void draw_cut(struct client *c, const struct template *t, struct keydist *keys, uint32_t n)
{
    char *at = c->out;
    size_t pieces = 0;
    for (uint32_t i = 0; i < n; i++, at += t->len) {
        template_draw(t, keys, at);
        pieces += template_iov(t, at, c->iov + pieces);
    }
    c->conn.out_n = (uint32_t)pieces;
}

// What of n requests does not lie in c->out yet: nothing, but for the first times.
static void lay(struct client *c, const struct template *t, uint32_t n)
{
    if (c->laid != t)
        c->laid_n = 0;
    c->laid = t;
    for (; c->laid_n < n; c->laid_n++)
        template_lay(t, c->out + (size_t)c->laid_n * t->len);
}

// Requests that differ in length have no place in c->out that they keep.
static void write_pieces(struct client *c, const struct template *t, struct draw *from, uint32_t n)
{
    char *at = c->out;
    if (t->recipe->now)
        from->unix_ms = clock_real_ns() / NS_PER_MS;
    from->cursor = c->scan.cursor;
    for (uint32_t i = 0; i < n; i++)
        at = recipe_write(t->recipe, from, at);
    c->laid = NULL;
    c->iov[0] = (struct iovec){c->out, (size_t)(at - c->out)};
    c->conn.out_n = 1;
}

// What lies between from and at goes out in one piece.
static size_t add_piece(struct client *c, size_t pieces, const char *from, const char *at)
{
    if (at == from)
        return pieces;
    c->iov[pieces] = (struct iovec){(char *)from, (size_t)(at - from)};
    return pieces + 1;
}

char *client_write_one(const struct template *t, struct draw *from, char *at)
{
    if (t->recipe)
        return recipe_write(t->recipe, from, at);
    template_lay(t, at);
    template_draw(t, &from->keys, at);
    return at + t->len;
}

// What is sent of a mix: pieces of c->iov.
static void hand_over(struct client *c, const struct mixer *m, size_t pieces, uint32_t n)
{
    c->conn.out_n = (uint32_t)pieces;
    c->conn.out = c->iov;
    c->conn.asks = n;
    c->conn.kinds = m->drawn;
}

// One request alone: where it is of the kind of the last one, that lies there still but for its keys.
static void write_again(struct client *c, const struct template *t, struct draw *all, struct draw *own)
{
    lay(c, t, 1);
    template_draw(t, &own->keys, c->out);
    all->bytes += t->len;
    c->iov[0] = (struct iovec){c->out, t->len};
    hand_over(c, all->mixer, 1, 1);
}

void client_write_mix(struct client *c, const struct mix *mix, struct draw *from, uint32_t n)
{
    struct mixer *m = from->mixer;
    char *at = c->out, *begun = at;
    size_t pieces = 0;
    for (uint32_t i = 0; i < n; i++) {
        unsigned kind = client_pick(c, mix, m, i);
        const struct template *t = mix->request[kind];
        m->drawn[i] = (uint8_t)kind;
        if (n == 1 && !t->recipe && !t->ncuts) {
            write_again(c, t, from, &m->draws[kind]);
            return;
        }
        if (t->recipe && t->recipe->now)
            m->draws[kind].unix_ms = clock_real_ns() / NS_PER_MS;
        m->draws[kind].cursor = c->scan.cursor;
        char *end = client_write_one(t, &m->draws[kind], at);
        if (mix->chained)
            c->key = m->draws[kind].number;
        from->bytes += t->ncuts ? t->wire_len : (size_t)(end - at);
        if (t->ncuts) {
            pieces = add_piece(c, pieces, begun, at);
            pieces += template_iov(t, at, c->iov + pieces);
            begun = end;
        }
        at = end;
    }
    c->laid = NULL;
    hand_over(c, m, add_piece(c, pieces, begun, at), n);
}

// Also where requests never lie ready: a look that all others pass anyway.
static bool written_by_pieces(struct client *c, const struct template *t, struct draw *from, uint32_t n)
{
    if (t->recipe)
        write_pieces(c, t, from, n);
    else
        lay(c, t, n);
    return t->recipe;
}

static inline __attribute__((always_inline)) void write_all(struct client *c, const struct template *t,
                                                            struct draw *from, uint32_t n)
{
    bool done = (c->laid != t || c->laid_n < n) && written_by_pieces(c, t, from, n);
    if (done)
        ;
    else if (t->ncuts == 0)
        draw_whole(c, t, &from->keys, n);
    else
        draw_cut(c, t, &from->keys, n);
    c->conn.out = c->iov;
    c->conn.asks = n;
}

void client_write(struct client *c, const struct template *t, struct draw *from, uint32_t n)
{
    write_all(c, t, from, n);
}

__attribute__((noinline)) void client_write_rarely(struct client *c, const struct template *t,
                                                   struct draw *from, uint32_t n)
{
    write_all(c, t, from, n);
}
