// SPDX-License-Identifier: MIT
#include "serve/fault.h"

#include <math.h>

struct faults faults_init(const struct fault_conf *conf)
{
    return (struct faults){.conf = *conf, .rng = rng_init(conf->seed, 0), .service = rng_init(conf->seed, 1)};
}

bool faults_values(const struct fault_conf *c)
{
    double all = 0;
    for (int i = 0; i < FAULT_VALUES; i++)
        all += c->value_shares[i];
    return all > 0;
}

bool faults_any(const struct faults *f)
{
    const struct fault_conf *c = &f->conf;
    return c->delay_ns || c->capacity > 0 || c->slow_share > 0 || c->error_share > 0 || c->drop_after ||
           c->mute_after || c->nagle || c->garbage || c->key_update || faults_values(c);
}

// True for that share of the calls. Draws only where there is a share, so that one fault does not move
// another.
static bool happens(struct faults *f, double share)
{
    return share > 0 && (double)(rng_next(&f->rng) >> 11) * 0x1p-53 < share;
}

uint64_t faults_turn(struct faults *f, uint64_t now_ns)
{
    if (f->free_ns <= now_ns && (f->held == 0 || f->conf.punctual)) {
        f->busy_ns = now_ns;
        f->busy_turns = 0;
    }
    f->busy_turns += f->conf.by_chance ? -log(rng_unit(&f->service)) : 1;
    f->free_ns = f->busy_ns + (uint64_t)(f->busy_turns * 1e9 / f->conf.capacity);
    return f->free_ns;
}

struct fate faults_draw(struct faults *f, uint64_t replies)
{
    const struct fault_conf *c = &f->conf;
    struct fate fate = {.wait_ns = c->delay_ns, .garbage = c->garbage};
    bool slow = happens(f, c->slow_share);
    fate.wait_ns += slow ? c->slow_ns : 0;
    fate.error = happens(f, c->error_share);
    fate.mute = c->mute_after && replies >= c->mute_after;
    fate.drop = c->drop_after && replies + 1 >= c->drop_after;
    f->delayed += c->delay_ns > 0 && !fate.mute;
    f->slowed += slow && !fate.mute;
    f->errors += fate.error && !fate.mute;
    f->garbage += fate.garbage && !fate.mute;
    f->mutes += fate.mute;
    f->drops += fate.drop;
    return fate;
}

enum fault_value faults_draw_value(struct faults *f)
{
    double at = (double)(rng_next(&f->rng) >> 11) * 0x1p-53;
    int how = 0;
    for (; how < FAULT_VALUES && at >= f->conf.value_shares[how]; how++)
        at -= f->conf.value_shares[how];
    return (enum fault_value)how;
}

bool faults_changed(struct faults *f, enum fault_value how, bool changed)
{
    f->values[how] += changed;
    return changed;
}
