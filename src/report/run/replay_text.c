// SPDX-License-Identifier: MIT
#include "report/run/replay_text.h"

#include "base/units.h"
#include "report/parts/sheet.h"
#include "report/run/latency_text.h"

#define COMMANDS_SHOWN 8

// The most frequent first, each once.
static void print_commands(FILE *out, const struct replayed *r)
{
    bool shown[REPLAY_COMMANDS] = {0};
    const char *gap = "";
    fprintf(out, LABEL, "commands");
    for (int n = 0; n < COMMANDS_SHOWN; n++) {
        unsigned most = REPLAY_COMMANDS;
        for (unsigned i = 0; i < r->ncommands; i++)
            if (!shown[i] && r->commands[i].count &&
                (most == REPLAY_COMMANDS || r->commands[i].count > r->commands[most].count))
                most = i;
        if (most == REPLAY_COMMANDS)
            break;
        shown[most] = true;
        fprintf(out, "%s%s %s", gap, r->commands[most].name, UNITS_COUNT(r->commands[most].count));
        gap = ", ";
    }
    fputs(*gap ? "\n" : "none\n", out);
}

void replay_text(FILE *out, const struct summary *s)
{
    const struct replayed *r = s->replayed;
    if (!r)
        return;
    uint64_t unusable = replayed_unusable(r);
    fprintf(out, LABEL "%s line%s, %s request%s sent, %s%s unusable%s\n", "replay", UNITS_COUNT(r->lines),
            r->lines == 1 ? "" : "s", UNITS_COUNT(s->counts.sent), s->counts.sent == 1 ? "" : "s",
            unusable ? PAINT_WARN : "", UNITS_COUNT(unusable), PAINT_OFF);
    for (int i = 0; i < REPLAY_FAULTS; i++)
        if (r->unusable[i].count)
            fprintf(out, LABEL "%s %s, the first in line %s: %s\n", "", UNITS_COUNT(r->unusable[i].count),
                    replayed_fault((enum replay_fault)i), UNITS_COUNT(r->unusable[i].first),
                    r->unusable[i].sample);
    print_commands(out, r);
}
