// SPDX-License-Identifier: MIT
// Two targets of a comparison measured at the same time, each by client threads on CPUs of their own: what
// the machine does meanwhile falls on both.
#pragma once

#include "experiment/compare_slot.h"

// How many CPUs of the clients' each side has: those of run_conf.cpus, or all that this process may use,
// halved. 0: there are too few.
unsigned compare_duet_cpus(const struct cpus *asked);

// Two slots at once: the first on the first half of the CPUs, the second on the others. slots[i].target says
// whose each is. 0, or -1 with err or after a signal.
int compare_duet_run(struct compare_test *c, const struct compare_slot *like, struct comparison_slot slots[2],
                     struct err *err);
