// SPDX-License-Identifier: MIT
// The JSON is promised in docs/history.md: a new or changed field goes there too.
#include "report/history/diff_report.h"

#include "base/quote.h"
#include "base/slice.h"
#include "report/parts/json.h"
#include "report/parts/sheet.h"
#include "report/parts/value.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define SCHEMA_VERSION 1
#define TEST_TEXT 40

static const struct {
    const char *name;
    size_t offset;
} facts[] = {{"server", offsetof(struct diff_run, server)},
             {"target", offsetof(struct diff_run, target)},
             {"engine", offsetof(struct diff_run, engine)},
             {"host", offsetof(struct diff_run, host)}};
#define FACTS (sizeof facts / sizeof *facts)

static const char *fact(const struct diff_run *r, size_t i)
{
    return (const char *)r + facts[i].offset;
}

static bool differs(const struct diff *d, size_t i)
{
    return strcmp(fact(&d->runs[0], i), fact(&d->runs[1], i)) != 0;
}

// --- text ---

static void print_run(FILE *out, char name, const struct diff_run *r)
{
    fprintf(out, "%c  run %" PRId64 ", %.10s %.8s UTC, ", name, r->id, r->started,
            strlen(r->started) > 11 ? r->started + 11 : "");
    quote_terminal(out, r->server[0] ? r->server : "-");
    fputs(" at ", out);
    quote_terminal(out, r->target);
    fputs(r->tags[0] ? ", " : "", out);
    quote_terminal(out, r->tags);
    fputc('\n', out);
}

static void print_fact(FILE *out, const struct diff *d, size_t i)
{
    if (!differs(d, i))
        return;
    fprintf(out, "! another %s: ", facts[i].name);
    quote_terminal(out, fact(&d->runs[0], i));
    fputs(" → ", out);
    quote_terminal(out, fact(&d->runs[1], i));
    fputc('\n', out);
}

static void print_value(FILE *out, enum metric m, const struct figure *f)
{
    char value[UNITS_TEXT], text[UNITS_TEXT + 2];
    snprintf(text, sizeof text, "%s%s", f->at_least ? ">=" : "",
             f->known ? metric_text(m, f->value, value) : "-");
    sheet_pad(out, 17, text);
}

// "" where it is neither.
static const char *direction(const struct diff_test *t, enum metric m)
{
    int which = diff_direction(t, m);
    return which > 0 ? "better" : which < 0 ? "worse" : "";
}

static void print_metric(FILE *out, const struct diff_test *t, enum metric m)
{
    char test[TEST_TEXT];
    double change;
    if (!t->figures[0][m].known && !t->figures[1][m].known)
        return;
    fprintf(out, "%-16s  %-10s", slice_quote(slice_of(t->test), test, sizeof test), metric_name(m));
    for (int side = 0; side < 2; side++)
        print_value(out, m, &t->figures[side][m]);
    if (diff_change(t, m, &change) && change != 0)
        fprintf(out, "  %+8.1f%%  %s", 100 * change,
                !t->why[0] && fabs(change) <= diff_noise(t, m) ? "within noise" : direction(t, m));
    fputc('\n', out);
}

static void print_test(FILE *out, const struct diff_test *t)
{
    char test[TEST_TEXT];
    slice_quote(slice_of(t->test), test, sizeof test);
    if (!t->in[0] || !t->in[1])
        fprintf(out, "! %s: only in %s\n", test, t->in[0] ? "A" : "B");
    else if (t->why[0]) {
        fprintf(out, "! %s: not like with like: ", test);
        quote_terminal(out, t->why);
        fputc('\n', out);
    }
}

void diff_report_text(FILE *out, const struct diff *d)
{
    print_run(out, 'A', &d->runs[0]);
    print_run(out, 'B', &d->runs[1]);
    for (size_t i = 0; i < FACTS; i++)
        print_fact(out, d, i);
    for (size_t i = 0; i < d->n; i++)
        print_test(out, &d->tests[i]);
    fprintf(out, "\n%-16s  %-10s%17s%17s  %9s\n", "test", "metric", "A", "B", "change");
    for (size_t i = 0; i < d->n; i++)
        for (int m = 0; m < METRICS; m++)
            print_metric(out, &d->tests[i], m);
    fputs("\nOne run each: a change may be chance, and noise is at least what compare calls equivalent. "
          "hkv-bench "
          "compare --baseline DB:RUN judges.\n",
          out);
}

// --- JSON ---

static json_t *run(const struct diff_run *r)
{
    return value_object(FIELDS{
        {"run", json_integer(r->id)},
        {"kind", value_text(r->kind)},
        {"started", value_text(r->started)},
        {"server", value_text(r->server)},
        {"target", value_text(r->target)},
        {"engine", value_text(r->engine)},
        {"host", value_text(r->host)},
        {0},
    });
}

static json_t *metric(const struct diff_test *t, enum metric m)
{
    const struct figure *a = &t->figures[0][m], *b = &t->figures[1][m];
    double change = 0;
    bool known = diff_change(t, m, &change);
    const char *which = direction(t, m);
    return value_object(FIELDS{
        {"metric", value_text(metric_name(m))},
        {"a", value_real_if(a->known, a->value)},
        {"b", value_real_if(b->known, b->value)},
        {"at_least", json_boolean(a->at_least || b->at_least)},
        {"change", value_real_if(known, change)},
        {"direction", value_text_or_null(*which ? which : NULL)},
        {0},
    });
}

static json_t *test(const struct diff_test *t)
{
    json_t *all = json_array();
    for (int m = 0; m < METRICS; m++)
        if (t->figures[0][m].known || t->figures[1][m].known)
            all = value_append(all, metric(t, m));
    return value_object(FIELDS{
        {"test", value_text(t->test)},
        {"in_a", json_boolean(t->in[0])},
        {"in_b", json_boolean(t->in[1])},
        {"load_differs", t->why[0] ? value_text(t->why) : json_null()},
        {"metrics", all},
        {0},
    });
}

int diff_report_json(FILE *out, const struct diff *d, struct err *err)
{
    json_t *differ = json_array(), *tests = json_array();
    for (size_t i = 0; i < FACTS; i++)
        if (differs(d, i))
            differ = value_append(differ, value_text(facts[i].name));
    for (size_t i = 0; i < d->n; i++)
        tests = value_append(tests, test(&d->tests[i]));
    return json_write(out,
                      value_object(FIELDS{{"schema_version", json_integer(SCHEMA_VERSION)},
                                          {"a", run(&d->runs[0])},
                                          {"b", run(&d->runs[1])},
                                          {"differ", differ},
                                          {"tests", tests},
                                          {0}}),
                      err);
}
