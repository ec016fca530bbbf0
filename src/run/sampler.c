// SPDX-License-Identifier: MIT
#include "run/sampler.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

struct sample {
    struct stamp stamp; // first: a connection points to it
    uint64_t sent_ns;   // by the run's clock
    uint64_t real_ns;   // by the one that the kernel stamps with
};

int sampler_init(struct sampler *s, unsigned every, unsigned clients)
{
    *s = (struct sampler){.on = true, .every = every, .until = 1};
    s->of_clients = calloc(clients, sizeof *s->of_clients);
    if (!s->of_clients || readtimes_init(&s->read) < 0 || (every && wiretimes_init(&s->times) < 0)) {
        sampler_free(s);
        return -ENOMEM;
    }
    return 0;
}

void sampler_free(struct sampler *s)
{
    free(s->of_clients);
    readtimes_free(&s->read);
    wiretimes_free(&s->times);
    *s = (struct sampler){0};
}

void sampler_reset(struct sampler *s)
{
    if (s->on)
        readtimes_reset(&s->read);
    if (s->every)
        wiretimes_reset(&s->times);
    sampler_look(s);
}

void sampler_look(struct sampler *s)
{
    if (s->on)
        s->real_ns = clock_real_ns() - clock_ns();
}

int sampler_open(struct sampler *s, struct client *c, unsigned index)
{
    if (!s->on || (!s->every && index % SAMPLER_APART))
        return 0;
    struct stamp *stamp = &s->of_clients[index].stamp;
    int rc = stamp_on(c->conn.fd, stamp, s->every);
    c->conn.stamp = rc < 0 ? NULL : stamp;
    return s->every ? rc : 0;
}

void sampler_read(struct sampler *s, const struct client *c, uint64_t at_ns)
{
    uint64_t arrived_ns = c->conn.stamp->arrived_ns, read_ns = at_ns + s->real_ns;
    s->delay_ns = arrived_ns == 0 ? SAMPLER_UNKNOWN : read_ns > arrived_ns ? read_ns - arrived_ns : 0;
}

void sampler_asks(struct sampler *s, struct client *c, uint64_t sent_ns)
{
    if (--s->until || c->outstanding) {
        s->until = s->until ? s->until : 1;
        return;
    }
    s->until = s->every;
    struct sample *sample = (struct sample *)c->conn.stamp;
    sample->stamp.next = true;
    sample->sent_ns = sent_ns;
    sample->real_ns = clock_real_ns();
}

void sampler_answered(struct sampler *s, struct client *c, uint64_t at_ns)
{
    struct sample *sample = (struct sample *)c->conn.stamp;
    if (!sample->stamp.asked || c->outstanding)
        return;
    if (!sample->stamp.given)
        stamp_collect(c->conn.fd, &sample->stamp);
    if (sample->stamp.given && sample->stamp.arrived_ns)
        wiretimes_record(&s->times, sample->real_ns, sample->stamp.left_ns, sample->stamp.arrived_ns,
                         sample->real_ns + (at_ns - sample->sent_ns));
    else
        s->times.missed++;
    sample->stamp.asked = sample->stamp.given = false;
}
