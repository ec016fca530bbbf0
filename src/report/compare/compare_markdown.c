// SPDX-License-Identifier: MIT
// The comparison for a pull request: what was found in one sentence, the figures beneath it, and the rest
// folded. Nothing is written before the end: the sentence comes first.
#include "report/compare/compare_markdown.h"

#include "base/quote.h"
#include "report/parts/unit.h"
#include "stats/comparison_change.h"
#include "stats/comparison_end.h"
#include "stats/remarks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORD (96 + REMARKS_QUALIFIED)
#define LIMIT_TEXT (2 * UNIT_TEXT + 8)
#define CHANGE_MOST 1e15 // in percent: what is beyond was not measured

typedef struct contrast judged[COMPARISON_TARGETS_MAX][COMPARISON_METRICS];

static void nothing_begins(FILE *out, const struct compare_facts *f)
{
    (void)out;
    (void)f;
}

static void nothing_yet(FILE *out, const struct comparison *c)
{
    (void)out;
    (void)c;
}

static void judge_all(const struct comparison *c, judged x)
{
    for (unsigned t = 1; t < c->targets; t++)
        comparison_judge(c, t, x[t]);
}

// The verdict, and in the metric that decides what makes it doubtful.
static void word_of(const struct comparison *c, unsigned target, enum comparison_metric m,
                    const struct contrast *x, char dst[WORD])
{
    char doubtful[REMARKS_QUALIFIED];
    comparison_word(c, m, x, dst);
    if (m == c->primary && (x->better || x->finding == FINDING_EQUIVALENT) &&
        remarks_qualify(c, target, doubtful))
        snprintf(dst + strlen(dst), REMARKS_QUALIFIED, " (doubtful: %.*s)", REMARKS_QUALIFIED - 14, doubtful);
}

// --- the sentence ---

// "+12.3%", and from ten times on "+1,150%".
static const char *percent(double ratio, char dst[UNIT_TEXT])
{
    char text[UNIT_TEXT];
    double change = 100 * (ratio - 1);
    snprintf(dst, UNIT_TEXT, "%c%.29s%%", change < 0 ? '-' : '+',
             unit_figure(fmin(fabs(change), CHANGE_MOST), 1, text));
    return dst;
}

static const char *signed_text(double low, double high, char dst[LIMIT_TEXT])
{
    char a[UNIT_TEXT], b[UNIT_TEXT];
    snprintf(dst, LIMIT_TEXT, "%s to %s", percent(low, a), percent(high, b));
    return dst;
}

// "b is 10.3–11.7% slower than a"
static void tell_better(FILE *out, const struct comparison *c, unsigned t, const struct contrast *x)
{
    char change[COMPARISON_CHANGE];
    bool speed = c->primary == COMPARISON_THROUGHPUT;
    fputs("**", out);
    quote_markdown(out, c->names[t]);
    if (speed)
        fprintf(out, " is %s %s ", comparison_change_far(x, change),
                comparison_change_times(x) ? "as fast as"
                : x->better > 0            ? "faster than"
                                           : "slower than");
    else
        fprintf(out, ": %s %s %s ", comparison_metrics[c->primary].text, comparison_change(x, change),
                comparison_change_times(x) ? "as with" : "than with");
    quote_markdown(out, c->names[0]);
    fprintf(out, "** (%s)", comparison_change_by(x));
}

// Where nothing can be said: "b vs a: inconclusive".
static void tell_open(FILE *out, const struct comparison *c, unsigned t, const struct contrast *x)
{
    char range[LIMIT_TEXT], word[96];
    comparison_word(c, c->primary, x, word);
    fputs("**", out);
    quote_markdown(out, c->names[t]);
    fputs(" vs ", out);
    quote_markdown(out, c->names[0]);
    fputs(": ", out);
    quote_markdown(out, word);
    fputs("**", out);
    if (x->judged)
        fprintf(out, ", %s %s (95%% CI)", comparison_metrics[c->primary].text,
                signed_text(x->estimate.low, x->estimate.high, range));
}

static void tell_sentence(FILE *out, const struct comparison *c, unsigned t, const struct contrast *x)
{
    char word[WORD];
    quote_markdown(out, c->title);
    fputs(": ", out);
    (x->judged && x->better && !x->muddled ? tell_better : tell_open)(out, c, t, x);
    word_of(c, t, c->primary, x, word);
    const char *doubt = strstr(word, " (doubtful: ");
    if (doubt)
        quote_markdown(out, doubt);
    fputs("\n\n", out);
}

static void sentences(FILE *out, const struct comparison *c)
{
    judged x = {0};
    judge_all(c, x);
    for (unsigned t = 1; t < c->targets; t++)
        tell_sentence(out, c, t, &x[t][c->primary]);
}

// --- the table ---

static const char *mark_of(const struct contrast *x)
{
    if (!x->judged || x->muddled)
        return "?";
    if (x->better)
        return x->better > 0 ? "✅" : "❌";
    return x->finding == FINDING_EQUIVALENT ? "≈" : "?";
}

static void cell(FILE *out, const char *text)
{
    fputc(' ', out);
    quote_markdown(out, text);
    fputs(" |", out);
}

static void value_cell(FILE *out, enum comparison_metric m, double value, const struct unit *unit)
{
    char text[UNIT_TEXT];
    if (value <= 0) // it was not measured
        fputs(" - |", out);
    else if (comparison_metrics[m].more_is_better)
        fprintf(out, " %s req/s |", unit_rps(value, text));
    else
        fprintf(out, " %s %s |", unit_value(unit, value, text), unit->name);
}

static void row(FILE *out, const struct comparison *c, unsigned t, enum comparison_metric m,
                const struct contrast *x)
{
    char word[WORD], range[LIMIT_TEXT], change[UNIT_TEXT];
    const struct unit *unit = unit_for_pair(x->reference, x->mine);
    fputc('|', out);
    cell(out, c->title);
    fprintf(out, m == c->primary ? " **%s** |" : " %s |", comparison_metrics[m].text);
    cell(out, c->names[t]);
    value_cell(out, m, x->reference, unit);
    value_cell(out, m, x->mine, unit);
    if (x->judged)
        fprintf(out, " %s %s (%s) | %s",
                x->estimate.ratio > 1   ? "▲"
                : x->estimate.ratio < 1 ? "▼"
                                        : "=",
                percent(x->estimate.ratio, change), signed_text(x->estimate.low, x->estimate.high, range),
                mark_of(x));
    else
        fprintf(out, " | %s", mark_of(x));
    word_of(c, t, m, x, word);
    cell(out, word);
    fputc('\n', out);
}

static void rows(FILE *out, const struct comparison *c)
{
    judged x = {0};
    judge_all(c, x);
    for (unsigned t = 1; t < c->targets; t++)
        for (int m = 0; m < COMPARISON_METRICS; m++)
            if (comparison_has(c, (enum comparison_metric)m))
                row(out, c, t, (enum comparison_metric)m, &x[t][m]);
}

// --- what is folded ---

static void item(FILE *out, const char *title, const char *text)
{
    if (!text[0])
        return;
    fputs("- ", out);
    quote_markdown(out, title);
    fputs(": ", out);
    quote_markdown(out, text);
    fputc('\n', out);
}

static void details(FILE *out, const struct compare_facts *f, const struct comparison *all, size_t n)
{
    char(*remarks)[REMARK_TEXT] = calloc(REMARKS_MAX, sizeof *remarks); // too large for a stack
    char difference[FINGERPRINT_WORDS], end[COMPARISON_END_TEXT];
    fputs("\n<details><summary>Details</summary>\n\n", out);
    for (unsigned t = 0; t < f->targets; t++)
        item(out, f->each[t].name, f->each[t].where ? f->each[t].where : "");
    for (unsigned i = 0; f->baseline && i < f->baseline->fingerprint.n; i++)
        item(out, "baseline", fingerprint_words(&f->baseline->fingerprint.list[i], difference));
    for (const struct comparison *c = all; c < all + n; c++) {
        int m = comparison_shown(c) && remarks ? remarks_of(c, remarks) : 0;
        item(out, c->title, comparison_end_text(c, end));
        item(out, c->title, c->note);
        for (int i = 0; i < m; i++)
            item(out, c->title, remarks[i]);
    }
    fputs("\n</details>\n", out);
    free(remarks);
}

static void markdown(FILE *out, const struct compare_facts *f, const struct comparison *all, size_t n)
{
    fputs("### hkv-bench: ", out);
    for (unsigned t = 1; t < f->targets; t++) {
        fputs(t > 1 ? ", " : "", out);
        quote_markdown(out, f->each[t].name);
    }
    fputs(" vs ", out);
    quote_markdown(out, f->each[0].name);
    fputs("\n\n", out);
    for (size_t i = 0; i < n; i++)
        if (comparison_shown(&all[i]))
            sentences(out, &all[i]);
    fputs("| test | metric | target |", out);
    cell(out, f->each[0].name);
    fputs(" target's | change (95% CI) | verdict |\n|---|---|---|--:|--:|--:|---|\n", out);
    for (size_t i = 0; i < n; i++)
        if (comparison_shown(&all[i]) && all[i].n > 1)
            rows(out, &all[i]);
    fputs("\nFigures: medians over all slots; change: median over blocks, so not quite their quotient.\n",
          out);
    details(out, f, all, n);
}

const struct compare_reporter compare_markdown = {"markdown", nothing_begins, nothing_yet, markdown};
