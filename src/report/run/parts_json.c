// SPDX-License-Identifier: MIT
#include "report/run/parts_json.h"

#include "report/parts/value.h"

json_t *parts_json(const struct hist *h)
{
    if (!h || hist_count(h) == 0)
        return json_null();
    return value_object(FIELDS{
        {"min", value_number(hist_min(h))},
        {"mean", value_real(hist_mean(h))},
        {"p50", value_number(hist_quantile(h, 0.5))},
        {"p90", value_number(hist_quantile(h, 0.9))},
        {"p99", value_number(hist_quantile(h, 0.99))},
        {"p99_9", value_number(hist_quantile(h, 0.999))},
        {"max", value_number(hist_max(h))},
        {0},
    });
}

json_t *parts_json_wire(const struct summary *s)
{
    const struct wiretimes *w = &s->wire;
    if (!w->whole)
        return json_null();
    const struct hist *all = s->service ? s->service : s->latency;
    double p50 = (double)hist_quantile(all, 0.5);
    bool any = hist_count(w->whole) > 0;
    return value_object(FIELDS{
        {"samples", value_number(hist_count(w->whole))},
        {"missed", value_number(w->missed)},
        {"send_ns", parts_json(w->send)},
        {"wire_ns", parts_json(w->wire)},
        {"wake_ns", parts_json(w->wake)},
        {"client_share_p50", value_real_if(any, wiretimes_share(w, 0.5))},
        {"client_share_p99", value_real_if(any, wiretimes_share(w, 0.99))},
        {"observer_effect",
         value_real_if(any && p50 > 0, (double)hist_quantile(w->whole, 0.5) / (p50 > 0 ? p50 : 1) - 1)},
        {0},
    });
}

json_t *parts_json_schedule(const struct summary *s)
{
    const struct punctuality *p = &s->punctual;
    if (p->requests == 0)
        return json_null();
    return value_object(FIELDS{
        {"requests", value_number(p->requests)},
        {"tick_ns", value_number(p->tick_ns)},
        {"ks_distance", value_real(p->distance)},
        {"due_dispersion", value_real(p->due_dispersion)},
        {"sent_dispersion", value_real(p->sent_dispersion)},
        {0},
    });
}

json_t *parts_json_read_delay(const struct summary *s)
{
    const struct readtimes *r = &s->read;
    if (!r->whole)
        return json_null();
    bool any = readtimes_known(r);
    return value_object(FIELDS{
        {"samples", value_number(hist_count(r->whole))},
        {"missed", value_number(r->missed)},
        {"delay_ns", parts_json(r->delay)},
        {"latency_ns", parts_json(r->whole)},
        {"kernel_latency_ns", parts_json(r->kernel)},
        {"share_p50", value_real_if(any, readtimes_share(r, 0.5))},
        {"share_p99", value_real_if(any, readtimes_share(r, 0.99))},
        {0},
    });
}

json_t *parts_json_tls(const struct handshakes *h)
{
    return !h->full ? json_null()
                    : value_object(FIELDS{
                          {"protocol", value_text(h->protocol)},
                          {"cipher", value_text(h->cipher)},
                          {"verified", value_text(h->verified)},
                          {"handshakes", value_number(handshakes_count(h))},
                          {"resumed_share", value_real_if(handshakes_count(h), handshakes_resumed(h))},
                          {"full_ns", parts_json(h->full)},
                          {"resumed_ns", parts_json(h->resumed)},
                          {h->kernel[0] ? "ktls" : NULL, h->kernel[0] ? value_text(h->kernel) : NULL},
                          {0},
                      });
}
