// SPDX-License-Identifier: MIT
#include "stats/replayed.h"

#include <stdio.h>
#include <string.h>

const char *replayed_fault(enum replay_fault fault)
{
    static const char *const names[] = {
        [REPLAY_MALFORMED] = "malformed",       [REPLAY_ADMIN] = "administration",
        [REPLAY_STATE] = "connection state",    [REPLAY_BLOCKING] = "blocking",
        [REPLAY_DATABASE] = "another database", [REPLAY_SCRIPT] = "sent by a script",
        [REPLAY_TOO_LONG] = "too long",
    };
    return names[fault];
}

uint64_t replayed_unusable(const struct replayed *r)
{
    uint64_t all = 0;
    for (int i = 0; i < REPLAY_FAULTS; i++)
        all += r->unusable[i].count;
    return all;
}

void replayed_refuse(struct replayed *r, enum replay_fault fault, uint64_t line, struct slice text)
{
    r->lines++;
    if (r->unusable[fault].count++)
        return;
    r->unusable[fault].first = line;
    slice_quote(text, r->unusable[fault].sample, REPLAY_SAMPLE);
}

static void name_of(struct slice command, char dst[24])
{
    char quoted[24];
    slice_quote(command, quoted, sizeof quoted);
    for (size_t i = 0; i < sizeof quoted; i++)
        dst[i] = quoted[i] >= 'A' && quoted[i] <= 'Z' ? (char)(quoted[i] - 'A' + 'a') : quoted[i];
}

unsigned replayed_name(struct replayed *r, struct slice command)
{
    char name[24];
    unsigned i = 0;
    name_of(command, name);
    while (i < r->ncommands && strcmp(name, r->commands[i].name) != 0)
        i++;
    if (i < r->ncommands)
        return i;
    if (i == REPLAY_COMMANDS) {
        snprintf(r->commands[i - 1].name, sizeof r->commands[i - 1].name, "(others)");
        return i - 1;
    }
    memcpy(r->commands[i].name, name, sizeof name);
    r->ncommands++;
    return i;
}
