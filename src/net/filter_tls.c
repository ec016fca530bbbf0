// SPDX-License-Identifier: MIT
#include "net/filter_tls.h"

#include "net/addr.h"
#include "net/ktls.h"
#include "net/tls_context.h"
#include "net/tls_why.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>

#define RECORD_BYTES SSL3_RT_MAX_PLAIN_LENGTH // of plain text, at most
#define SESSIONS_MAX 4096                     // kept for new connections, at most
#define WHY_BYTES 400

// Of all connections to one server.
struct tls {
    struct filter filter; // first: the filter is this
    SSL_CTX *ctx;
    BIO_METHOD *method;
    bool insecure, any_name, resumes;
    char *sni;
    pthread_mutex_t lock; // of what follows: the workers share it
    SSL_SESSION *sessions[SESSIONS_MAX];
    unsigned sessions_n;
};

// One of them.
struct side {
    SSL *ssl;
    struct tls *of;
    struct slice came; // not yet read
    struct buf *wire;  // where records go, unless they go to the socket
    char *name;        // that is verified, or asked for
    struct tls_story story;
    bool ended;
    char *why;
};

// --- OpenSSL's end: what it takes for a socket ---

static int read_came(BIO *bio, char *dst, size_t n, size_t *got)
{
    struct side *s = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!s->came.len) {
        BIO_set_retry_read(bio);
        return 0;
    }
    *got = n < s->came.len ? n : s->came.len;
    memcpy(dst, s->came.at, *got);
    s->came = (struct slice){s->came.at + *got, s->came.len - *got};
    return 1;
}

static int write_wire(BIO *bio, const char *bytes, size_t n, size_t *put)
{
    struct side *s = BIO_get_data(bio);
    *put = n;
    return buf_append(s->wire, bytes, n) == 0;
}

static long control(BIO *bio, int what, long number, void *at)
{
    (void)bio;
    (void)number;
    (void)at;
    return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method_new(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hkv-bench");
    if (m && BIO_meth_set_read_ex(m, read_came) && BIO_meth_set_write_ex(m, write_wire) &&
        BIO_meth_set_ctrl(m, control))
        return m;
    BIO_meth_free(m);
    return NULL;
}

// --- sessions ---

// Takes a session that the server gave for later. 1: it is ours now.
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    struct tls *t = ((struct side *)SSL_get_app_data(ssl))->of;
    pthread_mutex_lock(&t->lock);
    int kept = t->sessions_n < SESSIONS_MAX;
    if (kept)
        t->sessions[t->sessions_n++] = session;
    pthread_mutex_unlock(&t->lock);
    return kept;
}

// Of TLS 1.3 each is used once, as its specification asks; one of TLS 1.2 serves all.
static void resume(struct tls *t, SSL *ssl)
{
    SSL_SESSION *session = NULL;
    pthread_mutex_lock(&t->lock);
    if (t->sessions_n) {
        session = t->sessions[t->sessions_n - 1];
        if (SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION)
            t->sessions_n--;
        else
            SSL_SESSION_up_ref(session);
    }
    pthread_mutex_unlock(&t->lock);
    if (session)
        SSL_set_session(ssl, session);
    SSL_SESSION_free(session);
}

// --- one connection ---

static bool is_address(const char *name)
{
    struct in6_addr six;
    struct in_addr four;
    return inet_pton(AF_INET, name, &four) == 1 || inet_pton(AF_INET6, name, &six) == 1;
}

static int set_name(struct side *s, const struct addr *to)
{
    char host[sizeof to->text];
    s->name = strdup(s->of->sni ? s->of->sni : addr_host(to, host));
    s->story.name = s->name;
    if (!s->name)
        return -1;
    bool address = is_address(s->name);
    if (!address && SSL_set_tlsext_host_name(s->ssl, s->name) != 1)
        return -1;
    if (s->of->insecure || s->of->any_name)
        return 0;
    SSL_set_hostflags(s->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    int set = address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(s->ssl), s->name)
                      : SSL_set1_host(s->ssl, s->name);
    return set == 1 ? 0 : -1;
}

static void end(void *state)
{
    struct side *s = state;
    if (s->ssl && s->story.agreed) // how a connection ended says nothing of its session
        SSL_set_shutdown(s->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(s->ssl);
    free(s->name);
    free(s->why);
    free(s);
}

// What OpenSSL writes to: us, or where the kernel is to have its keys the socket itself. That is new, and has
// room for all of the opening exchange.
static BIO *written(const struct side *s, BIO *bio, int fd)
{
    if (s->of->filter.in_kernel)
        return BIO_new_socket(fd, BIO_NOCLOSE);
    BIO_up_ref(bio);
    return bio;
}

static void *begin(const struct filter *f, const struct addr *to, int fd)
{
    struct side *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->of = (struct tls *)f;
    s->ssl = SSL_new(s->of->ctx);
    BIO *bio = s->ssl ? BIO_new(s->of->method) : NULL, *out = bio ? written(s, bio, fd) : NULL;
    if (!out || set_name(s, to) < 0) {
        BIO_free(bio);
        BIO_free(out);
        end(s);
        ERR_clear_error();
        return NULL;
    }
    BIO_set_data(bio, s);
    BIO_set_init(bio, 1);
    SSL_set0_rbio(s->ssl, bio);
    SSL_set0_wbio(s->ssl, out);
    SSL_set_app_data(s->ssl, s);
    SSL_set_connect_state(s->ssl);
    if (s->of->resumes)
        resume(s->of, s->ssl);
    return s;
}

// The first reason is told.
static int failed(struct side *s)
{
    if (!s->why && (s->why = malloc(WHY_BYTES)))
        tls_why(&s->story, s->why, WHY_BYTES);
    ERR_clear_error();
    return -EPROTO;
}

// Whether the kernel has what it is to have.
static int check_kernel(struct side *s)
{
    if (!s->of->filter.in_kernel || BIO_get_ktls_send(SSL_get_wbio(s->ssl)))
        return 0;
    if (!s->why && (s->why = malloc(WHY_BYTES)))
        snprintf(
            s->why, WHY_BYTES,
            "the kernel or OpenSSL has no kTLS for %s with %s: choose another cipher (--tls-ciphersuites, "
            "--tls-ciphers), or leave out --ktls",
            SSL_get_version(s->ssl), SSL_get_cipher_name(s->ssl));
    return -EPROTO;
}

// New keys for what we send are the kernel's to take, and OpenSSL does not give them to it.
static int check_keys(struct side *s)
{
    if (!s->of->filter.in_kernel || SSL_get_key_update_type(s->ssl) == SSL_KEY_UPDATE_NONE)
        return FILTER_OPEN;
    if (!s->why && (s->why = malloc(WHY_BYTES)))
        snprintf(s->why, WHY_BYTES,
                 "it demands new keys (KeyUpdate), which kTLS cannot change: leave out --ktls");
    return -EPROTO;
}

// What SSL_do_handshake or SSL_read_ex came to, where it did not succeed.
static int stands(struct side *s, int rc)
{
    int error = -errno, is = SSL_get_error(s->ssl, rc);
    if (is == SSL_ERROR_WANT_READ)
        return s->story.agreed ? FILTER_OPEN : FILTER_OPENING;
    bool socket = s->of->filter.in_kernel && (is == SSL_ERROR_SYSCALL || is == SSL_ERROR_WANT_WRITE);
    if (socket && !s->why && (s->why = malloc(WHY_BYTES)))
        tls_why_cut(&s->story, error, s->why, WHY_BYTES);
    s->ended = is == SSL_ERROR_ZERO_RETURN;
    return s->ended ? FILTER_ENDED : failed(s);
}

// A record is read whole, so that where nothing more came nothing more is to be had.
static int read_all(struct side *s, struct buf *plain)
{
    size_t n;
    while (s->came.len) {
        if (buf_reserve(plain, RECORD_BYTES) < 0)
            return -ENOMEM;
        int rc = SSL_read_ex(s->ssl, plain->at + plain->len, plain->cap - plain->len, &n);
        if (rc != 1)
            return stands(s, rc);
        plain->len += n;
    }
    return FILTER_OPEN;
}

static int take(void *state, struct slice came, struct buf *plain, struct buf *wire)
{
    struct side *s = state;
    s->came = came;
    s->wire = wire;
    if (!s->story.agreed) {
        int rc = SSL_do_handshake(s->ssl);
        s->story.agreed = rc == 1;
        if (rc != 1)
            return stands(s, rc);
        if (check_kernel(s) < 0)
            return -EPROTO;
    }
    int is = read_all(s, plain);
    return is == FILTER_OPEN ? check_keys(s) : is;
}

static int put(struct side *s, const char *at, size_t len)
{
    size_t n;
    return SSL_write_ex(s->ssl, at, len, &n) == 1 ? 0 : failed(s);
}

struct record {
    size_t len;
    char at[RECORD_BYTES];
};

// Puts together, and sends what has become a whole record.
static int join(struct side *s, struct record *r, const char *at, size_t left)
{
    int rc = 0;
    while (rc == 0 && left) {
        size_t room = sizeof r->at - r->len, some = left < room ? left : room;
        memcpy(r->at + r->len, at, some);
        at += some;
        left -= some;
        r->len += some;
        if (r->len < sizeof r->at)
            continue;
        rc = put(s, r->at, r->len);
        r->len = 0;
    }
    return rc;
}

// Several pieces are one record where they fit: each record has a price of its own.
static int put_joined(struct side *s, const struct iovec *pieces, uint32_t n)
{
    static _Thread_local struct record r;
    int rc = 0;
    r.len = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = join(s, &r, pieces[i].iov_base, pieces[i].iov_len);
    return rc == 0 && r.len ? put(s, r.at, r.len) : rc;
}

static int give(void *state, const struct iovec *pieces, uint32_t n, struct buf *wire)
{
    struct side *s = state;
    s->wire = wire;
    return n == 1 ? put(s, pieces->iov_base, pieces->iov_len) : put_joined(s, pieces, n);
}

static void leave(void *state, struct buf *wire)
{
    struct side *s = state;
    s->wire = wire;
    SSL_shutdown(s->ssl);
    ERR_clear_error();
}

static const char *why(void *state, int error)
{
    struct side *s = state;
    if (s->why || s->ended)
        return s->why;
    s->why = malloc(WHY_BYTES);
    return s->why ? tls_why_cut(&s->story, error, s->why, WHY_BYTES) : NULL;
}

static void agreed(void *state, struct agreement *a)
{
    const struct side *s = state;
    a->protocol = SSL_get_version(s->ssl);
    a->cipher = SSL_get_cipher_name(s->ssl);
    a->resumed = SSL_session_reused(s->ssl);
    a->kernel = s->of->filter.in_kernel ? "tx" : NULL;
}

static const struct filter_ops ops = {
    .begin = begin,
    .end = end,
    .take = take,
    .give = give,
    .leave = leave,
    .why = why,
    .agreed = agreed,
};

// --- all of them ---

// These note what a sentence may need: what is wrong with the chain, that it asks for a certificate of ours,
// that it asks for another handshake.
static int note_verdict(int fine, X509_STORE_CTX *chain)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct side *s = SSL_get_app_data(ssl);
    if (!fine && !s->why && (s->why = malloc(WHY_BYTES)))
        tls_why_verdict(chain, &s->story, s->why, WHY_BYTES);
    return fine;
}

static int no_certificate(SSL *ssl, X509 **cert, EVP_PKEY **key)
{
    (void)cert;
    (void)key;
    ((struct side *)SSL_get_app_data(ssl))->story.asked = true;
    return 0;
}

static void note_alert(const SSL *ssl, int where, int what)
{
    if (where == SSL_CB_WRITE_ALERT && (what & 0xff) == SSL_AD_NO_RENEGOTIATION)
        ((struct side *)SSL_get_app_data(ssl))->story.renegotiates = true;
}

int filter_tls_open(struct filter **out, const struct tls_conf *conf, struct err *err)
{
    *out = NULL;
    if (conf->ktls && ktls_check(err) < 0)
        return -1;
    struct tls *t = calloc(1, sizeof *t);
    *out = t ? &t->filter : NULL;
    if (!t)
        return err_set(err, ERR_RUN, "not enough memory for TLS");
    t->filter.ops = &ops;
    t->filter.mute = "the TLS handshake had no answer: is it a port with TLS? else leave out --tls";
    t->filter.in_kernel = conf->ktls;
    t->insecure = conf->insecure;
    t->any_name = conf->any_name;
    t->resumes = conf->resumes;
    pthread_mutex_init(&t->lock, NULL);
    t->ctx = tls_context(conf, err);
    t->method = t->ctx ? method_new() : NULL;
    t->sni = t->method && conf->sni ? strdup(conf->sni) : NULL;
    if (!t->method || (conf->sni && !t->sni)) {
        if (t->ctx)
            err_set(err, ERR_RUN, "not enough memory for TLS");
        filter_tls_close(*out);
        *out = NULL;
        return -1;
    }
    if (!conf->insecure)
        SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER, note_verdict);
    SSL_CTX_set_info_callback(t->ctx, note_alert);
    if (!conf->cert)
        SSL_CTX_set_client_cert_cb(t->ctx, no_certificate);
    if (conf->resumes)
        SSL_CTX_sess_set_new_cb(t->ctx, keep_session);
    return 0;
}

void filter_tls_forget(struct filter *f)
{
    struct tls *t = (struct tls *)f;
    while (t && t->sessions_n)
        SSL_SESSION_free(t->sessions[--t->sessions_n]);
}

void filter_tls_close(struct filter *f)
{
    struct tls *t = (struct tls *)f;
    if (!t)
        return;
    filter_tls_forget(f);
    SSL_CTX_free(t->ctx);
    BIO_meth_free(t->method);
    pthread_mutex_destroy(&t->lock);
    free(t->sni);
    free(t);
}
