// SPDX-License-Identifier: MIT
#include "export/native.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

// --- a reader of the encoding, as plain as it can be ---

struct reader {
    const unsigned char *at, *end;
};

static uint64_t varint(struct reader *r)
{
    uint64_t x = 0;
    for (int shift = 0; r->at < r->end; shift += 7) {
        x |= (uint64_t)(*r->at & 0x7f) << shift;
        if (!(*r->at++ & 0x80))
            return x;
    }
    fail_msg("a number has no end");
    return 0;
}

static int64_t zigzag(uint64_t x)
{
    return (int64_t)(x >> 1) ^ -(int64_t)(x & 1);
}

struct field {
    unsigned number;
    uint64_t n;
    double x;
    struct reader bytes;
};

static bool next(struct reader *r, struct field *f)
{
    if (r->at == r->end)
        return false;
    uint64_t tag = varint(r);
    *f = (struct field){.number = (unsigned)(tag >> 3)};
    switch (tag & 7) {
    case 0:
        f->n = varint(r);
        break;
    case 1:
        assert_true(r->end - r->at >= 8);
        memcpy(&f->x, r->at, 8);
        r->at += 8;
        break;
    default:
        assert_int_equal(tag & 7, 2);
        f->n = varint(r);
        assert_true((uint64_t)(r->end - r->at) >= f->n);
        f->bytes = (struct reader){r->at, r->at + f->n};
        r->at += f->n;
    }
    return true;
}

static struct reader inner(struct reader r, unsigned number)
{
    struct field f;
    while (next(&r, &f))
        if (f.number == number)
            return f.bytes;
    fail_msg("there is no field %u", number);
    return r;
}

// The family of that name, out of all.
static struct reader family(const struct buf *b, const char *name)
{
    struct reader r = {(const unsigned char *)b->at, (const unsigned char *)b->at + b->len};
    while (r.at < r.end) {
        uint64_t len = varint(&r);
        struct reader one = {r.at, r.at + len}, text = inner(one, 1);
        if ((size_t)(text.end - text.at) == strlen(name) && memcmp(text.at, name, strlen(name)) == 0)
            return one;
        r.at += len;
    }
    fail_msg("there is no %s", name);
    return r;
}

// --- the histogram ---

struct native {
    uint64_t count;
    double sum;
    int schema, bucket; // where the next one is
    unsigned spans, deltas;
    struct {
        int offset;
        unsigned length;
    } span[8];
    int64_t delta[16];
};

static void take_span(struct native *n, struct reader r)
{
    struct field f;
    while (next(&r, &f)) {
        if (f.number == 1)
            n->span[n->spans].offset = (int)zigzag(f.n);
        if (f.number == 2)
            n->span[n->spans].length = (unsigned)f.n;
    }
    n->spans++;
}

static struct native native_of(struct reader r)
{
    struct native n = {0};
    struct field f;
    while (next(&r, &f))
        switch (f.number) {
        case 1:
            n.count = f.n;
            break;
        case 2:
            n.sum = f.x;
            break;
        case 5:
            n.schema = (int)zigzag(f.n);
            break;
        case 12:
            take_span(&n, f.bytes);
            break;
        case 13:
            n.delta[n.deltas++] = zigzag(f.n);
            break;
        default:
            break;
        }
    return n;
}

// 100 at 80 µs, 5 at 2 ms: two buckets (2^((i-1)/32), 2^(i/32)], in which those values lie.
static void latencies_are_a_native_histogram(void **state)
{
    struct hist *h = hist_new(3);
    struct buf b = {0};
    (void)state;
    hist_record(h, 80000, 100);
    hist_record(h, 2000000, 5);
    struct prometheus_test t = {
        .test = "get", .target = "127.0.0.1:6379", .ok = 105, .errors = 2, .latency = h};
    assert_int_equal(native_write(&b, &t, 1), 0);
    struct native n = native_of(inner(inner(family(&b, "hkv_bench_latency_seconds"), 4), 7));
    assert_int_equal(n.count, 105);
    assert_true(fabs(n.sum - (100 * 80e-6 + 5 * 2e-3)) < 1e-4);
    assert_int_equal(n.schema, 5);
    assert_int_equal(n.spans, 2);
    assert_int_equal(n.deltas, 2);
    assert_int_equal(n.span[0].length, 1);
    assert_int_equal(n.span[1].length, 1);
    assert_int_equal(n.span[0].offset, (int)ceil(log2(80e-6) * 32));
    assert_int_equal(n.span[0].offset + 1 + n.span[1].offset, (int)ceil(log2(2e-3) * 32));
    assert_int_equal(n.delta[0], 100);
    assert_int_equal(n.delta[1], 5 - 100);
    hist_free(h);
    buf_free(&b);
}

static void counters_are_the_operations(void **state)
{
    struct prometheus_test t = {.test = "get", .ok = 105, .errors = 2, .unanswered = 7};
    static const double is[] = {105, 2, 7};
    struct buf b = {0};
    struct field f;
    unsigned n = 0;
    (void)state;
    assert_int_equal(native_write(&b, &t, 1), 0);
    struct reader r = family(&b, "hkv_bench_requests_total");
    while (next(&r, &f))
        if (f.number == 4) {
            struct field value = {0};
            struct reader counter = inner(f.bytes, 3);
            assert_true(next(&counter, &value));
            assert_true(value.x == is[n]);
            n++;
        }
    assert_int_equal(n, 3);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latencies_are_a_native_histogram),
        cmocka_unit_test(counters_are_the_operations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
