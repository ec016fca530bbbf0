// SPDX-License-Identifier: MIT
// The contents of values.
#pragma once

#include <stddef.h>

// Fills dst with the bytes that redis-benchmark's default tests carry: a fixed congruential sequence of
// printable characters, so that -d 3 is always "VXK".
void value_fill(char *dst, size_t len);
