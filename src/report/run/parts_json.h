// SPDX-License-Identifier: MIT
// What a response time consists of, in the JSON of a run (docs/json.md): null where it was not measured.
// Never measures.
#pragma once

#include "stats/summary.h"

#include <jansson.h>

json_t *parts_json(const struct hist *h); // one part, in short
json_t *parts_json_wire(const struct summary *s);
json_t *parts_json_schedule(const struct summary *s); // whether what was sent is what was scheduled
json_t *parts_json_read_delay(const struct summary *s);
json_t *parts_json_tls(const struct handshakes *h);
