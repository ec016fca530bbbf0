// SPDX-License-Identifier: MIT
#include "run/talk.h"

#include "base/clock.h"
#include "net/engine.h"
#include "resp/encode.h"
#include "resp/parse.h"
#include "run/login.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define WAIT_MAX_NS NS_PER_S
#define TICK_NS (20 * NS_PER_MS) // how soon it hears that it is to end
#define REPLY_BYTES 16384
#define REPLY_MAX ((size_t)4 << 20)

// A connection that is waited for, and what ends that early.
struct talk {
    const struct engine_ops *ops;
    struct engine *io;
    struct conn conn;
    int stop_fd;
    uint64_t wait_ns, limit_ns;
    char why[400]; // it ended: a filter's sentence on it, or ""
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
        if (rc > 0 && ev->kind == IO_CLOSED) {
            snprintf(t->why, sizeof t->why, "%s", ev->why ? ev->why : "");
            return ev->error ? ev->error : -EPIPE;
        }
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
    t->limit_ns = clock_ns() + t->wait_ns;
    t->ops = target->filter ? &engine_filtered : conf.below;
    t->conn.how = &target->how;
    int rc = t->ops->open(&t->io, &conf);
    if (rc == 0)
        rc = t->ops->dial(t->io, &t->conn, &target->addr, NULL);
    return rc < 0 ? rc : await(t, &ev);
}

static void close_talk(struct talk *t)
{
    if (t->conn.fd >= 0)
        t->ops->hang_up(t->io, &t->conn);
    if (t->io)
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
    t->limit_ns = clock_ns() + t->wait_ns;
    while (replies && in->len < REPLY_MAX) {
        int rc = await(t, &ev);
        if (rc == 0)
            rc = buf_append(in, ev.data, ev.len);
        if (rc < 0)
            return rc;
        while (at < in->len && replies) {
            ssize_t n = parse_reply(&parser, in->at + at, in->len - at, &r);
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
    int rc = buf_reserve(b, encode_size(argv, argc));
    if (rc == 0)
        b->len = (size_t)(encode_command(b->at + b->len, argv, argc) - b->at);
    return rc;
}

static int say_all(struct talk *t, const struct run_conf *conf, struct words command)
{
    struct login login = {0};
    struct buf out = {0};
    int rc = login_auth(&login, conf, &out);
    if (rc == 0)
        rc = add(&out, command.at, command.n);
    if (rc == 0)
        rc = say(t, buf_unread(&out));
    buf_free(&out);
    return rc;
}

int talk_once(const struct target *target, const struct run_conf *conf, struct words command, int stop_fd,
              struct buf *reply)
{
    struct talk t = {.conn.fd = -1, .stop_fd = stop_fd, .wait_ns = WAIT_MAX_NS};
    size_t last = 0;
    int rc = open_talk(&t, target);
    if (rc == 0)
        rc = say_all(&t, conf, command);
    if (rc == 0)
        rc = read_replies(&t, reply, conf->password ? 2 : 1, &last);
    close_talk(&t);
    if (rc == 0)
        reply->head = last;
    return rc;
}

// The embedded server answers INFO whatever is planted; an error is an answer too.
static int hear(struct talk *t)
{
    struct io_event ev;
    int rc = say(t, slice_of("*1\r\n$4\r\nINFO\r\n"));
    if (rc == 0 || rc == -EPIPE || rc == -ECONNRESET) // its last words may be there all the same
        rc = await(t, &ev);
    return rc < 0 && t->why[0] ? rc : 0;
}

int talk_filter(const struct target *target, int stop_fd, uint64_t wait_ns, bool *agrees, struct err *err)
{
    struct talk t = {.conn.fd = -1, .stop_fd = stop_fd, .wait_ns = wait_ns};
    int rc = open_talk(&t, target);
    bool mute = rc == -ETIMEDOUT && !t.conn.connecting;
    *agrees = rc == 0;
    if (rc == 0)
        rc = hear(&t);
    close_talk(&t);
    if (rc == 0 || rc == -EINTR)
        return 0;
    const char *why = t.why[0] ? t.why : mute ? target->filter->mute : strerror(-rc);
    return err_set(err, ERR_CONNECT, "cannot connect to %s: %s", target->addr.text, why);
}
