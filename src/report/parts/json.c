// SPDX-License-Identifier: MIT
// The form is promised in docs/json.md.
#include "report/parts/json.h"

#include "base/build.h"
#include "base/units.h"
#include "report/parts/value.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

json_t *json_tool(void)
{
    json_t *how = value_object(FIELDS{
        {"compiler", value_text(build.compiler)},
        {"type", value_text(build.type)},
        {"flags", value_text(build.flags)},
        {"sanitize", value_text(build.sanitize)},
        {"histogram", value_text(build.histogram)},
        {0},
    });
    return value_object(FIELDS{
        {"name", value_text("hkv-bench")},
        {"version", value_text(build.version)},
        {"git", value_text(build.git)},
        {"build", how},
        {0},
    });
}

json_t *json_started(int64_t unix_ms)
{
    char moment[UNITS_TEXT];
    return units_moment(unix_ms, moment)[0] ? value_text(moment) : json_null();
}

json_t *json_command_line(const struct run_facts *f)
{
    json_t *words = json_array();
    for (int i = 0; i < f->argc; i++)
        words = value_append(words, value_text(f->argv[i]));
    return words;
}

json_t *json_seed(uint64_t seed)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, seed);
    return value_text(digits);
}

static json_t *kernel_facts(const struct host *h)
{
    json_t *all = json_object();
    for (const struct host_fact *f = h->facts; f->name; f++)
        if (json_object_set_new(all, f->name, value_text(f->text)) != 0) {
            json_decref(all);
            return NULL;
        }
    return all;
}

// What is not as it was.
json_t *json_changes(const struct run_facts *f)
{
    json_t *list = json_array();
    const struct host_fact *was, *is;
    for (size_t at = 0; f->host_end && host_change(f->host, f->host_end, &at, &was, &is);)
        list = value_append(list, value_object(FIELDS{
                                      {"name", value_text(was->name)},
                                      {"start", value_text(was->text)},
                                      {"end", value_text(is->text)},
                                      {0},
                                  }));
    return list;
}

json_t *json_environment(const struct host *h)
{
    return value_object(FIELDS{
        {"host", value_text(h->name)},
        {"cpu", value_text(h->cpu)},
        {"cpus", value_number((uint64_t)h->cpus)},
        {"cpus_allowed", value_number((uint64_t)h->cpus_allowed)},
        {"governor", value_text(h->governor)},
        {"machine", value_text(h->machine)},
        {"virtualised", value_text(h->virtualised)},
        {"kernel", value_text(h->kernel)},
        {"memory_bytes", value_number(h->memory_bytes)},
        {"load1", value_real_if(h->load1 >= 0, h->load1)},
        {"clocksource", value_text(h->clocksource)},
        {"clock_read_ns", value_real(h->clock_read_ns)},
        {"clock_step_ns", value_number(h->clock_step_ns)},
        {"facts", kernel_facts(h)},
        {0},
    });
}

json_t *json_server(const struct run_facts *f)
{
    return value_object(FIELDS{
        {"target", value_text(f->target)},
        {"name", value_text(f->server_name)},
        {"version", value_text(f->server_version)},
        {0},
    });
}

json_t *json_commands(const struct by_command *b)
{
    json_t *list = json_array();
    for (const struct command_figures *c = b->at; c < b->at + b->n; c++)
        list = value_append(list, value_object(FIELDS{
                                      {"command", value_text(c->test)},
                                      {"rps", value_real(c->rps)},
                                      {"answered", value_number(c->answered)},
                                      {"errors", value_number(c->errors)},
                                      {"p50_ns", value_number_if(c->p50_ns > 0, c->p50_ns)},
                                      {"p99_ns", value_number_if(c->p99_ns > 0, c->p99_ns)},
                                      {"p99_9_ns", value_number_if(c->p999_ns > 0, c->p999_ns)},
                                      {0},
                                  }));
    return list;
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

static json_t *limit(const struct slo_limit *l)
{
    json_t *all = value_object(FIELDS{
        {"quantile", value_text(quantile_names[l->quantile].key)},
        {"ns", value_number(l->ns)},
        {0},
    });
    return l->command[0] ? value_extend(all, FIELDS{{"command", value_text(l->command)}, {0}}) : all;
}

json_t *json_slo(const struct slo *slo)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < slo->n; i++)
        list = value_append(list, limit(&slo->limit[i]));
    return list;
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

int json_write(FILE *out, json_t *whole, struct err *err)
{
    if (!whole)
        return err_set(err, ERR_RUN, "there was not enough memory for the JSON report");
    errno = 0;
    bool written = json_dumpf(whole, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) == 0 &&
                   fputc('\n', out) != EOF && fflush(out) == 0;
    int why = errno;
    json_decref(whole);
    if (!written)
        return err_set(err, ERR_RUN, "the JSON report could not be written: %s", strerror(why ? why : EIO));
    return 0;
}
