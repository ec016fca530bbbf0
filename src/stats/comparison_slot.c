// SPDX-License-Identifier: MIT
#include "stats/comparison_slot.h"

void comparison_slot_of(struct comparison_slot *slot, const struct summary *s)
{
    double wall_s = (double)s->wall_ns * 1e-9;
    slot->value[COMPARISON_THROUGHPUT] = summary_rps(s);
    slot->value[COMPARISON_P50] = (double)s->quantiles[QUANTILE_P50].ns;
    slot->value[COMPARISON_P99] = (double)s->quantiles[QUANTILE_P99].ns;
    slot->value[COMPARISON_P999] = (double)s->quantiles[QUANTILE_P999].ns;
    slot->limited_by = s->verdict.limit;
    slot->answered = summary_answered(s);
    slot->errors = s->counts.errors;
    slot->unfinished = counts_unanswered(&s->counts);
    slot->hits = s->counts.hits;
    slot->misses = s->counts.misses;
    slot->sent = s->counts.sent;
    slot->counted = s->warmup_ns == 0 && s->prefilled == 0 ? s->signals.commands : 0;
    slot->server_cpu_s = s->signals.cpu_known ? s->signals.server_cores * wall_s : -1;
    slot->aof = s->signals.aof;
    slot->saved = s->signals.saved;
    slot->evicted = s->signals.evicted;
    slot->client_idle = verdict_idle(s);
    slot->outages = s->outages.n + s->outages.more;
    slot->outage_s = outages_s(&s->outages);
}
