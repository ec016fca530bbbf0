// SPDX-License-Identifier: MIT
// Stands in for engine_uring.c in a build without liburing.
#include "net/engine.h"

#include <errno.h>

static int open_none(struct engine **out, const struct engine_conf *conf)
{
    (void)out;
    (void)conf;
    return -ENOSYS;
}

const struct engine_ops engine_uring = {.name = "io_uring", .open = open_none};
