// SPDX-License-Identifier: MIT
#include "report/lab_json.h"

#include "report/values.h"

#define SCHEMA_VERSION 1

json_t *lab_json(const char *kind, const struct run_facts *f, json_t *tests)
{
    return value_object(FIELDS{
        {"schema_version", json_integer(SCHEMA_VERSION)},
        {"kind", value_text(kind)},
        {"tool", json_tool()},
        {"started", json_started(f->started_unix_ms)},
        {"command_line", json_command_line(f)},
        {"tags", json_tags(f)},
        {"engine", value_text(f->engine)},
        {"wait", value_text_or_null(f->wait)},
        {"pipeline_mode", value_text(f->pipeline_mode)},
        {"seed", json_seed(f->seed)},
        {"environment", json_environment(f->host)},
        {"environment_changes", json_changes(f)},
        {"server", json_server(f)},
        {"tests", tests},
        {"interrupted", json_boolean(f->interrupted)},
        {"exit_code", json_integer(f->exit_code)},
        {0},
    });
}
