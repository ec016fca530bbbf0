// SPDX-License-Identifier: MIT
#include "report/run/buckets.h"

#include "base/clock.h"

#define STEPS(unit) 1 * (unit), 2500 * ((unit) / 1000), 5 * (unit)

const uint64_t buckets_ns[BUCKETS] = {STEPS(10 * NS_PER_US), STEPS(100 * NS_PER_US), STEPS(NS_PER_MS),
                                      STEPS(10 * NS_PER_MS), STEPS(100 * NS_PER_MS), STEPS(NS_PER_S),
                                      STEPS(10 * NS_PER_S),  100 * NS_PER_S};
