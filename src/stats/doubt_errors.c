// SPDX-License-Identifier: MIT
#include "stats/doubt_errors.h"

#include "base/units.h"
#include "stats/recorder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum error { ERROR_REPLY, ERROR_UNEXPECTED, ERROR_VALUE };

static enum error error_of(const struct summary *s, const char *prefix)
{
    static const char *const values[] = {RECORDER_CORRUPTED, RECORDER_TRUNCATED, RECORDER_STALE,
                                         RECORDER_WRONG_KEY, RECORDER_CROSSED};
    for (size_t i = 0; counts_wrong_values(&s->counts) && i < sizeof values / sizeof *values; i++)
        if (strcmp(prefix, values[i]) == 0)
            return ERROR_VALUE;
    return strcmp(prefix, RECORDER_UNEXPECTED) == 0 ? ERROR_UNEXPECTED : ERROR_REPLY;
}

// The first text of such an error.
static const char *first_error(const struct summary *s, enum error kind)
{
    for (int i = 0; i < TALLY_KINDS; i++)
        if (s->tally.kinds[i].count && error_of(s, s->tally.kinds[i].prefix) == kind)
            return s->tally.kinds[i].first;
    return "";
}

bool doubt_errors_values(const struct summary *s, char *text, size_t cap)
{
    const struct counts *c = &s->counts;
    if (counts_wrong_values(c) == 0)
        return false;
    snprintf(
        text, cap,
        "%s of %s values that were read are wrong (corrupted %s, truncated %s, stale %s, of another key %s, "
        "crossed %s): \"%.100s\"",
        UNITS_COUNT(counts_wrong_values(c)), UNITS_COUNT(c->checked), UNITS_COUNT(c->corrupted),
        UNITS_COUNT(c->truncated), UNITS_COUNT(c->stale), UNITS_COUNT(c->wrong_key), UNITS_COUNT(c->crossed),
        first_error(s, ERROR_VALUE));
    return true;
}

bool doubt_errors_unchecked(const struct summary *s, char *text, size_t cap)
{
    const struct counts *c = &s->counts;
    if (!s->verified || !s->reads || c->checked || c->ok == 0)
        return false;
    if (c->unchecked)
        snprintf(text, cap,
                 "--verify checked nothing: none of the %s values that were read was written by a run with "
                 "--verify: add --prefill",
                 UNITS_COUNT(c->unchecked));
    else
        snprintf(
            text, cap,
            "--verify checked nothing: it checks the values that GET, GETEX, GETDEL and MGET read of keys "
            "that SET alone writes, and none of these came: add --prefill, or leave out --verify");
    return true;
}

bool doubt_errors_replies(const struct summary *s, char *text, size_t cap)
{
    uint64_t replies = s->counts.errors - s->counts.unexpected - counts_wrong_values(&s->counts);
    if (replies == 0)
        return false;
    const char *first = first_error(s, ERROR_REPLY);
    bool locked = strncmp(first, "NOAUTH", 6) == 0;
    snprintf(text, cap,
             "%s of %s replies were errors, which cost less than the work they refused: %s (\"%.80s\")",
             UNITS_COUNT(replies), UNITS_COUNT(summary_answered(s)),
             locked ? "give the server's password with -a, or in REDISCLI_AUTH" : "fix the cause", first);
    return true;
}

bool doubt_errors_unexpected(const struct summary *s, char *text, size_t cap)
{
    if (s->counts.unexpected == 0)
        return false;
    snprintf(
        text, cap,
        "%s of %s replies were not of the type that this command returns (\"%.80s\") and count as errors: "
        "check "
        "that the server implements it",
        UNITS_COUNT(s->counts.unexpected), UNITS_COUNT(summary_answered(s)),
        first_error(s, ERROR_UNEXPECTED));
    return true;
}
