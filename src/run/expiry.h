// SPDX-License-Identifier: MIT
// When a worker looks next whether a request has had no answer for --timeout.
#pragma once

#include <stdint.h>

struct expiry {
    uint64_t at_ns;    // UINT64_MAX: never
    uint64_t woke_ns;  // this program did not run until then: what was asked before counts from here
    uint64_t since_ns; // of the first time-out since the last answer: when the last one before it came
    unsigned suspect;  // the client that is looked at first
};
