// SPDX-License-Identifier: MIT
#include "experiment/session.h"

#include "base/clock.h"

void session_begin(struct session *s, void (*tell)(void *ctx, const char *sentence), void *ctx)
{
    s->stop.fd = -1;
    s->outcome = (struct outcome){.tell = tell, .ctx = ctx};
}

void session_start(struct session *s)
{
    s->started_ns = clock_ns();
    host_read(&s->host);
    s->facts.host = &s->host;
    s->facts.started_unix_ms = (int64_t)(clock_real_ns() / NS_PER_MS);
}

double session_now_s(const struct session *s)
{
    return (double)(clock_ns() - s->started_ns) * 1e-9;
}

void session_pause(struct session *s, uint64_t ns)
{
    if (!s->stop.signal && ns)
        stopper_wait(&s->stop, -1, (int)(ns / NS_PER_MS));
}

void session_see_host_again(struct session *s)
{
    host_read(&s->host_end);
    s->facts.host_end = &s->host_end;
}

void session_settle(struct session *s, bool measured)
{
    if (s->stop.signal)
        outcome_interrupt(&s->outcome, s->stop.signal, measured);
    s->facts.interrupted = s->stop.signal != 0;
    s->facts.exit_code = s->outcome.code;
}

void session_close(struct session *s)
{
    stopper_close(&s->stop);
}
