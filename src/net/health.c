// SPDX-License-Identifier: MIT
#include "net/health.h"

#include <linux/tcp.h>
#include <netinet/in.h>

static void keep_least(uint32_t *least, uint32_t us)
{
    if (us && us != UINT32_MAX && (*least == 0 || us < *least))
        *least = us;
}

void health_add(struct health *h, const struct conn *c)
{
    struct tcp_info t = {0};
    socklen_t len = sizeof t;
    if (c->fd < 0 || getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &t, &len) < 0)
        return;
    h->sampled++;
    h->segments += t.tcpi_segs_out;
    h->retransmitted += t.tcpi_total_retrans;
    h->busy_us += t.tcpi_busy_time;
    h->receiver_limited_us += t.tcpi_rwnd_limited;
    h->sender_limited_us += t.tcpi_sndbuf_limited;
    keep_least(&h->rtt_min_us, t.tcpi_min_rtt);
}

void health_merge(struct health *h, const struct health *from)
{
    h->sampled += from->sampled;
    h->segments += from->segments;
    h->retransmitted += from->retransmitted;
    h->busy_us += from->busy_us;
    h->receiver_limited_us += from->receiver_limited_us;
    h->sender_limited_us += from->sender_limited_us;
    keep_least(&h->rtt_min_us, from->rtt_min_us);
}
