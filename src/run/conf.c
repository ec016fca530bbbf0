// SPDX-License-Identifier: MIT
#include "run/conf.h"

struct run_conf run_conf_with(const struct run_conf *base, const struct run_conf *own)
{
    struct run_conf c = *base;
    c.keyspace = own->keyspace;
    c.keys = own->keys;
    c.inserts = own->inserts;
    c.data_bytes = own->data_bytes;
    c.values_vary = own->values_vary;
    c.value_sizes = own->value_sizes;
    c.keys_named = own->keys_named;
    c.keyform = own->keyform;
    c.key_prefix = own->key_prefix;
    c.expire_lo_ms = own->expire_lo_ms;
    c.expire_hi_ms = own->expire_hi_ms;
    c.nx = own->nx;
    return c;
}
