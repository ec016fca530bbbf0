// SPDX-License-Identifier: MIT
#include "export/statsd.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DATAGRAM 1400 // goes through any network in one piece
#define LINE 320
#define NAME 192

struct statsd_sent {
    uint64_t ok, errors, unanswered;
};

int statsd_open(struct statsd *s, const struct where *to, struct err *err)
{
    *s = (struct statsd){.fd = socket(to->to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (s->fd < 0 || connect(s->fd, (const struct sockaddr *)&to->to, to->len) < 0) {
        int why = errno;
        statsd_close(s);
        return err_set(err, ERR_USAGE, "--statsd: no datagram can be sent there: %s", strerror(why));
    }
    return 0;
}

void statsd_close(struct statsd *s)
{
    if (s->fd >= 0)
        close(s->fd);
    free(s->sent);
    *s = (struct statsd){.fd = -1};
}

// --- datagrams ---

struct mail {
    int fd;
    char text[DATAGRAM];
    size_t len;
};

static void post(struct mail *m)
{
    if (m->len)
        send(m->fd, m->text, m->len, 0); // it may be lost here as on its way
    m->len = 0;
}

static void __attribute__((format(printf, 2, 3))) add(struct mail *m, const char *format, ...)
{
    char line[LINE];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n <= 0 || n >= LINE)
        return;
    if (m->len + (size_t)n > DATAGRAM)
        post(m);
    memcpy(m->text + m->len, line, (size_t)n);
    m->len += (size_t)n;
}

// A part of a name: only what no server takes for anything else.
static char *put_part(char *at, const char *end, const char *text)
{
    if (at < end)
        *at++ = '.';
    for (; *text && at < end; text++)
        *at++ = isalnum((unsigned char)*text) ? *text : '_';
    return at;
}

// "hkv_bench.127_0_0_1_6379.get"
static void name_of(const struct prometheus_test *t, char dst[NAME])
{
    static const char first[] = "hkv_bench";
    char *at = dst + sizeof first - 1;
    memcpy(dst, first, sizeof first);
    if (t->target)
        at = put_part(at, dst + NAME - 1, t->target);
    at = put_part(at, dst + NAME - 1, t->test);
    *at = 0;
}

static void add_count(struct mail *m, const char *name, const char *what, uint64_t now, uint64_t *sent)
{
    if (now <= *sent)
        return;
    add(m, "%s.requests.%s:%" PRIu64 "|c\n", name, what, now - *sent);
    *sent = now;
}

static void add_test(struct mail *m, const struct prometheus_test *t, struct statsd_sent *sent)
{
    char name[NAME];
    name_of(t, name);
    add_count(m, name, "ok", t->ok, &sent->ok);
    add_count(m, name, "error", t->errors, &sent->errors);
    add_count(m, name, "unanswered", t->unanswered, &sent->unanswered);
    add(m, "%s.requests_per_second:%.3f|g\n", name, t->rps);
    for (int i = 0; i < QUANTILES && t->latency && hist_count(t->latency); i++)
        add(m, "%s.latency_ms.%s:%.6f|g\n", name, quantile_names[i].key, (double)t->quantile_ns[i] * 1e-6);
}

struct push {
    struct statsd *s;
    struct mail *mail;
};

static void push(void *ctx, const struct prometheus_test *tests, size_t n)
{
    struct push *p = ctx;
    struct statsd_sent *more = n > p->s->n ? realloc(p->s->sent, n * sizeof *more) : p->s->sent;
    if (!more)
        return;
    for (size_t i = p->s->n; i < n; i++)
        more[i] = (struct statsd_sent){0};
    p->s->sent = more;
    p->s->n = n > p->s->n ? n : p->s->n;
    for (size_t i = 0; i < n; i++)
        add_test(p->mail, &tests[i], &more[i]);
}

void statsd_push(struct statsd *s, struct metrics *m)
{
    struct mail mail = {.fd = s->fd};
    metrics_see(m, push, &(struct push){s, &mail});
    post(&mail);
}
