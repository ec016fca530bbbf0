// SPDX-License-Identifier: MIT
#include "serve/fault_words.h"

#include "base/clock.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>

// "P%:REST": the share from 0 to 1, and REST.
static bool share_of(const char *text, double *share, const char **rest)
{
    double percent;
    const char *end = units_decimal(text, &percent);
    if (!end || strncmp(end, "%:", 2) != 0 || percent > 100)
        return false;
    *share = percent / 100;
    *rest = end + 2;
    return true;
}

static bool duration(const char *text, size_t len, uint64_t *ns)
{
    char copy[32];
    if (len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = 0;
    return units_parse_duration(copy, NS_PER_S, ns) == 0 && *ns > 0;
}

// "2000/s" or "2000".
static bool rate(const char *text, double *per_s)
{
    char copy[32];
    size_t len = strlen(text);
    if (len > 2 && strcmp(text + len - 2, "/s") == 0)
        len -= 2;
    if (len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = 0;
    return units_parse_rate(copy, per_s) == 0 && *per_s > 0 && *per_s <= 1e9;
}

// "exp:500us" or "fixed:500us".
static bool service(const char *text, struct fault_conf *conf)
{
    uint64_t mean_ns;
    size_t law = strcspn(text, ":");
    bool by_chance = law == 3 && strncmp(text, "exp", 3) == 0;
    bool fixed = law == 5 && strncmp(text, "fixed", 5) == 0;
    if ((!by_chance && !fixed) || !text[law] || !duration(text + law + 1, strlen(text + law + 1), &mean_ns))
        return false;
    conf->capacity = (double)NS_PER_S / (double)mean_ns;
    conf->by_chance = by_chance;
    conf->punctual = true;
    return true;
}

static int parse_stall(const char *text, struct fault_conf *conf, struct err *err)
{
    size_t n = strcspn(text, "/");
    bool two = text[n] && duration(text, n, &conf->stall_ns) &&
               duration(text + n + 1, strlen(text + n + 1), &conf->stall_every_ns);
    if (!two || conf->stall_ns >= conf->stall_every_ns)
        return err_set(err, ERR_USAGE, "--stall: expected DURATION/PERIOD such as 200ms/1s, got '%.60s'",
                       text);
    return 0;
}

static int parse_values(const struct fault_words *w, struct fault_conf *conf, struct err *err)
{
    static const char *const names[] = {[FAULT_CORRUPT] = "--corrupt",
                                        [FAULT_STALE] = "--stale",
                                        [FAULT_SWAP] = "--swap",
                                        [FAULT_TRUNCATE] = "--truncate",
                                        [FAULT_OTHER] = "--other-key"};
    double all = 0;
    for (int i = 0; i < FAULT_VALUES; i++) {
        double percent = 0;
        const char *end = w->values[i] ? units_decimal(w->values[i], &percent) : NULL;
        if (w->values[i] && (!end || strcmp(end, "%") != 0 || percent > 100))
            return err_set(err, ERR_USAGE, "%s: expected a share such as 1%%, got '%.60s'", names[i],
                           w->values[i]);
        conf->value_shares[i] = percent / 100;
        all += percent;
    }
    return all <= 100
               ? 0
               : err_set(
                     err, ERR_USAGE,
                     "--corrupt, --stale, --swap, --truncate and --other-key: expected 100%% in all at most");
}

int fault_words_parse(const struct fault_words *w, struct fault_conf *conf, struct err *err)
{
    const char *rest;
    if (w->slow &&
        (!share_of(w->slow, &conf->slow_share, &rest) || !duration(rest, strlen(rest), &conf->slow_ns)))
        return err_set(err, ERR_USAGE,
                       "--slow: expected a percentage and a time such as 1%%:50ms, got '%.60s'", w->slow);
    if (w->error && (!share_of(w->error, &conf->error_share, &rest) || !*rest || strpbrk(rest, " \r\n")))
        return err_set(err, ERR_USAGE,
                       "--error: expected a percentage and a prefix such as 5%%:OOM, got '%.60s'", w->error);
    conf->error_prefix = w->error ? rest : NULL;
    if (w->capacity && !rate(w->capacity, &conf->capacity))
        return err_set(err, ERR_USAGE, "--capacity: expected a rate such as 2000/s, got '%.60s'",
                       w->capacity);
    if (w->service && w->capacity)
        return err_set(err, ERR_USAGE, "--service and --capacity say the same in two ways: give one of them");
    if (w->service && !service(w->service, conf))
        return err_set(err, ERR_USAGE,
                       "--service: expected exp or fixed and a mean service time, such as exp:500us, got "
                       "'%.60s'",
                       w->service);
    if (parse_values(w, conf, err) < 0)
        return -1;
    return w->stall ? parse_stall(w->stall, conf, err) : 0;
}
