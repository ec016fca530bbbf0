// SPDX-License-Identifier: MIT
// Values that are not what was stored: planted into replies to GET, for a client that checks what it reads.
// fault.h draws which and counts them; this only changes bytes.
#pragma once

#include "serve/service.h"

// The last value that a connection was given, and whose it was.
struct plant_last {
    struct buf key, value;
    struct buf own; // that of the reply under way
};

// Before a command is run: what it overwrites is kept, where old values are planted.
void plant_keep(struct service *service, unsigned db, const struct command *c);

// The reply to c that was put into asker->out from `from` on.
void plant_value(struct service *service, struct asker *asker, struct plant_last *last,
                 const struct command *c, size_t from);

void plant_free(struct plant_last *last);
