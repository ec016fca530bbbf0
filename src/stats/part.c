// SPDX-License-Identifier: MIT
#include "stats/part.h"

#include "stats/pack.h"
#include "stats/packer.h"
#include "stats/verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if __SIZEOF_POINTER__ == 8
_Static_assert(sizeof(struct host) == 3952, "pack what struct host has got");
#endif

// -1 (unknown) and above.
static void signed_small(struct packer *p, int *n)
{
    *n = (int)packer_upto(p, (uint64_t)((int64_t)*n + 1), 1 << 30) - 1;
}

static void facts_of_host(struct packer *p, struct part *part)
{
    unsigned n = 0;
    while (p->out && n < HOST_FACTS && part->host.facts[n].name)
        n++;
    n = (unsigned)packer_upto(p, n, HOST_FACTS - 1);
    for (unsigned i = 0; i < n; i++) {
        struct host_fact *f = &part->host.facts[i];
        if (p->out && f->name)
            snprintf(part->fact_names[i], sizeof part->fact_names[i], "%s", f->name);
        packer_text(p, part->fact_names[i], sizeof part->fact_names[i]);
        packer_flag(p, &f->moves);
        packer_text(p, f->text, sizeof f->text);
        f->name = p->out ? f->name : part->fact_names[i];
    }
}

static void host(struct packer *p, struct part *part)
{
    struct host *h = &part->host;
    packer_text(p, h->name, sizeof h->name);
    packer_text(p, h->cpu, sizeof h->cpu);
    signed_small(p, &h->cpus);
    signed_small(p, &h->cpus_allowed);
    packer_text(p, h->kernel, sizeof h->kernel);
    packer_text(p, h->machine, sizeof h->machine);
    packer_text(p, h->governor, sizeof h->governor);
    packer_text(p, h->clocksource, sizeof h->clocksource);
    packer_text(p, h->virtualised, sizeof h->virtualised);
    packer_number(p, &h->memory_bytes);
    packer_real(p, &h->load1);
    packer_real(p, &h->clock_read_ns);
    packer_number(p, &h->clock_step_ns);
    facts_of_host(p, part);
}

static void head(struct packer *p, struct part *part)
{
    packer_text(p, part->version, sizeof part->version);
    packer_small(p, &part->part);
    packer_small(p, &part->parts);
    packer_small(p, &part->first_worker);
    uint64_t *const all[] = {&part->clock_unix_ns, &part->clock_error_ns, &part->start_at_ns, &part->seed};
    packer_numbers(p, all, 4);
    packer_whole(p, &part->started_unix_ms);
    packer_text(p, part->target, sizeof part->target);
    packer_text(p, part->server_name, sizeof part->server_name);
    packer_text(p, part->server_version, sizeof part->server_version);
    packer_text(p, part->engine, sizeof part->engine);
    packer_text(p, part->wait, sizeof part->wait);
    packer_text(p, part->pipeline_mode, sizeof part->pipeline_mode);
    packer_text(p, part->note, sizeof part->note);
    packer_flag(p, &part->interrupted);
    part->ended_with = (unsigned)packer_upto(p, part->ended_with, 255);
    part->ntests = (unsigned)packer_upto(p, part->ntests, PART_TESTS_MAX);
    host(p, part);
    packer_heap(p, &part->argv);
    struct slice words = buf_unread(&part->argv);
    packer_demand(p, words.len == 0 || words.at[words.len - 1] == 0);
    packer_demand(p, part->parts > 0 && part->part < part->parts);
}

int part_pack(const struct part *part, const struct summary *tests, struct buf *out)
{
    struct part *copy = malloc(sizeof *copy); // the walk takes one that it may write to
    struct packer p = {.out = out};
    size_t start;
    if (!copy)
        return -ENOMEM;
    *copy = *part;
    packer_fail(&p, pack_frame_begin(out, &start));
    head(&p, copy);
    for (unsigned i = 0; p.rc == 0 && i < part->ntests; i++) {
        struct buf one = {0};
        packer_fail(&p, pack_summary(&tests[i], &one));
        packer_heap(&p, &one);
        buf_free(&one);
    }
    free(copy);
    return p.rc ? p.rc : pack_frame_end(out, start, PACK_PART);
}

static int no_memory(struct err *err)
{
    return err_set(err, ERR_RUN, "not enough memory to read the result of a part");
}

int part_read(struct part *part, struct slice all, struct slice *tests, struct err *err)
{
    struct packer p = {0};
    *part = (struct part){0};
    if (pack_frame_check(all, PACK_PART, &p.in, err) < 0)
        return -1;
    head(&p, part);
    *tests = p.in;
    if (p.rc == 0)
        return 0;
    part_free(part);
    return p.rc == -ENOMEM ? no_memory(err) : pack_frame_refuse(err, "one whose figures do not fit together");
}

int part_next(struct slice *tests, struct summary *s, struct err *err)
{
    struct packer p = {.in = *tests};
    uint64_t n = 0;
    *s = (struct summary){0};
    packer_number(&p, &n);
    packer_demand(&p, n <= p.in.len);
    if (p.rc)
        return pack_frame_refuse(err, "one whose figures do not fit together");
    *tests = (struct slice){p.in.at + n, p.in.len - n};
    return pack_read_raw(s, (struct slice){p.in.at, n}, err);
}

int part_facts(const struct part *p, struct run_facts *facts, const char ***argv)
{
    struct slice words = buf_unread(&p->argv);
    int argc = 0;
    for (size_t i = 0; i < words.len; i++)
        argc += words.at[i] == 0;
    *argv = calloc((size_t)argc + 1, sizeof **argv);
    if (!*argv)
        return -ENOMEM;
    for (size_t at = 0, i = 0; at < words.len; at += strlen(words.at + at) + 1)
        (*argv)[i++] = words.at + at;
    *facts = (struct run_facts){.target = p->target,
                                .server_name = p->server_name,
                                .server_version = p->server_version,
                                .engine = p->engine,
                                .wait = p->wait[0] ? p->wait : NULL,
                                .pipeline_mode = p->pipeline_mode,
                                .seed = p->seed,
                                .argc = argc,
                                .argv = *argv,
                                .host = &p->host,
                                .started_unix_ms = p->started_unix_ms};
    return 0;
}

int part_sign(const struct part *p, struct summary *s)
{
    struct generator g = {.part = p->part,
                          .threads = s->workers,
                          .start_ns = s->start_ns + p->clock_unix_ns,
                          .clock_error_ns = p->clock_error_ns,
                          .wall_ns = s->wall_ns,
                          .answered = summary_answered(s),
                          .busy = verdict_busy(s)};
    verdict_of(s, &s->verdict);
    snprintf(g.host, sizeof g.host, "%s", p->host.name);
    snprintf(g.limited_by, sizeof g.limited_by, "%s", verdict_name(s->verdict.limit));
    snprintf(g.why, sizeof g.why, "%.190s", s->verdict.why);
    snprintf(g.note, sizeof g.note, "%.250s", s->note[0] ? s->note : p->note);
    for (unsigned i = 0; i < s->workers; i++)
        g.clients += s->shares[i].clients;
    if (s->latency && hist_count(s->latency)) {
        g.p50_ns = hist_quantile(s->latency, 0.5);
        g.p99_ns = hist_quantile(s->latency, 0.99);
    }
    s->generators.asked = p->parts;
    return generators_add(&s->generators, &g);
}

void part_free(struct part *p)
{
    buf_free(&p->argv);
}
