// SPDX-License-Identifier: MIT
// Messages between ranks that never wait by spinning: MPI is asked, and where it has nothing the process
// sleeps.
#pragma once

#include "base/channel.h"

#include <stdbool.h>

enum {               // beside those of base/ranks.h
    WIRE_GONE = 'E', // the load of that rank has ended; bytes: why
    WIRE_END = 'Z',  // all has ended; number: how many ranks are gone, so that MPI cannot end in order
};

// 0, or -1 where it was not taken within seconds: that rank is gone.
int wire_send(int to, char type, uint64_t number, struct slice bytes);

// Whether there is a message from that rank (-1: any), which is then in m and in bytes. *from: whose.
bool wire_poll(int rank, struct message *m, struct buf *bytes, int *from);

void wire_nap(void);
void wire_nap_long(void); // where nobody is in a hurry
