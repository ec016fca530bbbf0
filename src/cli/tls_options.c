// SPDX-License-Identifier: MIT
#include "cli/tls_options.h"

#include "base/slice.h"
#include "cli/askpass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- the password of an encrypted key ---

static int ask_terminal(const char *path, char *text, size_t cap)
{
    char prompt[256];
    snprintf(prompt, sizeof prompt, "Password of %.200s: ", path);
    int n = askpass(prompt, text, cap);
    return n < 0 ? -1 : n;
}

static int password_of(const char *path, char *text, int cap)
{
    const char *set = getenv("HKV_BENCH_KEY_PASSWORD");
    if (!set)
        return ask_terminal(path, text, (size_t)cap);
    size_t len = strlen(set);
    if (len > (size_t)cap)
        return -1;
    memcpy(text, set, len);
    return (int)len;
}

// --- options ---

static enum tls_version version_named(struct slice name)
{
    return slice_is_nocase(name, "TLSv1.2") ? TLS_1_2 : slice_is_nocase(name, "TLSv1.3") ? TLS_1_3 : TLS_ANY;
}

// memtier's list, "TLSv1.2,TLSv1.3": from the oldest to the newest of them.
static int settle_protocols(const char *list, struct tls_conf *tls, struct err *err)
{
    char quoted[64];
    for (const char *at = list; at && *at;) {
        size_t len = strcspn(at, ",");
        enum tls_version v = version_named((struct slice){at, len});
        if (v == TLS_ANY)
            return err_set(err, ERR_USAGE, "--tls-protocols: expected TLSv1.2, TLSv1.3 or both, got '%s'",
                           slice_quote(slice_of(list), quoted, sizeof quoted));
        tls->min = tls->min == TLS_ANY || v < tls->min ? v : tls->min;
        tls->max = v > tls->max ? v : tls->max;
        at += len + (at[len] == ',');
    }
    return 0;
}

// What the kernel cannot do of connections that it encrypts.
static int check_ktls(const struct run_conf *run, struct err *err)
{
    const char *other = run->mptcp        ? "--mptcp"
                        : run->reset      ? "--close rst"
                        : run->wire_every ? "--wire-ts"
                                          : NULL;
    if (!other)
        return 0;
    return err_set(
        err, ERR_USAGE,
        "--ktls and %s do not go together (the kernel has no such thing for its TLS): leave out one of them",
        other);
}

static int check(const struct options_words *w, struct err *err)
{
    const struct tls_conf *tls = &w->o.run.tls;
    if (!tls->cert != !tls->key)
        return err_set(err, ERR_USAGE, "--cert and --key belong together: give %s too",
                       tls->cert ? "--key" : "--cert");
    if (tls->min && tls->max && tls->min > tls->max)
        return err_set(err, ERR_USAGE, "--tls-min: expected no more than --tls-max");
    if (tls->on && w->o.run.unix_path)
        return err_set(err, ERR_USAGE, "--tls is for TCP: leave out --tls or -s");
    if (tls->on && w->o.run.engine == ENGINE_NULL)
        return err_set(err, ERR_USAGE, "--tls needs a server, and the null engine has none: leave out one");
    return tls->on && tls->ktls ? check_ktls(&w->o.run, err) : 0;
}

int tls_options_settle(struct options_words *w, struct err *err)
{
    struct tls_conf *tls = &w->o.run.tls;
    if (settle_protocols(w->tls.protocols, tls, err) < 0)
        return -1;
    tls->insecure |= w->tls.skip_verify;
    tls->any_name = w->o.persona != PERSONA_HKV;
    tls->resumes = !w->o.run.keepalive || w->o.run.reconnect_every;
    tls->password = password_of;
    return check(w, err);
}

int tls_options_idle(const struct options *o, struct err *err)
{
    const struct tls_conf *tls = &o->run.tls;
    const struct {
        bool given;
        const char *name;
    } all[] = {{tls->sni, "--sni"},
               {tls->cacert, "--cacert"},
               {tls->cacertdir, "--cacertdir"},
               {tls->cert, "--cert"},
               {tls->insecure, "--insecure"},
               {tls->ktls, "--ktls"},
               {tls->ciphers, "--tls-ciphers"},
               {tls->ciphersuites, "--tls-ciphersuites"},
               {tls->min, "--tls-min"},
               {tls->max, "--tls-max"}};
    if (tls->on || o->persona != PERSONA_HKV) // those tools take them, without effect
        return 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].given)
            return err_set(err, ERR_USAGE, "%s: only with --tls or a rediss:// URI: give that too",
                           all[i].name);
    return 0;
}
