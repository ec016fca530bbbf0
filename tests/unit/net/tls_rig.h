// SPDX-License-Identifier: MIT
// The filter, a server in memory, and what passes between them.
#pragma once

#include "net/filter_tls.h"

#include "net/addr.h"
#include "tls_peer.h"

#include <stdlib.h>
#include <string.h>

#define DAY (24L * 3600)

// A connection: the filter's state, the server, and what passes.
struct wired {
    struct identity_card card;
    struct filter *f;
    void *state;
    struct tls_peer peer;
    struct buf plain, wire;
    size_t step; // bytes that are handed over at a time
};

static inline void dial(struct wired *w)
{
    struct addr to;
    addr_name(&to, "127.0.0.1", 6379);
    w->state = w->f->ops->begin(w->f, &to, -1);
    assert_non_null(w->state);
}

static inline void open_filter(struct wired *w, struct tls_conf conf)
{
    struct err err = {0};
    conf.on = true;
    if (!conf.trusted)
        conf.trusted = w->card.pem;
    if (filter_tls_open(&w->f, &conf, &err) < 0)
        fail_msg("%s", err.text);
}

static inline void set_up(struct wired *w, const char *names, struct tls_conf conf)
{
    *w = (struct wired){.card = card_make(names, -DAY, DAY), .step = SIZE_MAX};
    tls_peer_open(&w->peer, &w->card);
    open_filter(w, conf);
    dial(w);
}

static inline void tear_down(struct wired *w)
{
    w->f->ops->end(w->state);
    filter_tls_close(w->f);
    tls_peer_close(&w->peer);
    card_free(&w->card);
    buf_free(&w->plain);
    buf_free(&w->wire);
    assert_int_equal(ERR_peek_error(), 0);
}

static inline int takes(struct wired *w, struct slice bytes)
{
    int is = FILTER_OPENING;
    do {
        size_t n = bytes.len < w->step ? bytes.len : w->step;
        is = w->f->ops->take(w->state, (struct slice){bytes.at, n}, &w->plain, &w->wire);
        bytes = (struct slice){bytes.at + n, bytes.len - n};
    } while (bytes.len && is >= 0);
    return is;
}

static inline void delivers(struct wired *w)
{
    tls_peer_gets(&w->peer, buf_unread(&w->wire));
    w->wire.head = w->wire.len = 0;
}

// Hands bytes to and fro until both have nothing to say.
static inline int meets(struct wired *w)
{
    int is = takes(w, (struct slice){"", 0});
    while (is >= 0 && w->wire.len) {
        delivers(w);
        struct slice back = tls_peer_wire(&w->peer);
        if (!back.len)
            break;
        is = takes(w, back);
    }
    return is;
}

static inline void gives(struct wired *w, const char *at, size_t n)
{
    struct iovec piece = {(char *)at, n};
    assert_int_equal(w->f->ops->give(w->state, &piece, 1, &w->wire), 0);
}

static inline void heard(struct wired *w, const void *at, size_t n)
{
    assert_int_equal(w->plain.len, n);
    assert_memory_equal(w->plain.at, at, n);
    w->plain.head = w->plain.len = 0;
}

static inline const char *why(struct wired *w, int error)
{
    const char *text = w->f->ops->why(w->state, error);
    assert_non_null(text);
    return text;
}

static inline void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not say \"%s\"", text, part);
}

static const struct tls_conf usual = {0};
static const char local[] = "IP:127.0.0.1,DNS:redis.test";

// The header of a record is 5 bytes and says how long it is.
static inline unsigned records_in(struct slice wire)
{
    unsigned n = 0;
    for (size_t at = 0; at + 5 <= wire.len; n++)
        at += 5 + ((size_t)(unsigned char)wire.at[at + 3] << 8 | (unsigned char)wire.at[at + 4]);
    return n;
}
