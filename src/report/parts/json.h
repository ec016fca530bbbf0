// SPDX-License-Identifier: MIT
// Parts that all JSON reports share. Each answers NULL without memory.
#pragma once

#include "stats/by_command.h"
#include "stats/facts.h"
#include "stats/slo.h"

#include <jansson.h>
#include <stdio.h>

json_t *json_tool(void);
json_t *json_started(int64_t unix_ms);
json_t *json_seed(uint64_t seed); // as text: it may need all 64 bits, which few readers of JSON keep
json_t *json_server(const struct run_facts *f);
json_t *json_command_line(const struct run_facts *f);
json_t *json_environment(const struct host *h);
json_t *json_changes(const struct run_facts *f); // between the two ends of the run
json_t *json_slo(const struct slo *slo);
json_t *json_commands(const struct by_command *b); // of a mix; else an empty list
json_t *json_tags(const struct run_facts *f);
json_t *json_assertions(const struct run_facts *f);

// Writes it with a newline after it, and lets it go. 0, or -1 with err; also where whole is NULL.
int json_write(FILE *out, json_t *whole, struct err *err);
