// SPDX-License-Identifier: MIT
#include "experiment/record.h"

#include "base/buf.h"
#include "base/clock.h"
#include "run/secret.h"

#include <errno.h>
#include <string.h>

#define TICK_NS (20 * NS_PER_MS) // how soon it hears of a signal
#define READ_BYTES 65536
#define MONITOR "*1\r\n$7\r\nMONITOR\r\n"

struct recorder_end {
    const struct server *server;
    const struct record_conf *conf;
    const struct plan *plan;
    const struct engine_ops *ops;
    struct engine *io;
    struct conn conn;
    struct resp_parser parser;
    unsigned left; // replies that come before the lines
    bool begun;    // a line that has not wholly come
    uint64_t from_ns, until_ns;
    struct buf out;
    struct iovec iov;
    struct recorded *found;
};

static int lost(const struct recorder_end *r, const char *why, struct err *err)
{
    return err_set(err, r->from_ns ? ERR_RUN : ERR_CONNECT, "%s %s after %llu commands: %s",
                   r->server->target.addr.text, r->from_ns ? "ended MONITOR" : "could not be monitored",
                   (unsigned long long)r->found->lines, why);
}

static int refused(const struct recorder_end *r, struct slice text, struct err *err)
{
    char quoted[160], hidden[SECRET_TEXT];
    text = secret_hide(text, r->conf->run->password, hidden);
    return err_set(err, ERR_CONNECT, "%s refused MONITOR, or what comes before it: \"%s\"",
                   r->server->target.addr.text, slice_quote(text, quoted, sizeof quoted));
}

// --- lines ---

static bool enough(const struct recorder_end *r)
{
    uint64_t most = r->conf->run->requests;
    return most && r->found->lines >= most;
}

static void write_bytes(struct recorder_end *r, const char *at, size_t n)
{
    r->found->bytes += fwrite(at, 1, n, r->conf->out);
}

// Without the + before a line and the CR behind it. A CR is never inside: it is escaped.
static void take_lines(struct recorder_end *r, struct slice in)
{
    while (in.len && !enough(r)) {
        size_t skip = !r->begun && in.at[0] == '+';
        const char *end = memchr(in.at, '\n', in.len);
        size_t n = end ? (size_t)(end - in.at) : in.len, text = n - skip;
        text -= text && in.at[n - 1] == '\r';
        write_bytes(r, in.at + skip, text);
        r->begun = !end;
        if (end) {
            write_bytes(r, "\n", 1);
            r->found->lines++;
        }
        n += end != NULL;
        in = (struct slice){in.at + n, in.len - n};
    }
}

// What comes before MONITOR's lines: answers to the set-up, and its OK.
static int take(struct recorder_end *r, struct slice in, struct err *err)
{
    while (r->left && in.len) {
        struct resp_reply reply;
        ssize_t n = parse_reply(&r->parser, in.at, in.len, &reply);
        if (n == RESP_MORE)
            return 0;
        if (n == RESP_BAD || parse_is_error(&reply))
            return refused(r, reply.text, err);
        in = (struct slice){in.at + n, in.len - (size_t)n};
        r->left -= !reply.push;
        if (r->left)
            continue;
        r->from_ns = clock_ns();
        uint64_t lasting_ns = r->conf->run->duration_ns;
        r->until_ns = lasting_ns ? r->from_ns + lasting_ns : UINT64_MAX;
    }
    take_lines(r, in);
    return 0;
}

// --- the connection ---

static int begin(struct recorder_end *r)
{
    r->left = r->plan->setup_replies + 1;
    int rc = r->plan->setup.len ? buf_append(&r->out, r->plan->setup.bytes, r->plan->setup.len) : 0;
    if (rc == 0)
        rc = buf_append(&r->out, MONITOR, sizeof MONITOR - 1);
    r->iov = (struct iovec){r->out.at, r->out.len};
    r->conn.out = &r->iov;
    r->conn.out_n = 1;
    return rc < 0 ? rc : r->ops->send(r->io, &r->conn);
}

static int step(struct recorder_end *r, struct err *err)
{
    struct io_event ev;
    int rc = r->ops->reap(r->io, TICK_NS, &ev);
    if (rc > 0 && ev.kind == IO_OPEN)
        rc = begin(r);
    else if (rc > 0 && ev.kind == IO_DATA)
        return take(r, (struct slice){ev.data, ev.len}, err);
    else if (rc > 0 && ev.kind == IO_CLOSED)
        return lost(r, ev.why ? ev.why : ev.error ? strerror(-ev.error) : "it closed the connection", err);
    return rc < 0 ? lost(r, strerror(-rc), err) : 0;
}

static int record(struct recorder_end *r, struct err *err)
{
    uint64_t patience_ns = clock_ns() + r->conf->run->grace_ns;
    int rc = 0;
    r->until_ns = UINT64_MAX;
    while (rc == 0 && !r->server->stop->signal && !enough(r) && clock_ns() < r->until_ns) {
        rc = step(r, err);
        if (rc == 0 && !r->from_ns && clock_ns() >= patience_ns)
            rc = lost(r, "no answer came", err);
        if (rc == 0 && ferror(r->conf->out))
            rc = err_set(err, ERR_RUN, "the trace could not be written: %s", strerror(errno));
    }
    r->found->took_ns = r->from_ns ? clock_ns() - r->from_ns : 0;
    return rc;
}

// The last line may not have wholly come.
static void finish(struct recorder_end *r)
{
    if (r->begun)
        write_bytes(r, "\n", 1);
    r->found->lines += r->begun;
    if (r->conn.fd >= 0)
        r->ops->hang_up(r->io, &r->conn);
    r->ops->close(r->io);
    buf_free(&r->out);
}

int record_run(const struct server *server, const struct record_conf *conf, struct recorded *out,
               struct err *err)
{
    const struct target *t = &server->target;
    struct plan plan;
    struct recorder_end r = {
        .server = server, .conf = conf, .plan = &plan, .conn = {.fd = -1, .how = &t->how}, .found = out};
    struct engine_conf ec = {
        .connections = 1, .reply_bytes = READ_BYTES, .filter = t->filter, .below = t->engine, .asks_max = 8};
    *out = (struct recorded){0};
    if (plan_idle(&plan, conf->run, t, err) < 0)
        return -1;
    r.ops = t->filter ? &engine_filtered : t->engine;
    int rc = r.ops->open(&r.io, &ec);
    if (rc < 0) {
        plan_reset(&plan);
        return err_set(err, ERR_RUN, "the %s engine could not be set up: %s", t->engine->name, strerror(-rc));
    }
    rc = r.ops->dial(r.io, &r.conn, &t->addr, &r);
    rc = rc < 0 ? lost(&r, strerror(-rc), err) : record(&r, err);
    finish(&r);
    plan_reset(&plan);
    return rc;
}
