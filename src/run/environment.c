// SPDX-License-Identifier: MIT
#include "run/environment.h"

#include "base/clock.h"
#include "base/kernel.h"
#include "run/evidence.h"

#include <math.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

static bool is_here(const struct addr *a)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&a->to;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&a->to;
    if (a->to.ss_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return addr_is_unix(a) || IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

// Each node of a cluster, by its place in the map that the plan has.
static void ask_nodes(struct environment *s, const struct plan *p, int stop_fd)
{
    const struct map *map = p->target->cluster;
    struct target target = *p->target;
    s->nodes = map->n < ENVIRONMENT_NODES ? map->n : ENVIRONMENT_NODES;
    for (unsigned i = 0; i < s->nodes; i++) {
        struct probe found;
        target.addr = map->nodes[i].addr;
        probe_server(&found, p->conf, &target, stop_fd);
        s->node[i] = (struct environment_node){.answered = found.answered,
                                               .aof = found.aof == 1,
                                               .saving = found.saving == 1,
                                               .cpu_s = found.cpu_s,
                                               .cpu_main_s = found.cpu_main_s,
                                               .commands = found.commands,
                                               .evicted = found.evicted,
                                               .last_save = found.last_save,
                                               .pid = found.pid};
    }
}

// What commands it counts says something only where nobody else is there to ask for any. Connections of the
// test may be there still when it is over.
static void ask_server(struct probe *out, const struct plan *p, const struct environment *before, int stop_fd)
{
    const char *names[EVIDENCE_NAMES];
    struct probe_names wanted = {names, evidence_names(p, names)};
    probe_server(out, p->conf, p->target, stop_fd);
    if (wanted.n && (before ? before->probe.tells_calls : out->connected == 1))
        probe_calls(out, p, &wanted, stop_fd);
}

void environment_read(struct environment *s, const struct plan *p, const struct environment *before, bool ask,
                      int stop_fd)
{
    *s = (struct environment){0};
    probe_read_info(&s->probe, "", 0); // nothing is known
    if (ask)
        ask_server(&s->probe, p, before, stop_fd);
    if (s->probe.answered && is_here(&p->target->addr) && s->probe.pid != getpid())
        process_read(&s->server, s->probe.pid);
    if (s->probe.answered && p->target->cluster && !p->target->cluster->lone)
        ask_nodes(s, p, stop_fd);
    struct kernel_times times = kernel_times(KERNEL_STAT);
    s->stolen = times.stolen;
    s->ticks = times.all;
    s->throttled = kernel_throttled(KERNEL_CGROUP);
    s->at_ns = clock_ns();
}

static double share(double part, double whole)
{
    return whole > 0 && part > 0 ? part / whole : 0;
}

// A pid out of another container's INFO may be somebody else's here: then it has used another amount of CPU.
static bool same_process(const struct environment *before, const struct environment *after, double by_info_s)
{
    double by_kernel_s = 1e-9 * (double)process_total_ns(&before->server, &after->server);
    double apart = by_kernel_s - by_info_s;
    return after->server.n && before->server.n && apart < 0.1 + 0.2 * by_info_s &&
           -apart < 0.1 + 0.2 * by_info_s;
}

static void server_cpu(struct signals *out, const struct environment *before, const struct environment *after)
{
    double wall_s = 1e-9 * (double)(after->at_ns - before->at_ns);
    double used_s = after->probe.cpu_s - before->probe.cpu_s;
    out->cpu_known = before->probe.cpu_s >= 0 && after->probe.cpu_s >= 0;
    if (!out->cpu_known)
        return;
    out->server_cores = share(used_s, wall_s);
    if (before->probe.cpu_main_s >= 0)
        out->server_thread = share(after->probe.cpu_main_s - before->probe.cpu_main_s, wall_s);
    out->local = same_process(before, after, used_s);
    if (out->local) {
        out->server_thread =
            share(1e-9 * (double)process_busiest_ns(&before->server, &after->server), wall_s);
        out->server_queued = share(1e-9 * (double)process_queued_ns(&before->server, &after->server), wall_s);
    } else if (before->probe.pid == getpid()) {
        out->server_thread = out->server_cores;
    }
}

static int64_t since(int64_t before, int64_t after)
{
    return before >= 0 && after > before ? after - before : 0;
}

// How many CPUs there are for both, where that is fewer than the client's threads and one for the server.
static void shared_cpus(struct signals *out, const struct environment *after, const struct plan *p)
{
    cpu_set_t own, both;
    CPU_ZERO(&own);
    for (unsigned i = 0; i < p->conf->cpus.n; i++)
        CPU_SET(p->conf->cpus.at[i], &own);
    if (p->conf->cpus.n == 0 && sched_getaffinity(0, sizeof own, &own) < 0)
        return;
    out->cpus = (unsigned)CPU_COUNT(&own);
    if (!out->local || sched_getaffinity((pid_t)after->probe.pid, sizeof both, &both) < 0)
        return;
    CPU_OR(&both, &both, &own);
    if ((unsigned)CPU_COUNT(&both) < p->workers + 1)
        out->shared_cpus = (unsigned)CPU_COUNT(&both);
}

// Of a cluster: what all nodes did, and how busy the busiest was. Nodes that did not answer both times say
// nothing.
static void add_nodes(struct signals *out, const struct environment *before, const struct environment *after)
{
    double wall_s = 1e-9 * (double)(after->at_ns - before->at_ns), used_s = 0;
    out->evicted = out->commands = 0;
    for (unsigned i = 0; i < before->nodes && i < after->nodes; i++) {
        const struct environment_node *was = &before->node[i], *is = &after->node[i];
        if (!was->answered || !is->answered || was->pid != is->pid)
            continue;
        bool main = was->cpu_main_s >= 0 && is->cpu_main_s >= 0;
        double cpu_s = is->cpu_s - was->cpu_s, main_s = main ? is->cpu_main_s - was->cpu_main_s : cpu_s;
        int64_t commands = since(was->commands, is->commands);
        used_s += cpu_s;
        out->server_thread = fmax(out->server_thread, share(main_s, wall_s));
        out->evicted += (uint64_t)since(was->evicted, is->evicted);
        out->commands += commands > 1 ? (uint64_t)commands - 1 : 0;
        out->aof |= was->aof || is->aof;
        out->saved |= was->saving || is->saving || since(was->last_save, is->last_save) > 0;
    }
    out->server_cores = share(used_s, wall_s);
}

// Who else was there, and what it counted: a server that was started anew counted only a part.
static void server_counted(struct signals *out, const struct probe *was, const struct probe *is)
{
    bool same = was->pid == is->pid && is->accepted > was->accepted;
    int64_t before = was->calls < 0 ? 0 : was->calls; // of none of these yet
    out->alone = was->connected == 1;
    out->calls_known = same && was->tells_calls && is->calls >= 0 && is->calls >= before;
    if (!out->calls_known)
        return;
    out->calls = (uint64_t)(is->calls - before);
    out->accepted = (uint64_t)(is->accepted - was->accepted) - was->asked;
}

void environment_signals(struct signals *out, const struct environment *before,
                         const struct environment *after, const struct plan *p)
{
    const struct probe *was = &before->probe, *is = &after->probe;
    out->steal = share((double)(after->stolen - before->stolen), (double)(after->ticks - before->ticks));
    out->throttled = after->throttled - before->throttled;
    out->asked = was->answered && is->answered;
    server_cpu(out, before, after);
    shared_cpus(out, after, p);
    out->aof = was->aof == 1 || is->aof == 1;
    bool same = was->pid == is->pid; // one that was started anew says that it saved then
    out->saved = was->saving == 1 || is->saving == 1 || (same && since(was->last_save, is->last_save) > 0);
    out->evicted = (uint64_t)since(was->evicted, is->evicted);
    int64_t commands = since(was->commands, is->commands);
    out->commands = commands > was->asked ? (uint64_t)commands - was->asked : 0;
    if (before->nodes && after->nodes)
        add_nodes(out, before, after);
    server_counted(out, was, is);
}
