// SPDX-License-Identifier: MIT
#include "stats/verdict.h"

#include "base/units.h"

#include <stdio.h>
#include <string.h>

// Shares of the time. docs/measuring.md has the runs that they were tuned with.
#define CLIENT_FULL 0.90 // a client thread as busy as this is at its end
#define CLIENT_EASY 0.70 // and one less busy than this is not
#define QUEUED_MAX 0.10  // waiting for a CPU, or stopped
#define SERVER_FULL 0.85 // the server's busiest thread
#define LAG_MAX 0.20     // the client's own delay over the response time, at the same quantile
#define READ_MAX 0.20    // of the latency, that answers lay unread
#define RETRANSMITTED_MAX 0.001
#define READER_MAX 0.05 // the server's receive buffer was full
#define RTTS_OF_WORK 3  // a latency of so many round trips is not the network's
#define TOO_SHORT_NS UINT64_C(100000000)
#define WAKING_US 300   // what both sides may take to wake up, which no round trip of the kernel's holds
#define RTT_LONG_US 100 // shorter is no network worth the name

static double wall_s(const struct summary *s)
{
    return (double)s->wall_ns * 1e-9;
}

double verdict_busy(const struct summary *s)
{
    double most = 0;
    for (unsigned i = 0; s->shares && s->wall_ns && i < s->workers; i++) {
        const struct thread_share *t = &s->shares[i];
        double busy = (t->user_s + t->system_s - t->spun_s) / wall_s(s);
        most = busy > most ? busy : most;
    }
    return most < 1 ? most : 1;
}

double verdict_queued(const struct summary *s)
{
    double most = 0;
    for (unsigned i = 0; s->shares && s->wall_ns && i < s->workers; i++)
        most = s->shares[i].queued_s / wall_s(s) > most ? s->shares[i].queued_s / wall_s(s) : most;
    return most < 1 ? most : 1;
}

double verdict_idle(const struct summary *s)
{
    double least = 1;
    for (unsigned i = 0; s->shares && s->wall_ns && i < s->workers; i++) {
        const struct thread_share *t = &s->shares[i];
        double idle = 1 - (t->user_s + t->system_s - t->spun_s + t->queued_s) / wall_s(s);
        least = idle < least ? idle : least;
    }
    return s->shares && s->wall_ns && least > 0 ? least : 0;
}

bool verdict_paused(const struct summary *s)
{
    return (double)s->paused_ns > QUEUED_MAX * (double)s->wall_ns;
}

#define SAY(v, ...) snprintf((v)->why, sizeof(v)->why, __VA_ARGS__)

static double p99_us(const struct hist *h)
{
    return h ? (double)hist_quantile(h, 0.99) * 1e-3 : 0;
}

// The open loop sends late by its own fault.
static bool lags(const struct summary *s, struct verdict *v)
{
    double lag_us = p99_us(s->lag), response_us = p99_us(s->latency);
    if (!s->lag || lag_us <= LAG_MAX * response_us || lag_us < 100)
        return false;
    SAY(v, "the client sent late: p99 of its lag %.0f µs, of the response time %.0f µs", lag_us, response_us);
    return true;
}

// One of several generators that cannot keep up makes another load of it all.
static bool generator(const struct summary *s, struct verdict *v)
{
    const struct generator *first;
    char others[48] = "";
    unsigned n = generators_limited(&s->generators, &first);
    if (n == 0)
        return false;
    if (n > 1)
        snprintf(others, sizeof others, " (and %u more of %u)", n - 1, s->generators.n);
    SAY(v, "generator %u on %.40s%s: %.140s", first->part + 1, first->host, others, first->why);
    return true;
}

// Answers lie in the socket until the client has time for them, and nobody but the client is at its end.
static bool reads_late(const struct summary *s, struct verdict *v)
{
    double share = readtimes_share(&s->read, 0.5),
           delay_us = s->read.delay ? (double)hist_quantile(s->read.delay, 0.5) * 1e-3 : 0;
    if (!readtimes_known(&s->read) || share <= READ_MAX || delay_us < 100 ||
        s->signals.server_thread > SERVER_FULL)
        return false;
    SAY(v, "replies waited unread for a median of %.0f µs, %.0f%% of the latency", delay_us, 100 * share);
    return true;
}

static bool client(const struct summary *s, struct verdict *v)
{
    double busy = verdict_busy(s), queued = verdict_queued(s);
    v->limit = LIMIT_CLIENT;
    if (generator(s, v))
        return true;
    if (verdict_paused(s)) {
        SAY(v, "the client was not running for %s s", UNITS_SECONDS((double)s->paused_ns * 1e-9));
        return true;
    }
    if (queued > QUEUED_MAX) {
        SAY(v, "a client thread was runnable but not scheduled %.0f%% of the time", 100 * queued);
        return true;
    }
    if (busy > CLIENT_FULL && s->signals.server_thread < SERVER_FULL) {
        SAY(v, "a client thread was %.0f%% busy", 100 * busy);
        return true;
    }
    return lags(s, v) || reads_late(s, v);
}

static bool rate(const struct summary *s, struct verdict *v)
{
    if (s->load.rate <= 0 || !summary_kept_up(s))
        return false;
    v->limit = LIMIT_RATE;
    SAY(v, "the server kept up: %.2f%% of the scheduled requests completed", 100 * summary_kept(s));
    return true;
}

static bool network(const struct summary *s, struct verdict *v)
{
    const struct signals *g = &s->signals;
    double again = g->segments ? (double)g->retransmitted / (double)g->segments : 0;
    double p50_us = s->latency ? (double)hist_quantile(s->latency, 0.5) * 1e-3 : 0;
    v->limit = LIMIT_NETWORK;
    if (again > RETRANSMITTED_MAX) {
        SAY(v, "%.2f%% of the segments were retransmitted", 100 * again);
        return true;
    }
    if (g->rtt_min_us < RTT_LONG_US || p50_us > 1.5 * g->rtt_min_us)
        return false;
    SAY(v, "p50 %.0f µs, of which the round trip takes %.0f µs", p50_us, g->rtt_min_us);
    return true;
}

// It would have run for as good as all of the time, and was not let.
static bool starved(const struct signals *g)
{
    return g->server_queued > QUEUED_MAX && g->server_thread + g->server_queued > SERVER_FULL;
}

static bool server(const struct summary *s, struct verdict *v)
{
    const struct signals *g = &s->signals;
    const struct hist *service = s->service ? s->service : s->latency;
    double p50_us = service ? (double)hist_quantile(service, 0.5) * 1e-3 : 0;
    double busy = verdict_busy(s);
    v->limit = LIMIT_SERVER;
    if (g->server_thread > SERVER_FULL)
        SAY(v, "busiest server thread %.0f%% busy, client %.0f%%", 100 * g->server_thread, 100 * busy);
    else if (starved(g))
        SAY(v,
            "runnable but not scheduled %.0f%% of the time, busiest server thread %.0f%% busy: other "
            "processes used "
            "its CPU",
            100 * g->server_queued, 100 * g->server_thread);
    else if (g->receiver_limited > READER_MAX)
        SAY(v, "it read too slowly: receive buffer full %.0f%% of the time", 100 * g->receiver_limited);
    else if (busy < CLIENT_EASY && g->rtt_min_us > 0 && p50_us > RTTS_OF_WORK * g->rtt_min_us + WAKING_US)
        SAY(v, "p50 %.0f µs, of which the round trip takes %.0f µs; client %.0f%% busy", p50_us,
            g->rtt_min_us, 100 * busy);
    else
        return false;
    return true;
}

// What is known of the server where nobody was found at the end; "" where nothing is.
static void about_server(const struct signals *g, char *dst, size_t cap)
{
    bool seen = g->cpu_known && (g->server_thread > 0 || g->server_cores < SERVER_FULL);
    if (g->server_queued > QUEUED_MAX)
        snprintf(dst, cap, ", server runnable but not scheduled %.0f%%", 100 * g->server_queued);
    else
        snprintf(dst, cap, "%s", seen ? ", server not saturated" : "");
}

void verdict_of(const struct summary *s, struct verdict *out)
{
    *out = (struct verdict){0};
    if (s->wall_ns < TOO_SHORT_NS) {
        SAY(out, "the run was too short to tell");
        return;
    }
    if (client(s, out) || rate(s, out) || network(s, out) || server(s, out))
        return;
    char server_too[80];
    about_server(&s->signals, server_too, sizeof server_too);
    *out = (struct verdict){.limit = LIMIT_UNKNOWN};
    SAY(out, "client %.0f%% busy%s; try more connections or a deeper pipeline", 100 * verdict_busy(s),
        server_too);
}

void verdict_now(const struct verdict_moment *m, struct verdict *out)
{
    *out = (struct verdict){.limit = LIMIT_UNKNOWN};
    if (m->client < 0) {
        SAY(out, "no whole second yet");
    } else if (m->server > SERVER_FULL) {
        out->limit = LIMIT_SERVER;
        SAY(out, "busiest server thread %.0f%% busy, client %.0f%%", 100 * m->server, 100 * m->client);
    } else if (m->client > CLIENT_FULL) {
        out->limit = LIMIT_CLIENT;
        SAY(out, "a client thread is %.0f%% busy", 100 * m->client);
    } else if (m->kept_up) {
        out->limit = LIMIT_RATE;
        SAY(out, "the server keeps up");
    } else if (m->server < 0) {
        SAY(out, "client %.0f%% busy", 100 * m->client);
    } else {
        SAY(out, "client %.0f%% busy, server %.0f%%", 100 * m->client, 100 * m->server);
    }
}

static const char *const names[] = {[LIMIT_UNKNOWN] = "UNKNOWN",
                                    [LIMIT_CLIENT] = "CLIENT",
                                    [LIMIT_SERVER] = "SERVER",
                                    [LIMIT_NETWORK] = "NETWORK",
                                    [LIMIT_RATE] = "RATE"};

const char *verdict_name(enum limit limit)
{
    return names[limit];
}

const char *verdict_text(enum limit limit)
{
    static const char *const texts[] = {[LIMIT_UNKNOWN] = "unknown",
                                        [LIMIT_CLIENT] = "client",
                                        [LIMIT_SERVER] = "server",
                                        [LIMIT_NETWORK] = "network",
                                        [LIMIT_RATE] = "offered load"};
    return texts[limit];
}

enum limit verdict_named(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (enum limit)i;
    return LIMIT_UNKNOWN;
}
