// SPDX-License-Identifier: MIT
// A TLS server in memory: certificates that are made on the spot, and an SSL with a buffer to each side.
#pragma once

#include "base/slice.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

// Self-signed; valid from so many seconds from now to so many.
struct identity_card {
    EVP_PKEY *key;
    X509 *cert;
    char *pem;
};

static inline void card_extend(X509 *cert, int nid, const char *value)
{
    X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    assert_non_null(x);
    assert_int_equal(X509_add_ext(cert, x, -1), 1);
    X509_EXTENSION_free(x);
}

static inline struct identity_card card_make(const char *names, long from_s, long to_s)
{
    struct identity_card c = {.key = EVP_EC_gen("P-256"), .cert = X509_new()};
    X509_NAME *subject = X509_get_subject_name(c.cert);
    X509_set_version(c.cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(c.cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(c.cert), from_s);
    X509_gmtime_adj(X509_getm_notAfter(c.cert), to_s);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"unit test", -1, -1, 0);
    X509_set_issuer_name(c.cert, subject);
    X509_set_pubkey(c.cert, c.key);
    card_extend(c.cert, NID_subject_alt_name, names);
    assert_true(X509_sign(c.cert, c.key, EVP_sha256()) > 0);
    BIO *out = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_X509(out, c.cert), 1);
    char *at;
    long n = BIO_get_mem_data(out, &at);
    c.pem = strndup(at, (size_t)n);
    BIO_free(out);
    return c;
}

static inline void card_free(struct identity_card *c)
{
    EVP_PKEY_free(c->key);
    X509_free(c->cert);
    free(c->pem);
}

struct tls_peer {
    SSL_CTX *ctx;
    SSL *ssl;
    BIO *in, *out;
};

static inline void tls_peer_connects(struct tls_peer *p)
{
    SSL_free(p->ssl);
    p->ssl = SSL_new(p->ctx);
    p->in = BIO_new(BIO_s_mem());
    p->out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(p->in, -1);
    SSL_set_bio(p->ssl, p->in, p->out);
    SSL_set_accept_state(p->ssl);
}

static inline void tls_peer_open(struct tls_peer *p, const struct identity_card *card)
{
    *p = (struct tls_peer){.ctx = SSL_CTX_new(TLS_server_method())};
    assert_int_equal(SSL_CTX_use_certificate(p->ctx, card->cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(p->ctx, card->key), 1);
    tls_peer_connects(p);
}

static inline void tls_peer_close(struct tls_peer *p)
{
    SSL_free(p->ssl);
    SSL_CTX_free(p->ctx);
    ERR_clear_error();
}

static inline void tls_peer_gets(struct tls_peer *p, struct slice bytes)
{
    if (bytes.len)
        assert_int_equal(BIO_write(p->in, bytes.at, (int)bytes.len), (int)bytes.len);
    SSL_do_handshake(p->ssl);
    ERR_clear_error();
}

// What it has to send: its length; at is good until it sends more.
static inline struct slice tls_peer_wire(struct tls_peer *p)
{
    static char bytes[1 << 20];
    int n = BIO_read(p->out, bytes, sizeof bytes);
    return (struct slice){bytes, n > 0 ? (size_t)n : 0};
}

static inline void tls_peer_says(struct tls_peer *p, const void *at, size_t n)
{
    assert_int_equal(SSL_write(p->ssl, at, (int)n), (int)n);
}

// What was said to it, up to cap bytes.
static inline size_t tls_peer_hears(struct tls_peer *p, char *at, size_t cap)
{
    size_t all = 0;
    int n;
    while (all < cap && (n = SSL_read(p->ssl, at + all, (int)(cap - all))) > 0)
        all += (size_t)n;
    ERR_clear_error();
    return all;
}
