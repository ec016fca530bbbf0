// SPDX-License-Identifier: MIT
// What a run was marked with and held against, as text and as JSON.
#include "report/json.h"
#include "report/values.h"

#include "base/quote.h"

void report_assertions(FILE *out, const struct assertion_result *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct assertion_result *r = &list[i];
        char measured[ASSERTION_TEXT];
        fprintf(out, "assert %s  %s: ", r->of->text, r->held ? "held" : "FAILED");
        quote_terminal(out, r->test ? r->test->title : "");
        fprintf(out, "%s%s\n", r->test ? ": " : "", assertion_measured(r, measured));
    }
}

json_t *json_tags(const struct run_facts *f)
{
    json_t *all = json_object();
    for (size_t i = 0; i < f->ntags; i++)
        if (json_object_set_new(all, f->tags[i].key, value_text(f->tags[i].value)) != 0) {
            json_decref(all);
            return NULL;
        }
    return all;
}

static json_t *assertion(const struct assertion_result *r)
{
    bool whole = metric_kind(r->of->path.metric) == METRIC_COUNT;
    json_t *value = whole ? value_number((uint64_t)r->figure.value) : value_real(r->figure.value);
    if (!r->test) {
        json_decref(value);
        value = json_null();
    }
    return value_object(FIELDS{
        {"assertion", value_text(r->of->text)},
        {"test", r->test ? value_text(r->test->test) : json_null()},
        {"metric", value_text(metric_name(r->of->path.metric))},
        {"value", value},
        {"at_least", json_boolean(r->figure.at_least)},
        {"held", json_boolean(r->held)},
        {0},
    });
}

json_t *json_assertions(const struct run_facts *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->nassertions; i++)
        list = value_append(list, assertion(&f->assertions[i]));
    return list;
}
