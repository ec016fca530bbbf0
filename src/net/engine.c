// SPDX-License-Identifier: MIT
#include "net/engine.h"

#include <errno.h>
#include <string.h>

// Whether the kernel, and the container around this process, allow the engine: tried, not guessed.
static int try_open(const struct engine_ops *ops)
{
    struct engine *e;
    struct engine_conf conf = {.connections = 1, .reply_bytes = 1};
    int rc = ops->open(&e, &conf);
    if (rc == 0)
        ops->close(e);
    return rc;
}

const struct engine_ops *engine_find(enum engine_choice choice, struct err *err)
{
    if (choice == ENGINE_NULL)
        return &engine_null;
    if (choice == ENGINE_EPOLL)
        return &engine_epoll;
    int rc = try_open(&engine_uring);
    if (rc == 0)
        return &engine_uring;
    if (choice == ENGINE_AUTO)
        return &engine_epoll;
    err_set(err, ERR_USAGE, "--engine uring: io_uring is not available here (%s): use --engine epoll or auto",
            rc == -ENOSYS                   ? "this build or kernel has none"
            : rc == -EPERM || rc == -EACCES ? "the system or a container's seccomp filter forbids it"
                                            : strerror(-rc));
    return NULL;
}

bool engine_skips(size_t value_bytes, const struct addr *from, const struct filter *filter)
{
    return value_bytes >= 2 * SKIP_MIN && !addr_is_unix(from) && !filter;
}
