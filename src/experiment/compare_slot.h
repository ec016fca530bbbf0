// SPDX-License-Identifier: MIT
// One slot of a comparison: a target measured for a time.
#pragma once

#include "experiment/compare_test.h"

// Fills target t and finds its warm-up, by a trial. 0, or -1 when the test cannot be held: comparison->note
// says why, err too where it is somebody's fault.
int compare_slot_pilot(struct compare_test *c, unsigned t, struct err *err);

// Measures into slot. 0, or -1 with err or after a signal.
int compare_slot_run(struct compare_test *c, const struct compare_slot *s, struct comparison_slot *slot,
                     struct err *err);
