// SPDX-License-Identifier: MIT
// In which of a cluster's slots a key lies: CRC16 (XMODEM) of its hash tag, or of the whole key. Knows no
// nodes.
#pragma once

#include "base/slice.h"

#include <stdint.h>

#define SLOTS 16384

uint16_t slot_crc16(struct slice bytes);

// What is between the first { and the next } alone counts, where there is something.
uint16_t slot_of(struct slice key);
