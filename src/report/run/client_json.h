// SPDX-License-Identifier: MIT
// What a run's document says of the client's own work. Each answers a new value; measures nothing.
#pragma once

#include "stats/summary.h"

#include <jansson.h>

json_t *client_json_cpu(const struct summary *s);
json_t *client_json_pauses(const struct summary *s);
json_t *client_json_threads(const struct summary *s);
