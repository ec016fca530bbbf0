// SPDX-License-Identifier: MIT
// A list of CPUs as a user writes it, "1,3-5", and threads bound to one of them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CPUS_MAX 512

struct cpus {
    uint16_t n;
    uint16_t at[CPUS_MAX]; // in the order in which they were given
};

// False where text is no such list, or a longer one than CPUS_MAX.
bool cpus_parse(const char *text, struct cpus *out);

bool cpus_allowed(unsigned cpu); // to this process, by its affinity mask
int cpus_bind(unsigned cpu);     // the calling thread, to this one: 0 or -errno
