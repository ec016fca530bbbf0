// SPDX-License-Identifier: MIT
#include "cli/login_options.h"

#include "cli/askpass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD_MAX 1024

static const char *from_environment(void)
{
    static const char *const names[] = {"HKV_BENCH_AUTH", "REDISCLI_AUTH"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return NULL;
}

static int ask(struct options *o, char **owned, struct err *err)
{
    char prompt[256], typed[PASSWORD_MAX];
    const struct run_conf *run = &o->run;
    if (run->password)
        return err_set(err, ERR_USAGE, "--askpass and %s both give a password: give one of them",
                       o->uri && !*owned ? "the URI" : "-a");
    snprintf(prompt, sizeof prompt, "Password%s%.64s for %.128s: ", run->user ? " of " : "",
             run->user ? run->user : "", run->unix_path ? run->unix_path : run->host);
    int n = askpass(prompt, typed, sizeof typed);
    *owned = n > 0 ? strdup(typed) : NULL;
    o->run.password = *owned;
    explicit_bzero(typed, sizeof typed);
    if (n > 0)
        return *owned ? 0 : err_set(err, ERR_RUN, "out of memory");
    return err_set(err, ERR_USAGE, "--askpass: %s",
                   n == ASKPASS_NO_TERMINAL
                       ? "there is no terminal to ask on: set the environment variable HKV_BENCH_AUTH"
                   : n == ASKPASS_INTERRUPTED ? "interrupted"
                                              : "no password was typed");
}

int login_options_auth(struct options *o, char **owned, struct err *err)
{
    if (o->askpass && ask(o, owned, err) < 0)
        return -1;
    if (!o->run.password && !o->embedded) // ours knows no AUTH
        o->run.password = from_environment();
    if (!o->run.user || o->run.password)
        return 0;
    if (o->persona == PERSONA_HKV)
        return err_set(err, ERR_USAGE,
                       "a user needs a password: give -a PASSWORD or --askpass, or set the environment "
                       "variable HKV_BENCH_AUTH or REDISCLI_AUTH");
    o->run.user = NULL;
    return 0;
}

// Those tools track on RESP2 connections too, which are told nothing.
int login_options_tracking(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    if (w->enable_tracking && run->tracking != TRACKING_OFF && run->tracking != TRACKING_ON)
        return err_set(err, ERR_USAGE,
                       "--enable-tracking is --tracking on: leave it out beside another --tracking");
    if (w->enable_tracking)
        run->tracking = TRACKING_ON;
    if (run->tracking == TRACKING_OPTIN && (w->key_format || w->key_size))
        return err_set(err, ERR_USAGE,
                       "--tracking optin does not go with --key-format or --key-size: leave out one of them");
    if (run->tracking != TRACKING_OFF && !run->resp3 && w->o.persona == PERSONA_HKV)
        return err_set(err, ERR_USAGE, "%s needs RESP3, without which no invalidation arrives: give -3 too",
                       w->enable_tracking ? "--enable-tracking" : "--tracking");
    return 0;
}
