// SPDX-License-Identifier: MIT
#include "serve/secure.h"

#include "base/slice.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define LIFE_S (30L * 24 * 3600) // of a certificate that was made on the spot

struct secure {
    SSL_CTX *ctx;
    char *pem;
};

// --- a certificate of our own ---

static int extend(X509 *cert, int nid, const char *value)
{
    X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    int ok = x ? X509_add_ext(cert, x, -1) : 0;
    X509_EXTENSION_free(x);
    return ok;
}

static int describe(X509 *cert, EVP_PKEY *key)
{
    X509_NAME *name = X509_get_subject_name(cert);
    return X509_set_version(cert, 2) && ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -3600) &&
           X509_gmtime_adj(X509_getm_notAfter(cert), LIFE_S) &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"hkv-bench", -1, -1,
                                      0) &&
           X509_set_issuer_name(cert, name) && X509_set_pubkey(cert, key) &&
           extend(cert, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost") &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

static char *text_of(X509 *cert)
{
    char *at, *text = NULL;
    BIO *out = BIO_new(BIO_s_mem());
    if (out && PEM_write_bio_X509(out, cert) == 1) {
        long n = BIO_get_mem_data(out, &at);
        text = strndup(at, (size_t)n);
    }
    BIO_free(out);
    return text;
}

static int make_certificate(struct secure *s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    bool made = key && cert && describe(cert, key) && SSL_CTX_use_certificate(s->ctx, cert) == 1 &&
                SSL_CTX_use_PrivateKey(s->ctx, key) == 1;
    s->pem = made ? text_of(cert) : NULL;
    X509_free(cert);
    EVP_PKEY_free(key);
    return s->pem ? 0 : -1;
}

// --- files ---

static int bad_file(struct err *err, const char *option, const char *path)
{
    char quoted[160];
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return err_set(err, ERR_USAGE, "%s: expected a PEM file, got '%s' (%s)", option,
                   slice_quote(slice_of(path), quoted, sizeof quoted), why ? why : "it cannot be read");
}

static int load(struct secure *s, const struct secure_conf *conf, struct err *err)
{
    if (!conf->cert != !conf->key)
        return err_set(err, ERR_USAGE, "--tls-cert and --tls-key belong together: give both");
    if (!conf->cert && make_certificate(s) < 0)
        return err_set(err, ERR_RUN, "a certificate for the embedded server could not be made");
    if (conf->cert && SSL_CTX_use_certificate_chain_file(s->ctx, conf->cert) != 1)
        return bad_file(err, "--tls-cert", conf->cert);
    if (conf->cert && SSL_CTX_use_PrivateKey_file(s->ctx, conf->key, SSL_FILETYPE_PEM) != 1)
        return bad_file(err, "--tls-key", conf->key);
    if (conf->ca && SSL_CTX_load_verify_file(s->ctx, conf->ca) != 1)
        return bad_file(err, "--tls-ca", conf->ca);
    if (conf->ca)
        SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return 0;
}

int secure_open(struct secure **out, const struct secure_conf *conf, struct err *err)
{
    static const unsigned char name[] = "hkv-bench";
    struct secure *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s)
        s->ctx = SSL_CTX_new(TLS_server_method());
    if (!s || !s->ctx) {
        free(s);
        return err_set(err, ERR_RUN, "not enough memory for TLS");
    }
    SSL_CTX_set_mode(s->ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_id_context(s->ctx, name, sizeof name - 1);
    if (load(s, conf, err) < 0) {
        secure_close(s);
        return -1;
    }
    *out = s;
    return 0;
}

void secure_close(struct secure *s)
{
    if (!s)
        return;
    SSL_CTX_free(s->ctx);
    free(s->pem);
    free(s);
}

const char *secure_certificate(const struct secure *s)
{
    return s->pem;
}

// --- one connection ---

void *secure_begin(const struct secure *s, int fd)
{
    SSL *ssl = SSL_new(s->ctx);
    if (ssl && SSL_set_fd(ssl, fd) == 1) {
        SSL_set_accept_state(ssl);
        return ssl;
    }
    SSL_free(ssl);
    return NULL;
}

void secure_end(void *ssl)
{
    if (SSL_is_init_finished(ssl))
        SSL_shutdown(ssl);
    SSL_free(ssl);
    ERR_clear_error();
}

static ssize_t result(SSL *ssl, int rc, size_t n)
{
    if (rc == 1)
        return (ssize_t)n;
    int is = SSL_get_error(ssl, rc);
    ERR_clear_error();
    if (is == SSL_ERROR_WANT_READ || is == SSL_ERROR_WANT_WRITE)
        return -EAGAIN;
    return is == SSL_ERROR_ZERO_RETURN ? 0 : -EPROTO;
}

ssize_t secure_read(void *ssl, char *dst, size_t cap)
{
    size_t n = 0;
    int rc = SSL_read_ex(ssl, dst, cap, &n);
    return result(ssl, rc, n);
}

ssize_t secure_write(void *ssl, const char *at, size_t len)
{
    size_t n = 0;
    int rc = SSL_write_ex(ssl, at, len, &n);
    return result(ssl, rc, n);
}

void secure_change_keys(void *ssl)
{
    if (SSL_version(ssl) >= TLS1_3_VERSION)
        SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
}
