// SPDX-License-Identifier: MIT
// The processes that made a load together: where each ran, when it began, what it sent, what limited it.
// Plain values.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct generator {
    char host[65];
    unsigned part; // which part of the load, from 0
    unsigned threads, clients;
    uint64_t start_ns;       // of its measured window, since 1970, by the clock that all are told in
    uint64_t late_ns;        // after the first of all
    uint64_t clock_error_ns; // how well its clock is known beside the others'; 0: as its host keeps it
    uint64_t wall_ns;
    uint64_t answered;
    double busy; // its busiest thread, share of the time
    uint64_t p50_ns, p99_ns;
    char limited_by[16]; // "CLIENT"
    char why[192];
    char note[256]; // what went wrong there, or ""
};

struct generators {
    struct generator *at; // in the order of their parts
    unsigned n, asked;    // that there are, and that there should be; 0: nobody was told apart
};

int generators_add(struct generators *g, const struct generator *one); // 0 or -ENOMEM
void generators_free(struct generators *g);

// All are there: how late each began, and from the first start to the last end.
uint64_t generators_settle(struct generators *g);

uint64_t generators_skew(const struct generators *g);        // from the first start to the last
uint64_t generators_clock_error(const struct generators *g); // of the worst known clock
unsigned generators_hosts(const struct generators *g);       // by name

// Whether some of them are missing, and then why that matters.
#define GENERATORS_WHY 96
bool generators_missing(const struct generators *g, char why[static GENERATORS_WHY]);

// How many were limited by themselves, and the first of these, or NULL.
unsigned generators_limited(const struct generators *g, const struct generator **first);
