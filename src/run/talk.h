// SPDX-License-Identifier: MIT
// One command to one server, on a connection of its own that ends with the reply, outside of any clock: for
// what must be known of a server and is no load. Knows no command by name but AUTH.
#pragma once

#include "base/buf.h"
#include "run/plan.h"

// 0 with the reply's bytes unread in reply, an error reply too; or -errno where there was none within a
// second: -EINTR as soon as stop_fd (-1: none) became readable. reply is to be freed either way.
int talk_once(const struct target *target, const struct run_conf *conf, struct words command, int stop_fd,
              struct buf *reply);

// Tries the target's filter, which it has: waits for a first answer too, for a server may refuse what was
// agreed on. agrees: whether it came to that. 0, also where no answer came within wait_ns then; -1 with err
// (ERR_CONNECT).
int talk_filter(const struct target *target, int stop_fd, uint64_t wait_ns, bool *agrees, struct err *err);
