// SPDX-License-Identifier: MIT
#include "stats/outage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USUAL_SHARE 0.25 // of the rows are no worse than usual, however long it took to get over an outage
#define BEFORE_SHARE 0.9 // of the rows before an outage, that a row must be as good as

// p99 of each row; UINT64_MAX where it has no answer.
static uint64_t *row_p99s(const struct series *rows, const struct hist *like)
{
    struct hist *h = hist_new(hist_digits(like));
    uint64_t *p99 = calloc(rows->n + 1, sizeof *p99);
    for (size_t i = 0; h && p99 && i < rows->n; i++) {
        hist_reset(h);
        hist_add_cells(h, series_latency(rows, &rows->rows[i]));
        p99[i] = hist_count(h) ? hist_quantile(h, 0.99) : UINT64_MAX;
    }
    if (!h) {
        free(p99);
        p99 = NULL;
    }
    hist_free(h);
    return p99;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

// The quantile q of those of the first n rows that have answers, and are not marked; UINT64_MAX: none.
static uint64_t quantile_of_rows(const uint64_t *p99, const bool *marked, size_t n, double q)
{
    uint64_t *sorted = malloc((n + 1) * sizeof *sorted), found = UINT64_MAX;
    size_t kept = 0;
    for (size_t i = 0; sorted && i < n; i++)
        if (p99[i] != UINT64_MAX && !marked[i])
            sorted[kept++] = p99[i];
    if (sorted && kept) {
        qsort(sorted, kept, sizeof *sorted, by_size);
        found = sorted[(size_t)(q * (double)(kept - 1))];
    }
    free(sorted);
    return found;
}

// The rows are cut finer than an outage or not: those at its ends count by the part that lies in it.
static uint64_t due_between(const struct series *rows, uint64_t from_ns, uint64_t to_ns)
{
    double due = 0;
    for (size_t i = 0; i < rows->n; i++) {
        uint64_t begin_ns = i * rows->step_ns, end_ns = begin_ns + rows->step_ns;
        if (i + 1 == rows->n && rows->total_ns > begin_ns)
            end_ns = rows->total_ns;
        uint64_t in_from = begin_ns > from_ns ? begin_ns : from_ns, in_to = end_ns < to_ns ? end_ns : to_ns;
        if (in_to > in_from)
            due += (double)rows->rows[i].due * (double)(in_to - in_from) / (double)(end_ns - begin_ns);
    }
    return (uint64_t)(due + 0.5);
}

// Looks for the first row that is as good as those before, and marks all that are not.
static void recover(struct outage *o, const struct series *rows, const uint64_t *p99, bool *marked)
{
    uint64_t end_ns = o->start_ns + o->length_ns;
    size_t before = o->start_ns / rows->step_ns, after = (end_ns + rows->step_ns - 1) / rows->step_ns;
    before = before < rows->n ? before : rows->n;
    uint64_t limit_ns = quantile_of_rows(p99, marked, before, BEFORE_SHARE);
    for (size_t i = before; i < rows->n && i < after; i++)
        marked[i] = true;
    for (size_t i = after; o->ended && limit_ns != UINT64_MAX && i < rows->n && !o->recovered; i++) {
        o->recovered = p99[i] <= limit_ns;
        o->recovered_ns = i * rows->step_ns - end_ns;
        marked[i] = !o->recovered;
    }
    if (!o->recovered)
        o->recovered_ns = 0;
}

static bool is_outage(const struct gap *g, uint64_t length_ns, double usual_ns)
{
    if (g->broke)
        return length_ns >= OUTAGE_BROKE_NS;
    return length_ns >= OUTAGE_SILENT_NS && (double)length_ns >= OUTAGE_TIMES * usual_ns;
}

// The shortest makes room for a longer one.
static void keep(struct outages *out, const struct outage *o)
{
    if (out->n < OUTAGES_MAX) {
        out->list[out->n++] = *o;
        return;
    }
    unsigned least = 0;
    for (unsigned i = 1; i < out->n; i++)
        least = out->list[i].length_ns < out->list[least].length_ns ? i : least;
    out->more++;
    if (out->list[least].length_ns >= o->length_ns)
        return;
    for (unsigned i = least; i + 1 < out->n; i++)
        out->list[i] = out->list[i + 1];
    out->list[out->n - 1] = *o;
}

static double usual_of(const struct outage_run *run, const uint64_t *p99, const bool *marked)
{
    double usual_ns = (double)quantile_of_rows(p99, marked, run->rows->n, USUAL_SHARE);
    return usual_ns < run->served_ns ? usual_ns : run->served_ns;
}

// Of one gap; its length is 0 where it is none.
static struct outage outage_of(const struct gap *g, const struct outage_run *run, double usual_ns)
{
    uint64_t from_ns = gaps_start(g) > run->start_ns ? gaps_start(g) : run->start_ns;
    uint64_t to_ns = g->to_ns < run->end_ns ? g->to_ns : run->end_ns;
    if (to_ns <= from_ns || !is_outage(g, to_ns - from_ns, usual_ns))
        return (struct outage){0};
    struct outage o = {.start_ns = from_ns - run->start_ns,
                       .length_ns = to_ns - from_ns,
                       .ended = g->to_ns <= run->end_ns,
                       .broke = g->broke};
    o.missed = run->node ? g->missed : due_between(run->rows, o.start_ns, o.start_ns + o.length_ns);
    if (run->node)
        snprintf(o.node, sizeof o.node, "%s", run->node);
    return o;
}

int outages_of(struct outages *out, const struct gaps *common, const struct outage_run *run)
{
    *out = (struct outages){0};
    if (!common->n || !run->rows->n)
        return 0;
    uint64_t *p99 = row_p99s(run->rows, run->like);
    bool *marked = calloc(run->rows->n + 1, sizeof *marked);
    int rc = p99 && marked ? 0 : -ENOMEM;
    double usual_ns = rc == 0 ? usual_of(run, p99, marked) : 0;
    for (size_t i = 0; rc == 0 && i < common->n; i++) {
        struct outage o = outage_of(&common->list[i], run, usual_ns);
        if (!o.length_ns)
            continue;
        recover(&o, run->rows, p99, marked);
        keep(out, &o);
    }
    free(p99);
    free(marked);
    return rc;
}

static bool of_all(const struct outage *o)
{
    return !o->node[0];
}

static bool of_a_node(const struct outage *o)
{
    return o->node[0];
}

static bool broken(const struct outage *o)
{
    return o->broke;
}

// How much of [from_ns, to_ns) lies in any of those that pass.
static uint64_t united(const struct outages *o, bool (*passes)(const struct outage *), uint64_t from_ns,
                       uint64_t to_ns)
{
    uint64_t sum_ns = 0;
    for (unsigned i = 0; i < o->n; i++) {
        uint64_t begin_ns = o->list[i].start_ns, end_ns = begin_ns + o->list[i].length_ns;
        begin_ns = begin_ns > from_ns ? begin_ns : from_ns;
        end_ns = end_ns < to_ns ? end_ns : to_ns;
        if (!passes(&o->list[i]) || end_ns <= begin_ns)
            continue;
        sum_ns += end_ns - begin_ns;
        from_ns = end_ns;
    }
    return sum_ns;
}

uint64_t outages_within(const struct outages *o, uint64_t from_ns, uint64_t to_ns)
{
    return united(o, of_all, from_ns, to_ns);
}

uint64_t outages_within_nodes(const struct outages *o, uint64_t from_ns, uint64_t to_ns)
{
    return united(o, of_a_node, from_ns, to_ns);
}

// The later end of the two recoveries; missed by both.
static struct outage both(const struct outage *a, const struct outage *b)
{
    uint64_t a_end_ns = a->start_ns + a->length_ns, b_end_ns = b->start_ns + b->length_ns;
    uint64_t start_ns = a->start_ns > b->start_ns ? a->start_ns : b->start_ns;
    uint64_t end_ns = a_end_ns < b_end_ns ? a_end_ns : b_end_ns;
    if (end_ns <= start_ns || (a->node[0] && b->node[0] && strcmp(a->node, b->node) != 0))
        return (struct outage){0};
    uint64_t a_good_ns = a_end_ns + a->recovered_ns, b_good_ns = b_end_ns + b->recovered_ns;
    struct outage o = {.start_ns = start_ns,
                       .length_ns = end_ns - start_ns,
                       .missed = a->missed + b->missed,
                       .recovered_ns = (a_good_ns > b_good_ns ? a_good_ns : b_good_ns) - end_ns,
                       .ended = a->ended || b->ended,
                       .recovered = a->recovered && b->recovered,
                       .broke = a->broke || b->broke};
    memcpy(o.node, a->node[0] ? a->node : b->node, sizeof o.node);
    return o;
}

void outages_join(struct outages *out, const struct outages *part)
{
    struct outages joint = {0};
    for (unsigned i = 0; i < out->n; i++)
        for (unsigned k = 0; k < part->n; k++) {
            struct outage o = both(&out->list[i], &part->list[k]);
            if (o.length_ns)
                keep(&joint, &o);
        }
    *out = joint;
}

char *outage_text(const struct outage *o, bool open_loop, char dst[OUTAGE_TEXT])
{
    int n = snprintf(dst, OUTAGE_TEXT, "no reply%s%s for %.2f s, starting at %.2f s%s",
                     o->node[0] ? " from " : "", o->node, (double)o->length_ns * 1e-9,
                     (double)o->start_ns * 1e-9, o->ended ? "" : " until the end");
    if (open_loop)
        n += snprintf(dst + n, OUTAGE_TEXT - (size_t)n, "; scheduled requests missed: %" PRIu64, o->missed);
    if (o->recovered)
        snprintf(dst + n, OUTAGE_TEXT - (size_t)n, "; p99 back to normal after another %.2f s",
                 (double)o->recovered_ns * 1e-9);
    else if (o->ended)
        snprintf(dst + n, OUTAGE_TEXT - (size_t)n, "; p99 not back to normal by the end");
    return dst;
}

static bool any(const struct outage *o)
{
    return o->length_ns;
}

double outages_s(const struct outages *o)
{
    return 1e-9 * (double)united(o, any, 0, UINT64_MAX);
}

double outages_broken_s(const struct outages *o)
{
    return 1e-9 * (double)united(o, broken, 0, UINT64_MAX);
}

// --- nodes ---

#define COVERED 0.9 // of it lies in another

static bool covers(const struct outage *all, const struct outage *one)
{
    uint64_t from_ns = one->start_ns > all->start_ns ? one->start_ns : all->start_ns;
    uint64_t one_ns = one->start_ns + one->length_ns, all_ns = all->start_ns + all->length_ns;
    uint64_t to_ns = one_ns < all_ns ? one_ns : all_ns;
    return to_ns > from_ns && (double)(to_ns - from_ns) >= COVERED * (double)one->length_ns;
}

static bool covered_by_any(const struct outages *o, const struct outage *all)
{
    for (unsigned i = 0; i < o->n; i++)
        if (covers(all, &o->list[i]))
            return true;
    return false;
}

// Whether it is the part that a node had in an outage of all of them.
static bool is_told(const struct outages *all, const struct outages *nodes, unsigned n,
                    const struct outage *one)
{
    for (unsigned i = 0; i < all->n; i++) {
        unsigned out = 0;
        if (!of_all(&all->list[i]) || !covers(&all->list[i], one))
            continue;
        for (unsigned k = 0; k < n; k++)
            out += covered_by_any(&nodes[k], &all->list[i]);
        if (out == n)
            return true;
    }
    return false;
}

static int by_start(const void *a, const void *b)
{
    const struct outage *x = a, *y = b;
    return x->start_ns < y->start_ns ? -1 : x->start_ns > y->start_ns;
}

void outages_take_nodes(struct outages *out, const struct outages *nodes, unsigned n)
{
    const struct outages all = *out;
    for (unsigned k = 0; k < n; k++)
        for (unsigned i = 0; i < nodes[k].n; i++)
            if (!is_told(&all, nodes, n, &nodes[k].list[i]))
                keep(out, &nodes[k].list[i]);
    qsort(out->list, out->n, sizeof *out->list, by_start);
}
