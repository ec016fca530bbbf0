// SPDX-License-Identifier: MIT
#include "stats/slo.h"

#include "base/clock.h"
#include "base/units.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

// "p99", or "get.p99.9": the first dot ends the command's name.
static bool take_name(struct slo_limit *l, struct slice name)
{
    l->quantile = quantile_named(name);
    const char *dot = l->quantile < 0 ? slice_find(name, ".") : NULL;
    size_t n = dot ? (size_t)(dot - name.at) : 0;
    if (n == 0 || n >= SLO_COMMAND)
        return l->quantile >= 0;
    for (size_t i = 0; i < n; i++)
        l->command[i] = (char)(tolower)((unsigned char)name.at[i]);
    l->quantile = quantile_named((struct slice){dot + 1, name.len - n - 1});
    return l->quantile >= 0;
}

const struct slo_limit *slo_like(const struct slo *slo, unsigned n, const struct slo_limit *l)
{
    for (unsigned i = 0; i < n; i++)
        if (slo->limit[i].quantile == l->quantile && strcmp(slo->limit[i].command, l->command) == 0)
            return &slo->limit[i];
    return NULL;
}

// One "p99=1ms" of the list, len bytes.
static bool take_limit(struct slo *slo, const char *at, size_t len)
{
    char value[32];
    struct slo_limit l = {0};
    size_t name = strcspn(at, "=,");
    if (slo->n == SLO_MAX || name + 1 >= len || at[name] != '=' || len - name - 1 >= sizeof value)
        return false;
    memcpy(value, at + name + 1, len - name - 1);
    value[len - name - 1] = 0;
    if (!take_name(&l, (struct slice){at, name}) || slo_like(slo, slo->n, &l))
        return false;
    slo->limit[slo->n++] = l;
    uint64_t *ns = &slo->limit[slo->n - 1].ns;
    return units_parse_duration(value, 0, ns) == 0 && *ns > 0;
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
                   "p99=1ms,p99.9=5ms, or get.p99=1ms of one command of a mix, got '%.60s'",
                   SLO_MAX, text);
}

char *slo_name(const struct slo_limit *limit, char dst[SLO_NAME])
{
    snprintf(dst, SLO_NAME, "%s%s%s", limit->command, limit->command[0] ? "." : "",
             quantile_names[limit->quantile].text);
    return dst;
}

// All of its digits: "1.5", "1,200,000".
static char *milliseconds(uint64_t ns, char dst[2 * UNITS_TEXT])
{
    char whole[UNITS_TEXT];
    int len = snprintf(dst, 2 * UNITS_TEXT, "%s.%06u", units_count(ns / NS_PER_MS, whole),
                       (unsigned)(ns % NS_PER_MS));
    while (dst[len - 1] == '0')
        dst[--len] = 0;
    if (dst[len - 1] == '.')
        dst[len - 1] = 0;
    return dst;
}

char *slo_text(const struct slo *slo, char dst[SLO_TEXT])
{
    char name[SLO_NAME], ms[2 * UNITS_TEXT];
    size_t n = 0;
    dst[0] = 0;
    for (unsigned i = 0; i < slo->n && n < SLO_TEXT; i++)
        n += (size_t)snprintf(dst + n, SLO_TEXT - n, "%s%s within %s ms", i ? ", " : "",
                              slo_name(&slo->limit[i], name), milliseconds(slo->limit[i].ns, ms));
    return dst;
}

static int by_command_then_quantile(const void *a, const void *b)
{
    const struct slo_limit *l = a, *other = b;
    int by_command = strcmp(l->command, other->command);
    return by_command ? by_command : l->quantile - other->quantile;
}

char *slo_key(const struct slo *slo, char dst[SLO_TEXT])
{
    char name[SLO_NAME];
    struct slo sorted = *slo;
    size_t n = 0;
    dst[0] = 0;
    qsort(sorted.limit, sorted.n, sizeof *sorted.limit, by_command_then_quantile);
    for (unsigned i = 0; i < sorted.n && n < SLO_TEXT; i++)
        n += (size_t)snprintf(dst + n, SLO_TEXT - n, "%s%s=%" PRIu64 "ns", n ? "," : "",
                              slo_name(&sorted.limit[i], name), sorted.limit[i].ns);
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
static double late_in(const struct hist *like, const struct series *rows, const struct series_row *part,
                      uint64_t limit_ns)
{
    struct slice cells = series_latency(rows, part);
    return (double)hist_cells_above(like, cells, limit_ns) + (double)part->errors;
}

// Whole parts up to the planned end, of rows after the lead.
static unsigned parts_of(const struct slo_sight *sight, const struct series *rows, uint64_t limit_ns,
                         struct late_share_row out[LATE_SHARE_ROWS_MAX])
{
    uint64_t lasting_ns = sight->window.lasting_ns;
    size_t each = rows_per_part(rows, lasting_ns);
    size_t most = rows->step_ns ? (size_t)(lasting_ns / rows->step_ns) : 0;
    size_t end = rows->n < most ? rows->n : most;
    double answered = 0, due = 0;
    unsigned n = 0;
    for (size_t at = 0; at + each <= end && n < LATE_SHARE_ROWS_MAX; at += each) {
        struct series_row part = series_group(rows, at, each);
        double got = (double)(part.ok + part.errors), late = late_in(sight->like, rows, &part, limit_ns);
        answered += got;
        due += sight->rate > 0 ? sight->rate * 1e-9 * (double)(each * rows->step_ns) : (double)part.due;
        out[n++] = (struct late_share_row){got, late, fmax(0, due - answered)};
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

// The backlog of all requests, whoever the limits are about. The rows of sight are those after the lead.
static bool grows(const struct slo_sight *sight, uint64_t limit_ns)
{
    struct late_share_row parts[LATE_SHARE_ROWS_MAX];
    unsigned n = parts_of(sight, sight->rows, limit_ns, parts);
    return n >= LATE_SHARE_ROWS_MIN && late_share_grows(parts, n, due_of(sight, n));
}

bool slo_hopeless(const struct slo *slo, const struct slo_sight *all)
{
    struct series rows = slo_rows(all->rows, &all->window);
    struct slo_sight sight = *all;
    struct late_share_row parts[LATE_SHARE_ROWS_MAX];
    struct late_share late;
    sight.rows = &rows;
    bool lost = slo->n && grows(&sight, slo->limit[0].ns);
    for (unsigned i = 0; i < slo->n; i++) {
        struct series own = slo_rows(all->of[i] ? all->of[i] : all->rows, &all->window);
        unsigned n = parts_of(&sight, &own, slo->limit[i].ns, parts);
        lost |= late_share_of(parts, n, &late) == 0 &&
                late.low > fmin(0.9, SLO_HOPELESS * slo_may_be_late(slo, i));
    }
    return lost;
}

// What came of the requests that a limit is about; NULL: nothing is known of them.
static const struct summary *about(const struct slo_limit *limit, const struct summary *s)
{
    for (unsigned k = 0; limit->command[0] && k < s->nkinds; k++)
        if (strcmp(s->kinds[k].test, limit->command) == 0)
            return &s->kinds[k];
    return limit->command[0] ? NULL : s;
}

double slo_part(const struct slo_limit *limit, const struct summary *s)
{
    const struct summary *of = about(limit, s);
    if (of == s)
        return 1;
    return of && s->counts.sent ? (double)of->counts.sent / (double)s->counts.sent : 0;
}

void slo_see(struct slo_sight *sight, const struct slo *slo, const struct summary *s)
{
    for (unsigned i = 0; i < slo->n; i++) {
        const struct summary *of = about(&slo->limit[i], s);
        sight->of[i] = of ? &of->series : NULL;
    }
}

// What was never sent would have been of each command by its share.
static double late_of_all(const struct summary *s, const struct slo_limit *limit, const struct series *rows)
{
    const struct summary *of = about(limit, s);
    double unsent = slo_part(limit, s) * (double)s->counts.unsent;
    double late = of ? (double)of->counts.abandoned + unsent : 0;
    double due = of == s ? due_in(rows) : due_in(rows) + unsent;
    for (size_t i = 0; i < rows->n; i++)
        late += late_in(s->latency, rows, &rows->rows[i], limit->ns);
    return of && due > 0 ? fmin(1, late / due) : 1;
}

bool slo_held(const struct slo *slo, const struct summary *s, const struct slo_window *window,
              struct slo_share late[SLO_MAX], double *requests)
{
    struct series rows = slo_rows(&s->series, window);
    struct slo_sight sight = {.rows = &rows, .like = s->latency, .window = *window};
    struct late_share_row parts[LATE_SHARE_ROWS_MAX];
    bool held = counts_due(&s->counts) && !s->hopeless && summary_kept_up(s);
    held &= !slo->n || !grows(&sight, slo->limit[0].ns);
    *requests = due_in(&rows);
    slo_see(&sight, slo, s);
    for (unsigned i = 0; i < slo->n; i++) {
        struct late_share x;
        struct series own = slo_rows(sight.of[i] ? sight.of[i] : &s->series, window);
        unsigned n = parts_of(&sight, &own, slo->limit[i].ns, parts);
        if (late_share_of(parts, n, &x) < 0)
            x = (struct late_share){.high = 1};
        double share = late_of_all(s, &slo->limit[i], &own);
        late[i] = (struct slo_share){share, fmin(x.low, share), fmax(x.high, share), x.variance};
        held &= share <= slo_may_be_late(slo, i) * (1 + 1e-9);
    }
    return held;
}
