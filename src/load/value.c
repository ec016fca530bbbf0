// SPDX-License-Identifier: MIT
#include "load/value.h"

#include <stdint.h>

void value_fill(char *dst, size_t len)
{
    uint32_t state = 1234;
    for (size_t i = 0; i < len; i++) {
        state = state * 1103515245 + 12345;
        dst[i] = (char)('0' + ((state >> 16) & 63));
    }
}
