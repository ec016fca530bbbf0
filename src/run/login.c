// SPDX-License-Identifier: MIT
#include "run/login.h"

#include "base/build.h"
#include "resp/encode.h"

#include <stdio.h>

#define ARGS_MAX 8

const char *const login_tracking_names[] = {[TRACKING_OFF] = "off",
                                            [TRACKING_ON] = "on",
                                            [TRACKING_BCAST] = "bcast",
                                            [TRACKING_OPTIN] = "optin",
                                            NULL};

// One command of the login, as it grows.
struct words_of {
    struct slice at[ARGS_MAX];
    size_t n;
};

static void word(struct words_of *w, const char *text)
{
    w->at[w->n++] = slice_of(text);
}

static int add(struct login *l, enum login_step step, const struct words_of *w, struct buf *out)
{
    int rc = buf_reserve(out, encode_size(w->at, w->n));
    if (rc < 0)
        return rc;
    out->len = (size_t)(encode_command(out->at + out->len, w->at, w->n) - out->at);
    l->steps[l->n++] = step;
    return 0;
}

int login_auth(struct login *l, const struct run_conf *conf, struct buf *out)
{
    struct words_of auth = {0};
    if (!conf->password)
        return 0;
    word(&auth, "AUTH");
    if (conf->user)
        word(&auth, conf->user);
    word(&auth, conf->password);
    return add(l, LOGIN_AUTH, &auth, out);
}

static int add_hello(struct login *l, const struct run_conf *conf, struct buf *out)
{
    struct words_of hello = {0};
    word(&hello, "HELLO");
    word(&hello, "3");
    if (conf->password) {
        word(&hello, "AUTH");
        word(&hello, conf->user ? conf->user : "default");
        word(&hello, conf->password);
    }
    return add(l, LOGIN_HELLO, &hello, out);
}

static int add_select(struct login *l, const struct run_conf *conf, struct buf *out)
{
    struct words_of select = {0};
    char number[16];
    if (!conf->dbnum)
        return 0;
    snprintf(number, sizeof number, "%u", conf->dbnum);
    word(&select, "SELECT");
    word(&select, number);
    return add(l, LOGIN_SELECT, &select, out);
}

static int add_client(struct login *l, enum login_step step, const char *const words[3], struct buf *out)
{
    struct words_of client = {0};
    word(&client, "CLIENT");
    for (int i = 0; i < 3 && words[i]; i++)
        word(&client, words[i]);
    return add(l, step, &client, out);
}

static int add_names(struct login *l, const struct run_conf *conf, struct buf *out)
{
    int rc = 0;
    if (conf->client_name)
        rc = add_client(l, LOGIN_NAME, (const char *[3]){"SETNAME", conf->client_name}, out);
    if (rc == 0 && conf->client_info)
        rc = add_client(l, LOGIN_LIBRARY, (const char *[3]){"SETINFO", "LIB-NAME", "hkv-bench"}, out);
    if (rc == 0 && conf->client_info)
        rc = add_client(l, LOGIN_VERSION, (const char *[3]){"SETINFO", "LIB-VER", build.version}, out);
    return rc;
}

static int add_tracking(struct login *l, enum tracking how, struct buf *out)
{
    static const char *const modes[] = {[TRACKING_BCAST] = "BCAST", [TRACKING_OPTIN] = "OPTIN"};
    if (how == TRACKING_OFF)
        return 0;
    const char *mode = how == TRACKING_ON ? NULL : modes[how];
    return add_client(l, LOGIN_TRACKING, (const char *[3]){"TRACKING", "ON", mode}, out);
}

// Without effect on a primary.
static int add_readonly(struct login *l, struct buf *out)
{
    struct words_of readonly = {0};
    word(&readonly, "READONLY");
    return add(l, LOGIN_READONLY, &readonly, out);
}

int login_compile(struct login *l, const struct run_conf *conf, bool readonly, struct buf *out)
{
    *l = (struct login){0};
    int rc = conf->resp3 ? add_hello(l, conf, out) : login_auth(l, conf, out);
    if (rc == 0)
        rc = add_select(l, conf, out);
    if (rc == 0 && readonly)
        rc = add_readonly(l, out);
    if (rc == 0)
        rc = add_names(l, conf, out);
    return rc < 0 ? rc : add_tracking(l, conf->tracking, out);
}

static bool is_unknown(struct slice text)
{
    return slice_find(text, "nknown command") || slice_find(text, "nknown subcommand") ||
           slice_find(text, "NOPROTO");
}

struct login_refusal login_refused(enum login_step step, struct slice text)
{
    if (step == LOGIN_HELLO && slice_find(text, "NOAUTH"))
        return (struct login_refusal){"refused a connection: ", ": give a password with -a"};
    if (!is_unknown(text))
        return (struct login_refusal){"refused a connection: ", ""};
    switch (step) {
    case LOGIN_HELLO:
        return (struct login_refusal){"does not speak RESP3: it answered HELLO with ", ": leave out -3"};
    case LOGIN_LIBRARY:
    case LOGIN_VERSION:
        return (struct login_refusal){"does not know CLIENT SETINFO: it answered ",
                                      ": leave out --client-info (Redis has it from 7.2 on, Valkey too)"};
    case LOGIN_NAME:
        return (struct login_refusal){"does not know CLIENT SETNAME: it answered ",
                                      ": leave out --client-name"};
    case LOGIN_TRACKING:
        return (struct login_refusal){"does not know CLIENT TRACKING: it answered ",
                                      ": leave out --tracking and --enable-tracking"};
    default:
        return (struct login_refusal){"refused a connection: ", ""};
    }
}

const char *login_name(enum login_step step)
{
    static const char *const names[LOGIN_STEPS] = {"HELLO",          "AUTH",           "SELECT",
                                                   "READONLY",       "CLIENT SETNAME", "CLIENT SETINFO",
                                                   "CLIENT SETINFO", "CLIENT TRACKING"};
    return names[step];
}
