// SPDX-License-Identifier: MIT
#include "base/restore.h"

#include <stdatomic.h>
#include <stddef.h>

static _Atomic(void (*)(void)) todo;

void restore_set(void (*fn)(void))
{
    atomic_store(&todo, fn);
}

void restore_run(void)
{
    void (*fn)(void) = atomic_exchange(&todo, NULL);
    if (fn)
        fn();
}
