// SPDX-License-Identifier: MIT
// When bytes that are read had arrived at this machine, as the kernel stamped them: a process that sleeps is
// woken later.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// From now on the kernel stamps what arrives. Where it does not, arrivals are unknown.
void arrival_watch(int fd);

// As recv; -errno. *at_ns: when the last of the bytes arrived, of clock_ns; 0: unknown.
ssize_t arrival_read(int fd, char *dst, size_t cap, uint64_t *at_ns);
