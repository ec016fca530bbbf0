// SPDX-License-Identifier: MIT
#include "resp/command.h"

#include "resp/number.h"

static ssize_t bad(struct command *c, const char *complaint)
{
    c->complaint = complaint;
    return RESP_BAD;
}

static ssize_t more(struct command *c, size_t want)
{
    c->want = want;
    return RESP_MORE;
}

// The line at s without its end; answers its bytes with it.
static ssize_t take_line(struct command *c, struct slice s, struct slice *line)
{
    const char *lf = memchr(s.at, '\n', s.len);
    size_t n = lf ? (size_t)(lf - s.at) : s.len;
    if (n > RESP_LINE_MAX)
        return bad(c, "too long a line");
    if (!lf)
        return more(c, 0);
    bool cr = n && s.at[n - 1] == '\r';
    *line = (struct slice){s.at, n - cr};
    return (ssize_t)n + 1;
}

static bool blank(char ch)
{
    return ch == ' ' || ch == '\t';
}

static ssize_t split_inline(struct command *c, struct slice s)
{
    struct slice line;
    ssize_t n = take_line(c, s, &line);
    for (size_t i = 0; n > 0 && i < line.len;) {
        size_t from = i;
        while (i < line.len && !blank(line.at[i]))
            i++;
        if (i > from) {
            if (c->argc == COMMAND_ARGS_MAX)
                return bad(c, "too many arguments");
            c->argv[c->argc++] = (struct slice){line.at + from, i - from};
        }
        i += i < line.len;
    }
    return n;
}

// "<type><number>\r\n" at s.
static ssize_t take_header(struct command *c, struct slice s, char type, int64_t *number)
{
    struct slice line;
    if (s.len == 0)
        return more(c, 0);
    if (s.at[0] != type)
        return bad(c, type == '$' ? "expected '$'" : "expected '*'");
    ssize_t n = take_line(c, s, &line);
    if (n < 0)
        return n;
    bool whole = (size_t)n == line.len + 2 && number_read((struct slice){line.at + 1, line.len - 1}, number);
    return whole ? n : bad(c, "invalid length");
}

static struct slice after(struct slice s, size_t n)
{
    return (struct slice){s.at + n, s.len - n};
}

static ssize_t take_bulk(struct command *c, struct slice s, struct slice *arg)
{
    int64_t len = 0;
    ssize_t n = take_header(c, s, '$', &len);
    if (n < 0)
        return n;
    if (len < 0 || len > COMMAND_BULK_MAX)
        return bad(c, "invalid bulk length");
    s = after(s, (size_t)n);
    if (s.len < (size_t)len + 2)
        return more(c, (size_t)n + (size_t)len + 2);
    if (memcmp(s.at + len, "\r\n", 2) != 0)
        return bad(c, "a bulk string does not end where its length says");
    *arg = (struct slice){s.at, (size_t)len};
    return n + len + 2;
}

ssize_t command_parse(struct command *c, const char *data, size_t len)
{
    struct slice s = {data, len};
    int64_t count = 0;
    c->argc = c->want = 0;
    if (len == 0)
        return RESP_MORE;
    if (data[0] != '*')
        return split_inline(c, s);
    ssize_t n = take_header(c, s, '*', &count);
    if (n < 0)
        return n;
    if (count > COMMAND_ARGS_MAX)
        return bad(c, "too many arguments");
    size_t taken = (size_t)n;
    for (int64_t i = 0; i < count; i++) {
        n = take_bulk(c, after(s, taken), &c->argv[i]);
        if (n == RESP_MORE)
            c->want += taken;
        if (n < 0)
            return n;
        taken += (size_t)n;
    }
    c->argc = count > 0 ? (size_t)count : 0;
    return (ssize_t)taken;
}
