// SPDX-License-Identifier: MIT
#include "run/limits.h"
#include "run/plan_out.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define OWN_DESCRIPTORS 32 // standard streams, files, one engine a thread, the embedded server's own

static int check_descriptors(const struct plan *p, struct err *err)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    rlim_t each = p->conf->embedded ? 2 : 1;
    rlim_t own = p->workers + OWN_DESCRIPTORS + (p->delivery_run ? p->conf->consumers + 1 : 0);
    unsigned clients = plan_share_here(p, 0).clients;
    rlim_t need = clients * each + own;
    if (need <= limit.rlim_cur)
        return 0;
    char fewer[64] = "";
    if (limit.rlim_cur >= own + each)
        snprintf(fewer, sizeof fewer, " or give -c %llu or fewer",
                 (unsigned long long)((limit.rlim_cur - own) / each));
    return err_set(
        err, ERR_USAGE,
        "%u connections need %llu file descriptors, and this process may have %llu: raise the limit "
        "(ulimit -n)%s",
        clients, (unsigned long long)need, (unsigned long long)limit.rlim_cur, fewer);
}

static int check_ports(const struct plan *p, struct err *err)
{
    const struct target *t = p->target;
    unsigned clients = plan_share_here(p, 0).clients, ports = addr_is_unix(&t->addr) ? 0 : dialling_ports();
    uint64_t sources = t->how.sources_n ? t->how.sources_n : 1, places = t->places ? t->places : 1;
    if (ports == 0 || clients <= ports * sources * places)
        return 0;
    return err_set(err, ERR_USAGE,
                   "%u connections to one address need as many local ports, and this machine has %u "
                   "(net.ipv4.ip_local_port_range): give -c %" PRIu64
                   " or fewer, or %u local addresses with --source-addr",
                   clients, ports, ports * sources * places, (clients + ports - 1) / ports);
}

static int check_memory(const struct plan *p, struct err *err)
{
    double each = (double)plan_out_bytes(p) + (double)plan_out_pieces(p) * sizeof(struct iovec);
    unsigned clients = plan_share_here(p, 0).clients;
    double need = each * clients + (double)p->workers * ENGINE_NULL_BYTES;
    for (unsigned i = 0; i < p->kinds; i++)
        need += (double)p->asks[i].canned_len;
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    if (need <= 0.8 * have)
        return 0;
    char needs[UNITS_TEXT], has[UNITS_TEXT];
    return err_set(
        err, ERR_USAGE,
        "%u connections with %u requests of %zu bytes each outstanding need %s of memory, and this "
        "machine has %s: give a smaller -c, -P or -d",
        clients, p->conf->pipeline, plan_out_wire(p), units_bytes(need, needs), units_bytes(have, has));
}

static int check_parts(const struct plan *p, struct err *err)
{
    if (p->conf->parts <= p->threads)
        return 0;
    return err_set(err, ERR_USAGE,
                   "%u parts of a load need as many connections at least, and there are %u for %u thread%s: "
                   "give a larger -c (and -n), or fewer parts",
                   p->conf->parts, p->clients, p->threads, p->threads > 1 ? "s" : "");
}

int limits_check(const struct plan *p, struct err *err)
{
    if (check_parts(p, err) < 0)
        return -1;
    bool local = p->target->engine == &engine_null; // has neither descriptors nor ports
    if (!local && (check_descriptors(p, err) < 0 || check_ports(p, err) < 0))
        return -1;
    return check_memory(p, err);
}
