// SPDX-License-Identifier: MIT
#include "stats/hist.h"

#include "base/err.h"

#include <errno.h>
#include <hdr/hdr_histogram.h>
#include <hdr/hdr_histogram_log.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct hist {
    struct hdr_histogram *buckets; // what is in range
    uint64_t count;                // of all, those above the top included
    uint64_t overflow;
    uint64_t min, max;
    unsigned __int128 sum;
};

struct hist *hist_new(int digits)
{
    if (digits < 1 || digits > 5)
        BUG("a histogram has 1 to 5 digits");
    struct hist *h = calloc(1, sizeof *h);
    if (!h || hdr_init(1, (int64_t)HIST_TOP_NS, digits, &h->buckets) != 0) {
        free(h);
        return NULL;
    }
    h->min = UINT64_MAX;
    return h;
}

void hist_free(struct hist *h)
{
    if (!h)
        return;
    hdr_close(h->buckets);
    free(h);
}

// One that is empty is left alone: its memory has perhaps never been touched, and need not be.
void hist_reset(struct hist *h)
{
    if (h->count)
        hdr_reset(h->buckets);
    *h = (struct hist){.buckets = h->buckets, .min = UINT64_MAX};
}

void hist_record(struct hist *h, uint64_t ns, uint64_t n)
{
    if (n == 0)
        return;
    if (ns == 0)
        ns = 1;
    h->count += n;
    h->sum += (unsigned __int128)ns * n;
    if (ns < h->min)
        h->min = ns;
    if (ns > h->max)
        h->max = ns;
    if (ns > HIST_TOP_NS)
        h->overflow += n;
    else
        hdr_record_values(h->buckets, (int64_t)ns, (int64_t)n);
}

void hist_merge(struct hist *h, const struct hist *from)
{
    if (hist_digits(h) != hist_digits(from))
        BUG("histograms of different digits do not add up");
    if (!from->count)
        return;
    hdr_add(h->buckets, from->buckets);
    h->count += from->count;
    h->overflow += from->overflow;
    h->sum += from->sum;
    if (from->min < h->min)
        h->min = from->min;
    if (from->max > h->max)
        h->max = from->max;
}

uint64_t hist_count(const struct hist *h)
{
    return h->count;
}

uint64_t hist_overflow(const struct hist *h)
{
    return h->overflow;
}

uint64_t hist_min(const struct hist *h)
{
    return h->count ? h->min : 0;
}

uint64_t hist_max(const struct hist *h)
{
    return h->max;
}

double hist_mean(const struct hist *h)
{
    return h->count ? (double)((long double)h->sum / (long double)h->count) : 0;
}

double hist_deviation(const struct hist *h)
{
    return h->count > h->overflow ? hdr_stddev(h->buckets) : 0;
}

int hist_buckets(const struct hist *h)
{
    return h->buckets->bucket_count;
}

int hist_sub_buckets(const struct hist *h)
{
    return h->buckets->sub_bucket_count;
}

int hist_digits(const struct hist *h)
{
    return h->buckets->significant_figures;
}

// Goes through the buckets that hold something, in rising order; what lies above the top is the last of them.
struct cursor {
    const struct hist *h;
    int32_t index; // of the bucket to look at next
    uint64_t ns;   // greatest value that the bucket can hold, never above the exact greatest
    uint64_t seen; // values up to ns
};

// The greatest value that a bucket can hold.
static uint64_t top_of(const struct hist *h, int32_t index)
{
    int64_t low = hdr_value_at_index(h->buckets, index);
    return (uint64_t)hdr_next_non_equivalent_value(h->buckets, low) - 1;
}

static bool cursor_next(struct cursor *c)
{
    const struct hist *h = c->h;
    if (c->seen == h->count)
        return false;
    if (c->seen == h->count - h->overflow) {
        c->seen = h->count;
        c->ns = h->max;
        return true;
    }
    int64_t n = 0;
    while (n == 0)
        n = hdr_count_at_index(h->buckets, c->index++);
    uint64_t top = top_of(h, c->index - 1);
    c->seen += (uint64_t)n;
    c->ns = top < h->max ? top : h->max;
    return true;
}

// ceil(q * n), 1 to n. q stands for a decimal fraction that a double can only come near: a product that is
// above a whole number by no more than that error is the whole number (0.07 of 100 is 7, not 8).
static uint64_t rank_of(double q, uint64_t n)
{
    long double exact = (long double)q * (long double)n;
    long double rank = ceill(exact * (1 - 0x1p-51L));
    if (rank < 1)
        return 1;
    return rank < (long double)n ? (uint64_t)rank : n;
}

uint64_t hist_quantile(const struct hist *h, double q)
{
    if (!(q > 0))
        return hist_min(h);
    uint64_t rank = rank_of(q, h->count);
    struct cursor c = {.h = h};
    while (c.seen < rank && cursor_next(&c))
        ;
    return c.ns;
}

uint64_t hist_count_upto(const struct hist *h, uint64_t ns)
{
    uint64_t upto = 0;
    struct cursor c = {.h = h};
    while (cursor_next(&c) && c.ns <= ns)
        upto = c.seen;
    return upto;
}

double hist_sum_upto(const struct hist *h, uint64_t ns)
{
    double sum = 0;
    uint64_t upto = 0;
    struct cursor c = {.h = h};
    while (cursor_next(&c) && c.ns <= ns) {
        sum += (double)(c.seen - upto) * (double)hdr_median_equivalent_value(h->buckets, (int64_t)c.ns);
        upto = c.seen;
    }
    return sum;
}

// The distance to 100 halves in `ticks` equal steps.
static double next_percentile(double percentile, int ticks)
{
    double halvings = floor(log2(100 / (100 - percentile))) + 1;
    return percentile + 100 / (ticks * exp2(halvings));
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

void hist_walk_percentiles(const struct hist *h, int ticks, bool (*see)(void *ctx, const struct hist_step *),
                           void *ctx)
{
    struct cursor c = {.h = h};
    double percentile = 0;
    bool more = cursor_next(&c);
    while (more && percentile < 100) {
        if (percent(c.seen, h->count) < percentile) {
            more = cursor_next(&c);
            continue;
        }
        if (!see(ctx, &(struct hist_step){percentile, c.ns, c.seen}))
            return;
        if (c.seen == h->count)
            break;
        percentile = next_percentile(percentile, ticks);
    }
    see(ctx, &(struct hist_step){100, h->max, h->count});
}

void hist_walk_linear(const struct hist *h, uint64_t (*next)(uint64_t edge),
                      bool (*see)(void *ctx, const struct hist_step *), void *ctx)
{
    struct cursor c = {.h = h};
    bool more = cursor_next(&c); // c: the first bucket that edge has not passed
    uint64_t edge = 0, passed = 0;
    while (more) {
        edge = edge < HIST_TOP_NS ? next(edge) : h->max;
        while (more && c.ns <= edge) {
            passed = c.seen;
            more = cursor_next(&c);
        }
        if (!see(ctx, &(struct hist_step){percent(passed, h->count), edge, passed}))
            return;
    }
}

char *hist_encode(const struct hist *h)
{
    char *text = NULL;
    return hdr_log_encode(h->buckets, &text) == 0 ? text : NULL;
}

// What someone else wrote may have any range; a shifted one the library does not check, and we never write
// it.
struct hist *hist_decode(const char *base64)
{
    struct hdr_histogram *from = NULL;
    char *text = strdup(base64); // the library wants it writable
    int rc = text && *text ? hdr_log_decode(&from, text, strlen(text)) : -1;
    free(text);
    if (rc != 0 || !from)
        return NULL;
    bool fits = from->significant_figures >= 1 && from->significant_figures <= 5 &&
                from->normalizing_index_offset == 0;
    struct hist *h = fits ? hist_new(from->significant_figures) : NULL;
    if (h && hdr_add(h->buckets, from) != 0) { // values above our top
        hist_free(h);
        h = NULL;
    }
    if (h && h->buckets->total_count > 0) {
        h->count = (uint64_t)h->buckets->total_count;
        h->min = (uint64_t)hdr_min(h->buckets);
        h->max = (uint64_t)hdr_max(h->buckets);
        h->sum = (unsigned __int128)((long double)hdr_mean(h->buckets) * (long double)h->count);
    }
    hdr_close(from);
    return h;
}

// --- cells ---
//
// A 0 byte, then pairs of numbers in LEB128: how many buckets further (at least 1, the first from -1 on), and
// the count there.

struct hist_mark {
    int32_t from, to; // the buckets in between are all that was ever counted
    int64_t counts[];
};

struct hist_mark *hist_mark_new(const struct hist *h)
{
    return calloc(1, sizeof(struct hist_mark) + (size_t)h->buckets->counts_len * sizeof(int64_t));
}

void hist_mark_free(struct hist_mark *m)
{
    free(m);
}

void hist_mark_reset(struct hist_mark *m)
{
    memset(m->counts + m->from, 0, (size_t)(m->to - m->from) * sizeof m->counts[0]);
    m->from = m->to = 0;
}

// The bucket that holds ns: values rise with the index.
static int32_t index_of(const struct hist *h, uint64_t ns)
{
    int32_t lo = 0, hi = h->buckets->counts_len - 1;
    while (lo < hi) {
        int32_t mid = lo + (hi - lo + 1) / 2;
        if ((uint64_t)hdr_value_at_index(h->buckets, mid) <= ns)
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

static char *put_number(char *at, uint64_t n)
{
    for (; n >= 128; n >>= 7)
        *at++ = (char)(n | 128);
    *at++ = (char)n;
    return at;
}

static uint64_t take_number(struct slice *in)
{
    uint64_t n = 0;
    for (unsigned shift = 0; in->len && shift < 64; shift += 7) {
        unsigned char c = (unsigned char)*in->at++;
        in->len--;
        n |= (uint64_t)(c & 127) << shift;
        if (c < 128)
            break;
    }
    return n;
}

#define CELL_BYTES_MAX 16 // 5 of the gap, 10 of the count

int hist_cells_since(const struct hist *h, struct hist_mark *m, struct buf *out)
{
    int rc = buf_append(out, "", 1);
    if (!h->count)
        return rc;
    int32_t first = index_of(h, h->min), last = -1, end = index_of(h, h->max);
    m->from = m->to && m->from < first ? m->from : first;
    m->to = end + 1 > m->to ? end + 1 : m->to;
    for (int32_t i = first; rc == 0 && i <= end; i++) {
        int64_t fresh = hdr_count_at_index(h->buckets, i) - m->counts[i];
        if (fresh == 0)
            continue;
        char cell[CELL_BYTES_MAX];
        char *at = put_number(cell, (uint64_t)(i - last));
        at = put_number(at, (uint64_t)fresh);
        rc = buf_append(out, cell, (size_t)(at - cell));
        m->counts[i] += fresh;
        last = i;
    }
    return rc;
}

struct cell {
    int32_t index;
    uint64_t count;
};

// The next cell of the bytes; begin with index -1.
static bool next_cell(const struct hist *h, struct slice *in, struct cell *cell)
{
    while (in->len) {
        uint64_t gap = take_number(in);
        if (gap == 0) {
            cell->index = -1;
            continue;
        }
        cell->index += (int32_t)gap;
        cell->count = take_number(in);
        return cell->index < h->buckets->counts_len;
    }
    return false;
}

void hist_add_cells(struct hist *h, struct slice cells)
{
    struct cell cell = {.index = -1};
    while (next_cell(h, &cells, &cell)) {
        uint64_t top = top_of(h, cell.index);
        hist_record(h, top < HIST_TOP_NS ? top : HIST_TOP_NS, cell.count);
    }
}

void hist_cells_walk(const struct hist *h, struct slice cells,
                     void (*see)(void *ctx, uint64_t ns, uint64_t n), void *ctx)
{
    struct cell cell = {.index = -1};
    while (next_cell(h, &cells, &cell))
        see(ctx, top_of(h, cell.index), cell.count);
}

uint64_t hist_cells_above(const struct hist *h, struct slice cells, uint64_t ns)
{
    uint64_t above = 0;
    int32_t last = index_of(h, ns); // the bucket that holds ns does not count
    struct cell cell = {.index = -1};
    while (next_cell(h, &cells, &cell))
        above += cell.index > last ? cell.count : 0;
    return above;
}

bool hist_cells_fit(const struct hist *h, struct slice cells, uint64_t *count)
{
    int64_t index = -1, end = h->buckets->counts_len;
    *count = 0;
    if (cells.len && (cells.at[0] || (unsigned char)cells.at[cells.len - 1] >= 128))
        return false;
    while (cells.len) {
        uint64_t gap = take_number(&cells);
        if (gap == 0) {
            index = -1;
            continue;
        }
        if (!cells.len || gap >= (uint64_t)(end - index))
            return false;
        index += (int64_t)gap;
        uint64_t n = take_number(&cells);
        if (n == 0 || n > HIST_CELLS_MAX - *count)
            return false;
        *count += n;
    }
    return true;
}

// --- without loss ---

struct hist_exact hist_exact(const struct hist *h)
{
    return (struct hist_exact){h->overflow, h->min, h->max, (uint64_t)(h->sum >> 64), (uint64_t)h->sum};
}

int hist_cells(const struct hist *h, struct buf *out)
{
    struct hist_mark *nothing = hist_mark_new(h);
    int rc = nothing ? hist_cells_since(h, nothing, out) : -ENOMEM;
    hist_mark_free(nothing);
    return rc;
}

// Whether values in the buckets of h, and the overflow, can have that least, greatest and sum.
static bool can_be(const struct hist *h, const struct hist_exact *e)
{
    unsigned __int128 sum = (unsigned __int128)e->sum_high << 64 | e->sum_low;
    unsigned __int128 count = (unsigned __int128)h->count + e->overflow;
    if (e->overflow > HIST_CELLS_MAX)
        return false;
    if (count == 0)
        return e->min == UINT64_MAX && e->max == 0 && sum == 0;
    bool least = h->count ? e->min > 0 && e->min <= HIST_TOP_NS && index_of(h, e->min) == index_of(h, h->min)
                          : e->min > HIST_TOP_NS;
    bool greatest = e->overflow ? e->max > HIST_TOP_NS
                                : e->max <= HIST_TOP_NS && index_of(h, e->max) == index_of(h, h->max);
    return least && greatest && e->min <= e->max && sum >= count * e->min && sum <= count * e->max;
}

int hist_of(struct hist **out, int digits, struct slice cells, const struct hist_exact *e)
{
    uint64_t count;
    *out = NULL;
    if (digits < 1 || digits > 5)
        return -EINVAL;
    struct hist *h = hist_new(digits);
    if (!h)
        return -ENOMEM;
    if (hist_cells_fit(h, cells, &count))
        hist_add_cells(h, cells);
    else
        count = UINT64_MAX;
    if (count == UINT64_MAX || !can_be(h, e)) {
        hist_free(h);
        return -EINVAL;
    }
    h->count += e->overflow;
    h->overflow = e->overflow;
    h->min = e->min;
    h->max = e->max;
    h->sum = (unsigned __int128)e->sum_high << 64 | e->sum_low;
    *out = h;
    return 0;
}
