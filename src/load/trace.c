// SPDX-License-Identifier: MIT
#include "load/trace.h"

#include <errno.h>
#include <stdlib.h>

#define SECONDS_MAX UINT64_C(9000000000) // as ns they fit

// What is left of a line.
struct rest {
    char *at, *end;
};

static bool next_is(const struct rest *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static bool take(struct rest *r, char c)
{
    bool is = next_is(r, c);
    r->at += is;
    return is;
}

static bool digit(const struct rest *r)
{
    return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool take_number(struct rest *r, uint64_t most, uint64_t *out)
{
    const char *from = r->at;
    for (*out = 0; digit(r) && *out <= most; r->at++)
        *out = *out * 10 + (uint64_t)(*r->at - '0');
    return r->at > from && *out <= most;
}

// "12", "12.000125": exact to the ns, and what is finer is cut off.
static bool take_time(struct rest *r, uint64_t *ns)
{
    uint64_t seconds, fraction = 0, unit = 100000000;
    if (!take_number(r, SECONDS_MAX, &seconds))
        return false;
    if (take(r, '.')) {
        if (!digit(r))
            return false;
        for (; digit(r); r->at++, unit /= 10)
            fraction += (uint64_t)(*r->at - '0') * unit;
    }
    *ns = seconds * 1000000000 + fraction;
    return true;
}

static int add_argument(struct trace *t, const char *at, const char *end)
{
    if (t->argc == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 16;
        struct slice *more = realloc(t->argv, cap * sizeof *more);
        if (!more)
            return -ENOMEM;
        t->argv = more;
        t->cap = cap;
    }
    t->argv[t->argc++] = (struct slice){at, (size_t)(end - at)};
    return 0;
}

// --- MONITOR ---

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// What stands behind a backslash, as servers escape it.
static bool unescape(struct rest *r, char *out)
{
    static const char letters[] = "nrtab\\\"", bytes[] = "\n\r\t\a\b\\\"";
    if (r->at == r->end)
        return false;
    const char *known = *r->at ? strchr(letters, *r->at) : NULL;
    if (known) {
        *out = bytes[known - letters];
        r->at++;
        return true;
    }
    if (r->end - r->at < 3 || *r->at != 'x' || hex(r->at[1]) < 0 || hex(r->at[2]) < 0)
        return false;
    *out = (char)(hex(r->at[1]) << 4 | hex(r->at[2]));
    r->at += 3;
    return true;
}

// "word", whose bytes are written over it.
static enum trace_line take_word(struct trace *t, struct rest *r)
{
    if (!take(r, '"'))
        return TRACE_MALFORMED;
    char *from = r->at, *to = from;
    while (r->at < r->end && *r->at != '"') {
        char c = *r->at++;
        if (c == '\\' && !unescape(r, &c))
            return TRACE_MALFORMED;
        *to++ = c;
    }
    if (!take(r, '"'))
        return TRACE_MALFORMED;
    return add_argument(t, from, to) < 0 ? TRACE_NO_MEMORY : TRACE_COMMAND;
}

// "[0 127.0.0.1:60866] ", "[0 [::1]:60866] ", "[0 unix:/path] ", "[0 lua] "
static bool take_source(struct trace *t, struct rest *r)
{
    uint64_t db;
    if (!take(r, '[') || !take_number(r, INT32_MAX, &db) || !take(r, ' '))
        return false;
    const char *from = r->at;
    while (r->at < r->end && !(r->at[0] == ']' && r->end - r->at > 2 && r->at[1] == ' ' && r->at[2] == '"'))
        r->at++;
    t->db = (unsigned)db;
    t->script = slice_is((struct slice){from, (size_t)(r->at - from)}, "lua");
    return take(r, ']') && take(r, ' ');
}

static enum trace_line take_monitor(struct trace *t, struct rest *r)
{
    if (!take_source(t, r))
        return TRACE_MALFORMED;
    enum trace_line what = take_word(t, r);
    while (what == TRACE_COMMAND && r->at < r->end)
        what = take(r, ' ') ? take_word(t, r) : TRACE_MALFORMED;
    return what;
}

// --- CSV ---

// "a ""quoted"" field", whose bytes are written over it.
static enum trace_line take_quoted(struct trace *t, struct rest *r)
{
    char *from = ++r->at, *to = from;
    while (r->at < r->end) {
        char c = *r->at++;
        if (c != '"' || take(r, '"')) {
            *to++ = c;
            continue;
        }
        if (r->at < r->end && *r->at != ',')
            return TRACE_MALFORMED;
        return add_argument(t, from, to) < 0 ? TRACE_NO_MEMORY : TRACE_COMMAND;
    }
    return TRACE_MALFORMED;
}

static enum trace_line take_field(struct trace *t, struct rest *r)
{
    if (next_is(r, '"'))
        return take_quoted(t, r);
    const char *from = r->at;
    while (r->at < r->end && *r->at != ',' && *r->at != '"')
        r->at++;
    if (next_is(r, '"'))
        return TRACE_MALFORMED;
    return add_argument(t, from, r->at) < 0 ? TRACE_NO_MEMORY : TRACE_COMMAND;
}

static enum trace_line take_csv(struct trace *t, struct rest *r)
{
    enum trace_line what = TRACE_COMMAND;
    do
        what = take_field(t, r);
    while (what == TRACE_COMMAND && take(r, ','));
    return what;
}

// NOLINTNEXTLINE(readability-non-const-parameter): arguments are written over it
enum trace_line trace_parse(struct trace *t, char *line, size_t len)
{
    struct rest r = {line, line + len};
    t->argc = 0;
    t->db = 0;
    t->script = false;
    if (len && line[len - 1] == '\r')
        r.end--;
    take(&r, '+'); // as it comes from the server
    struct slice all = {r.at, (size_t)(r.end - r.at)};
    if (all.len == 0 || all.at[0] == '#' || slice_is(all, "OK") || slice_starts(all, "time,"))
        return TRACE_BLANK;
    if (!take_time(&r, &t->at_ns))
        return TRACE_MALFORMED;
    enum trace_line what = take(&r, ' ')   ? take_monitor(t, &r)
                           : take(&r, ',') ? take_csv(t, &r)
                                           : TRACE_MALFORMED;
    return what == TRACE_COMMAND && t->argv[0].len == 0 ? TRACE_MALFORMED : what;
}

void trace_free(struct trace *t)
{
    free(t->argv);
    *t = (struct trace){0};
}
