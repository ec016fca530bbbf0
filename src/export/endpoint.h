// SPDX-License-Identifier: MIT
// Live metrics for whoever scrapes them: GET /metrics over HTTP, in a thread of its own. The only file that
// sees libmicrohttpd; where the build has none, it cannot be opened.
#pragma once

#include "export/metrics.h"
#include "export/where.h"

// Whether the build has libmicrohttpd: its version, or "".
const char *endpoint_version(void);

struct endpoint;

// Serves them there, where port 0 is any that is free; at tells which. 0, or -1 with err. endpoint_close
// undoes it.
int endpoint_open(struct endpoint **e, struct metrics *m, struct where *at, struct err *err);
void endpoint_close(struct endpoint *e); // NULL: nothing

// How often it has been scraped; and how often since endpoint_settle said that the metrics are final.
unsigned endpoint_scrapes(const struct endpoint *e);
void endpoint_settle(struct endpoint *e);
unsigned endpoint_finals(const struct endpoint *e);
