// SPDX-License-Identifier: MIT
// Replies come out the same however the bytes are cut, and every byte is taken once.
#include "resp/parse.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REPLIES_MAX 64

struct seen {
    size_t n;
    struct resp_reply replies[REPLIES_MAX];
    bool bad;
};

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

// Feeds data in pieces of `step` bytes, each in an allocation of its own.
static void run(struct seen *s, const uint8_t *data, size_t size, size_t step)
{
    struct resp_parser p = {0};
    *s = (struct seen){0};
    for (size_t at = 0; at < size && !s->bad;) {
        size_t n = size - at < step ? size - at : step;
        char *piece = malloc(n);
        memcpy(piece, data + at, n);
        at += n;
        for (size_t taken = 0; taken < n && !s->bad;) {
            struct resp_reply r;
            ssize_t rc = parse_reply(&p, piece + taken, n - taken, &r);
            require(rc == RESP_MORE || rc == RESP_BAD || (rc > 0 && (size_t)rc <= n - taken));
            s->bad = rc == RESP_BAD;
            if (rc > 0 && s->n < REPLIES_MAX) {
                r.text.at = NULL; // goes with the piece
                s->replies[s->n++] = r;
            }
            taken += rc > 0 ? (size_t)rc : n - taken;
        }
        free(piece);
    }
}

static bool same(const struct resp_reply *a, const struct resp_reply *b)
{
    size_t text_a =
        a->text.len < RESP_TEXT_MAX - 1 ? a->text.len : RESP_TEXT_MAX - 1; // pieces keep the beginning
    size_t text_b = b->text.len < RESP_TEXT_MAX - 1 ? b->text.len : RESP_TEXT_MAX - 1;
    return a->type == b->type && a->null == b->null && a->push == b->push && a->nulls == b->nulls &&
           a->number == b->number && text_a == text_b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct seen whole, cut;
    if (size == 0)
        return 0;
    run(&whole, data, size, size);
    for (size_t step = 1; step <= 7; step += 2) {
        run(&cut, data, size, step);
        require(whole.n == cut.n && whole.bad == cut.bad);
        for (size_t i = 0; i < whole.n; i++)
            require(same(&whole.replies[i], &cut.replies[i]));
    }
    return 0;
}
