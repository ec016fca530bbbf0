// SPDX-License-Identifier: MIT
#include "experiment/compare_settle.h"

#include "base/clock.h"
#include "base/units.h"
#include "experiment/compare_duet.h"
#include "experiment/peers.h"
#include "judge/bracket.h"

#define SLOT_NS (5 * NS_PER_S)            // where the number of blocks is fixed
#define SLOT_SEARCH_NS (1200 * NS_PER_MS) // with --slo, at least, where it is not
#define SLOT_MIN_NS (600 * NS_PER_MS)     // with --slo: shorter trials say nothing of the client
#define BLOCKS_BASELINE 12                // a kept result has none that could be looked at one by one

static int settle_blocks(struct compare_conf *conf, struct err *err)
{
    if (conf->restart_command && conf->first)
        return err_set(
            err, ERR_USAGE,
            "--restart starts all servers anew, and a kept result has none: leave it out with --baseline");
    if (conf->restart_command && compare_conf_lead(conf)->embedded)
        return err_set(err, ERR_USAGE,
                       "--restart: no command starts the embedded server: leave out --embedded");
    if (conf->first && !conf->blocks)
        conf->blocks = BLOCKS_BASELINE;
    if (!conf->slot_ns && conf->blocks)
        conf->slot_ns = SLOT_NS;
    return 0;
}

static int check_duet(const struct compare_conf *conf, struct err *err)
{
    if (!conf->duet)
        return 0;
    if (peers_find().any)
        return err_set(err, ERR_USAGE, "--duet is for one process: leave it out with hkv-bench-mpi");
    if (conf->targets != 2 || conf->first || conf->slo.n)
        return err_set(
            err, ERR_USAGE,
            "--duet measures two targets at the same time: leave out --baseline, --slo and further "
            "targets");
    if (compare_duet_cpus(&compare_conf_lead(conf)->run.cpus) == 0)
        return err_set(
            err, ERR_USAGE,
            "--duet needs two CPUs for the clients, one for each target: this process may use one, "
            "or --cpus names one");
    return 0;
}

static int settle_slo(struct compare_conf *conf, struct err *err)
{
    if (!conf->slo.n)
        return 0;
    for (unsigned t = conf->first; t < conf->targets; t++)
        if (conf->each[t].workload.run.rate > 0 || run_conf_stuck(&conf->each[t].workload.run))
            return err_set(
                err, ERR_USAGE,
                "--slo finds the rate, and of a cluster needs connections that stay open: leave out "
                "--rate, --rps and -k 0");
    uint64_t least_ns = BRACKET_STEPS * SLO_LOOK * slo_longest_ns(&conf->slo);
    if (conf->slot_ns == 0)
        conf->slot_ns = least_ns > SLOT_SEARCH_NS ? least_ns : SLOT_SEARCH_NS;
    if (conf->slot_ns < SLOT_MIN_NS)
        return err_set(
            err, ERR_USAGE,
            "--slo shares a slot among six trials, which take 100ms at least: give --slot 600ms or more");
    if (conf->slot_ns < least_ns)
        return err_set(
            err, ERR_USAGE,
            "--slot: expected at least %ss, because a slot is shared among six trials and shorter ones "
            "cannot see what --slo promises",
            UNITS_SECONDS((double)least_ns * 1e-9));
    return 0;
}

int compare_settle(struct compare_conf *conf, struct err *err)
{
    if (settle_blocks(conf, err) < 0 || check_duet(conf, err) < 0)
        return -1;
    return settle_slo(conf, err);
}
