// SPDX-License-Identifier: MIT
// How connections are opened and closed, beside to whom: options of their sockets, and the local addresses
// that they come from. The same for all connections of a target; opens nothing by itself.
#pragma once

#include "net/addr.h"

#include <stdbool.h>

#define DIALLING_SOURCES 256

struct dialling {
    bool nagle;                 // TCP_NODELAY stays off
    bool mptcp;                 // Multipath TCP
    bool reset;                 // closed by RST, which leaves no port in TIME_WAIT
    const struct addr *sources; // taken in turn by connections of their family; NULL: the kernel chooses
    unsigned sources_n;
};

// "127.0.0.2,127.0.0.3" into at most `room` addresses of this machine. How many, or -1 with err.
int dialling_sources(struct addr *out, unsigned room, const char *list, struct err *err);

// Whether a socket to that address can be had as asked: 0, or -1 with err (ERR_USAGE) that says why not.
int dialling_check(const struct dialling *d, const struct addr *to, struct err *err);

// The source for the connection whose turn it is; NULL: none is asked for.
const struct addr *dialling_source(const struct dialling *d, const struct addr *to, unsigned turn);

// How many local ports this kernel gives out for one source and one destination, or 0 where it does not say.
unsigned dialling_ports(void);

// Why a connection could not be opened (-errno), in words, with the cure where one is known. Answers why.
#define DIALLING_WHY 320
const char *dialling_why(int rc, char why[DIALLING_WHY]);
