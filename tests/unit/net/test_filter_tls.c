// SPDX-License-Identifier: MIT
// The filter against an OpenSSL server in memory: every handshake and every record, however the bytes are
// cut.
#include "tls_rig.h"

static void every_byte_may_come_alone(void **state)
{
    struct wired w;
    char got[16];
    (void)state;
    set_up(&w, local, usual);
    w.step = 1;
    assert_int_equal(meets(&w), FILTER_OPEN);
    gives(&w, "PING\r\n", 6);
    delivers(&w);
    assert_int_equal(tls_peer_hears(&w.peer, got, sizeof got), 6);
    assert_memory_equal(got, "PING\r\n", 6);
    tls_peer_says(&w.peer, "+PONG\r\n", 7);
    assert_int_equal(takes(&w, tls_peer_wire(&w.peer)), FILTER_OPEN);
    heard(&w, "+PONG\r\n", 7);
    tear_down(&w);
}

// Two records, cut in two at every byte.
static void records_may_be_cut_anywhere(void **state)
{
    struct wired w;
    (void)state;
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    for (size_t cut = 0, all = 1; cut <= all; cut++) {
        tls_peer_says(&w.peer, "first ", 6);
        tls_peer_says(&w.peer, "second", 6);
        struct slice wire = tls_peer_wire(&w.peer);
        all = wire.len;
        assert_int_equal(takes(&w, (struct slice){wire.at, cut}), FILTER_OPEN);
        assert_int_equal(takes(&w, (struct slice){wire.at + cut, all - cut}), FILTER_OPEN);
        heard(&w, "first second", 12);
    }
    tear_down(&w);
}

static void large_values_pass_both_ways(void **state)
{
    enum { BYTES = 300000 };
    struct wired w;
    char *value = malloc(BYTES), *got = malloc(BYTES + 1);
    (void)state;
    for (int i = 0; i < BYTES; i++)
        value[i] = (char)(i * 7 + i / 251);
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    gives(&w, value, BYTES);
    delivers(&w);
    assert_int_equal(tls_peer_hears(&w.peer, got, BYTES + 1), BYTES);
    assert_memory_equal(got, value, BYTES);
    tls_peer_says(&w.peer, value, BYTES);
    w.step = 1000;
    assert_int_equal(takes(&w, tls_peer_wire(&w.peer)), FILTER_OPEN);
    heard(&w, value, BYTES);
    tear_down(&w);
    free(value);
    free(got);
}

static void pieces_of_a_batch_are_one_record(void **state)
{
    struct wired w;
    static char value[40000], got[50000];
    struct iovec small[3] = {{"SET ", 4}, {"key ", 4}, {"value", 5}};
    struct iovec large[3] = {{"SET ", 4}, {value, sizeof value}, {"\r\n", 2}};
    (void)state;
    memset(value, 'v', sizeof value);
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    assert_int_equal(w.f->ops->give(w.state, small, 3, &w.wire), 0);
    assert_int_equal(records_in(buf_unread(&w.wire)), 1);
    delivers(&w);
    assert_int_equal(tls_peer_hears(&w.peer, got, sizeof got), 13);
    assert_memory_equal(got, "SET key value", 13);
    assert_int_equal(w.f->ops->give(w.state, large, 3, &w.wire), 0);
    assert_int_equal(records_in(buf_unread(&w.wire)), 3); // of 16 KiB
    delivers(&w);
    assert_int_equal(tls_peer_hears(&w.peer, got, sizeof got), 40006);
    assert_memory_equal(got + 4, value, sizeof value);
    assert_memory_equal(got + 40004, "\r\n", 2);
    tear_down(&w);
}

static void agrees_on_what_was_asked_for(void **state)
{
    static const struct {
        struct tls_conf conf;
        const char *protocol, *cipher;
    } cases[] = {
        {{.ciphersuites = "TLS_AES_128_GCM_SHA256"}, "TLSv1.3", "TLS_AES_128_GCM_SHA256"},
        {{.max = TLS_1_2, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"},
         "TLSv1.2",
         "ECDHE-ECDSA-AES128-GCM-SHA256"},
        {{.min = TLS_1_3, .ciphersuites = "TLS_CHACHA20_POLY1305_SHA256"},
         "TLSv1.3",
         "TLS_CHACHA20_POLY1305_SHA256"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wired w;
        struct agreement a = {0};
        set_up(&w, local, cases[i].conf);
        assert_int_equal(meets(&w), FILTER_OPEN);
        w.f->ops->agreed(w.state, &a);
        assert_string_equal(a.protocol, cases[i].protocol);
        assert_string_equal(a.cipher, cases[i].cipher);
        assert_false(a.resumed);
        tear_down(&w);
    }
}

// Ten connections one after the other: whether each resumed.
static unsigned resumed_of_ten(struct tls_conf conf)
{
    struct wired w;
    unsigned resumed = 0;
    set_up(&w, local, conf);
    for (int i = 0; i < 10; i++) {
        struct agreement a = {0};
        assert_int_equal(meets(&w), FILTER_OPEN);
        tls_peer_says(&w.peer, "+OK\r\n", 5);
        assert_int_equal(takes(&w, tls_peer_wire(&w.peer)), FILTER_OPEN); // tickets come with it
        w.f->ops->agreed(w.state, &a);
        resumed += a.resumed;
        w.f->ops->leave(w.state, &w.wire);
        w.wire.len = w.wire.head = w.plain.len = w.plain.head = 0;
        w.f->ops->end(w.state);
        tls_peer_connects(&w.peer);
        dial(&w);
    }
    filter_tls_forget(w.f);
    w.f->ops->end(w.state);
    dial(&w);
    assert_int_equal(meets(&w), FILTER_OPEN);
    struct agreement a = {0};
    w.f->ops->agreed(w.state, &a);
    assert_false(a.resumed);
    tear_down(&w);
    return resumed;
}

static void sessions_are_resumed_where_asked(void **state)
{
    (void)state;
    assert_int_equal(resumed_of_ten((struct tls_conf){.resumes = true}), 9);
    assert_int_equal(resumed_of_ten((struct tls_conf){.resumes = true, .max = TLS_1_2}), 9);
    assert_int_equal(resumed_of_ten(usual), 0);
}

static void key_update_is_answered_before_what_follows(void **state)
{
    struct wired w;
    char got[16];
    (void)state;
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(SSL_key_update(w.peer.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        assert_int_equal(SSL_do_handshake(w.peer.ssl), 1);
        tls_peer_says(&w.peer, "+OK\r\n", 5); // by the new key
        assert_int_equal(takes(&w, tls_peer_wire(&w.peer)), FILTER_OPEN);
        heard(&w, "+OK\r\n", 5);
        gives(&w, "PING", 4);
        assert_int_equal(records_in(buf_unread(&w.wire)), 2); // the answer to the update, and this
        delivers(&w);
        assert_int_equal(tls_peer_hears(&w.peer, got, sizeof got), 4);
        assert_memory_equal(got, "PING", 4);
    }
    tear_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_may_come_alone),
        cmocka_unit_test(records_may_be_cut_anywhere),
        cmocka_unit_test(large_values_pass_both_ways),
        cmocka_unit_test(pieces_of_a_batch_are_one_record),
        cmocka_unit_test(agrees_on_what_was_asked_for),
        cmocka_unit_test(sessions_are_resumed_where_asked),
        cmocka_unit_test(key_update_is_answered_before_what_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
