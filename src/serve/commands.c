// SPDX-License-Identifier: MIT
#include "serve/commands.h"

#include "base/build.h"
#include "resp/number.h"
#include "serve/info.h"
#include "serve/reply.h"

#include <fnmatch.h>
#include <stdio.h>

// One request under way.
struct call {
    struct service *service;
    struct asker *asker;
    const struct slice *argv;
    size_t argc;
    bool failed; // an error was answered
};

static struct store *store_of(const struct call *c)
{
    return &c->service->dbs[c->asker->db];
}

static void fail(struct call *c, const char *text)
{
    c->failed = true;
    reply_error(c->asker, text);
}

static void check(struct call *c, int rc)
{
    if (rc == 0)
        reply_line(c->asker, "+OK");
    else
        fail(c, "OOM the embedded server is out of memory");
}

static bool integer(struct call *c, struct slice s, int64_t *out)
{
    bool is = number_read(s, out);
    if (!is)
        fail(c, "ERR value is not an integer or out of range");
    return is;
}

// --- strings ---

static void reply_value(struct call *c, struct slice key)
{
    struct slice value;
    if (store_get(store_of(c), key, c->service->now_ms, &value))
        reply_bulk(c->asker, value);
    else
        reply_null(c->asker);
}

static void get(struct call *c)
{
    reply_value(c, c->argv[1]);
}

static void mget(struct call *c)
{
    struct asker *a = c->asker;
    size_t i = a->resume ? a->resume : 1;
    if (!a->resume)
        reply_head(a, '*', c->argc - 1);
    for (; i < c->argc && (a->whole || a->out.len - a->out.head <= REPLIES_MAX); i++)
        reply_value(c, c->argv[i]);
    a->resume = i < c->argc ? i : 0;
}

struct set_options {
    bool absent, present; // NX, XX
    uint64_t expires_ms;
};

// EX and PX: how long from now, in units of unit_ms.
static bool lifetime(struct call *c, struct slice number, int64_t unit_ms, uint64_t *expires_ms)
{
    int64_t n;
    if (!integer(c, number, &n))
        return false;
    if (n <= 0 || n > INT64_MAX / 2 / unit_ms) {
        fail(c, "ERR invalid expire time in 'set' command");
        return false;
    }
    *expires_ms = c->service->now_ms + (uint64_t)(n * unit_ms);
    return true;
}

static bool set_options(struct call *c, struct set_options *o)
{
    for (size_t i = 3; i < c->argc; i++) {
        bool ex = slice_is_nocase(c->argv[i], "EX");
        bool timed = (ex || slice_is_nocase(c->argv[i], "PX")) && !o->expires_ms && i + 1 < c->argc;
        if (timed && !lifetime(c, c->argv[++i], ex ? 1000 : 1, &o->expires_ms))
            return false;
        if (timed)
            continue;
        bool absent = slice_is_nocase(c->argv[i], "NX");
        if ((!absent && !slice_is_nocase(c->argv[i], "XX")) || o->absent || o->present) {
            fail(c, "ERR syntax error");
            return false;
        }
        o->absent = absent;
        o->present = !absent;
    }
    return true;
}

static void set(struct call *c)
{
    struct set_options o = {0};
    struct slice old;
    if (!set_options(c, &o))
        return;
    bool conditional = o.absent || o.present;
    if (conditional && store_get(store_of(c), c->argv[1], c->service->now_ms, &old) != o.present) {
        reply_null(c->asker);
        return;
    }
    int rc = store_set(store_of(c), c->argv[1], c->argv[2]);
    if (rc == 0 && o.expires_ms)
        store_expire(store_of(c), c->argv[1], c->service->now_ms, o.expires_ms);
    check(c, rc);
}

static void mset(struct call *c)
{
    int rc = 0;
    if (c->argc % 2 == 0) {
        fail(c, "ERR wrong number of arguments for 'mset' command");
        return;
    }
    for (size_t i = 1; rc == 0 && i < c->argc; i += 2)
        rc = store_set(store_of(c), c->argv[i], c->argv[i + 1]);
    check(c, rc);
}

static void incr(struct call *c)
{
    struct slice value = {"0", 1};
    uint64_t expires_ms = 0, now_ms = c->service->now_ms;
    int64_t n;
    store_get(store_of(c), c->argv[1], now_ms, &value);
    if (!integer(c, value, &n))
        return;
    if (n == INT64_MAX) {
        fail(c, "ERR increment or decrement would overflow");
        return;
    }
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)n + 1);
    store_expiry(store_of(c), c->argv[1], now_ms, &expires_ms);
    if (store_set(store_of(c), c->argv[1], (struct slice){text, (size_t)len}) < 0) {
        check(c, -1);
        return;
    }
    store_expire(store_of(c), c->argv[1], now_ms, expires_ms);
    reply_integer(c->asker, n + 1);
}

// --- keys ---

static void del(struct call *c)
{
    int64_t n = 0;
    for (size_t i = 1; i < c->argc; i++)
        n += store_delete(store_of(c), c->argv[i], c->service->now_ms);
    reply_integer(c->asker, n);
}

static void exists(struct call *c)
{
    struct slice value;
    int64_t n = 0;
    for (size_t i = 1; i < c->argc; i++)
        n += store_get(store_of(c), c->argv[i], c->service->now_ms, &value);
    reply_integer(c->asker, n);
}

static void expire(struct call *c)
{
    int64_t seconds;
    uint64_t now_ms = c->service->now_ms;
    if (!integer(c, c->argv[2], &seconds))
        return;
    if (seconds > INT64_MAX / 2000) {
        fail(c, "ERR invalid expire time in 'expire' command");
        return;
    }
    if (seconds <= 0)
        reply_integer(c->asker, store_delete(store_of(c), c->argv[1], now_ms));
    else
        reply_integer(c->asker,
                      store_expire(store_of(c), c->argv[1], now_ms, now_ms + (uint64_t)seconds * 1000));
}

static void ttl(struct call *c)
{
    uint64_t at_ms, now_ms = c->service->now_ms;
    if (!store_expiry(store_of(c), c->argv[1], now_ms, &at_ms))
        reply_integer(c->asker, -2);
    else
        reply_integer(c->asker, at_ms ? (int64_t)((at_ms - now_ms + 500) / 1000) : -1);
}

static void dbsize(struct call *c)
{
    reply_integer(c->asker, (int64_t)store_of(c)->count);
}

static void flushall(struct call *c)
{
    for (size_t i = 0; i < SERVICE_DBS; i++)
        store_clear(&c->service->dbs[i]);
    reply_line(c->asker, "+OK");
}

// --- connection and server ---

static void ping(struct call *c)
{
    if (c->argc == 2)
        reply_bulk(c->asker, c->argv[1]);
    else
        reply_line(c->asker, "+PONG");
}

// Words behind HELLO 2 or 3. Anybody may be the default user, with any password, as where none is set.
static bool hello_words(struct call *c)
{
    for (size_t i = 2; i < c->argc;) {
        bool auth = slice_is_nocase(c->argv[i], "auth") && i + 2 < c->argc;
        bool name = slice_is_nocase(c->argv[i], "setname") && i + 1 < c->argc;
        if (auth && !slice_is(c->argv[i + 1], "default")) {
            fail(c, "WRONGPASS invalid username-password pair or user is disabled.");
            return false;
        }
        if (!auth && !name) {
            fail(c, "ERR Syntax error in HELLO");
            return false;
        }
        i += auth ? 3 : 2;
    }
    return true;
}

static void hello(struct call *c)
{
    const char *const facts[] = {"server", "hkv-bench-embedded", "version", build.version,
                                 "mode",   "standalone",         "role",    "master"};
    int64_t version = c->asker->resp3 ? 3 : 2;
    if (c->argc > 1 && (!number_read(c->argv[1], &version) || version < 2 || version > 3)) {
        fail(c, "NOPROTO unsupported protocol version");
        return;
    }
    if (!hello_words(c))
        return;
    c->asker->resp3 = version == 3;
    reply_head(c->asker, version == 3 ? '%' : '*', version == 3 ? 5 : 10);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        reply_bulk(c->asker, slice_of(facts[i]));
    reply_bulk(c->asker, slice_of("proto"));
    reply_integer(c->asker, version);
}

static void echo(struct call *c)
{
    reply_bulk(c->asker, c->argv[1]);
}

static void select_db(struct call *c)
{
    int64_t n;
    if (!integer(c, c->argv[1], &n))
        return;
    if (n < 0 || n >= SERVICE_DBS) {
        fail(c, "ERR DB index is out of range");
        return;
    }
    c->asker->db = (unsigned)n;
    reply_line(c->asker, "+OK");
}

static void quit(struct call *c)
{
    c->asker->quit = true;
    reply_line(c->asker, "+OK");
}

// What clients of the real servers ask for; nothing of it can be changed here.
static const struct {
    const char *name, *value;
} settings[] = {{"appendonly", "no"}, {"databases", "16"}, {"maxmemory", "0"}, {"save", ""}};

static void config_get(struct call *c)
{
    char pattern[64];
    size_t found = 0;
    const char *hits[sizeof settings / sizeof *settings][2];
    snprintf(pattern, sizeof pattern, "%.*s", (int)c->argv[2].len, c->argv[2].at);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (fnmatch(pattern, settings[i].name, 0) != 0)
            continue;
        hits[found][0] = settings[i].name;
        hits[found++][1] = settings[i].value;
    }
    reply_head(c->asker, '*', found * 2);
    for (size_t i = 0; i < found * 2; i++)
        reply_bulk(c->asker, slice_of(hits[i / 2][i % 2]));
}

static void config(struct call *c)
{
    if (c->argc == 3 && slice_is_nocase(c->argv[1], "GET")) {
        config_get(c);
    } else if (c->argc == 2 && slice_is_nocase(c->argv[1], "RESETSTAT")) {
        memset(c->service->calls, 0, sizeof c->service->calls);
        c->service->commands = c->service->connections = 0;
        reply_line(c->asker, "+OK");
    } else {
        fail(c, "ERR the embedded server knows CONFIG GET <pattern> and CONFIG RESETSTAT");
    }
}

static void info(struct call *c);
static void command(struct call *c);

// --- the table ---

#define ANY COMMAND_ARGS_MAX

static const struct row {
    const char *name;
    size_t least, most; // arguments, the name among them
    void (*run)(struct call *c);
} rows[] = {
    {"get", 2, 2, get},         {"set", 3, ANY, set},         {"ping", 1, 2, ping},
    {"incr", 2, 2, incr},       {"mset", 3, ANY, mset},       {"mget", 2, ANY, mget},
    {"del", 2, ANY, del},       {"exists", 2, ANY, exists},   {"expire", 3, 3, expire},
    {"ttl", 2, 2, ttl},         {"echo", 2, 2, echo},         {"select", 2, 2, select_db},
    {"dbsize", 1, 1, dbsize},   {"flushall", 1, 2, flushall}, {"info", 1, ANY, info},
    {"config", 2, ANY, config}, {"command", 1, ANY, command}, {"quit", 1, ANY, quit},
    {"hello", 1, ANY, hello},
};
#define ROWS (sizeof rows / sizeof *rows)
_Static_assert(ROWS <= COMMANDS_MAX, "every command needs room for its counts");

static void command(struct call *c)
{
    if (c->argc > 1) { // COMMAND DOCS and its like, which clients ask for and can do without
        reply_head(c->asker, '*', 0);
        return;
    }
    reply_head(c->asker, '*', ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        reply_head(c->asker, '*', 6);
        reply_bulk(c->asker, slice_of(rows[i].name));
        reply_integer(c->asker,
                      rows[i].least == rows[i].most ? (int64_t)rows[i].least : -(int64_t)rows[i].least);
        reply_head(c->asker, '*', 0);
        for (int k = 0; k < 3; k++)
            reply_integer(c->asker, 0);
    }
}

static void info(struct call *c)
{
    struct buf text = {0};
    info_write(&text, c->service);
    buf_printf(&text, "\r\n# Commandstats\r\n");
    for (size_t i = 0; i < ROWS; i++) {
        const struct calls *n = &c->service->calls[i];
        if (n->all || n->rejected)
            buf_printf(
                &text,
                "cmdstat_%s:calls=%llu,usec=0,usec_per_call=0.00,rejected_calls=%llu,failed_calls=%llu\r\n",
                rows[i].name, (unsigned long long)n->all, (unsigned long long)n->rejected,
                (unsigned long long)n->failed);
    }
    reply_bulk(c->asker, buf_unread(&text));
    buf_free(&text);
}

static void unknown(struct asker *a, struct slice name)
{
    char quoted[80], text[120];
    snprintf(text, sizeof text, "ERR unknown command '%s'", slice_quote(name, quoted, sizeof quoted));
    reply_error(a, text);
}

static void run_row(struct service *s, struct asker *a, const struct command *cmd, size_t i)
{
    struct call call = {.service = s, .asker = a, .argv = cmd->argv, .argc = cmd->argc};
    if (cmd->argc < rows[i].least || cmd->argc > rows[i].most) {
        char text[80];
        snprintf(text, sizeof text, "ERR wrong number of arguments for '%s' command", rows[i].name);
        s->calls[i].rejected++;
        reply_error(a, text);
        return;
    }
    s->calls[i].all += !a->resume;
    rows[i].run(&call);
    s->calls[i].failed += call.failed;
}

void commands_run(struct service *s, struct asker *a, const struct command *c)
{
    if (c->argc == 0)
        return;
    s->commands += !a->resume;
    for (size_t i = 0; i < ROWS; i++) {
        if (slice_is_nocase(c->argv[0], rows[i].name)) {
            run_row(s, a, c, i);
            return;
        }
    }
    unknown(a, c->argv[0]);
}

void commands_complain(struct asker *a, const char *complaint)
{
    char text[96];
    snprintf(text, sizeof text, "ERR Protocol error: %s", complaint);
    reply_error(a, text);
    a->quit = true;
}
