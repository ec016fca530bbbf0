// SPDX-License-Identifier: MIT
// What the embedded server's commands do and answer. Reads requests, writes replies; knows no socket.
#pragma once

#include "serve/service.h"

// Where it leaves a->resume set, the same command is to be run again once there is room in out.
void commands_run(struct service *s, struct asker *a, const struct command *c);

// "-ERR ..." for bytes that are no request, after which the connection ends.
void commands_complain(struct asker *a, const char *complaint);
