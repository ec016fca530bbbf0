// SPDX-License-Identifier: MIT
#include "stats/summary.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define KEPT_MIN 0.99     // of the offered load
#define OLDER_BY_CHANCE 5 // requests in flight that may be older than p99
#define OLDER_TIMES 3     // and so many times what is usual

void summary_free(struct summary *s)
{
    node_shares_free(&s->nodes);
    generators_free(&s->generators);
    if (s->light)
        summary_free(s->light);
    free(s->light);
    s->light = NULL;
    struct hist **hists[] = {&s->latency, &s->bounded, &s->service, &s->lag, &s->wait, &s->chain};
    for (size_t i = 0; i < sizeof hists / sizeof *hists; i++) {
        hist_free(*hists[i]);
        *hists[i] = NULL;
    }
    for (unsigned i = 0; i < s->nkinds; i++)
        summary_free(&s->kinds[i]);
    free(s->kinds);
    s->kinds = NULL;
    s->nkinds = 0;
    wiretimes_free(&s->wire);
    readtimes_free(&s->read);
    handshakes_free(&s->tls);
    connections_free(&s->connections);
    delivery_free(&s->delivery);
    staleness_free(&s->staleness);
    series_free(&s->warm);
    series_free(&s->series);
    free(s->shares);
    s->shares = NULL;
    free(s->doubts);
    s->doubts = NULL;
    s->ndoubts = 0;
    free(s->replayed);
    s->replayed = NULL;
    free(s->words);
    s->words = NULL;
}

int summary_own_words(struct summary *s, struct slice title, struct slice waits_by)
{
    char *words = malloc(title.len + waits_by.len + 2);
    if (!words)
        return -ENOMEM;
    memcpy(words, title.at, title.len);
    words[title.len] = 0;
    memcpy(words + title.len + 1, waits_by.at, waits_by.len);
    words[title.len + 1 + waits_by.len] = 0;
    free(s->words);
    s->words = words;
    s->title = words;
    s->waits_by = waits_by.len ? words + title.len + 1 : NULL;
    return 0;
}

// How many answered requests were under way for longer than ns at a moment of the run, on average (Little's
// law).
static double usually_older(const struct summary *s, uint64_t ns)
{
    const struct hist *h = s->latency;
    uint64_t above = hist_count(h) - hist_count_upto(h, ns);
    double beyond = hist_mean(h) * (double)hist_count(h) - hist_sum_upto(h, ns) - (double)above * (double)ns;
    return s->wall_ns && beyond > 0 ? beyond / (double)s->wall_ns : 0;
}

static bool in_flight(const struct summary *s, const struct hist *unfinished)
{
    if (s->ending != ENDING_INTERRUPTED || s->lost > 0 || !s->latency ||
        hist_count(unfinished) > hist_count(s->latency) || hist_max(unfinished) > hist_max(s->latency))
        return false;
    uint64_t p99 = hist_quantile(s->latency, 0.99);
    double older = (double)(hist_count(unfinished) - hist_count_upto(unfinished, p99));
    return older <= OLDER_BY_CHANCE + OLDER_TIMES * usually_older(s, p99);
}

void summary_take_unfinished(struct summary *s, struct hist *unfinished)
{
    if (hist_count(unfinished) == 0 || in_flight(s, unfinished)) {
        s->in_flight = hist_count(unfinished);
        hist_free(unfinished);
        return;
    }
    s->bounded = unfinished;
    s->bound_min_ns = hist_min(unfinished);
    hist_merge(s->bounded, s->latency);
}

void summary_settle_many(struct summary *s, const struct series *of, size_t n)
{
    bool unstable = false;
    const struct quantile_rows rows = {&s->series, of, n};
    const struct hist *all = s->bounded ? s->bounded : s->latency;
    for (int i = 0; i < QUANTILES; i++) {
        struct quantile *x = &s->quantiles[i];
        quantile_of_many(x, quantile_names[i].q, all, s->latency, &rows);
        x->at_least = s->bounded && s->bound_min_ns <= x->ns;
        unstable |= x->unstable; // the tail of what is not known is not known either
        x->unstable = unstable && !x->few;
    }
}

void summary_settle(struct summary *s)
{
    summary_settle_many(s, NULL, 0);
    for (unsigned i = 0; i < s->nkinds; i++)
        if (s->kinds[i].latency)
            summary_settle(&s->kinds[i]);
}

const char *summary_ending(enum ending ending)
{
    static const char *const names[] = {
        [ENDING_DONE] = "done",       [ENDING_SKIPPED] = "skipped", [ENDING_INTERRUPTED] = "interrupted",
        [ENDING_STALLED] = "stalled", [ENDING_LOST] = "lost",
    };
    return names[ending];
}

uint64_t summary_answered(const struct summary *s)
{
    return counts_answered(&s->counts);
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

double summary_rps(const struct summary *s)
{
    return ratio((double)summary_answered(s), (double)s->wall_ns * 1e-9);
}

double summary_goodput(const struct summary *s)
{
    return ratio((double)s->counts.ok, (double)s->wall_ns * 1e-9);
}

double summary_hit_ratio(const struct summary *s)
{
    return ratio((double)s->counts.hits, (double)s->counts.hits + (double)s->counts.misses);
}

double summary_cpu_us(const struct summary *s)
{
    return ratio((s->user_s + s->system_s) * 1e6, (double)summary_answered(s));
}

double summary_kept(const struct summary *s)
{
    return ratio((double)summary_answered(s), (double)counts_due(&s->counts));
}

bool summary_kept_up(const struct summary *s)
{
    if (s->load.rate <= 0)
        return true;
    double due = (double)counts_due(&s->counts);
    double planned_ns = s->duration_asked_ns ? (double)s->duration_asked_ns
                                             : (due + 5 * sqrt(due)) / s->load.rate * 1e9; // chance included
    double last_ns =
        s->service ? 2 * (double)hist_quantile(s->service, 0.99) : 0; // the last answers' own time
    return summary_kept(s) >= KEPT_MIN && (double)s->wall_ns <= planned_ns / KEPT_MIN + last_ns;
}

bool summary_failed(const struct summary *s)
{
    return s->counts.errors > 0 || s->lost > 0 || counts_unfinished(&s->counts) > 0;
}

void summary_why_none(const struct summary *s, char why[static SUMMARY_WHY])
{
    if (s->note[0])
        snprintf(why, SUMMARY_WHY, "%.300s", s->note);
    else if (s->counts.errors)
        snprintf(why, SUMMARY_WHY, "every reply was an error: \"%.127s\"", s->tally.kinds[0].first);
    else
        snprintf(why, SUMMARY_WHY, "no request was answered");
}
