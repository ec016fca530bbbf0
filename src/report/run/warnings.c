// SPDX-License-Identifier: MIT
#include "report/run/warnings.h"

#include "base/quote.h"
#include "report/parts/sheet.h"

#include <stdlib.h>
#include <string.h>

#define NAMED 3 // tests that a line names

struct warning {
    const struct summary *of; // the first test that has it
    struct doubt doubt;       // as that one has it
    size_t tests;             // how many have it
    const char *also[NAMED];  // the next of them
};

static void collect(struct warning *rules, const struct summary *s)
{
    for (const struct doubt *d = s->doubts; d < s->doubts + s->ndoubts; d++) {
        struct warning *w = &rules[d->rule];
        if (w->tests == 0) {
            w->of = s;
            w->doubt = *d;
        } else if (w->tests <= NAMED) {
            w->also[w->tests - 1] = s->title;
        }
        w->tests++;
    }
}

static void print_also(FILE *out, const struct warning *w)
{
    if (w->tests < 2)
        return;
    fputs(" (also ", out);
    for (size_t i = 0; i + 1 < w->tests && i < NAMED; i++) {
        fputs(i ? ", " : "", out);
        quote_terminal(out, w->also[i]);
    }
    if (w->tests > NAMED + 1)
        fprintf(out, " and %zu more", w->tests - NAMED - 1);
    fputs(")", out);
}

static void print_warning(FILE *out, const struct warning *w, bool suite)
{
    fprintf(out, "%s!%s ", w->doubt.failure ? PAINT_BAD : PAINT_WARN, PAINT_OFF);
    if (suite) {
        quote_terminal(out, w->of->title);
        fputs(": ", out);
    }
    quote_terminal(out, w->doubt.text);
    if (suite)
        print_also(out, w);
    fputs("\n", out);
}

int warnings_text(FILE *out, const struct summary *tests, size_t n)
{
    struct warning *rules = calloc(DOUBTS_MAX, sizeof *rules); // too large for a stack
    size_t ran = 0;
    int all = 0;
    for (size_t i = 0; rules && i < n; i++) {
        ran += tests[i].ending != ENDING_SKIPPED;
        collect(rules, &tests[i]);
    }
    for (size_t i = 0; rules && i < DOUBTS_MAX; i++) {
        if (rules[i].tests)
            print_warning(out, &rules[i], ran > 1);
        all += rules[i].tests > 0;
    }
    if (all)
        fputs("\n", out);
    free(rules);
    return all;
}
