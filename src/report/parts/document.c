// SPDX-License-Identifier: MIT
#include "report/parts/document.h"

#include "report/parts/json.h"
#include "report/parts/selftest_value.h"

#define SCHEMA_VERSION 1

int document_write(FILE *out, const struct run_facts *facts, const struct document *d, struct err *err)
{
    json_t *whole = value_object(FIELDS{
        {"schema_version", json_integer(SCHEMA_VERSION)},
        {"kind", value_text(d->kind)},
        {"tool", json_tool()},
        {"started", json_started(facts->started_unix_ms)},
        {"command_line", json_command_line(facts)},
        {0},
    });
    whole = value_extend(whole, d->setup);
    whole = value_extend(
        whole, FIELDS{
                   {"environment", json_environment(facts->host)},
                   {"environment_end", facts->host_end ? json_environment(facts->host_end) : json_null()},
                   {"environment_changes", json_changes(facts)},
                   {"selftest", selftest_value(facts->selftest)},
                   {0},
               });
    whole = value_extend(whole, d->servers);
    whole = value_extend(whole, FIELDS{{"tests", d->tests}, {0}});
    whole = value_extend(whole, d->judged ? d->judged : FIELDS{{0}});
    whole = value_extend(whole, FIELDS{
                                    {"interrupted", json_boolean(facts->interrupted)},
                                    {"exit_code", json_integer(facts->exit_code)},
                                    {0},
                                });
    return json_write(out, whole, err);
}

int document_write_trials(FILE *out, const char *kind, const struct run_facts *facts, json_t *tests,
                          struct err *err)
{
    return document_write(
        out, facts,
        &(struct document){.kind = kind,
                           .setup = FIELDS{{"tags", json_tags(facts)},
                                           {"engine", value_text(facts->engine)},
                                           {"wait", value_text_or_null(facts->wait)},
                                           {"pipeline_mode", value_text(facts->pipeline_mode)},
                                           {"seed", json_seed(facts->seed)},
                                           {0}},
                           .servers = FIELDS{{"server", json_server(facts)}, {0}},
                           .tests = tests},
        err);
}
