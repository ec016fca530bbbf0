// SPDX-License-Identifier: MIT
// What --cluster and the options beside it come to.
#pragma once

#include "cli/options_table.h"

// 0 with w->o.run settled and, where there is an --addr-map, *owned to be freed; or -1 with err.
int cluster_options_settle(struct options_words *w, char **owned, struct err *err);

// Whether a cluster can be asked what is to be sent, once that is settled. 0, or -1 with err.
int cluster_options_check(const struct options *o, struct err *err);
