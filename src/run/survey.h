// SPDX-License-Identifier: MIT
// Asks a cluster who its nodes are, on connections of its own and outside of any hot loop. Sends no load.
#pragma once

#include "run/plan.h"

// Asks the seeds that conf names one after another: conf->host may be several with commas between, each with
// a port of its own or conf->port. The first that answers is target->addr from now on. 0 with a map for
// map_free; or -1 with err (ERR_CONNECT).
int survey(struct map **out, struct target *target, const struct run_conf *conf, int stop_fd,
           struct err *err);

// The same of nodes that are known: those of newest, then target->addr. -1 where none of them answers.
int survey_again(struct map **out, const struct target *target, const struct map *newest,
                 const struct run_conf *conf, int stop_fd);
