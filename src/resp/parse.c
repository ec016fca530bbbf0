// SPDX-License-Identifier: MIT
#include "resp/parse.h"

#include "resp/number.h"

#include <string.h>

static ssize_t bad(struct resp_reply *out, const char *at, const char *end)
{
    size_t n = (size_t)(end - at);
    *out = (struct resp_reply){.text = {at, n < 64 ? n : 64}};
    return RESP_BAD;
}

// A value has ended: closes every aggregate that it was the last element of.
static void value_ended(struct resp_parser *p)
{
    while (p->depth) {
        if (--p->left[p->depth - 1])
            return;
        p->depth--;
        uint16_t bit = (uint16_t)(1u << p->depth);
        if (p->attributes & bit) { // its value is still to come
            p->attributes &= (uint16_t)~bit;
            return;
        }
    }
    p->whole = true;
}

static void null_seen(struct resp_parser *p)
{
    if (p->depth == 0)
        p->reply.null = true;
    else if (!p->attributes)
        p->reply.nulls++;
}

static bool open_payload(struct resp_parser *p, char type, int64_t n)
{
    if (n == -1 && type == '$') {
        null_seen(p);
        value_ended(p);
        return true;
    }
    if (n < 0 || n > RESP_BULK_MAX)
        return false;
    p->skip = (uint64_t)n + 2;
    p->keep = type == p->keeps;
    if (p->keep)
        p->payload = (uint64_t)n;
    return true;
}

static bool open_aggregate(struct resp_parser *p, char type, int64_t n)
{
    if (n == -1 && type == '*') {
        null_seen(p);
        value_ended(p);
        return true;
    }
    if (n < 0 || n > RESP_COUNT_MAX || (type == '>' && p->depth))
        return false;
    p->attributed += type == '|';
    if (p->reply.invalidation && p->depth == 1)
        p->reply.number = n;
    if (n == 0) {
        if (type != '|')
            value_ended(p);
        return true;
    }
    if (p->depth == RESP_DEPTH_MAX)
        return false;
    if (type == '|')
        p->attributes |= (uint16_t)(1u << p->depth);
    p->keeps = type == '>' ? '$' : 0; // what the message is comes first
    p->left[p->depth++] = (uint64_t)n;
    return true;
}

static bool line_value(struct resp_parser *p, char type, struct slice text)
{
    if (type == '_') {
        if (text.len)
            return false;
        null_seen(p);
    }
    if (type == '#' && !slice_is(text, "t") && !slice_is(text, "f"))
        return false;
    if (p->depth == 0)
        p->reply.text = text;
    value_ended(p);
    return true;
}

// A whole header line, without its CRLF: begins (or is) a value.
static bool take_header(struct resp_parser *p, struct slice line)
{
    if (line.len == 0)
        return false;
    char type = line.at[0];
    struct slice rest = {line.at + 1, line.len - 1};
    int64_t n = 0;
    if (memchr(":$!=*~>%|", type, 9) && !number_read(rest, &n))
        return false;
    if ((type == '%' || type == '|') && n > 0 && n <= RESP_COUNT_MAX) // more is refused below
        n *= 2;
    if (p->depth == 0 && type != '|') {
        p->reply = (struct resp_reply){.type = type, .number = n, .push = type == '>'};
        p->keeps = '!';
    }
    switch (type) {
    case '$':
    case '!':
    case '=':
        return open_payload(p, type, n);
    case '*':
    case '~':
    case '%':
    case '>':
    case '|':
        return open_aggregate(p, type, n);
    case '+':
    case '-':
    case ':':
    case '_':
    case '#':
    case ',':
    case '(':
        return line_value(p, type, rest);
    default:
        return false;
    }
}

// Keeps what has come of a line whose end has not. False when it is no line of this protocol.
static bool keep_line(struct resp_parser *p, const char *at, size_t n)
{
    if (p->line_len < RESP_TEXT_MAX) {
        size_t room = RESP_TEXT_MAX - p->line_len;
        memcpy(p->line + p->line_len, at, n < room ? n : room);
    }
    p->line_len += (uint32_t)n;
    p->cr = at[n - 1] == '\r';
    return p->line_len <= RESP_LINE_MAX && memchr("+-:$*_#,(!=%~>|", p->line[0], 15);
}

// The rest of a line that came in pieces, up to and with its LF.
static bool end_line(struct resp_parser *p, const char *at, size_t n)
{
    if (n > 1 && !keep_line(p, at, n - 1))
        return false;
    if (!p->cr)
        return false;
    size_t len = p->line_len - 1;
    p->line_len = 0;
    p->cr = false;
    return take_header(p, (struct slice){p->line, len < RESP_TEXT_MAX ? len : RESP_TEXT_MAX});
}

static ssize_t pass_line(struct resp_parser *p, const char *at, const char *end)
{
    const char *lf = at;
    while (lf < end && *lf != '\n')
        lf++;
    if (lf == end)
        return keep_line(p, at, (size_t)(end - at)) ? end - at : RESP_BAD;
    if (p->line_len)
        return end_line(p, at, (size_t)(lf - at) + 1) ? lf - at + 1 : RESP_BAD;
    if (lf == at || lf[-1] != '\r' || lf - at > RESP_LINE_MAX)
        return RESP_BAD;
    return take_header(p, (struct slice){at, (size_t)(lf - at) - 1}) ? lf - at + 1 : RESP_BAD;
}

// An error's text, or the name of a push.
static void keep_payload(struct resp_parser *p, const char *at, size_t n)
{
    uint64_t passed = p->payload + 2 - p->skip;
    size_t text_end = p->payload < RESP_TEXT_MAX ? (size_t)p->payload : RESP_TEXT_MAX;
    if (passed < text_end) {
        size_t room = text_end - (size_t)passed;
        memcpy(p->line + passed, at, n < room ? n : room);
    }
    if (!p->reply.push)
        p->reply.text = (struct slice){p->line, text_end};
}

static void kept(struct resp_parser *p)
{
    static const char name[] = "invalidate";
    bool first = p->reply.push && p->left[0] == (uint64_t)p->reply.number;
    p->keep = false;
    p->keeps = 0;
    if (!first || p->payload != sizeof name - 1 || memcmp(p->line, name, sizeof name - 1) != 0)
        return;
    p->reply.invalidation = true;
    p->reply.number = 0;
}

static ssize_t pass_payload(struct resp_parser *p, const char *at, const char *end)
{
    size_t have = (size_t)(end - at);
    size_t n = p->skip < have ? (size_t)p->skip : have;
    if (p->keep)
        keep_payload(p, at, n);
    uint64_t after = p->skip - n;
    if (after == 1 && at[n - 1] != '\r')
        return RESP_BAD;
    if (after == 0 && (at[n - 1] != '\n' || (n > 1 && at[n - 2] != '\r')))
        return RESP_BAD;
    p->skip = after;
    if (after == 0) {
        if (p->keep)
            kept(p);
        value_ended(p);
    }
    return (ssize_t)n;
}

ssize_t parse_any(struct resp_parser *p, const char *data, size_t len, struct resp_reply *out)
{
    const char *at = data;
    const char *end = data + len;
    p->midway = true;
    while (at < end) {
        ssize_t n = p->skip ? pass_payload(p, at, end) : pass_line(p, at, end);
        if (n < 0)
            return bad(out, at, end);
        at += n;
        if (p->whole) {
            p->whole = p->midway = false;
            *out = p->reply;
            return at - data;
        }
    }
    return RESP_MORE;
}
