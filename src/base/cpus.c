// SPDX-License-Identifier: MIT
#include "base/cpus.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

// A CPU's number at *text, which is moved behind it.
static bool take_number(const char **text, unsigned *out)
{
    char *end;
    if (**text < '0' || **text > '9')
        return false;
    unsigned long n = strtoul(*text, &end, 10);
    *out = (unsigned)n;
    *text = end;
    return n < CPU_SETSIZE;
}

bool cpus_parse(const char *text, struct cpus *out)
{
    out->n = 0;
    for (;; text++) {
        unsigned first, last;
        if (!take_number(&text, &first))
            return false;
        last = first;
        if (*text == '-') {
            text++;
            if (!take_number(&text, &last) || last < first)
                return false;
        }
        for (unsigned cpu = first; cpu <= last; cpu++) {
            if (out->n == CPUS_MAX)
                return false;
            out->at[out->n++] = (uint16_t)cpu;
        }
        if (*text != ',')
            return *text == 0;
    }
}

bool cpus_allowed(unsigned cpu)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_ISSET(cpu, &set);
}

int cpus_bind(unsigned cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}
