// SPDX-License-Identifier: MIT
#include "net/tls_context.h"

#include "base/slice.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Why the last call failed; the queue of errors is empty then.
static const char *reason(void)
{
    unsigned long e = ERR_peek_last_error();
    const char *text = ERR_SYSTEM_ERROR(e) ? strerror(ERR_GET_REASON(e)) : ERR_reason_error_string(e);
    ERR_clear_error();
    return text ? text : "OpenSSL does not say why";
}

static int unreadable(struct err *err, const char *option, const char *path)
{
    char quoted[160];
    slice_quote(slice_of(path), quoted, sizeof quoted);
    const char *why = reason();
    if (access(path, R_OK) < 0)
        return err_set(err, ERR_USAGE, "%s: cannot read '%s': %s", option, quoted, strerror(errno));
    return err_set(err, ERR_USAGE, "%s: expected a PEM file, got '%s' (%s)", option, quoted, why);
}

// --- whom to trust ---

static int trust_text(SSL_CTX *ctx, const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
    int ok = cert ? X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert) : 0;
    X509_free(cert);
    BIO_free(in);
    return ok ? 0 : -1;
}

static int trust_dir(SSL_CTX *ctx, const char *path, struct err *err)
{
    struct stat is;
    char quoted[160];
    if (stat(path, &is) == 0 && S_ISDIR(is.st_mode) && SSL_CTX_load_verify_dir(ctx, path) == 1)
        return 0;
    return err_set(err, ERR_USAGE,
                   "--cacertdir: expected a directory of CA certificates (openssl rehash), got '%s'",
                   slice_quote(slice_of(path), quoted, sizeof quoted));
}

static int set_trust(SSL_CTX *ctx, const struct tls_conf *conf, struct err *err)
{
    if (conf->trusted)
        return trust_text(ctx, conf->trusted) == 0
                   ? 0
                   : err_set(err, ERR_RUN, "the embedded server's certificate cannot be read: %s", reason());
    if (conf->cacert && SSL_CTX_load_verify_file(ctx, conf->cacert) != 1)
        return unreadable(err, "--cacert", conf->cacert);
    if (conf->cacertdir && trust_dir(ctx, conf->cacertdir, err) < 0)
        return -1;
    if (!conf->cacert && !conf->cacertdir)
        SSL_CTX_set_default_verify_paths(ctx);
    return 0;
}

// --- who we are ---

struct asked {
    const struct tls_conf *conf;
    bool yes; // the key is encrypted
};

static int ask_password(char *text, int cap, int writing, void *arg)
{
    struct asked *asked = arg;
    const struct tls_conf *conf = asked->conf;
    (void)writing;
    asked->yes = true;
    return conf->password ? conf->password(conf->key, text, cap) : -1;
}

static int wrong_key(struct err *err, const struct tls_conf *conf, bool encrypted)
{
    char cert[120], key[120];
    bool other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    if (!other && !encrypted)
        return unreadable(err, "--key", conf->key);
    ERR_clear_error();
    slice_quote(slice_of(conf->key), key, sizeof key);
    if (other)
        return err_set(err, ERR_USAGE, "--key: '%s' is not the key of the certificate '%s'", key,
                       slice_quote(slice_of(conf->cert), cert, sizeof cert));
    return err_set(err, ERR_USAGE,
                   "--key: '%s' is encrypted, and its password is missing or wrong: set the environment "
                   "variable HKV_BENCH_KEY_PASSWORD, or type it on a terminal",
                   key);
}

static int set_own(SSL_CTX *ctx, const struct tls_conf *conf, struct err *err)
{
    struct asked asked = {conf, false};
    if (!conf->cert)
        return 0;
    if (SSL_CTX_use_certificate_chain_file(ctx, conf->cert) != 1)
        return unreadable(err, "--cert", conf->cert);
    SSL_CTX_set_default_passwd_cb(ctx, ask_password);
    SSL_CTX_set_default_passwd_cb_userdata(ctx, &asked);
    int ok = SSL_CTX_use_PrivateKey_file(ctx, conf->key, SSL_FILETYPE_PEM);
    SSL_CTX_set_default_passwd_cb(ctx, NULL);
    return ok == 1 ? 0 : wrong_key(err, conf, asked.yes);
}

// --- how ---

static int wrong_list(struct err *err, const char *option, const char *example, const char *got)
{
    char quoted[160];
    ERR_clear_error();
    return err_set(err, ERR_USAGE, "%s: expected names of OpenSSL such as %s, got '%s'", option, example,
                   slice_quote(slice_of(got), quoted, sizeof quoted));
}

static int set_manners(SSL_CTX *ctx, const struct tls_conf *conf, struct err *err)
{
    static const int versions[] = {[TLS_ANY] = 0, [TLS_1_2] = TLS1_2_VERSION, [TLS_1_3] = TLS1_3_VERSION};
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 (conf->ktls ? SSL_OP_ENABLE_KTLS : 0));
    SSL_CTX_set_session_cache_mode(ctx, conf->resumes ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
                                                      : SSL_SESS_CACHE_OFF);
    SSL_CTX_set_min_proto_version(ctx, conf->min ? versions[conf->min] : TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(ctx, versions[conf->max]);
    if (conf->ciphers && SSL_CTX_set_cipher_list(ctx, conf->ciphers) != 1)
        return wrong_list(err, "--tls-ciphers", "ECDHE-RSA-AES128-GCM-SHA256", conf->ciphers);
    if (conf->ciphersuites && SSL_CTX_set_ciphersuites(ctx, conf->ciphersuites) != 1)
        return wrong_list(err, "--tls-ciphersuites", "TLS_AES_128_GCM_SHA256", conf->ciphersuites);
    return 0;
}

SSL_CTX *tls_context(const struct tls_conf *conf, struct err *err)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (!ctx) {
        err_set(err, ERR_RUN, "TLS could not be set up: %s", reason());
        return NULL;
    }
    if (set_manners(ctx, conf, err) == 0 && set_trust(ctx, conf, err) == 0 && set_own(ctx, conf, err) == 0) {
        ERR_clear_error();
        return ctx;
    }
    SSL_CTX_free(ctx);
    return NULL;
}
