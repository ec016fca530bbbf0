// SPDX-License-Identifier: MIT
#include "report/lab_json.h"

#include "report/values.h"

#include <inttypes.h>

#define SCHEMA_VERSION 1

static json_t *server(const struct run_facts *f)
{
    return value_object(FIELDS{
        {"target", value_text(f->target)},
        {"name", value_text(f->server_name)},
        {"version", value_text(f->server_version)},
        {0},
    });
}

json_t *lab_json(const char *kind, const struct run_facts *f, json_t *tests)
{
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, f->seed);
    return value_object(FIELDS{
        {"schema_version", json_integer(SCHEMA_VERSION)},
        {"kind", value_text(kind)},
        {"tool", json_tool()},
        {"started", json_started(f->started_unix_ms)},
        {"command_line", json_command_line(f)},
        {"engine", value_text(f->engine)},
        {"pipeline_mode", value_text(f->pipeline_mode)},
        {"seed", value_text(seed)},
        {"environment", json_environment(f->host)},
        {"environment_changes", json_changes(f)},
        {"server", server(f)},
        {"tests", tests},
        {"interrupted", json_boolean(f->interrupted)},
        {"exit_code", json_integer(f->exit_code)},
        {0},
    });
}
