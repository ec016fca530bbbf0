// SPDX-License-Identifier: MIT
// The bytes of --part: what a plain run was and had, for hkv-bench merge. Writes no file.
#pragma once

#include "experiment/plain.h"
#include "stats/part.h"

// Appends them to out. 0, or -ENOMEM.
int plain_part_pack(const struct plain *run, struct buf *out);
