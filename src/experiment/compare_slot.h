// SPDX-License-Identifier: MIT
// One slot of a comparison: a target measured for a time.
#pragma once

#include "experiment/compare_test.h"

// Fills target t and finds its warm-up, by a trial. 0, or -1 when the test cannot be held: comparison->note
// says why, err too where it is somebody's fault.
int compare_slot_pilot(struct compare_test *c, unsigned t, struct err *err);

// Measures, and no more than that: whatever comes before it was done. May run beside another one of another
// target. 0 with the trial to be freed, or -1 with err.
int compare_slot_measure(struct compare_test *c, const struct compare_slot *s, struct trial *trial,
                         struct err *err);

// What the trial says, into slot, and frees it. 0, or -1 with err or after a signal.
int compare_slot_take(struct compare_test *c, struct trial *trial, struct comparison_slot *slot,
                      struct err *err);

// All of it. 0, or -1 with err or after a signal.
int compare_slot_run(struct compare_test *c, const struct compare_slot *s, struct comparison_slot *slot,
                     struct err *err);
