// SPDX-License-Identifier: MIT
// The comparison as rows: CSV for programs, Markdown for a pull request.
#include "report/compare/compare_table.h"

#include "base/quote.h"
#include "report/parts/unit.h"
#include "stats/comparison_end.h"
#include "stats/remarks.h"

#include <stdlib.h>
#include <string.h>

static void csv_begin(FILE *out, const struct compare_facts *f)
{
    (void)f;
    fputs("test,reference,target,metric,primary,reference_value,target_value,ratio,low,high,p,blocks,above,"
          "finding,"
          "better,at_least,looks,ended,error_spent\n",
          out);
}

static double shown(enum comparison_metric m, double value)
{
    return comparison_metrics[m].more_is_better ? value : value * 1e-6;
}

static void csv_row(FILE *out, const struct comparison *c, unsigned target, enum comparison_metric m,
                    const struct contrast *x)
{
    fprintf(out, "%s,", c->test);
    quote_csv(out, c->names[0]);
    fputc(',', out);
    quote_csv(out, c->names[target]);
    fprintf(out, ",%s%s,%d,%.6f,%.6f,", comparison_metrics[m].key,
            comparison_metrics[m].more_is_better ? "_rps" : "_ms", m == c->primary, shown(m, x->reference),
            shown(m, x->mine));
    if (x->judged)
        fprintf(out, "%.6f,%.6f,%.6f,", x->estimate.ratio, x->estimate.low, x->estimate.high);
    else
        fputs(",,,", out);
    if (x->judged && !comparison_looks(c))
        fprintf(out, "%.6g", x->adjusted_p);
    if (x->judged)
        fprintf(out, ",%u,%u,%s,%d,%d", x->estimate.n, x->estimate.won,
                x->muddled ? "muddled" : finding_name(x->finding), x->muddled ? 0 : x->better, x->at_least);
    else
        fprintf(out, ",%u,,,,", c->n);
    fprintf(out, ",%u,%s,%.4f\n", comparison_end_looks_taken(c), comparison_end_name(c->end),
            comparison_end_error_spent(c));
}

static void csv_test(FILE *out, const struct comparison *c)
{
    struct contrast all[COMPARISON_METRICS];
    for (unsigned t = 1; t < c->targets && comparison_shown(c); t++) {
        comparison_judge(c, t, all);
        for (int m = 0; m < COMPARISON_METRICS; m++)
            if (comparison_has(c, (enum comparison_metric)m))
                csv_row(out, c, t, (enum comparison_metric)m, &all[m]);
    }
}

const struct compare_reporter compare_table_csv = {"csv", csv_begin, csv_test, NULL};

static void print_cell(FILE *out, const char *text)
{
    fputc(' ', out);
    quote_markdown(out, text);
    fputs(" |", out);
}

static void print_remark(FILE *out, const char *before, const char *title, const char *text)
{
    fprintf(out, "%s- ", before);
    quote_markdown(out, title);
    fputs(": ", out);
    quote_markdown(out, text);
    fputc('\n', out);
}

static void markdown_begin(FILE *out, const struct compare_facts *f)
{
    fputs("| test | metric |", out);
    for (unsigned t = 0; t < f->targets; t++)
        print_cell(out, f->each[t].name);
    fputs(f->targets > 2 ? " against the first | | |\n" : " ratio | 95% CI | verdict |\n", out);
    fputs("|---|---|", out);
    for (unsigned t = 0; t < f->targets + 3; t++)
        fputs("---|", out);
    fputc('\n', out);
}

#define WORD (96 + REMARKS_QUALIFIED)

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

static void markdown_row(FILE *out, const struct comparison *c, enum comparison_metric m,
                         struct contrast x[][COMPARISON_METRICS])
{
    const struct unit *unit = unit_for((uint64_t)x[1][m].reference);
    bool speed = comparison_metrics[m].more_is_better;
    fputc('|', out);
    print_cell(out, c->title);
    fprintf(out, " %s%s |", comparison_metrics[m].text, speed ? " (req/s)" : "");
    for (unsigned t = 0; t < c->targets; t++) {
        double value = t ? x[t][m].mine : x[1][m].reference;
        if (speed)
            fprintf(out, " %.0f |", value);
        else
            fprintf(out, " %.*f %s |", unit->decimals, value / unit->ns, unit->name);
    }
    for (unsigned t = 1; t < c->targets; t++) {
        char word[WORD];
        word_of(c, t, m, &x[t][m], word);
        if (c->targets > 2) {
            fputs(t > 1 ? "; " : " ", out);
            quote_markdown(out, c->names[t]);
            fprintf(out, " %.3f (%.3f to %.3f): ", x[t][m].estimate.ratio, x[t][m].estimate.low,
                    x[t][m].estimate.high);
            quote_markdown(out, word);
        } else {
            fprintf(out, " %.3f | %.3f to %.3f |", x[t][m].estimate.ratio, x[t][m].estimate.low,
                    x[t][m].estimate.high);
            print_cell(out, word);
            fputc('\n', out);
        }
    }
    fputs(c->targets > 2 ? " | | |\n" : "", out);
}

static void markdown_test(FILE *out, const struct comparison *c)
{
    struct contrast x[COMPARISON_TARGETS_MAX][COMPARISON_METRICS] = {0};
    for (unsigned t = 1; t < c->targets; t++)
        comparison_judge(c, t, x[t]);
    for (int m = 0; m < COMPARISON_METRICS && c->n > 1; m++)
        if (comparison_has(c, (enum comparison_metric)m))
            markdown_row(out, c, (enum comparison_metric)m, x);
}

// What must be known beside the table.
static void markdown_end(FILE *out, const struct compare_facts *f, const struct comparison *all, size_t n)
{
    char(*remarks)[REMARK_TEXT] = calloc(REMARKS_MAX, sizeof *remarks); // too large for a stack
    char difference[FINGERPRINT_WORDS], end[COMPARISON_END_TEXT];
    const char *before = "\n";
    for (unsigned i = 0; f->baseline && i < f->baseline->fingerprint.n; i++, before = "")
        print_remark(out, before, "baseline",
                     fingerprint_words(&f->baseline->fingerprint.list[i], difference));
    for (const struct comparison *c = all; c < all + n; c++) {
        int m = comparison_shown(c) && remarks ? remarks_of(c, remarks) : 0;
        if (*comparison_end_text(c, end)) {
            print_remark(out, before, c->title, end);
            before = "";
        }
        if (c->note[0])
            print_remark(out, before, c->title, c->note);
        before = c->note[0] ? "" : before;
        for (int i = 0; i < m; i++, before = "")
            print_remark(out, before, c->title, remarks[i]);
    }
    free(remarks);
}

const struct compare_reporter compare_table_markdown = {"markdown", markdown_begin, markdown_test,
                                                        markdown_end};
