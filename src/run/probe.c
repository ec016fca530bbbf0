// SPDX-License-Identifier: MIT
#include "run/probe.h"

#include "base/buf.h"
#include "base/clock.h"
#include "net/engine.h"
#include "resp/encode.h"
#include "resp/parse.h"
#include "run/secret.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MAX_NS NS_PER_S
#define TICK_NS (20 * NS_PER_MS) // how soon it hears that it is to end
#define REPLY_BYTES 16384
#define INFO_MAX (1024 * 1024)

// A connection that is waited for, and what ends that early.
struct talk {
    const struct engine_ops *ops;
    struct engine *io;
    struct conn conn;
    int stop_fd;
    uint64_t limit_ns;
};

static bool stopped(const struct talk *t)
{
    struct pollfd p = {.fd = t->stop_fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

// The next event: 0, or -errno, also when it is the end of the connection.
static int await(struct talk *t, struct io_event *ev)
{
    for (;;) {
        int rc = t->ops->reap(t->io, TICK_NS, ev);
        if (rc > 0 && ev->kind == IO_CLOSED)
            return ev->error ? ev->error : -EPIPE;
        if (rc != 0)
            return rc < 0 ? rc : 0;
        if (stopped(t))
            return -EINTR;
        if (clock_ns() >= t->limit_ns)
            return -ETIMEDOUT;
    }
}

static int open_talk(struct talk *t, const struct target *target)
{
    struct engine_conf conf = {.connections = 1,
                               .reply_bytes = REPLY_BYTES,
                               .asks_max = 2,
                               .filter = target->filter,
                               .below = &engine_epoll};
    struct io_event ev;
    t->limit_ns = clock_ns() + WAIT_MAX_NS;
    t->ops = target->filter ? &engine_filtered : conf.below;
    int rc = t->ops->open(&t->io, &conf);
    if (rc == 0)
        rc = t->ops->dial(t->io, &t->conn, &target->addr, NULL);
    return rc < 0 ? rc : await(t, &ev);
}

static void close_talk(struct talk *t)
{
    if (t->conn.fd >= 0)
        t->ops->hang_up(t->io, &t->conn);
    t->ops->close(t->io);
}

static int say(struct talk *t, struct slice bytes)
{
    struct iovec iov = {(char *)bytes.at, bytes.len};
    struct io_event ev;
    t->conn.out = &iov;
    t->conn.out_n = 1;
    int rc = t->ops->send(t->io, &t->conn);
    while (rc == 0 && t->conn.blocked)
        rc = await(t, &ev);
    return rc;
}

// Reads until `replies` replies have come. The last one's bytes end up at the end of in: *last is where they
// begin.
static int read_replies(struct talk *t, struct buf *in, unsigned replies, size_t *last)
{
    struct resp_parser parser = {0};
    struct resp_reply r;
    struct io_event ev;
    size_t at = 0;
    t->limit_ns = clock_ns() + WAIT_MAX_NS;
    while (replies && in->len < INFO_MAX) {
        int rc = await(t, &ev);
        if (rc == 0)
            rc = buf_append(in, ev.data, ev.len);
        if (rc < 0)
            return rc;
        while (at < in->len && replies) {
            ssize_t n = resp_parse(&parser, in->at + at, in->len - at, &r);
            if (n == RESP_BAD)
                return -EPROTO;
            at = n == RESP_MORE ? in->len : at + (size_t)n;
            if (n == RESP_MORE)
                break;
            replies -= !r.push;
            *last = replies == 1 ? at : *last;
        }
    }
    return replies ? -EMSGSIZE : 0;
}

static int add(struct buf *b, const struct slice *argv, size_t argc)
{
    int rc = buf_reserve(b, resp_encode_size(argv, argc));
    if (rc == 0)
        b->len = (size_t)(resp_encode(b->at + b->len, argv, argc) - b->at);
    return rc;
}

static int ask_info(struct talk *t, const struct run_conf *conf, struct buf *in, size_t *last)
{
    struct slice auth[3] = {slice_of("AUTH")}, info[1] = {slice_of("INFO")};
    size_t argc = 1;
    if (conf->user)
        auth[argc++] = slice_of(conf->user);
    if (conf->password)
        auth[argc++] = slice_of(conf->password);
    struct buf out = {0};
    int rc = conf->password ? add(&out, auth, argc) : 0;
    if (rc == 0)
        rc = add(&out, info, 1);
    if (rc == 0)
        rc = say(t, buf_unread(&out));
    buf_free(&out);
    return rc < 0 ? rc : read_replies(t, in, conf->password ? 2 : 1, last);
}

// Copies the field's value, up to the end of its line. False when the text has no such field.
static bool field(const char *text, size_t len, const char *name, char *dst, size_t cap)
{
    struct slice rest = {text, len};
    for (const char *at; (at = slice_find(rest, name));
         rest = (struct slice){at + 1, len - (size_t)(at + 1 - text)}) {
        if (at != text && at[-1] != '\n')
            continue;
        const char *value = at + strlen(name);
        const char *end = value;
        while (end < text + len && *end != '\r' && *end != '\n')
            end++;
        snprintf(dst, cap, "%.*s", (int)(end - value), value);
        return true;
    }
    return false;
}

static int64_t number(const char *text, size_t len, const char *name)
{
    char digits[32];
    return field(text, len, name, digits, sizeof digits) ? strtoll(digits, NULL, 10) : -1;
}

// The sum of two fields in seconds.
static double seconds(const char *text, size_t len, const char *user, const char *sys)
{
    char a[32], b[32];
    if (!field(text, len, user, a, sizeof a) || !field(text, len, sys, b, sizeof b))
        return -1;
    return strtod(a, NULL) + strtod(b, NULL);
}

static void read_numbers(struct probe *out, const char *text, size_t len)
{
    out->cpu_s = seconds(text, len, "used_cpu_user:", "used_cpu_sys:");
    out->cpu_main_s = seconds(text, len, "used_cpu_user_main_thread:", "used_cpu_sys_main_thread:");
    out->pid = number(text, len, "process_id:");
    out->commands = number(text, len, "total_commands_processed:");
    out->evicted = number(text, len, "evicted_keys:");
    out->last_save = number(text, len, "rdb_last_save_time:");
    out->saving = number(text, len, "rdb_bgsave_in_progress:");
    out->aof = number(text, len, "aof_enabled:");
    out->memory_bytes = number(text, len, "used_memory:");
    out->keys = number(text, len, "db0:keys=");
    out->eviction[0] = 0;
    field(text, len, "maxmemory_policy:", out->eviction, sizeof out->eviction);
}

void probe_read_info(struct probe *out, const char *text, size_t len)
{
    out->name[0] = out->version[0] = 0;
    read_numbers(out, text, len);
    if (field(text, len, "valkey_version:", out->version, sizeof out->version))
        snprintf(out->name, sizeof out->name, "valkey");
    else if (field(text, len, "redis_version:", out->version, sizeof out->version))
        snprintf(out->name, sizeof out->name, "redis");
    else
        field(text, len, "engine:", out->name, sizeof out->name);
    field(text, len, "server_name:", out->name, sizeof out->name);
    field(text, len, "hkv_bench_version:", out->version, sizeof out->version);
}

static void hide(char *text, size_t cap, const char *secret)
{
    char hidden[SECRET_TEXT];
    struct slice s = secret_hide(slice_of(text), secret, hidden);
    if (s.at != text) // an empty secret hides nothing
        snprintf(text, cap, "%.*s", (int)s.len, s.at);
}

void probe_server(struct probe *out, const struct run_conf *conf, const struct target *target, int stop_fd)
{
    struct talk t = {.conn.fd = -1, .stop_fd = stop_fd};
    struct buf in = {0};
    size_t last = 0;
    *out = (struct probe){0};
    probe_read_info(out, "", 0);
    int rc = open_talk(&t, target);
    if (rc == 0)
        rc = ask_info(&t, conf, &in, &last);
    out->answered = rc == 0 && in.len > last && in.at[last] != '-';
    if (out->answered)
        probe_read_info(out, in.at + last, in.len - last);
    if (conf->password) {
        hide(out->name, sizeof out->name, conf->password);
        hide(out->version, sizeof out->version, conf->password);
    }
    buf_free(&in);
    close_talk(&t);
}
