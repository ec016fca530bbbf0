// SPDX-License-Identifier: MIT
// The last step of making a result: what limited it and what to doubt about it, worked out once, and kept in
// it for all who read it. Changes no figure.
#pragma once

#include "stats/summary.h"

// Once all else is known, what was seen beside the test included. 0 or -ENOMEM.
int freeze_summary(struct summary *s);
