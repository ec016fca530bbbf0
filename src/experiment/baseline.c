// SPDX-License-Identifier: MIT
#include "experiment/baseline.h"

#include "base/units.h"
#include "history/walk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASELINE_SLOTS 4      // a kept run may be so many times shorter than a slot
#define BASELINE_ANSWERS 1000 // fewer say nothing, whatever their interval is

// What is read, and for whom.
struct reading {
    struct baseline *p;
    const char *name; // of the target, where the result is a comparison
    char kind[16];
    bool whole; // memory sufficed
};

static bool take_run(void *ctx, const struct history_run *r)
{
    struct reading *in = ctx;
    struct baseline *p = in->p;
    bool several = strcmp(r->kind, "compare") == 0;
    snprintf(in->kind, sizeof in->kind, "%s", r->kind);
    snprintf(p->started, sizeof p->started, "%s", r->started);
    snprintf(p->server, sizeof p->server, "%s", r->server_name);
    snprintf(p->version, sizeof p->version, "%s", r->server_version);
    snprintf(p->engine, sizeof p->engine, "%s", r->engine);
    snprintf(p->tool, sizeof p->tool, "%s %s", r->tool_version, r->tool_git);
    snprintf(p->names, sizeof p->names, "%s", r->tests);
    snprintf(p->where, sizeof p->where, "%s%s%.100s", several ? in->name : "", several ? " of " : "",
             r->target);
    return false;
}

// --- slots ---

static bool is_test(const struct baseline_test *t, const char *test, const char *title)
{
    bool command = strcmp(test, "command") == 0;
    return strcmp(t->test, test) == 0 && (!command || strcmp(t->title, title) == 0);
}

static struct baseline_test *test_of(struct baseline *p, const struct history_slot *s)
{
    for (size_t i = 0; i < p->n; i++)
        if (is_test(&p->tests[i], s->test, s->title))
            return &p->tests[i];
    struct baseline_test *more = realloc(p->tests, (p->n + 1) * sizeof *more);
    if (!more)
        return NULL;
    p->tests = more;
    struct baseline_test *t = &more[p->n];
    *t = (struct baseline_test){
        .title = strdup(s->title),
        .found = {.blocks = calloc(COMPARISON_BLOCKS_MAX, sizeof(struct comparison_block)),
                  .load = s->load,
                  .trial_s = s->promise[0] ? s->seconds : 0}};
    snprintf(t->found.promise, sizeof t->found.promise, "%s", s->promise);
    snprintf(t->test, sizeof t->test, "%s", s->test);
    p->n++;
    return t->title && t->found.blocks ? t : NULL;
}

// How far a plain run is off by itself: its own interval, and for a rate at least what counting answers errs.
static void take_errors(struct comparison_baseline *p, const struct history_slot *s)
{
    uint64_t answered = s->measured.answered;
    memcpy(p->errors, s->errors, sizeof p->errors);
    p->errors[COMPARISON_THROUGHPUT] = answered ? 1 / sqrt((double)answered) : 0;
}

static bool take_slot(void *ctx, const struct history_slot *s)
{
    struct reading *in = ctx;
    if (s->target[0] && strcmp(s->target, in->name) != 0)
        return true;
    struct baseline_test *t = test_of(in->p, s);
    in->whole = t != NULL;
    if (!t)
        return false;
    struct comparison_baseline *found = &t->found;
    take_errors(found, s);
    if (s->seconds > 0 && (found->shortest_s <= 0 || s->seconds < found->shortest_s))
        found->shortest_s = s->seconds;
    if (s->block < COMPARISON_BLOCKS_MAX) {
        struct comparison_block *b = &found->blocks[s->block];
        found->n = s->block + 1;
        if (b->n < DESIGN_SLOTS_MAX)
            b->slots[b->n++] = s->measured;
    }
    return true;
}

static int refuse(const struct reading *in, const struct compare_conf *conf, struct err *err)
{
    if (!in->whole)
        return err_set(err, ERR_RUN, "not enough memory for the baseline");
    if (strcmp(in->kind, "compare") == 0)
        return err_set(err, ERR_USAGE,
                       "--baseline: run %" PRId64
                       " compares %.100s: give the target one of these names, e.g. NAME=127.0.0.1:6379",
                       in->p->run, in->p->where + strlen(in->name) + strlen(" of "));
    return err_set(
        err, ERR_USAGE, "--baseline takes a plain run or a comparison, and run %" PRId64 " of %.100s is a %s",
        in->p->run, conf->baseline_path, strcmp(in->kind, "run") == 0 ? "run without a test" : in->kind);
}

static int read_run(struct reading *in, struct history *h, const struct compare_conf *conf, struct err *err)
{
    struct baseline *p = in->p;
    if (history_find(h, conf->baseline_run, &p->run, err) < 0 ||
        walk_runs(h, &(struct history_pick){.run = p->run}, take_run, in, err) < 0 ||
        walk_slots(h, p->run, take_slot, in, err) < 0)
        return -1;
    if (p->n == 0 || !in->whole)
        return refuse(in, conf, err);
    return history_document(h, p->run, &p->document, err);
}

int baseline_open(struct baseline *p, const struct compare_conf *conf, int stop_fd, struct err *err)
{
    struct history *h;
    struct reading in = {.p = p, .name = conf->each[conf->first].name, .whole = true};
    if (history_open(&h, conf->baseline_path, HISTORY_READ, stop_fd, err) < 0)
        return -1;
    int rc = read_run(&in, h, conf, err);
    history_close(h);
    return rc;
}

void baseline_close(struct baseline *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->tests[i].title);
        free(p->tests[i].found.blocks);
    }
    free(p->tests);
    buf_free(&p->document);
}

// --- one test ---

static bool counts(const struct comparison *c, const struct comparison_baseline *found)
{
    for (unsigned k = 0; k < found->n; k++)
        for (unsigned i = 0; i < found->blocks[k].n; i++)
            if (!comparison_counts(c, &found->blocks[k].slots[i]))
                return false;
    return found->n > 0;
}

// What lasted much less than a slot of now had a cold start for a large part of it, and few answers.
static bool too_short(const struct comparison *c, const struct comparison_baseline *found, double *limit_s)
{
    *limit_s = (double)c->slot_ns * 1e-9 / BASELINE_SLOTS;
    return c->primary != COMPARISON_CAPACITY && found->shortest_s > 0 && found->shortest_s < *limit_s;
}

static uint64_t fewest(const struct comparison_baseline *found)
{
    uint64_t least = UINT64_MAX;
    for (unsigned k = 0; k < found->n; k++)
        for (unsigned i = 0; i < found->blocks[k].n; i++)
            least = found->blocks[k].slots[i].answered < least ? found->blocks[k].slots[i].answered : least;
    return least;
}

const struct comparison_baseline *baseline_of(const struct baseline *p, const struct comparison *c,
                                              char why[256])
{
    char differs[LOAD_WHY];
    double limit_s;
    for (size_t i = 0; i < p->n; i++) {
        const struct comparison_baseline *found = &p->tests[i].found;
        if (!is_test(&p->tests[i], c->test, c->title))
            continue;
        if (!counts(c, found))
            snprintf(why, 256, "left out: run %" PRId64 " has no %s of it", p->run,
                     comparison_metrics[c->primary].text);
        else if (comparison_differs(found, c, differs))
            snprintf(why, 256, "left out: run %" PRId64 " had other options (%.180s)", p->run, differs);
        else if (too_short(c, found, &limit_s))
            snprintf(why, 256,
                     "left out: run %" PRId64
                     " lasted %s s, too short next to slots of %s s: save one of %s s or more (--duration)",
                     p->run, UNITS_SECONDS(found->shortest_s), UNITS_SECONDS(limit_s * BASELINE_SLOTS),
                     UNITS_SECONDS(limit_s));
        else if (found->n == 1 && fewest(found) < BASELINE_ANSWERS)
            snprintf(why, 256,
                     "left out: run %" PRId64 " has %" PRIu64
                     " replies for it, too few to compare with: save one with %d or more",
                     p->run, fewest(found), BASELINE_ANSWERS);
        else
            return found;
        return NULL;
    }
    snprintf(why, 256, "left out: run %" PRId64 " did not measure it", p->run);
    return NULL;
}
