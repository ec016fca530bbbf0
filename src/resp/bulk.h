// SPDX-License-Identifier: MIT
// The strings in a reply that has wholly come, in their order and at any depth. Copies nothing; what it is
// given was taken by parse_reply before.
#pragma once

#include "base/slice.h"

#include <stdbool.h>

// The next string in *reply, which moves behind it. False where there is none left.
bool bulk_next(struct slice *reply, struct slice *out);
