// SPDX-License-Identifier: MIT
// The bytes of a cluster's requests: drawn into tickets, laid into a client's buffer, and taken from there
// again for those that were redirected. Asks nothing.
#pragma once

#include "run/worker.h"

// Draws a request, of any kind of the load, into the ticket, which learns its slot.
void ticket_write(struct worker *w, struct ticket *t);

// Whom it is to be asked of, by the map as it is now.
struct node *ticket_node(struct worker *w, const struct ticket *t);

// It never leaves.
void ticket_drop(struct worker *w, struct ticket *t);

// Lays the requests of n tickets, from t on, into the client's buffer, where those unanswered do not lie, and
// hands them to its connection.
void ticket_lay(struct worker *w, struct client *c, const struct ticket *t, uint32_t n);

// Which slot the bytes of the ticket belong to.
uint16_t ticket_slot(const struct worker *w, const struct ticket *t);

// The oldest request that c has not answered, once more.
void ticket_copy(const struct worker *w, struct client *c, struct ticket *t);
