// SPDX-License-Identifier: MIT
#include "stats/recorder.h"

#include <errno.h>

#define HISTS 5

// All histograms, in one order; those of the open loop last.
static void list(struct recorder *r, struct hist **at[HISTS])
{
    at[0] = &r->latency;
    at[1] = &r->unfinished;
    at[2] = &r->service;
    at[3] = &r->lag;
    at[4] = &r->wait;
}

int recorder_init(struct recorder *r, int digits, bool open)
{
    struct hist **hists[HISTS];
    *r = (struct recorder){0};
    list(r, hists);
    for (int i = 0; i < (open ? HISTS : 2); i++) {
        *hists[i] = hist_new(i < 3 ? digits : RECORDER_COARSE_DIGITS);
        if (!*hists[i]) {
            recorder_free(r);
            return -ENOMEM;
        }
    }
    return 0;
}

void recorder_reset(struct recorder *r)
{
    struct recorder fresh = {r->latency, r->unfinished, r->service, r->lag, r->wait, .counts = {0}};
    struct hist **hists[HISTS];
    list(&fresh, hists);
    for (int i = 0; i < HISTS; i++)
        if (*hists[i])
            hist_reset(*hists[i]);
    *r = fresh;
}

void recorder_free(struct recorder *r)
{
    struct hist **hists[HISTS];
    list(r, hists);
    for (int i = 0; i < HISTS; i++)
        hist_free(*hists[i]);
    *r = (struct recorder){0};
}

static void merge_hists(struct recorder *r, const struct recorder *from)
{
    hist_merge(r->latency, from->latency);
    hist_merge(r->unfinished, from->unfinished);
    if (!r->service)
        return;
    hist_merge(r->service, from->service);
    hist_merge(r->lag, from->lag);
    hist_merge(r->wait, from->wait);
}

void recorder_merge(struct recorder *r, const struct recorder *from)
{
    merge_hists(r, from);
    counts_add(&r->counts, &from->counts);
    tally_merge(&r->tally, &from->tally);
}
