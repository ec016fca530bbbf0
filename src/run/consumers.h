// SPDX-License-Identifier: MIT
// Those who wait for the messages of a load, in a thread of their own with connections of their own, so that
// how they are served does not hold up who sends. Counts each message once; never prints.
#pragma once

#include "run/crew.h"
#include "run/stopper.h"
#include "stats/delivery.h"

struct consumers;

// Returns once all of them wait for messages: 0, with *out NULL where the plan has none of them; -ENOSYS with
// err where the kernel refused the engine; else -1 with err.
int consumers_open(struct consumers **out, struct crew *crew, const struct stopper *stop, struct err *err);

// All messages are sent, so many: waits until all are delivered, or none came for the grace time. They are to
// be opened and not NULL. *out changes hands.
void consumers_end(struct consumers *all, uint64_t sent, struct delivery *out);

// Ends them at any time; NULL is none.
void consumers_close(struct consumers *all);
