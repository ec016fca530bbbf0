// SPDX-License-Identifier: MIT
#include "report/history/exports.h"

#include "base/quote.h"
#include "history/figures.h"
#include "report/parts/json.h"
#include "report/parts/value.h"

#include <stdlib.h>
#include <string.h>

// --- Bencher ---

static json_t *measures(const struct history_test *t)
{
    json_t *all = json_object();
    for (int m = 0; m < METRICS; m++) {
        if (!t->figures[m].known)
            continue;
        json_t *one = value_object(FIELDS{{"value", value_real(t->figures[m].value)}, {0}});
        if (json_object_set_new(all, metric_name(m), one) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

// NULL behind ctx without memory, which is told when it is to be written.
static bool take_test(void *ctx, const struct history_test *t)
{
    json_t **whole = ctx, *name = value_text(t->test);
    if (!name || json_object_set_new(*whole, json_string_value(name), measures(t)) != 0) {
        json_decref(*whole);
        *whole = NULL;
    }
    json_decref(name);
    return *whole;
}

int exports_bmf(FILE *out, struct history *h, int64_t run, struct err *err)
{
    json_t *whole = json_object();
    if (walk_tests(h, run, take_test, &whole, err) == 0)
        return json_write(out, whole, err);
    json_decref(whole);
    return -1;
}

// --- Otava ---

static const enum metric followed[] = {METRIC_RPS,
                                       METRIC_P50 + QUANTILE_P50,
                                       METRIC_P50 + QUANTILE_P99,
                                       METRIC_P50 + QUANTILE_P999,
                                       METRIC_ERRORS,
                                       METRIC_CAPACITY};
#define FOLLOWED (sizeof followed / sizeof *followed)
#define COLUMNS_MAX 256

struct column {
    size_t metric; // of followed
    char test[64];
};

struct table {
    FILE *out;
    struct run_figures figures[FOLLOWED];
    struct column columns[COLUMNS_MAX];
    size_t n;
};

static bool has_column(const struct table *t, size_t metric, const char *test)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->columns[i].metric == metric && strcmp(t->columns[i].test, test) == 0)
            return true;
    return false;
}

static void find_columns(struct table *t)
{
    for (size_t m = 0; m < FOLLOWED; m++)
        for (size_t i = 0; i < t->figures[m].n && t->n < COLUMNS_MAX; i++) {
            const char *test = t->figures[m].list[i].test;
            if (has_column(t, m, test))
                continue;
            t->columns[t->n].metric = m;
            memcpy(t->columns[t->n++].test, test, sizeof t->columns->test);
        }
}

static void print_cell(const struct table *t, const struct column *c, int64_t run)
{
    const struct run_figure *f;
    size_t n = figures_of(&t->figures[c->metric], run, &f);
    fputc(',', t->out);
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].test, c->test) == 0) {
            fprintf(t->out, "%.17g", f[i].value);
            return;
        }
}

static bool print_row(void *ctx, const struct history_run *r)
{
    const struct table *t = ctx;
    json_t *tags = json_loads(r->tags_json, 0, NULL);
    const char *commit = json_string_value(json_object_get(tags, "commit"));
    quote_csv(t->out, r->started);
    fprintf(t->out, ",%lld,", (long long)r->id);
    quote_csv(t->out, commit ? commit : "");
    json_decref(tags);
    for (size_t i = 0; i < t->n; i++)
        print_cell(t, &t->columns[i], r->id);
    fputc('\n', t->out);
    return true;
}

static void print_head(const struct table *t)
{
    char name[96];
    fputs("time,run,commit", t->out);
    for (size_t i = 0; i < t->n; i++) {
        snprintf(name, sizeof name, "%s.%s", t->columns[i].test, metric_name(followed[t->columns[i].metric]));
        fputc(',', t->out);
        quote_csv(t->out, name);
    }
    fputc('\n', t->out);
}

int exports_otava(FILE *out, struct history *h, int64_t run, struct err *err)
{
    struct table *t = calloc(1, sizeof *t); // too large for a stack
    int rc = t ? 0 : err_set(err, ERR_RUN, "not enough memory for an export");
    for (size_t m = 0; m < FOLLOWED && rc == 0; m++)
        rc = figures_read(&t->figures[m], h, &(struct metric_path){.metric = followed[m]}, err);
    if (rc == 0) {
        t->out = out;
        find_columns(t);
        print_head(t);
        rc = walk_runs(h, &(struct history_pick){.run = run}, print_row, t, err);
    }
    for (size_t m = 0; t && m < FOLLOWED; m++)
        figures_free(&t->figures[m]);
    free(t);
    return rc;
}
