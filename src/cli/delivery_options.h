// SPDX-License-Identifier: MIT
// What --queue, --pubsub, --consumers and --queues come to: a load of messages that others wait for.
#pragma once

#include "cli/options_table.h"

// 0 with w->o settled, or -1 with err. Before what a load is described by.
int delivery_options_settle(struct options_words *w, struct err *err);

// The name of the load, "queue", "pubsub" or "replay"; NULL where it is of another kind.
const char *delivery_options_name(const struct options *o);
