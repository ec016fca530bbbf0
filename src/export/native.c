// SPDX-License-Identifier: MIT
#include "export/native.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Fields of the messages, and kinds of them.
enum { FAMILY_NAME = 1, FAMILY_HELP = 2, FAMILY_TYPE = 3, FAMILY_METRIC = 4 };
enum { METRIC_LABEL = 1, METRIC_GAUGE = 2, METRIC_COUNTER = 3, METRIC_HISTOGRAM = 7 };
enum { LABEL_NAME = 1, LABEL_VALUE = 2, FIGURE_VALUE = 1 };
enum {
    HISTOGRAM_COUNT = 1,
    HISTOGRAM_SUM = 2,
    HISTOGRAM_SCHEMA = 5,
    HISTOGRAM_ZERO_THRESHOLD = 6,
    HISTOGRAM_ZERO_COUNT = 7,
    HISTOGRAM_SPAN = 12,
    HISTOGRAM_DELTA = 13,
    SPAN_OFFSET = 1,
    SPAN_LENGTH = 2,
};
enum { TYPE_COUNTER = 0, TYPE_GAUGE = 1, TYPE_HISTOGRAM = 4 };
enum { WIRE_VARINT = 0, WIRE_DOUBLE = 1, WIRE_BYTES = 2 };

// --- the encoding ---

static int put_varint(struct buf *b, uint64_t x)
{
    char bytes[10];
    size_t n = 0;
    for (; x >= 0x80; x >>= 7)
        bytes[n++] = (char)(x | 0x80);
    bytes[n++] = (char)x;
    return buf_append(b, bytes, n);
}

static int put_tag(struct buf *b, unsigned field, unsigned wire)
{
    return put_varint(b, field << 3 | wire);
}

static int put_number(struct buf *b, unsigned field, uint64_t x)
{
    int rc = put_tag(b, field, WIRE_VARINT);
    return rc < 0 ? rc : put_varint(b, x);
}

static int put_signed(struct buf *b, unsigned field, int64_t x)
{
    return put_number(b, field, (uint64_t)x << 1 ^ (uint64_t)(x >> 63));
}

static int put_double(struct buf *b, unsigned field, double x)
{
    int rc = put_tag(b, field, WIRE_DOUBLE);
    return rc < 0 ? rc : buf_append(b, (const char *)&x, sizeof x); // both sides have the least byte first
}

static int put_bytes(struct buf *b, unsigned field, const char *at, size_t len)
{
    int rc = put_tag(b, field, WIRE_BYTES);
    if (rc == 0)
        rc = put_varint(b, len);
    return rc < 0 ? rc : buf_append(b, at, len);
}

static int put_text(struct buf *b, unsigned field, const char *text)
{
    return put_bytes(b, field, text, strlen(text));
}

// Takes the message that is to go into another.
static int put_message(struct buf *b, unsigned field, struct buf *message, int rc)
{
    if (rc == 0)
        rc = put_bytes(b, field, buf_unread(message).at, message->len);
    buf_free(message);
    return rc;
}

// --- buckets: (2^((i-1)/32), 2^(i/32)] seconds ---

#define SCHEMA 5
#define STEPS (1 << SCHEMA)
#define FIRST (-24 * STEPS) // 60 ns: what is less is counted there
#define LAST (12 * STEPS)   // more than an hour

static uint64_t edge_of(int bucket)
{
    return (uint64_t)llround(exp2((double)bucket / STEPS) * 1e9);
}

static uint64_t next_edge(uint64_t edge)
{
    int bucket = edge ? (int)lround(log2((double)edge * 1e-9) * STEPS) + 1 : FIRST;
    return edge_of(bucket);
}

struct buckets {
    uint64_t before;
    unsigned n;
    int64_t of[LAST - FIRST + 1]; // from FIRST on
};

static bool see(void *ctx, const struct hist_step *step)
{
    struct buckets *b = ctx;
    if (b->n < sizeof b->of / sizeof *b->of)
        b->of[b->n++] = (int64_t)(step->cumulative - b->before);
    b->before = step->cumulative;
    return true;
}

static int put_span(struct buf *b, int offset, unsigned length)
{
    struct buf span = {0};
    int rc = put_signed(&span, SPAN_OFFSET, offset);
    if (rc == 0)
        rc = put_number(&span, SPAN_LENGTH, length);
    return put_message(b, HISTOGRAM_SPAN, &span, rc);
}

// Runs of buckets that hold something; the first offset is that of its bucket.
static int put_spans(struct buf *b, const struct buckets *all)
{
    int rc = 0, from = 0; // where the last run ended
    bool first = true;
    for (unsigned i = 0; rc == 0 && i < all->n;) {
        unsigned n = 0;
        while (i + n < all->n && all->of[i + n])
            n++;
        if (n) {
            rc = put_span(b, first ? (int)i + FIRST : (int)i - from, n);
            first = false;
            from = (int)(i + n);
        }
        i += n ? n : 1;
    }
    return rc;
}

static int put_deltas(struct buf *b, const struct buckets *all)
{
    int64_t before = 0;
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < all->n; i++) {
        if (!all->of[i])
            continue;
        rc = put_signed(b, HISTOGRAM_DELTA, all->of[i] - before);
        before = all->of[i];
    }
    return rc;
}

static int put_histogram(struct buf *b, const struct hist *h)
{
    struct buckets *all = calloc(1, sizeof *all);
    struct buf of = {0};
    uint64_t n = hist_count(h);
    if (!all)
        return -ENOMEM;
    hist_walk_linear(h, next_edge, see, all);
    int rc = put_number(&of, HISTOGRAM_COUNT, n);
    if (rc == 0)
        rc = put_double(&of, HISTOGRAM_SUM, n ? hist_mean(h) * (double)n * 1e-9 : 0);
    if (rc == 0)
        rc = put_signed(&of, HISTOGRAM_SCHEMA, SCHEMA);
    if (rc == 0)
        rc = put_double(&of, HISTOGRAM_ZERO_THRESHOLD, 1e-9);
    if (rc == 0)
        rc = put_number(&of, HISTOGRAM_ZERO_COUNT, 0);
    if (rc == 0)
        rc = put_spans(&of, all);
    if (rc == 0)
        rc = put_deltas(&of, all);
    free(all);
    return put_message(b, METRIC_HISTOGRAM, &of, rc);
}

// --- metrics ---

static int put_label(struct buf *b, const char *name, const char *value)
{
    struct buf label = {0};
    int rc = put_text(&label, LABEL_NAME, name);
    if (rc == 0)
        rc = put_text(&label, LABEL_VALUE, value);
    return put_message(b, METRIC_LABEL, &label, rc);
}

static int put_labels(struct buf *b, const struct prometheus_test *t)
{
    int rc = put_label(b, "test", t->test);
    return rc < 0 || !t->target ? rc : put_label(b, "target", t->target);
}

static int put_figure(struct buf *b, unsigned kind, double value)
{
    struct buf figure = {0};
    int rc = put_double(&figure, FIGURE_VALUE, value);
    return put_message(b, kind, &figure, rc);
}

static int put_result(struct buf *family, const struct prometheus_test *t, const char *result, uint64_t n)
{
    struct buf metric = {0};
    int rc = put_labels(&metric, t);
    if (rc == 0)
        rc = put_label(&metric, "result", result);
    if (rc == 0)
        rc = put_figure(&metric, METRIC_COUNTER, (double)n);
    return put_message(family, FAMILY_METRIC, &metric, rc);
}

static int put_requests(struct buf *family, const struct prometheus_test *t)
{
    int rc = put_result(family, t, "ok", t->ok);
    if (rc == 0)
        rc = put_result(family, t, "error", t->errors);
    return rc < 0 ? rc : put_result(family, t, "unanswered", t->unanswered);
}

static int put_rate(struct buf *family, const struct prometheus_test *t)
{
    struct buf metric = {0};
    int rc = put_labels(&metric, t);
    if (rc == 0)
        rc = put_figure(&metric, METRIC_GAUGE, t->rps);
    return put_message(family, FAMILY_METRIC, &metric, rc);
}

static int put_latency(struct buf *family, const struct prometheus_test *t)
{
    struct buf metric = {0};
    if (!t->latency)
        return 0;
    int rc = put_labels(&metric, t);
    if (rc == 0)
        rc = put_histogram(&metric, t->latency);
    return put_message(family, FAMILY_METRIC, &metric, rc);
}

static const struct {
    const char *name, *help;
    unsigned type;
    int (*put)(struct buf *family, const struct prometheus_test *t);
} families[] = {
    {"hkv_bench_requests_total", "Requests of a test by what became of them.", TYPE_COUNTER, put_requests},
    {"hkv_bench_requests_per_second", "Answers of a test per second.", TYPE_GAUGE, put_rate},
    {"hkv_bench_latency_seconds", "Latency of the ok answers of a test.", TYPE_HISTOGRAM, put_latency},
};

int native_write(struct buf *out, const struct prometheus_test *tests, size_t n)
{
    int rc = 0;
    for (size_t f = 0; rc == 0 && f < sizeof families / sizeof *families; f++) {
        struct buf family = {0};
        rc = put_text(&family, FAMILY_NAME, families[f].name);
        if (rc == 0)
            rc = put_text(&family, FAMILY_HELP, families[f].help);
        if (rc == 0)
            rc = put_number(&family, FAMILY_TYPE, families[f].type);
        for (size_t i = 0; rc == 0 && i < n; i++)
            rc = families[f].put(&family, &tests[i]);
        if (rc == 0)
            rc = put_varint(out, family.len);
        if (rc == 0)
            rc = buf_append(out, family.at, family.len);
        buf_free(&family);
    }
    return rc;
}
