// SPDX-License-Identifier: MIT
#include "stats/load.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool apart(int64_t then, int64_t now)
{
    return then >= 0 && now >= 0 && then != now;
}

static bool words_apart(const char *then, const char *now)
{
    return then[0] && now[0] && strcmp(then, now) != 0;
}

static bool workloads_differ(const struct load *then, const struct load *now, char why[LOAD_WHY])
{
    static const char none[] = "one server, keys and values of one size";
    if (strcmp(then->workload, now->workload) != 0)
        snprintf(why, LOAD_WHY, "%.120s then, %.120s now", then->workload[0] ? then->workload : none,
                 now->workload[0] ? now->workload : none);
    return why[0] != 0;
}

static bool connections_differ(const struct load *then, const struct load *now, char why[LOAD_WHY])
{
    if (then->protocol && now->protocol && then->protocol != now->protocol)
        snprintf(why, LOAD_WHY, "RESP%u then, RESP%u now", then->protocol, now->protocol);
    else if (words_apart(then->tracking, now->tracking))
        snprintf(why, LOAD_WHY, "--tracking %s then, %s now", then->tracking, now->tracking);
    else if (apart(then->reconnect_every, now->reconnect_every))
        snprintf(why, LOAD_WHY, "--reconnect-every %" PRId64 " then, %" PRId64 " now", then->reconnect_every,
                 now->reconnect_every);
    return why[0] != 0;
}

static bool manners_differ(const struct load *then, const struct load *now, char why[LOAD_WHY])
{
    if (then->threads && now->threads && then->threads != now->threads)
        snprintf(why, LOAD_WHY, "%u client threads then, %u now", then->threads, now->threads);
    else if (apart(then->keepalive, now->keepalive))
        snprintf(why, LOAD_WHY, "-k %d then, -k %d now", then->keepalive, now->keepalive);
    else if (apart(then->sequential, now->sequential))
        snprintf(why, LOAD_WHY, "%s keys then, %s now", then->sequential ? "sequential" : "random",
                 now->sequential ? "sequential" : "random");
    else if (words_apart(then->key_dist, now->key_dist))
        snprintf(why, LOAD_WHY, "--key-dist %s then, %s now", then->key_dist, now->key_dist);
    else if (apart(then->quickack, now->quickack))
        snprintf(why, LOAD_WHY, "%s --quickack then, %s it now", then->quickack ? "with" : "without",
                 now->quickack ? "with" : "without");
    else if (apart(then->tls, now->tls))
        snprintf(why, LOAD_WHY, "%s TLS then, %s it now", then->tls ? "with" : "without",
                 now->tls ? "with" : "without");
    else if (words_apart(then->arrival, now->arrival))
        snprintf(why, LOAD_WHY, "--arrival %s then, %s now", then->arrival, now->arrival);
    else if (words_apart(then->engine, now->engine))
        snprintf(why, LOAD_WHY, "engine %s then, %s now", then->engine, now->engine);
    return why[0] != 0;
}

bool load_differs(const struct load *then, const struct load *now, char why[LOAD_WHY])
{
    why[0] = 0;
    if (fabs(then->rate - now->rate) > 1e-6 * now->rate)
        snprintf(why, LOAD_WHY, "--rate %.6g then, %.6g now", then->rate, now->rate);
    else if (then->clients != now->clients)
        snprintf(why, LOAD_WHY, "%u clients then, %u now", then->clients, now->clients);
    else if (then->pipeline != now->pipeline)
        snprintf(why, LOAD_WHY, "pipelines of %u then, %u now", then->pipeline, now->pipeline);
    else if (then->window != now->window)
        snprintf(why, LOAD_WHY, "another --pipeline-mode");
    else if (apart(then->payload_bytes, now->payload_bytes))
        snprintf(why, LOAD_WHY, "%" PRId64 " bytes of payload then, %" PRId64 " now", then->payload_bytes,
                 now->payload_bytes);
    else if (apart(then->keyspace, now->keyspace))
        snprintf(why, LOAD_WHY, "%" PRId64 " keys then, %" PRId64 " now", then->keyspace, now->keyspace);
    return why[0] != 0 || workloads_differ(then, now, why) || manners_differ(then, now, why) ||
           connections_differ(then, now, why);
}
