// SPDX-License-Identifier: MIT
// The form is promised in docs/history.md: a new or changed field goes there too.
#include "report/history/listing_json.h"

#include "history/figures.h"
#include "report/parts/json.h"
#include "report/parts/value.h"

#include <string.h>

#define SCHEMA_VERSION 1

// An array that a walk fills; NULL without memory.
struct gathering {
    json_t *list;
    const struct metric_path *figure; // that stands beside each run; NULL: none
    struct run_figures figures;
};

static json_t *whole(json_t *runs)
{
    return value_object(FIELDS{{"schema_version", json_integer(SCHEMA_VERSION)}, {"runs", runs}, {0}});
}

static json_t *names(const char *list)
{
    json_t *all = json_array();
    while (*list) {
        size_t len = strcspn(list, ",");
        all = value_append(all, json_stringn(list, len));
        list += len + (list[len] == ',');
    }
    return all;
}

// JSON that a history keeps as text.
static json_t *parsed(const char *text)
{
    json_t *j = json_loads(text, 0, NULL);
    return j ? j : json_object();
}

// tests: as they are told, which it takes.
static json_t *one_run(const struct history_run *r, json_t *tests)
{
    return value_object(FIELDS{
        {"run", json_integer(r->id)},
        {"kind", value_text(r->kind)},
        {"started", value_text(r->started)},
        {"tool_version", value_text(r->tool_version)},
        {"tool_git", value_text(r->tool_git)},
        {"command_line", value_text(r->command_line)},
        {"target", value_text(r->target)},
        {"server_name", value_text(r->server_name)},
        {"server_version", value_text(r->server_version)},
        {"engine", value_text(r->engine)},
        {"seed", value_text(r->seed)},
        {"host", value_text(r->host)},
        {"cpu", value_text(r->cpu)},
        {"exit_code", json_integer(r->exit_code)},
        {"tags", parsed(r->tags_json)},
        {"tests", tests},
        {0},
    });
}

static json_t *figure_list(const struct gathering *g, int64_t run)
{
    const struct run_figure *f;
    json_t *list = json_array();
    size_t n = figures_of(&g->figures, run, &f);
    for (size_t i = 0; i < n; i++)
        list = value_append(list, value_object(FIELDS{
                                      {"test", value_text(f[i].test)},
                                      {"metric", value_text(metric_name(g->figure->metric))},
                                      {"value", value_real(f[i].value)},
                                      {"at_least", json_boolean(f[i].at_least)},
                                      {0},
                                  }));
    return list;
}

static bool gather_run(void *ctx, const struct history_run *r)
{
    struct gathering *g = ctx;
    json_t *run = one_run(r, names(r->tests));
    if (g->figure)
        run = value_extend(run, FIELDS{{"figures", figure_list(g, r->id)}, {0}});
    g->list = value_append(g->list, run);
    return g->list;
}

int listing_json_runs(FILE *out, struct history *h, const struct history_tag *tag,
                      const struct metric_path *figure, struct err *err)
{
    struct gathering g = {.list = json_array(), .figure = figure};
    int rc = figures_read(&g.figures, h, figure, err);
    if (rc == 0)
        rc = walk_runs(h, &(struct history_pick){.tag = tag}, gather_run, &g, err);
    if (rc == 0)
        rc = json_write(out, whole(g.list), err);
    else
        json_decref(g.list);
    figures_free(&g.figures);
    return rc;
}

// --- one run ---

static json_t *figures(const struct figure f[METRICS])
{
    json_t *all = json_object();
    for (int m = 0; m < METRICS; m++) {
        json_t *one = value_object(FIELDS{
            {"value", value_real_if(f[m].known, f[m].value)},
            {"at_least", json_boolean(f[m].at_least)},
            {0},
        });
        if (json_object_set_new(all, metric_name(m), one) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

// The tests of a run, and those of its document, which has what was asked of each.
struct tests_gathering {
    json_t *list, *document;
};

static json_t *config(const struct tests_gathering *g)
{
    json_t *test = json_array_get(json_object_get(g->document, "tests"), json_array_size(g->list));
    json_t *asked = json_object_get(test, "config");
    return asked ? json_incref(asked) : json_object();
}

static bool gather_test(void *ctx, const struct history_test *t)
{
    struct tests_gathering *g = ctx;
    g->list = value_append(g->list, value_object(FIELDS{
                                        {"test", value_text(t->test)},
                                        {"title", value_text(t->title)},
                                        {"status", value_text(t->status)},
                                        {"config", config(g)},
                                        {"limited_by", value_text(t->limited_by)},
                                        {"validity", value_text_or_null(t->validity[0] ? t->validity : NULL)},
                                        {"doubts", json_integer(t->doubts)},
                                        {"blocks", value_number_if(t->ended[0], t->blocks)},
                                        {"looks", value_number_if(t->ended[0], t->looks)},
                                        {"ended", t->ended[0] ? value_text(t->ended) : json_null()},
                                        {"metrics", figures(t->figures)},
                                        {0},
                                    }));
    return g->list;
}

struct picked {
    json_t *tests, *run;
};

static bool take_run(void *ctx, const struct history_run *r)
{
    struct picked *one = ctx;
    one->run = one_run(r, one->tests);
    one->tests = NULL;
    return false;
}

int listing_json_run(FILE *out, struct history *h, int64_t run, struct err *err)
{
    struct tests_gathering g = {.list = json_array()};
    struct picked one = {0};
    struct buf document = {0};
    int rc = history_document(h, run, &document, err);
    g.document = rc == 0 ? json_loads(document.at, 0, NULL) : NULL;
    buf_free(&document);
    if (rc == 0)
        rc = walk_tests(h, run, gather_test, &g, err);
    json_decref(g.document);
    one.tests = g.list;
    if (rc == 0)
        rc = walk_runs(h, &(struct history_pick){.run = run}, take_run, &one, err);
    json_decref(one.tests);
    if (rc == 0)
        return json_write(out, whole(value_append(json_array(), one.run)), err);
    json_decref(one.run);
    return -1;
}

int listing_json_document(FILE *out, struct history *h, int64_t run, struct err *err)
{
    struct buf document = {0};
    int rc = history_document(h, run, &document, err);
    json_t *read = rc == 0 ? json_loads(document.at, 0, NULL) : NULL;
    if (rc == 0 && !read)
        rc = err_set(err, ERR_RUN, "run %lld is damaged: what is kept of it is no JSON", (long long)run);
    if (rc == 0)
        fputs(document.at, out);
    json_decref(read);
    buf_free(&document);
    return rc;
}

// --- trend ---

static json_t *points(const struct trend_series *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->n; i++)
        list = value_append(list, value_object(FIELDS{
                                      {"run", json_integer(s->points[i].run)},
                                      {"started", value_text(s->points[i].started)},
                                      {"label", value_text(s->points[i].label)},
                                      {"value", value_real(s->points[i].value)},
                                      {"at_least", json_boolean(s->points[i].at_least)},
                                      {0},
                                  }));
    return list;
}

static json_t *differences(const bool differs[TREND_DIFFERENCES])
{
    json_t *list = json_array();
    for (int i = 0; i < TREND_DIFFERENCES; i++)
        if (differs[i])
            list = value_append(list, value_text(trend_difference_names[i]));
    return list;
}

static json_t *differences_at(const struct trend_series *s, const struct change *c)
{
    bool differs[TREND_DIFFERENCES];
    trend_differs_at(s, c, differs);
    return differences(differs);
}

static json_t *changes(const struct trend_series *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->nchanges; i++) {
        const struct change *c = &s->changes[i];
        list =
            value_append(list, value_object(FIELDS{
                                   {"run", json_integer(s->points[c->at].run)},
                                   {"started", value_text(s->points[c->at].started)},
                                   {"label", value_text(s->points[c->at].label)},
                                   {"before", value_real(c->before)},
                                   {"after", value_real(c->after)},
                                   {"p", value_real(c->p)},
                                   {"direction", value_text(trend_direction(s, c) > 0 ? "better" : "worse")},
                                   {"differ", differences_at(s, c)},
                                   {0},
                               }));
    }
    return list;
}

static json_t *series(const struct trend_series *s)
{
    return value_object(FIELDS{
        {"test", value_text(s->test)},
        {"metric", value_text(metric_name(s->metric))},
        {"unit", value_text(metric_unit(s->metric))},
        {"promise", s->promise[0] ? value_text(s->promise) : json_null()},
        {"points", points(s)},
        {"left_out", json_integer(s->left_out)},
        {"changes", changes(s)},
        {"differ", differences(s->differs)},
        {0},
    });
}

int listing_json_trend(FILE *out, const struct trend *t, const struct history_tag *tag, struct err *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < t->n; i++)
        list = value_append(list, series(&t->series[i]));
    json_t *all = value_object(FIELDS{
        {"schema_version", json_integer(SCHEMA_VERSION)},
        {"kind", json_string("trend")},
        {"tag", tag ? value_text(tag->key) : json_null()},
        {"p_max", value_real(t->rule.p)},
        {"least", value_real(t->rule.least)},
        {"series", list},
        {0},
    });
    return json_write(out, all, err);
}
