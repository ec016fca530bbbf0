// SPDX-License-Identifier: MIT
// --verify on a cluster: what is known of a request goes with its ticket until it leaves, and from there to
// the notes of the connection (run/verify.h). By which connection it leaves is not known when it is drawn, so
// that nothing is said of the order of those that are under way at once.
#pragma once

#include "run/worker.h"

// Around the drawing of a request into t.
void verify_ticket_before(const struct worker *w, const struct ticket *t, struct draw *from);
void verify_ticket_drawn(struct ticket *t, const struct draw *from);

// It leaves by c's connection.
void verify_ticket_leaves(struct worker *w, struct client *c, const struct ticket *t);

// The reply that was looked at last was a redirection: the request will leave again, as t.
void verify_ticket_redirected(const struct worker *w, const struct client *c, struct ticket *t);

// It was an error.
void verify_ticket_refused(const struct worker *w, const struct client *c);

// The oldest request that c has not answered will leave once more, as t; or stays behind those that it has.
void verify_ticket_again(const struct worker *w, const struct client *c, struct ticket *t);
void verify_ticket_stays(const struct worker *w, const struct client *c);

// It never leaves.
void verify_ticket_dropped(const struct worker *w, const struct ticket *t);
