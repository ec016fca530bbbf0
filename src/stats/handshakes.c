// SPDX-License-Identifier: MIT
#include "stats/handshakes.h"

#include <errno.h>
#include <stdio.h>

#define DIGITS 3

int handshakes_init(struct handshakes *h)
{
    *h = (struct handshakes){.full = hist_new(DIGITS), .resumed = hist_new(DIGITS)};
    if (h->full && h->resumed)
        return 0;
    handshakes_free(h);
    return -ENOMEM;
}

void handshakes_free(struct handshakes *h)
{
    hist_free(h->full);
    hist_free(h->resumed);
    *h = (struct handshakes){0};
}

void handshakes_record(struct handshakes *h, uint64_t took_ns, bool resumed)
{
    hist_record(resumed ? h->resumed : h->full, took_ns, 1);
}

void handshakes_agreed(struct handshakes *h, const char *protocol, const char *cipher, const char *kernel)
{
    if (h->protocol[0])
        return;
    snprintf(h->protocol, sizeof h->protocol, "%s", protocol);
    snprintf(h->cipher, sizeof h->cipher, "%s", cipher);
    snprintf(h->kernel, sizeof h->kernel, "%s", kernel ? kernel : "");
}

void handshakes_merge(struct handshakes *h, const struct handshakes *from)
{
    hist_merge(h->full, from->full);
    hist_merge(h->resumed, from->resumed);
    if (from->protocol[0])
        handshakes_agreed(h, from->protocol, from->cipher, from->kernel);
    if (!h->verified[0])
        snprintf(h->verified, sizeof h->verified, "%s", from->verified);
}

uint64_t handshakes_count(const struct handshakes *h)
{
    return h->full ? hist_count(h->full) + hist_count(h->resumed) : 0;
}

double handshakes_resumed(const struct handshakes *h)
{
    uint64_t all = handshakes_count(h);
    return all ? (double)hist_count(h->resumed) / (double)all : 0;
}
