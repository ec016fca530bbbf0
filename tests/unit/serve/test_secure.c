// SPDX-License-Identifier: MIT
// TLS of the embedded server against a client of OpenSSL's, over a pair of sockets.
#include "serve/secure.h"

#include "../net/tls_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define DAY (24L * 3600)

static char folder[] = "/tmp/hkv-secure-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    return mkdtemp(folder) ? 0 : -1;
}

static char *path_of(const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", folder, name);
    return path;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"cert", "key", "other", "none"};
    char path[64];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i], path));
    return rmdir(folder);
}

static void write_key(EVP_PKEY *key, const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(f), 0);
}

static void write_text(const char *text, const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

// --- two sides ---

struct sides {
    struct secure *all;
    void *server;
    SSL_CTX *ctx;
    SSL *client;
    int ends[2]; // the server's, the client's
};

// The client of the newest version that it may speak; it knows no certificate yet.
static void meet(struct sides *s, const struct secure_conf *conf, int newest)
{
    struct err err = {0};
    *s = (struct sides){.ctx = SSL_CTX_new(TLS_client_method())};
    if (secure_open(&s->all, conf, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s->ends), 0);
    s->server = secure_begin(s->all, s->ends[0]);
    assert_non_null(s->server);
    SSL_CTX_set_max_proto_version(s->ctx, newest);
}

static void part(struct sides *s)
{
    secure_end(s->server);
    assert_int_equal(ERR_peek_error(), 0); // nothing is left for whoever looks next
    SSL_free(s->client);
    SSL_CTX_free(s->ctx);
    ERR_clear_error();
    secure_close(s->all);
    close(s->ends[0]);
    close(s->ends[1]);
}

// Both in turn until they agree or cannot: what the server's side answered last.
static ssize_t shake(struct sides *s)
{
    char byte;
    ssize_t n = -EAGAIN;
    s->client = SSL_new(s->ctx);
    assert_int_equal(SSL_set_fd(s->client, s->ends[1]), 1);
    SSL_set_connect_state(s->client);
    for (int turn = 0; turn < 20 && n == -EAGAIN; turn++) {
        SSL_do_handshake(s->client);
        n = secure_read(s->server, &byte, 1);
    }
    ERR_clear_error();
    return n;
}

// To the client.
static void tells(struct sides *s, const char *text)
{
    char got[64];
    size_t len = strlen(text);
    assert_int_equal(secure_write(s->server, text, len), len);
    assert_int_equal(SSL_read(s->client, got, sizeof got), len);
    assert_memory_equal(got, text, len);
}

// From it.
static void hears(struct sides *s, const char *text)
{
    char got[64];
    size_t len = strlen(text);
    assert_int_equal(SSL_write(s->client, text, (int)len), len);
    assert_int_equal(secure_read(s->server, got, sizeof got), len);
    assert_memory_equal(got, text, len);
    assert_int_equal(secure_read(s->server, got, sizeof got), -EAGAIN);
}

static const struct secure_conf usual = {.on = true};
static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

// --- a certificate of its own ---

static X509 *certificate_of(const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    X509 *cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
    BIO_free(in);
    assert_non_null(cert);
    return cert;
}

static void its_certificate_is_for_this_machine_alone(void **state)
{
    (void)state;
    struct sides s;
    meet(&s, &usual, TLS1_3_VERSION);
    X509 *cert = certificate_of(secure_certificate(s.all));
    assert_int_equal(X509_check_ip_asc(cert, "127.0.0.1", 0), 1);
    assert_int_equal(X509_check_ip_asc(cert, "::1", 0), 1);
    assert_int_equal(X509_check_host(cert, "localhost", 0, 0, NULL), 1);
    assert_int_equal(X509_check_ip_asc(cert, "127.0.0.2", 0), 0);
    assert_int_equal(X509_check_host(cert, "example.org", 0, 0, NULL), 0);
    assert_true(X509_cmp_current_time(X509_get0_notBefore(cert)) < 0);
    assert_true(X509_cmp_current_time(X509_get0_notAfter(cert)) > 0);
    time_t later = time(NULL) + 31 * DAY;
    assert_true(X509_cmp_time(X509_get0_notAfter(cert), &later) < 0); // it is no lasting one
    X509_free(cert);
    part(&s);
}

static void whoever_trusts_it_gets_through(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sides s;
        meet(&s, &usual, versions[i]);
        X509 *cert = certificate_of(secure_certificate(s.all));
        SSL_CTX_set_verify(s.ctx, SSL_VERIFY_PEER, NULL);
        assert_int_equal(X509_STORE_add_cert(SSL_CTX_get_cert_store(s.ctx), cert), 1);
        assert_int_equal(shake(&s), -EAGAIN);
        assert_int_equal(SSL_version(s.client), versions[i]);
        tells(&s, "hello");
        hears(&s, "yes");
        X509_free(cert);
        part(&s);
    }
}

static void whoever_does_not_trust_it_is_no_connection(void **state)
{
    (void)state;
    struct sides s;
    meet(&s, &usual, TLS1_3_VERSION);
    SSL_CTX_set_verify(s.ctx, SSL_VERIFY_PEER, NULL);
    assert_int_equal(shake(&s), -EPROTO);
    part(&s);
}

// --- bytes ---

static void what_does_not_fit_waits_for_the_reader(void **state)
{
    (void)state;
    static char value[1 << 20], got[1 << 20];
    struct sides s;
    size_t sent = 0, read = 0;
    for (size_t i = 0; i < sizeof value; i++)
        value[i] = (char)(i * 31 + i / 256);
    meet(&s, &usual, TLS1_3_VERSION);
    assert_int_equal(shake(&s), -EAGAIN);
    bool waited = false;
    while (read < sizeof value) {
        ssize_t n = sent < sizeof value ? secure_write(s.server, value + sent, sizeof value - sent) : -EAGAIN;
        assert_true(n > 0 || n == -EAGAIN);
        sent += n > 0 ? (size_t)n : 0;
        waited |= n < 0 && sent < sizeof value;
        int m;
        while (n < 0 && read < sizeof value && (m = SSL_read(s.client, got + read, 1 << 14)) > 0)
            read += (size_t)m;
    }
    assert_true(waited);
    assert_memory_equal(got, value, sizeof value);
    part(&s);
}

static void a_goodbye_is_an_end_and_a_break_is_none(void **state)
{
    (void)state;
    for (int says = 0; says < 2; says++) {
        struct sides s;
        char byte;
        meet(&s, &usual, TLS1_3_VERSION);
        assert_int_equal(shake(&s), -EAGAIN);
        if (says)
            SSL_shutdown(s.client);
        else
            shutdown(s.ends[1], SHUT_RDWR);
        assert_int_equal(secure_read(s.server, &byte, 1), says ? 0 : -EPROTO);
        part(&s);
    }
}

static void what_is_no_tls_is_no_connection(void **state)
{
    (void)state;
    struct sides s;
    char byte;
    meet(&s, &usual, TLS1_3_VERSION);
    assert_int_equal(secure_read(s.server, &byte, 1), -EAGAIN); // nothing has come
    assert_int_equal(write(s.ends[1], "*1\r\n$4\r\nPING\r\n", 14), 14);
    assert_int_equal(secure_read(s.server, &byte, 1), -EPROTO);
    part(&s);
}

// The client was asked for new keys of its own, and gives them with what it says next. Of 1.2, which has no
// such thing, the connection goes on as it was.
static void new_keys_leave_the_bytes_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sides s;
        meet(&s, &usual, versions[i]);
        assert_int_equal(shake(&s), -EAGAIN);
        for (unsigned n = 0; n < 3; n++) {
            secure_change_keys(s.server);
            tells(&s, "by other keys");
            assert_int_equal(SSL_get_key_update_type(s.client),
                             i ? SSL_KEY_UPDATE_NOT_REQUESTED : SSL_KEY_UPDATE_NONE);
            hears(&s, "by others too");
            assert_int_equal(SSL_get_key_update_type(s.client), SSL_KEY_UPDATE_NONE);
        }
        part(&s);
    }
}

// --- files ---

static void its_own_files_are_used(void **state)
{
    (void)state;
    char cert[64], key[64];
    struct identity_card card = card_make("DNS:bench.example", -DAY, DAY);
    struct sides s;
    write_text(card.pem, path_of("cert", cert));
    write_key(card.key, path_of("key", key));
    meet(&s, &(struct secure_conf){.on = true, .cert = cert, .key = key}, TLS1_3_VERSION);
    assert_null(secure_certificate(s.all)); // it made none
    assert_int_equal(shake(&s), -EAGAIN);
    X509 *shown = SSL_get1_peer_certificate(s.client);
    assert_int_equal(X509_cmp(shown, card.cert), 0);
    X509_free(shown);
    part(&s);
    card_free(&card);
}

static void refused(const struct secure_conf *conf, const char *says)
{
    struct err err = {0};
    struct secure *s = (struct secure *)&err;
    assert_int_equal(secure_open(&s, conf, &err), -1);
    assert_null(s);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
    assert_int_equal(ERR_peek_error(), 0);
}

static void files_that_will_not_do_are_told(void **state)
{
    (void)state;
    char cert[64], key[64], other[64], none[64], says[160];
    struct identity_card a = card_make("DNS:a", -DAY, DAY), b = card_make("DNS:b", -DAY, DAY);
    write_text(a.pem, path_of("cert", cert));
    write_key(a.key, path_of("key", key));
    write_key(b.key, path_of("other", other));
    path_of("none", none);
    refused(&(struct secure_conf){.cert = cert}, "--tls-cert and --tls-key belong together: give both");
    refused(&(struct secure_conf){.key = key}, "--tls-cert and --tls-key belong together: give both");
    snprintf(says, sizeof says, "--tls-cert: expected a PEM file, got '%s' (", none);
    refused(&(struct secure_conf){.cert = none, .key = key}, says);
    snprintf(says, sizeof says, "--tls-cert: expected a PEM file, got '%s' (", key);
    refused(&(struct secure_conf){.cert = key, .key = key}, says);
    snprintf(says, sizeof says, "--tls-key: expected a PEM file, got '%s' (key values mismatch)", other);
    refused(&(struct secure_conf){.cert = cert, .key = other}, says);
    snprintf(says, sizeof says, "--tls-ca: expected a PEM file, got '%s' (", none);
    refused(&(struct secure_conf){.ca = none}, says);
    card_free(&a);
    card_free(&b);
}

static void clients_need_a_certificate_where_there_is_a_ca(void **state)
{
    (void)state;
    char ca[64];
    struct identity_card card = card_make("DNS:client", -DAY, DAY), strange = card_make("DNS:x", -DAY, DAY);
    write_text(card.pem, path_of("cert", ca));
    const struct identity_card *const have[] = {&card, &strange, NULL};
    for (size_t i = 0; i < 3; i++) {
        struct sides s;
        meet(&s, &(struct secure_conf){.on = true, .ca = ca}, TLS1_3_VERSION);
        if (have[i]) {
            assert_int_equal(SSL_CTX_use_certificate(s.ctx, have[i]->cert), 1);
            assert_int_equal(SSL_CTX_use_PrivateKey(s.ctx, have[i]->key), 1);
        }
        assert_int_equal(shake(&s), i ? -EPROTO : -EAGAIN);
        part(&s);
    }
    card_free(&card);
    card_free(&strange);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_certificate_is_for_this_machine_alone),
        cmocka_unit_test(whoever_trusts_it_gets_through),
        cmocka_unit_test(whoever_does_not_trust_it_is_no_connection),
        cmocka_unit_test(what_does_not_fit_waits_for_the_reader),
        cmocka_unit_test(a_goodbye_is_an_end_and_a_break_is_none),
        cmocka_unit_test(what_is_no_tls_is_no_connection),
        cmocka_unit_test(new_keys_leave_the_bytes_alone),
        cmocka_unit_test(its_own_files_are_used),
        cmocka_unit_test(files_that_will_not_do_are_told),
        cmocka_unit_test(clients_need_a_certificate_where_there_is_a_ca),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
