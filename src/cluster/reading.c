// SPDX-License-Identifier: MIT
#include "cluster/reading.h"

#include "resp/number.h"

#define DEPTH_MAX 8

static struct slice take(struct reading *r, size_t n)
{
    if (r->bad || n > r->rest.len) {
        r->bad = true;
        return (struct slice){"", 0};
    }
    struct slice s = {r->rest.at, n};
    r->rest = (struct slice){r->rest.at + n, r->rest.len - n};
    return s;
}

// The next line without its CRLF: its first byte is a type.
static struct slice take_line(struct reading *r)
{
    const char *lf = r->rest.len ? memchr(r->rest.at, '\n', r->rest.len) : NULL;
    struct slice line = take(r, lf ? (size_t)(lf - r->rest.at) + 1 : r->rest.len + 1);
    r->bad |= line.len < 3 || line.at[line.len - 2] != '\r';
    return r->bad ? (struct slice){" ", 1} : (struct slice){line.at, line.len - 2};
}

static int64_t number_of(struct reading *r, struct slice line)
{
    int64_t n = 0;
    r->bad |= !number_read((struct slice){line.at + 1, line.len - 1}, &n);
    return r->bad ? 0 : n;
}

int64_t reading_integer(struct reading *r)
{
    struct slice line = take_line(r);
    r->bad |= line.at[0] != ':';
    return number_of(r, line);
}

int64_t reading_array(struct reading *r)
{
    struct slice line = take_line(r);
    r->bad |= !line.at[0] || !strchr("*~%", line.at[0]);
    int64_t n = number_of(r, line);
    r->bad |= n > INT64_MAX / 2;
    if (r->bad)
        return 0;
    return line.at[0] == '%' ? 2 * n : n;
}

struct slice reading_string(struct reading *r)
{
    struct slice line = take_line(r), none = {"", 0};
    if (line.at[0] == '+')
        return (struct slice){line.at + 1, line.len - 1};
    if (line.at[0] == '_')
        return none;
    r->bad |= line.at[0] != '$';
    int64_t n = number_of(r, line);
    if (r->bad || n < 0)
        return none;
    struct slice s = take(r, (size_t)n);
    take(r, 2);
    return s;
}

static void pass(struct reading *r, unsigned depth)
{
    char type = r->rest.len ? r->rest.at[0] : 0;
    if (type == '$' || type == '+' || type == '_') {
        reading_string(r);
        return;
    }
    if (!type || !strchr("*~%", type)) {
        take_line(r);
        return;
    }
    r->bad |= depth == DEPTH_MAX;
    for (int64_t n = reading_array(r); n > 0 && !r->bad; n--)
        pass(r, depth + 1);
}

void reading_pass(struct reading *r)
{
    pass(r, 0);
}
