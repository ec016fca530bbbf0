// SPDX-License-Identifier: MIT
// The comparison as rows of CSV, for programs.
#include "report/compare/compare_table.h"

#include "base/quote.h"
#include "stats/comparison_end.h"
#include "stats/comparison_kinds.h"

static void csv_begin(FILE *out, const struct compare_facts *f)
{
    (void)f;
    fputs("test,reference,target,metric,primary,reference_value,target_value,ratio,low,high,p,blocks,above,"
          "finding,"
          "better,at_least,looks,ended,error_spent,verdict\n",
          out);
}

// Of what was not measured there is none, which is not 0.
static void csv_value(FILE *out, enum comparison_metric m, double value)
{
    if (value > 0)
        fprintf(out, "%.6f", comparison_metrics[m].more_is_better ? value : value * 1e-6);
    fputc(',', out);
}

static void csv_row(FILE *out, const struct comparison *c, unsigned target, enum comparison_metric m,
                    const struct contrast *x)
{
    char word[96];
    fprintf(out, "%s,", c->test);
    quote_csv(out, c->names[0]);
    fputc(',', out);
    quote_csv(out, c->names[target]);
    fprintf(out, ",%s%s,%d,", comparison_metrics[m].key,
            comparison_metrics[m].more_is_better ? "_rps" : "_ms", m == c->primary);
    csv_value(out, m, x->reference);
    csv_value(out, m, x->mine);
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
    fprintf(out, ",%u,%s,%.4f,", comparison_end_looks_taken(c), comparison_end_name(c->end),
            comparison_end_error_spent(c));
    comparison_word(c, m, x, word);
    quote_csv(out, word);
    fputc('\n', out);
}

static void csv_pairs(FILE *out, const struct comparison *c)
{
    struct contrast all[COMPARISON_METRICS];
    for (unsigned t = 1; t < c->targets && comparison_shown(c); t++) {
        comparison_judge(c, t, all);
        for (int m = 0; m < COMPARISON_METRICS; m++)
            if (comparison_has(c, (enum comparison_metric)m))
                csv_row(out, c, t, (enum comparison_metric)m, &all[m]);
    }
}

// The commands of a mix behind the whole.
static void csv_test(FILE *out, const struct comparison *c)
{
    csv_pairs(out, c);
    for (unsigned i = 0; i < c->nkinds; i++) {
        const struct comparison *kind = comparison_kinds_one(c, i);
        if (kind)
            csv_pairs(out, kind);
    }
}

const struct compare_reporter compare_table_csv = {"csv", csv_begin, csv_test, NULL};
