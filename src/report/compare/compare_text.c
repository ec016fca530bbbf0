// SPDX-License-Identifier: MIT
#include "report/compare/compare_text.h"

#include "base/build.h"
#include "base/quote.h"
#include "base/units.h"
#include "report/parts/head.h"
#include "report/parts/sheet.h"
#include "report/parts/unit.h"
#include "stats/comparison_change.h"
#include "stats/comparison_end.h"
#include "stats/comparison_kinds.h"
#include "stats/comparison_noise.h"
#include "stats/remarks.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLOOR_MAX 0.9999 // what --floor takes
#define WORD_COLUMNS 13  // of a verdict on a terminal of 80
#define NOTE_COLUMN 17   // where the rest of it begins

static void print_baseline(FILE *out, const struct compare_baseline *p)
{
    char path[96], started[64], difference[FINGERPRINT_WORDS];
    fprintf(out, "  baseline is run %" PRId64 " of %s, started %s\n", p->run,
            slice_quote(slice_of(p->path), path, sizeof path),
            slice_quote(slice_of(p->started), started, sizeof started));
    for (const struct fingerprint_difference *d = p->fingerprint.list;
         d < p->fingerprint.list + p->fingerprint.n; d++)
        fprintf(out, "! %s\n", fingerprint_words(d, difference));
}

static void begin(FILE *out, const struct compare_facts *f)
{
    fprintf(out, "hkv-bench %s compare\n", build.version);
    for (unsigned t = 0; t < f->targets; t++) {
        char name[64];
        fprintf(out, "  %-12s ", slice_quote(slice_of(f->each[t].name), name, sizeof name));
        if (f->each[t].engine && strcmp(f->each[t].engine, "null") == 0)
            fputs("no server, null", out);
        else
            head_server(out, f->each[t].server, f->each[t].version, f->each[t].where);
        if (f->each[t].primaries)
            fprintf(out, ", a cluster of %u primar%s", f->each[t].primaries,
                    f->each[t].primaries > 1 ? "ies" : "y");
        if (f->each[t].memory_per_key > 0)
            fprintf(out, ", %.1f bytes/key", f->each[t].memory_per_key);
        fputc('\n', out);
    }
    if (f->baseline)
        print_baseline(out, f->baseline);
    fputc('\n', out);
}

static bool is_latency(enum comparison_metric m)
{
    return !comparison_metrics[m].more_is_better;
}

// A target that was not measured has none.
static void print_figure(FILE *out, const struct unit *unit, double value)
{
    char text[UNIT_TEXT] = "-";
    if (value > 0)
        unit ? unit_value(unit, value, text) : unit_rps(value, text);
    fprintf(out, " %11s", text);
}

static void print_ratio(FILE *out, const struct contrast *x)
{
    char interval[2 * UNIT_TEXT + 8] = "", blocks[16] = "", ratio[UNIT_TEXT] = "", low[UNIT_TEXT],
                                  high[UNIT_TEXT];
    const struct estimate *e = &x->estimate;
    if (x->judged) {
        unit_ratio(e->ratio, ratio);
        snprintf(interval, sizeof interval, "%s–%s%s", unit_ratio(e->low, low), unit_ratio(e->high, high),
                 e->by_t ? " (t)" : "");
        snprintf(blocks, sizeof blocks, "%u/%u", e->won, e->n);
    }
    fprintf(out, "  %7s  ", ratio);
    sheet_pad(out, -15, interval);
    fprintf(out, FLAT_ON " %6s" FOLD_OFF, blocks);
}

// A terminal that has no room for all of the verdict gets its word, and the rest on a line of its own.
static void print_word(FILE *out, const char *word, const char *paint)
{
    size_t brief = strcspn(word, "(:,"), rest = brief;
    rest += word[rest] && word[rest] != '(';
    rest += word[rest] == ' ';
    while (brief && word[brief - 1] == ' ')
        brief--;
    if (!word[rest] && brief > WORD_COLUMNS) // all of it is a note
        brief = rest = 0;
    fprintf(out, "  %s" FLAT_ON "%s" FOLD_OFF FOLD_ON "%.*s" FOLD_OFF "%s\n", paint, word, (int)brief, word,
            *paint ? PAINT_OFF : "");
    if (word[rest])
        fprintf(out, FOLD_ON "%*s%s\n" FOLD_OFF, NOTE_COLUMN, "", word + rest);
}

static void print_row(FILE *out, const struct comparison *c, enum comparison_metric m,
                      const struct contrast *x)
{
    const struct unit *unit = is_latency(m) ? unit_for_pair(x->reference, x->mine) : NULL;
    char label[24], word[96];
    int bytes = snprintf(label, sizeof label, "%s%s%s%s", comparison_metrics[m].text, unit ? " " : "",
                         unit ? unit->name : "", m == c->primary ? " *" : "");
    int more = unit && unit->name[0] & 0x80 ? 1 : 0;
    fprintf(out, "  %s%*s", label, 13 + more > bytes ? 13 + more - bytes : 0, "");
    print_figure(out, unit, x->reference);
    print_figure(out, unit, x->mine);
    print_ratio(out, x);
    comparison_word(c, m, x, word);
    const char *paint = !x->judged || x->muddled || !x->better ? "" : x->better > 0 ? PAINT_GOOD : PAINT_BAD;
    print_word(out, word, paint);
}

// Of nothing there is none: below 0.
static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : -1;
}

static void print_shares(FILE *out, const char *label, double a, double b)
{
    const double both[] = {a, b};
    fprintf(out, "  %-13s", label);
    for (int i = 0; i < 2; i++)
        if (both[i] >= 0)
            fprintf(out, " %10.2f%%", 100 * both[i]);
        else
            fprintf(out, " %11s", "-");
    fputc('\n', out);
}

static void print_server_side(FILE *out, const struct comparison *c, unsigned target)
{
    struct comparison_total a, b;
    comparison_total(c, 0, &a);
    comparison_total(c, target, &b);
    if (a.errors + b.errors)
        print_shares(out, "errors", share(a.errors, a.answered), share(b.errors, b.answered));
    if (a.hits + a.misses + b.hits + b.misses)
        print_shares(out, "hits", share(a.hits, a.hits + a.misses), share(b.hits, b.hits + b.misses));
    if (a.cpu_s_per_million >= 0 && b.cpu_s_per_million >= 0)
        fprintf(out, "  %-13s %11.2f %11.2f  µs/request\n", "server cpu", a.cpu_s_per_million,
                b.cpu_s_per_million);
}

// The sentence that answers the question.
static void print_answer(FILE *out, const struct comparison *c, unsigned target, const struct contrast *x)
{
    char me[64], other[64], word[96];
    slice_quote(slice_of(c->names[target]), me, sizeof me);
    slice_quote(slice_of(c->names[0]), other, sizeof other);
    comparison_word(c, c->primary, x, word);
    char times[COMPARISON_CHANGE], doubtful[REMARKS_QUALIFIED], quoted[REMARKS_QUALIFIED];
    bool qualified = remarks_qualify(c, target, doubtful);
    slice_quote(slice_of(doubtful), quoted, sizeof quoted);
    if (!x->judged || x->muddled || !x->better) {
        bool told = qualified && x->judged && !x->muddled && x->finding == FINDING_EQUIVALENT;
        fprintf(out, "  => %s and %s: %s%s%s\n", other, me, word, told ? "; doubtful: " : "",
                told ? quoted : "");
        return;
    }
    const char *way = x->better > 0 ? "faster" : "slower";
    bool above = x->estimate.ratio > 1;
    fprintf(out, "  => " PAINT_BOLD "%s is %s than %s" PAINT_OFF ": %s %s (%s), %s in %u of %u blocks%s%s\n",
            me, way, other, comparison_metrics[c->primary].text, comparison_change(x, times),
            comparison_change_by(x), above ? "higher" : "lower",
            above ? x->estimate.won : x->estimate.n - x->estimate.won, x->estimate.n,
            qualified ? "; doubtful: " : "", quoted);
}

// What --floor takes, from a comparison of a server with itself.
static void print_floor(FILE *out, const struct comparison *c, const struct contrast *all)
{
    int n = 0;
    fputs("  => noise floor of this machine: --floor ", out);
    for (int m = 0; m < COMPARISON_METRICS; m++) {
        double low = fabs(log(all[m].estimate.low)), high = fabs(log(all[m].estimate.high));
        low = fmin(fmax(low, high), FLOOR_MAX);
        if (comparison_has(c, (enum comparison_metric)m))
            fprintf(out, "%s%s=%.2f%%", n++ ? "," : "", comparison_metrics[m].text,
                    all[m].judged ? 100 * low : 0);
    }
    fputc('\n', out);
    double smallest = comparison_noise_smallest(c, c->targets - 1, c->primary, c->n);
    if (smallest >= 0)
        fprintf(out, "  => smallest difference in %s that %u such blocks can detect here: %.2g%%\n",
                comparison_metrics[c->primary].text, c->n, 100 * smallest);
}

static void print_restarts(FILE *out, const struct comparison *c, unsigned target)
{
    double share = c->restarts ? comparison_noise_between(c, target) : -1;
    if (share >= 0)
        fprintf(out, "  restarts       %.0f%% of the ratio's variance between blocks is between restarts\n",
                100 * share);
}

// Of a mix, each command by itself: it decides nothing.
static void print_commands(FILE *out, const struct comparison *c, unsigned target)
{
    for (unsigned i = 0; i < c->nkinds; i++) {
        const struct comparison *kind = comparison_kinds_one(c, i);
        struct contrast all[COMPARISON_METRICS];
        char name[64];
        if (!kind)
            continue;
        comparison_judge(kind, target, all);
        fprintf(out, "  %s\n", slice_quote(slice_of(kind->test), name, sizeof name));
        for (int m = 0; m < COMPARISON_METRICS; m++)
            if (comparison_has(kind, (enum comparison_metric)m))
                print_row(out, kind, (enum comparison_metric)m, &all[m]);
    }
}

static void print_pair(FILE *out, const struct comparison *c, unsigned target)
{
    struct contrast all[COMPARISON_METRICS];
    comparison_judge(c, target, all);
    char mine[64], other[64];
    fprintf(
        out,
        "\n" PAINT_BOLD "  %-13s %11.11s %11.11s  %7s  %-15s" FLAT_ON " %6s" FOLD_OFF "  %s" PAINT_OFF "\n",
        "", slice_quote(slice_of(c->names[0]), other, sizeof other),
        slice_quote(slice_of(c->names[target]), mine, sizeof mine), "ratio", "95% CI", "higher", "verdict");
    for (int m = 0; m < COMPARISON_METRICS; m++)
        if (comparison_has(c, (enum comparison_metric)m))
            print_row(out, c, (enum comparison_metric)m, &all[m]);
    print_commands(out, c, target);
    print_server_side(out, c, target);
    print_restarts(out, c, target);
    if (c->aa)
        print_floor(out, c, all);
    else
        print_answer(out, c, target, &all[c->primary]);
}

static void print_load(FILE *out, const struct comparison *c)
{
    const struct load *l = &c->load;
    bool searched = c->primary == COMPARISON_CAPACITY;
    char promise[SLO_TEXT], offered[UNIT_TEXT];
    if (searched)
        fprintf(out, "  capacity: the highest rate with %s; %u clients, pipeline %u\n",
                slo_text(c->slo, promise), l->clients, l->pipeline);
    else if (l->rate > 0)
        fprintf(out, "  open loop, %s req/s offered\n", unit_rps(l->rate, offered));
    else
        fprintf(out, "  closed loop, %s requests in flight\n",
                UNITS_COUNT((uint64_t)l->clients * l->pipeline));
    char asked[24] = "", end[COMPARISON_END_TEXT];
    if (!comparison_looks(c))
        snprintf(asked, sizeof asked, "of %u ", c->blocks_asked);
    fprintf(out, "  %u %sblock%s, %s of %s s after a warm-up of %s s\n", c->n, asked,
            c->n == 1 && !*asked ? "" : "s", searched ? "each slot a search by trials" : "slots",
            UNITS_SECONDS((double)c->slot_ns * 1e-9), UNITS_SECONDS((double)c->warmup_ns * 1e-9));
    if (*comparison_end_text(c, end))
        quote_line(out, "  ", end);
}

static void test(FILE *out, const struct comparison *c)
{
    char(*remarks)[REMARK_TEXT] = calloc(REMARKS_MAX, sizeof *remarks); // too large for a stack
    head_title(out, c->title, "");
    print_load(out, c);
    if (c->note[0])
        quote_line(out, "  ", c->note);
    int n = remarks ? remarks_of(c, remarks) : 0;
    for (int i = 0; i < n; i++)
        quote_line(out, "! ", remarks[i]);
    free(remarks);
    for (unsigned t = 1; t < c->targets && comparison_shown(c); t++)
        print_pair(out, c, t);
    fputc('\n', out);
}

static void end(FILE *out, const struct compare_facts *f, const struct comparison *all, size_t n)
{
    (void)f;
    if (n && comparison_shown(&all[0]))
        fputs(
            "* primary metric; figures: medians over all slots; ratio: median over blocks of second ÷ first, "
            "so not quite their quotient" FLAT_ON "; higher: blocks in which the second was higher" FOLD_OFF
            " (docs/comparing.md)\n",
            out);
}

const struct compare_reporter compare_text = {"text", begin, test, end};
