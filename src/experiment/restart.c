// SPDX-License-Identifier: MIT
#include "experiment/restart.h"

#include "base/clock.h"
#include "experiment/peers.h"

#define READY_S 60
#define ASK_NS (20 * NS_PER_MS) // between two questions

static int restart(struct compare_test *c, unsigned t, struct err *err)
{
    struct stopper *stop = &c->session->stop;
    struct err why = {0};
    if (compare_test_shell(c, t, "--restart", c->conf->restart_command, err) < 0)
        return -1;
    uint64_t until_ns = clock_ns() + READY_S * NS_PER_S;
    while (compare_test_ask(c, t, "PING", &why) < 0) {
        if (stop->signal)
            return err_set(err, ERR_RUN, "interrupted");
        if (clock_ns() > until_ns)
            return err_set(err, ERR_RUN, "%s was not ready %d s after --restart: %.300s",
                           c->conf->each[t].name, READY_S, why.text);
        session_pause(c->session, ASK_NS);
        why = (struct err){0};
    }
    return 0;
}

int restart_target(struct compare_test *c, unsigned t, struct err *err)
{
    struct err failed = {0};
    if (peers_lead())
        restart(c, t, &failed);
    c->refill[t] = true;
    return peers_meet(&failed, &c->session->stop, err);
}
