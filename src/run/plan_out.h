// SPDX-License-Identifier: MIT
// How much room a plan's requests take. Takes none.
#pragma once

#include "run/plan.h"

// Bytes that one connection's requests take at most, and the pieces they go out in.
size_t plan_out_bytes(const struct plan *p);
size_t plan_out_pieces(const struct plan *p);
size_t plan_out_wire(const struct plan *p); // of its longest request, as it is sent
