// SPDX-License-Identifier: MIT
#include "stats/delivery.h"

#include <errno.h>

int delivery_init(struct delivery *d, int digits)
{
    *d = (struct delivery){.latency = hist_new(digits)};
    return d->latency ? 0 : -ENOMEM;
}

void delivery_free(struct delivery *d)
{
    hist_free(d->latency);
    *d = (struct delivery){0};
}
