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
    *s = (struct sampler){.every = every, .until = 1};
    if (!every)
        return 0;
    s->of_clients = calloc(clients, sizeof *s->of_clients);
    if (!s->of_clients || wiretimes_init(&s->times) < 0) {
        free(s->of_clients);
        *s = (struct sampler){0};
        return -ENOMEM;
    }
    return 0;
}

void sampler_free(struct sampler *s)
{
    free(s->of_clients);
    wiretimes_free(&s->times);
    *s = (struct sampler){0};
}

int sampler_open(struct sampler *s, struct client *c, unsigned index)
{
    if (!s->every)
        return 0;
    struct stamp *stamp = &s->of_clients[index].stamp;
    int rc = stamp_on(c->conn.fd, stamp);
    c->conn.stamp = rc < 0 ? NULL : stamp;
    return rc;
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
