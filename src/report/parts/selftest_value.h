// SPDX-License-Identifier: MIT
// What a selftest found, as the object that all JSON has it in. NULL without memory.
#pragma once

#include "stats/selftest.h"

#include <jansson.h>

json_t *selftest_value(const struct selftest *t); // null of NULL
