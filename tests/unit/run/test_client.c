// SPDX-License-Identifier: MIT
#include "run/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct template compile(const char *command, const char *key, const char *value, size_t data_bytes)
{
    struct template t;
    struct slice argv[] = {slice_of(command), slice_of(key), slice_of(value)};
    struct template_conf conf = {.data_bytes = data_bytes, .keys = true};
    assert_int_equal(template_init(&t, argv, 3, &conf), 0);
    return t;
}

// What the pieces come to, one after the other, ended by NUL.
static char *joined(const struct conn *c, size_t *len)
{
    *len = 0;
    for (uint32_t i = 0; i < c->out_n; i++)
        *len += c->out[i].iov_len;
    char *text = malloc(*len + 1);
    assert_non_null(text);
    char *at = text;
    for (uint32_t i = 0; i < c->out_n; i++) {
        memcpy(at, c->out[i].iov_base, c->out[i].iov_len);
        at += c->out[i].iov_len;
    }
    *at = 0;
    return text;
}

static void writes_small_requests_in_one_piece(void **state)
{
    (void)state;
    struct template t = compile("SET", "k:__rand_int__", "__data__", 3);
    struct draw from = {
        .keys = keydist_init(1000, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0})};
    char out[256];
    struct iovec iov[1];
    struct client c = {.out = out, .iov = iov};
    client_write(&c, &t, &from, 3);
    assert_int_equal(c.conn.asks, 3);
    assert_int_equal(c.conn.out_n, 1);
    assert_ptr_equal(c.conn.out, iov);
    size_t len;
    char *text = joined(&c.conn, &len);
    assert_int_equal(len, 3 * t.wire_len);
    assert_string_equal(text, "*3\r\n$3\r\nSET\r\n$14\r\nk:000000000000\r\n$3\r\nVXK\r\n"
                              "*3\r\n$3\r\nSET\r\n$14\r\nk:000000000001\r\n$3\r\nVXK\r\n"
                              "*3\r\n$3\r\nSET\r\n$14\r\nk:000000000002\r\n$3\r\nVXK\r\n");
    free(text);
    client_write(&c, &t, &from, 1); // the next: fresh keys, and the former is gone
    text = joined(&c.conn, &len);
    assert_int_equal(c.conn.asks, 1);
    assert_string_equal(text, "*3\r\n$3\r\nSET\r\n$14\r\nk:000000000003\r\n$3\r\nVXK\r\n");
    free(text);
    template_reset(&t);
}

// A large value lies in memory once, whatever the number of requests.
static void sends_large_values_from_where_they_lie(void **state)
{
    (void)state;
    enum { BYTES = TEMPLATE_SHARE_MIN, N = 2 };
    struct template t = compile("SET", "k:__rand_int__", "__data__", BYTES);
    struct draw from = {
        .keys = keydist_init(1000, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0})};
    char out[256];
    struct iovec iov[3 * N];
    struct client c = {.out = out, .iov = iov};
    client_write(&c, &t, &from, N);
    assert_int_equal(c.conn.asks, N);
    assert_int_equal(c.conn.out_n, 3 * N);
    assert_ptr_equal(iov[1].iov_base, t.value.at);
    assert_ptr_equal(iov[4].iov_base, t.value.at);
    assert_int_equal(iov[1].iov_len, BYTES);
    size_t len;
    char *text = joined(&c.conn, &len);
    assert_int_equal(len, N * t.wire_len);
    for (unsigned i = 0; i < N; i++) {
        char head[64];
        const char *at = text + i * t.wire_len;
        int n = snprintf(head, sizeof head, "*3\r\n$3\r\nSET\r\n$14\r\nk:%012u\r\n$%d\r\n", i, BYTES);
        assert_memory_equal(at, head, n);
        assert_memory_equal(at + n, t.value.at, BYTES);
        assert_memory_equal(at + n + BYTES, "\r\n", 2);
    }
    free(text);
    template_reset(&t);
}

static void knows_whom_a_reply_answers(void **state)
{
    (void)state;
    struct span spans[1];
    struct client c = {.spans = spans};
    client_asked(&c, (struct span){1000, 1000, 3, 0}, 0);
    assert_int_equal(c.outstanding, 3);
    assert_int_equal(client_oldest(&c, 0)->from_ns, 1000);
    assert_false(client_answered(&c, client_oldest(&c, 0)));
    assert_false(client_answered(&c, client_oldest(&c, 0)));
    assert_int_equal(c.outstanding, 1);
    assert_true(client_answered(&c, client_oldest(&c, 0)));
    assert_int_equal(c.outstanding, 0);
    client_asked(&c, (struct span){2000, 2000, 1, 0}, 0);
    assert_int_equal(client_oldest(&c, 0)->from_ns, 2000);
    assert_true(client_answered(&c, client_oldest(&c, 0)));
}

// A window: up to 4 spans of different sizes outstanding, many times round the ring and round 32 bits.
static void keeps_several_spans_in_order(void **state)
{
    (void)state;
    enum { SPANS = 4, RING = SPANS - 1 };
    struct span spans[SPANS];
    struct client c = {.spans = spans, .head = UINT32_MAX - 10, .tail = UINT32_MAX - 10};
    uint64_t asked = 0, answered = 0;
    while (answered < 100) {
        for (; asked < answered + SPANS; asked++)
            client_asked(&c, (struct span){asked, asked, (uint32_t)(asked % 3 + 1), 0}, RING);
        for (uint32_t left = (uint32_t)(answered % 3 + 1); left; left--) {
            struct span *oldest = client_oldest(&c, RING);
            assert_int_equal(oldest->from_ns, answered);
            assert_int_equal(oldest->n, left);
            assert_int_equal(client_answered(&c, oldest), left == 1);
        }
        answered++;
    }
    assert_int_equal(c.tail - c.head, SPANS - 1);
    assert_int_equal(c.outstanding, 100 % 3 + 1 + 101 % 3 + 1 + 102 % 3 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_small_requests_in_one_piece),
        cmocka_unit_test(sends_large_values_from_where_they_lie),
        cmocka_unit_test(knows_whom_a_reply_answers),
        cmocka_unit_test(keeps_several_spans_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
