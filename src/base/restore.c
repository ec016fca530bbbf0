// SPDX-License-Identifier: MIT
#include "base/restore.h"

#include <stdatomic.h>
#include <stddef.h>

static _Atomic(void (*)(void)) restorer;

void restore_set(void (*fn)(void))
{
    atomic_store(&restorer, fn);
}

void restore_run(void)
{
    void (*fn)(void) = atomic_exchange(&restorer, NULL);
    if (fn)
        fn();
}
