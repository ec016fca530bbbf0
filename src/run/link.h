// SPDX-License-Identifier: MIT
// The life of a connection: dialled, set up, in service, renewed, lost. Cold code beside the worker's hot
// loop.
#pragma once

#include "run/worker.h"

// Begins a connection for c. False when it must be tried again later (a full backlog); w->err when it failed.
bool link_dial(struct worker *w, struct client *c);

// It is dialled a little later.
void link_await(struct worker *w, struct client *c);

void link_opened(struct worker *w, struct client *c, const struct io_event *ev); // the connection stands
void link_setup(struct worker *w, struct client *c, const struct io_event *ev);  // replies to HELLO, AUTH
// -k 0, --reconnect-every: n requests more were answered. Whether a new connection takes its place.
bool link_served(struct worker *w, struct client *c, uint32_t n);
void link_redial(struct worker *w);  // those that wait for room in a backlog, or broke
void link_give_up(struct worker *w); // those that are not ready yet are lost

// Its oldest requests timed out, and nobody could tell whose answer comes on it now: a new one in its place.
void link_expire(struct worker *w, struct client *c);

void link_hurry(struct worker *w); // the server answers again: those that broke wait no more
void link_end(struct worker *w);   // those that broke and are not back by the end are lost

// The other side ended it (error 0) or it broke (-errno): what it owed stays unanswered, and it is dialled
// again where the plan says so. why: a sentence on it, or NULL.
void link_lost(struct worker *w, struct client *c, int error, const char *why);

// It sent bytes that are no answer.
void link_broken(struct worker *w, struct client *c, struct slice bytes);
