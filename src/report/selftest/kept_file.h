// SPDX-License-Identifier: MIT
// Where the result of `selftest` is kept between runs: $XDG_STATE_HOME/hkv-bench/selftest.json, or
// ~/.local/state/hkv-bench/selftest.json. Knows nothing of what is in it.
#pragma once

#include "base/err.h"
#include "stats/selftest.h"

// Replaces what was kept, all at once. 0, or -1 with err.
int kept_file_save(const struct selftest *t, struct err *err);

// False where there is none that can be read; never a sentence about that. Waits for nothing.
bool kept_file_load(struct selftest *t);
