// SPDX-License-Identifier: MIT
#include "stats/assertion.h"

#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 64
#define QUOTE 64

static const struct {
    const char *text;
    enum assertion_op op;
} ops[] = {
    // the longer ones first: "<=" begins with "<"
    {"<=", ASSERT_LE}, {">=", ASSERT_GE}, {"==", ASSERT_EQ},
    {"!=", ASSERT_NE}, {"<", ASSERT_LT},  {">", ASSERT_GT},
};

static struct slice trim(struct slice s)
{
    while (s.len && s.at[0] == ' ') {
        s.at++;
        s.len--;
    }
    while (s.len && s.at[s.len - 1] == ' ')
        s.len--;
    return s;
}

// --- values ---

static bool read_rate(const char *text, double *out)
{
    return units_parse_rate(text, out) == 0;
}

static bool read_time(const char *text, double *out)
{
    uint64_t ns;
    if (units_parse_duration(text, 0, &ns) < 0) // a bare number could be of any unit
        return false;
    *out = (double)ns;
    return true;
}

static bool read_count(const char *text, double *out)
{
    uint64_t n;
    if (units_parse_count(text, &n) < 0)
        return false;
    *out = (double)n;
    return true;
}

// "99%" or "0.99"
static bool read_share(const char *text, double *out)
{
    char number[VALUE_MAX];
    size_t len = strlen(text);
    bool percent = len && text[len - 1] == '%';
    snprintf(number, sizeof number, "%.*s", (int)(len - percent), text);
    if (units_parse_rate(number, out) < 0)
        return false;
    if (percent)
        *out /= 100;
    return *out <= 1;
}

// "2us", "1500ns", or bare us
static bool read_cost(const char *text, double *out)
{
    uint64_t ns;
    if (units_parse_duration(text, 1000, &ns) < 0)
        return false;
    *out = (double)ns / 1000;
    return true;
}

static const struct {
    bool (*read)(const char *text, double *out);
    const char *like;
} values[] = {
    [METRIC_RATE] = {read_rate, "a rate, e.g. 100k"},
    [METRIC_TIME] = {read_time, "a time with its unit, e.g. 250us or 1ms"},
    [METRIC_COUNT] = {read_count, "a whole number, e.g. 0"},
    [METRIC_SHARE] = {read_share, "a share up to 1, e.g. 99% or 0.99"},
    [METRIC_COST] = {read_cost, "us of CPU, e.g. 2 or 1.5us"},
};

// --- reading ---

static bool split(struct slice all, struct slice *path, enum assertion_op *op, struct slice *value)
{
    const char *at = all.at;
    while (at < all.at + all.len && !strchr("<>=!", *at))
        at++;
    struct slice rest = {at, (size_t)(all.at + all.len - at)};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!slice_starts(rest, ops[i].text))
            continue;
        size_t len = strlen(ops[i].text);
        *op = ops[i].op;
        *path = trim((struct slice){all.at, (size_t)(at - all.at)});
        *value = trim((struct slice){rest.at + len, rest.len - len});
        return true;
    }
    return false;
}

static int wrong_path(struct slice path, struct err *err)
{
    char quoted[QUOTE];
    slice_quote(path, quoted, sizeof quoted);
    return err_set(
        err, ERR_USAGE,
        "--assert: expected METRIC or TEST.METRIC such as get.p99, got '%s'; METRIC is " METRIC_NAMES,
        quoted);
}

int assertion_parse(const char *text, struct assertion *out, struct err *err)
{
    char quoted[QUOTE], word[VALUE_MAX];
    struct slice path, value;
    *out = (struct assertion){.text = text};
    if (!split(slice_of(text), &path, &out->op, &value))
        return err_set(
            err, ERR_USAGE,
            "--assert: expected a metric, one of < <= > >= == != and a value such as get.p99<1ms, got '%s'",
            slice_quote(slice_of(text), quoted, sizeof quoted));
    if (!metric_parse(path, &out->path))
        return wrong_path(path, err);
    snprintf(word, sizeof word, "%.*s", (int)value.len, value.at);
    enum metric m = out->path.metric;
    if (value.len < sizeof word && values[metric_kind(m)].read(word, &out->limit))
        return 0;
    return err_set(err, ERR_USAGE, "--assert: %s: expected %s, got '%s'", metric_name(m),
                   values[metric_kind(m)].like, slice_quote(value, quoted, sizeof quoted));
}

// --- judging ---

bool assertion_holds(const struct assertion *a, struct figure f)
{
    if (!f.known)
        return false;
    switch (a->op) {
    case ASSERT_LT:
        return f.value < a->limit && !f.at_least;
    case ASSERT_LE:
        return f.value <= a->limit && !f.at_least;
    case ASSERT_GT:
        return f.value > a->limit;
    case ASSERT_GE:
        return f.value >= a->limit;
    case ASSERT_EQ:
        return f.value == a->limit && !f.at_least;
    case ASSERT_NE:
        return f.at_least ? f.value > a->limit : f.value != a->limit;
    }
    BUG("an assertion without an operator");
}

// Of one result; room: as many as the list can take.
static size_t judge_one(const struct assertion *a, const struct summary *s, struct assertion_result *list)
{
    struct figure f = metric_figure(a->path.metric, s);
    if (!f.known || !metric_is_of(&a->path, s->test))
        return 0;
    *list = (struct assertion_result){a, s, f, assertion_holds(a, f)};
    return 1;
}

size_t assertion_room(size_t n, const struct summary *tests, size_t ntests)
{
    size_t all = ntests ? 0 : 1;
    for (size_t t = 0; t < ntests; t++)
        all += 1 + tests[t].nkinds;
    return n * all;
}

size_t assertion_judge(const struct assertion *list_of, size_t n, const struct summary *tests, size_t ntests,
                       struct assertion_result *list)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const struct assertion *a = &list_of[i];
        size_t first = at;
        for (size_t t = 0; t < ntests; t++) {
            at += judge_one(a, &tests[t], &list[at]);
            for (unsigned k = 0; a->path.test.len && k < tests[t].nkinds; k++)
                at += judge_one(a, &tests[t].kinds[k], &list[at]);
        }
        if (at == first)
            list[at++] = (struct assertion_result){.of = a};
    }
    return at;
}

char *assertion_measured(const struct assertion_result *r, char dst[ASSERTION_TEXT])
{
    char text[UNITS_TEXT];
    if (!r->figure.known)
        snprintf(dst, ASSERTION_TEXT, "not measured");
    else
        snprintf(dst, ASSERTION_TEXT, "%s%s", r->figure.at_least ? "at least " : "",
                 metric_text(r->of->path.metric, r->figure.value, text));
    return dst;
}
