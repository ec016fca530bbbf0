// SPDX-License-Identifier: MIT
#include "stats/slo.h"

#include "base/clock.h"
#include "base/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define PARTS 12 // that a trial is cut into: fewer, and neighbours resemble each other less

// --- as text ---

// "p99" or "p99.9", the latter also as "p999".
static int quantile_named(struct slice name)
{
    for (int i = 0; i < QUANTILES; i++) {
        char plain[16];
        size_t n = 0;
        for (const char *at = quantile_names[i].text; *at; at++)
            if (*at != '.')
                plain[n++] = *at;
        plain[n] = 0;
        if (slice_is(name, quantile_names[i].text) || slice_is(name, plain))
            return i;
    }
    return -1;
}

// One "p99=1ms" of the list, len bytes.
static bool take_limit(struct slo *slo, const char *at, size_t len)
{
    char value[32];
    size_t name = strcspn(at, "=,");
    if (slo->n == SLO_MAX || name + 1 >= len || at[name] != '=' || len - name - 1 >= sizeof value)
        return false;
    memcpy(value, at + name + 1, len - name - 1);
    value[len - name - 1] = 0;
    uint64_t *ns = &slo->limit[slo->n].ns;
    int quantile = quantile_named((struct slice){at, name});
    for (unsigned i = 0; i < slo->n; i++)
        if (slo->limit[i].quantile == quantile)
            return false;
    slo->limit[slo->n].quantile = quantile;
    return slo->limit[slo->n++].quantile >= 0 && units_parse_duration(value, NS_PER_S, ns) == 0 && *ns > 0;
}

int slo_parse(struct slo *slo, const char *text, struct err *err)
{
    const char *at = text;
    size_t len = strcspn(at, ",");
    *slo = (struct slo){0};
    while (take_limit(slo, at, len)) {
        if (!at[len])
            return 0;
        at += len + 1;
        len = strcspn(at, ",");
    }
    return err_set(err, ERR_USAGE,
                   "--slo: expected up to %d latency limits for p50, p90, p95, p99, p99.9 or p99.99 such as "
                   "p99=1ms,p99.9=5ms, got '%.60s'",
                   SLO_MAX, text);
}

char *slo_text(const struct slo *slo, char dst[SLO_TEXT])
{
    size_t n = 0;
    dst[0] = 0;
    for (unsigned i = 0; i < slo->n && n < SLO_TEXT; i++)
        n += (size_t)snprintf(dst + n, SLO_TEXT - n, "%s%s within %.6g ms", i ? ", " : "",
                              quantile_names[slo->limit[i].quantile].text, (double)slo->limit[i].ns * 1e-6);
    return dst;
}

char *slo_key(const struct slo *slo, char dst[SLO_TEXT])
{
    size_t n = 0;
    dst[0] = 0;
    for (int q = 0; q < QUANTILES; q++)
        for (unsigned i = 0; i < slo->n && n < SLO_TEXT; i++)
            if (slo->limit[i].quantile == q)
                n += (size_t)snprintf(dst + n, SLO_TEXT - n, "%s%s=%" PRIu64 "ns", n ? "," : "",
                                      quantile_names[q].text, slo->limit[i].ns);
    return dst;
}

// --- what a trial says ---

double slo_may_be_late(const struct slo *slo, unsigned i)
{
    return 1 - quantile_names[slo->limit[i].quantile].q;
}

uint64_t slo_longest_ns(const struct slo *slo)
{
    uint64_t longest = 0;
    for (unsigned i = 0; i < slo->n; i++)
        longest = slo->limit[i].ns > longest ? slo->limit[i].ns : longest;
    return longest;
}

struct series slo_rows(const struct series *all, const struct slo_window *window)
{
    struct series tail = *all;
    size_t lead = all->step_ns ? (size_t)((window->lead_ns + all->step_ns - 1) / all->step_ns) : 0;
    lead = lead < all->n ? lead : all->n;
    tail.rows += lead;
    tail.n -= lead;
    return tail;
}

// How many rows make one part.
static size_t rows_per_part(const struct series *rows, uint64_t lasting_ns)
{
    size_t n = rows->step_ns ? (size_t)(lasting_ns / PARTS / rows->step_ns) : 0;
    return n ? n : 1;
}

// Late in these rows: answered so, or with an error.
static double late_in(const struct slo_sight *sight, const struct series_row *part, uint64_t limit_ns)
{
    struct slice cells = series_latency(sight->rows, part);
    return (double)hist_cells_above(sight->like, cells, limit_ns) + (double)part->errors;
}

// Whole parts up to the planned end. The rows of sight are those after the lead.
static unsigned parts_of(const struct slo_sight *sight, uint64_t limit_ns,
                         struct late_share_row out[LATE_SHARE_ROWS_MAX])
{
    const struct series *rows = sight->rows;
    uint64_t lasting_ns = sight->window.lasting_ns;
    size_t each = rows_per_part(rows, lasting_ns);
    size_t most = rows->step_ns ? (size_t)(lasting_ns / rows->step_ns) : 0;
    size_t end = rows->n < most ? rows->n : most;
    double answered = 0, due = 0;
    unsigned n = 0;
    for (size_t at = 0; at + each <= end && n < LATE_SHARE_ROWS_MAX; at += each) {
        struct series_row part = series_group(rows, at, each);
        double got = (double)(part.ok + part.errors);
        answered += got;
        due += sight->rate > 0 ? sight->rate * 1e-9 * (double)(each * rows->step_ns) : (double)part.due;
        out[n++] = (struct late_share_row){got, late_in(sight, &part, limit_ns), fmax(0, due - answered)};
    }
    return n;
}

static double due_in(const struct series *rows)
{
    double due = 0;
    for (size_t i = 0; i < rows->n; i++)
        due += (double)rows->rows[i].due;
    return due;
}

// What is due in a part, to weigh the backlog's growth by. Where only the rate is known, chance (five
// standard deviations of a Poisson count) is no growth.
static double due_of(const struct slo_sight *sight, unsigned n)
{
    const struct series *rows = sight->rows;
    uint64_t lasting_ns = sight->window.lasting_ns;
    double part_ns = (double)(rows_per_part(rows, lasting_ns) * rows->step_ns);
    if (sight->rate > 0) {
        double due = sight->rate * 1e-9 * part_ns;
        return fmax(due, 5 * sqrt(due * n) / n / LATE_SHARE_GROWTH);
    }
    return due_in(rows) * part_ns / (double)lasting_ns;
}

static bool grows(const struct slo_sight *sight, const struct late_share_row *parts, unsigned n)
{
    return n >= LATE_SHARE_ROWS_MIN && late_share_grows(parts, n, due_of(sight, n));
}

bool slo_hopeless(const struct slo *slo, const struct slo_sight *all)
{
    struct series rows = slo_rows(all->rows, &all->window);
    struct slo_sight sight = *all;
    struct late_share_row parts[LATE_SHARE_ROWS_MAX];
    struct late_share late;
    bool lost = false;
    sight.rows = &rows;
    for (unsigned i = 0; i < slo->n; i++) {
        unsigned n = parts_of(&sight, slo->limit[i].ns, parts);
        lost |= late_share_of(parts, n, &late) == 0 &&
                late.low > fmin(0.9, SLO_HOPELESS * slo_may_be_late(slo, i));
        lost |= i == 0 && grows(&sight, parts, n);
    }
    return lost;
}

static double late_of_all(const struct slo_sight *sight, const struct summary *s, uint64_t limit_ns)
{
    double late = (double)counts_unanswered(&s->counts), due = due_in(sight->rows);
    for (size_t i = 0; i < sight->rows->n; i++)
        late += late_in(sight, &sight->rows->rows[i], limit_ns);
    return due > 0 ? fmin(1, late / due) : 1;
}

bool slo_held(const struct slo *slo, const struct summary *s, const struct slo_window *window,
              struct slo_share late[SLO_MAX], double *requests)
{
    struct series rows = slo_rows(&s->series, window);
    struct slo_sight sight = {&rows, s->latency, 0, *window};
    struct late_share_row parts[LATE_SHARE_ROWS_MAX];
    bool held = counts_due(&s->counts) && !s->hopeless && summary_kept_up(s);
    *requests = due_in(&rows);
    for (unsigned i = 0; i < slo->n; i++) {
        struct late_share x;
        unsigned n = parts_of(&sight, slo->limit[i].ns, parts);
        if (late_share_of(parts, n, &x) < 0)
            x = (struct late_share){.high = 1};
        double share = late_of_all(&sight, s, slo->limit[i].ns);
        late[i] = (struct slo_share){share, fmin(x.low, share), fmax(x.high, share), x.variance};
        held &= share <= slo_may_be_late(slo, i) * (1 + 1e-9);
        held &= i > 0 || !grows(&sight, parts, n);
    }
    return held;
}
