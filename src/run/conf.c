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

bool run_conf_apart(const struct run_conf *conf)
{
    bool several = conf->pipeline > 1 && conf->pipeline_mode == PIPELINE_WINDOW;
    bool plain = !conf->spaces && !conf->dataset && !conf->fills && conf->inserts == 0 && !conf->verify;
    bool stays = conf->keepalive || conf->rate == 0;
    return conf->retries && several && plain && stays && !conf->cluster &&
           conf->on_disconnect != DISCONNECT_STOP;
}
