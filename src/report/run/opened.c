// SPDX-License-Identifier: MIT
#include "report/run/opened.h"

#include "report/parts/unit.h"
#include "report/parts/value.h"

#include <inttypes.h>

static const char *const titles[CONNECTION_PHASES] = {"connect", "TLS handshake, full",
                                                      "TLS handshake, resumed", "set-up", "first reply"};

static void print_phase(FILE *out, const char *title, const struct hist *h)
{
    fprintf(out, "  %-22s %11" PRIu64, title, hist_count(h));
    const uint64_t ns[] = {hist_min(h), hist_quantile(h, 0.5), hist_quantile(h, 0.9), hist_quantile(h, 0.99),
                           hist_max(h)};
    for (size_t i = 0; i < sizeof ns / sizeof *ns; i++)
        fprintf(out, " %9.3f", (double)ns[i] * 1e-6);
    fputs("\n", out);
}

void opened_text(FILE *out, const struct summary *s)
{
    const struct connections *c = &s->connections;
    if (!connections_on(c))
        return;
    fprintf(out, "\n  %-22s %11s %9s %9s %9s %9s %9s\n", "new connections, ms", "count", "min", "p50", "p90",
            "p99", "max");
    for (int i = 0; i < CONNECTION_PHASES; i++)
        if (i == CONNECTION_CONNECT || hist_count(c->of[i]))
            print_phase(out, titles[i], c->of[i]);
    fputs("\n", out);
}

static json_t *phase(const struct hist *h)
{
    uint64_t n = hist_count(h);
    return value_object(FIELDS{
        {"count", value_number(n)},
        {"min", value_number_if(n, hist_min(h))},
        {"p50", value_number_if(n, hist_quantile(h, 0.5))},
        {"p90", value_number_if(n, hist_quantile(h, 0.9))},
        {"p99", value_number_if(n, hist_quantile(h, 0.99))},
        {"max", value_number_if(n, hist_max(h))},
        {0},
    });
}

json_t *opened_json(const struct summary *s)
{
    struct hist *const *of = s->connections.of;
    if (!connections_on(&s->connections))
        return json_null();
    return value_object(FIELDS{
        {"connect_ns", phase(of[CONNECTION_CONNECT])},
        {"tls_full_ns", phase(of[CONNECTION_TLS_FULL])},
        {"tls_resumed_ns", phase(of[CONNECTION_TLS_RESUMED])},
        {"setup_ns", phase(of[CONNECTION_SETUP])},
        {"first_reply_ns", phase(of[CONNECTION_FIRST_REPLY])},
        {0},
    });
}
