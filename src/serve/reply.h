// SPDX-License-Identifier: MIT
// Replies in RESP, appended to what a connection is to be sent. Without memory the connection ends.
#pragma once

#include "serve/service.h"

void reply_line(struct asker *a, const char *line); // its type included, CRLF not: "+OK"
void reply_error(struct asker *a, const char *text);
void reply_integer(struct asker *a, int64_t n);
void reply_head(struct asker *a, char type, size_t n);
void reply_null(struct asker *a); // of a string that is not there
void reply_bulk(struct asker *a, struct slice bytes);
