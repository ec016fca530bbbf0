// SPDX-License-Identifier: MIT
// How a connection ends, and what is said of it.
#include "net/tls_why.h"

#include "tls_rig.h"

#include <errno.h>

// --- how it ends ---

static void close_notify_is_the_end(void **state)
{
    struct wired w;
    (void)state;
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    tls_peer_says(&w.peer, "+OK\r\n", 5);
    SSL_shutdown(w.peer.ssl);
    assert_int_equal(takes(&w, tls_peer_wire(&w.peer)), FILTER_ENDED);
    heard(&w, "+OK\r\n", 5);
    assert_null(w.f->ops->why(w.state, 0));
    tear_down(&w);
}

static void an_end_without_close_notify_is_told(void **state)
{
    struct wired w;
    (void)state;
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    assert_says(why(&w, 0), "without close_notify");
    tear_down(&w);
    set_up(&w, local, usual);
    assert_says(why(&w, -ECONNRESET), "ended during the TLS handshake (Connection reset by peer)");
    tear_down(&w);
}

static void leaving_says_close_notify(void **state)
{
    struct wired w;
    char got[8];
    (void)state;
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    w.f->ops->leave(w.state, &w.wire);
    delivers(&w);
    assert_int_equal(tls_peer_hears(&w.peer, got, sizeof got), 0);
    assert_true(SSL_get_shutdown(w.peer.ssl) & SSL_RECEIVED_SHUTDOWN);
    tear_down(&w);
}

// TLS 1.2: the server wants another handshake. It is told no, and OpenSSL's then ends the connection.
static void renegotiation_is_refused(void **state)
{
    struct wired w;
    char got[8];
    (void)state;
    set_up(&w, local, (struct tls_conf){.max = TLS_1_2});
    assert_int_equal(meets(&w), FILTER_OPEN);
    assert_int_equal(SSL_renegotiate(w.peer.ssl), 1);
    SSL_do_handshake(w.peer.ssl);
    assert_int_equal(takes(&w, tls_peer_wire(&w.peer)), FILTER_OPEN);
    assert_int_equal(records_in(buf_unread(&w.wire)), 1); // the alert
    gives(&w, "PING", 4);
    delivers(&w);
    tls_peer_hears(&w.peer, got, sizeof got);
    assert_int_equal(takes(&w, tls_peer_wire(&w.peer)), -EPROTO);
    assert_says(why(&w, -EPROTO), "demands a renegotiation");
    tear_down(&w);
}

static void what_was_changed_on_its_way_is_refused(void **state)
{
    struct wired w;
    (void)state;
    set_up(&w, local, usual);
    assert_int_equal(meets(&w), FILTER_OPEN);
    tls_peer_says(&w.peer, "+OK\r\n", 5);
    struct slice wire = tls_peer_wire(&w.peer);
    ((char *)wire.at)[wire.len - 1] ^= 1;
    assert_int_equal(takes(&w, wire), -EPROTO);
    assert_int_equal(w.plain.len, 0);
    assert_says(why(&w, -EPROTO), "TLS failed: ");
    tear_down(&w);
}

// --- whom it trusts ---

static void fails(const char *names, struct tls_conf conf, const char *part)
{
    struct wired w;
    set_up(&w, names, conf);
    assert_int_equal(meets(&w), -EPROTO);
    assert_says(why(&w, -EPROTO), part);
    tear_down(&w);
}

static void names_are_verified(void **state)
{
    (void)state;
    fails("DNS:redis.test", usual, "is for redis.test, not for 127.0.0.1: ");
    fails("IP:127.0.0.2,DNS:a.test,IP:::1", usual,
          "is for 127.0.0.2, a.test, 0:0:0:0:0:0:0:1, not for 127.0.0.1");
    fails("IP:127.0.0.1", (struct tls_conf){.sni = "redis.test"}, "is for 127.0.0.1, not for redis.test");
    static const struct tls_conf fine[] = {{.sni = "redis.test"},
                                           {.sni = "127.0.0.1"},
                                           {.insecure = true, .sni = "x"},
                                           {.any_name = true, .sni = "x"}};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct wired w;
        set_up(&w, local, fine[i]);
        assert_int_equal(meets(&w), FILTER_OPEN);
        tear_down(&w);
    }
}

static void the_chain_is_verified(void **state)
{
    struct identity_card other = card_make(local, -DAY, DAY);
    (void)state;
    fails(local, (struct tls_conf){.trusted = other.pem}, "self-signed");
    fails(local, (struct tls_conf){.trusted = other.pem, .any_name = true}, "self-signed");
    struct wired w;
    set_up(&w, local, (struct tls_conf){.trusted = other.pem, .insecure = true});
    assert_int_equal(meets(&w), FILTER_OPEN);
    tear_down(&w);
    card_free(&other);
}

static void dates_are_verified(void **state)
{
    static const struct {
        long from, to;
        const char *says;
    } cases[] = {{-2 * DAY, -DAY, "expired on 20"}, {DAY, 2 * DAY, "is not valid before 20"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct wired w = {.card = card_make(local, cases[i].from, cases[i].to), .step = SIZE_MAX};
        tls_peer_open(&w.peer, &w.card);
        open_filter(&w, usual);
        dial(&w);
        assert_int_equal(meets(&w), -EPROTO);
        assert_says(why(&w, -EPROTO), cases[i].says);
        tear_down(&w);
    }
}

// --- what the other side says ---

static int meet_peer(struct wired *w)
{
    int is = meets(w);
    if (is == FILTER_OPEN) // the server's word on what we sent last
        is = takes(w, tls_peer_wire(&w->peer));
    return is;
}

static void a_client_certificate_is_demanded(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct wired w;
        set_up(&w, local, (struct tls_conf){.max = i ? TLS_1_2 : TLS_ANY});
        SSL_set_verify(w.peer.ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        assert_int_equal(meet_peer(&w), -EPROTO);
        assert_says(why(&w, -EPROTO), "demands a client certificate: give --cert FILE and --key FILE");
        tear_down(&w);
    }
}

static void nothing_in_common_is_told(void **state)
{
    struct wired w;
    (void)state;
    set_up(&w, local, (struct tls_conf){.min = TLS_1_3});
    SSL_set_max_proto_version(w.peer.ssl, TLS1_2_VERSION);
    assert_int_equal(meet_peer(&w), -EPROTO);
    assert_says(why(&w, -EPROTO), "no TLS version in common");
    tear_down(&w);
    set_up(&w, local, (struct tls_conf){.max = TLS_1_2, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"});
    SSL_set_cipher_list(w.peer.ssl, "ECDHE-ECDSA-AES256-GCM-SHA384");
    assert_int_equal(meet_peer(&w), -EPROTO);
    assert_says(why(&w, -EPROTO), "no cipher in common");
    tear_down(&w);
}

static void an_answer_without_tls_is_told(void **state)
{
    static const char *const answers[] = {"-ERR Protocol error: unbalanced quotes in request\r\n",
                                          "HTTP/1.1 400 Bad Request\r\n\r\n", "+PONG\r\n"};
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct wired w;
        set_up(&w, local, usual);
        takes(&w, (struct slice){"", 0});
        assert_int_equal(takes(&w, slice_of(answers[i])), -EPROTO);
        assert_says(why(&w, -EPROTO), "its answer is not TLS: leave out --tls");
        tear_down(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(close_notify_is_the_end),
        cmocka_unit_test(an_end_without_close_notify_is_told),
        cmocka_unit_test(leaving_says_close_notify),
        cmocka_unit_test(renegotiation_is_refused),
        cmocka_unit_test(what_was_changed_on_its_way_is_refused),
        cmocka_unit_test(names_are_verified),
        cmocka_unit_test(the_chain_is_verified),
        cmocka_unit_test(dates_are_verified),
        cmocka_unit_test(a_client_certificate_is_demanded),
        cmocka_unit_test(nothing_in_common_is_told),
        cmocka_unit_test(an_answer_without_tls_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
