// SPDX-License-Identifier: MIT
#include "serve/service.h"

void service_reset(struct service *s)
{
    for (size_t i = 0; i < SERVICE_DBS; i++) {
        store_clear(&s->dbs[i]);
        store_clear(&s->before[i]);
    }
    recent_free(&s->recent);
}
