// SPDX-License-Identifier: MIT
#include "option/opt.h"

#include "base/clock.h"
#include "base/units.h"
#include "option/nearest.h"
#include "option/opt_doc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUOTE 64

bool opt_takes_value(const struct opt *row)
{
    return row->kind != OPT_FLAG && row->kind != OPT_UNFLAG;
}

const struct opt *opt_find(const struct opt_table *t, struct slice name)
{
    for (const struct opt *row = t->rows; row < t->rows + t->n; row++) {
        if (row->letter && name.len == 2 && name.at[0] == '-' && name.at[1] == row->letter)
            return row;
        if (row->name && slice_starts(name, "--") &&
            slice_is((struct slice){name.at + 2, name.len - 2}, row->name))
            return row;
    }
    return NULL;
}

bool opt_next(const struct opt_table *t, struct opt_cursor *c, struct opt_word *w)
{
    if (c->at >= c->argc || c->argv[c->at][0] != '-')
        return false;
    char *text = c->argv[c->at++];
    if (strcmp(text, "--") == 0)
        return false;
    char *equals = strncmp(text, "--", 2) == 0 ? strchr(text, '=') : NULL;
    w->name = (struct slice){text, equals ? (size_t)(equals - text) : strlen(text)};
    w->row = opt_find(t, w->name);
    w->value = equals ? equals + 1 : NULL;
    if (w->row && !equals && opt_takes_value(w->row) && !w->row->bare && c->at < c->argc)
        w->value = c->argv[c->at++];
    return true;
}

bool opt_seen(const struct opt_table *t, struct opt_cursor c, const char *name)
{
    const struct opt *wanted = opt_find(t, slice_of(name));
    struct opt_word w;
    while (opt_next(t, &c, &w))
        if (w.row && w.row == wanted)
            return true;
    return false;
}

// Reading values

static void store(const struct opt *row, void *into, uint64_t v)
{
    char *field = (char *)into + row->offset;
    if (row->size == sizeof(uint64_t)) {
        memcpy(field, &v, sizeof v);
    } else if (row->size == sizeof(uint32_t)) {
        uint32_t word = (uint32_t)v;
        memcpy(field, &word, sizeof word);
    } else if (row->size == sizeof(uint16_t)) {
        uint16_t half = (uint16_t)v;
        memcpy(field, &half, sizeof half);
    } else if (row->size == sizeof(bool)) {
        bool b = v != 0;
        memcpy(field, &b, sizeof b);
    } else {
        BUG("an option's field has an odd size");
    }
}

static int read_integer(const struct opt *row, const char *text, uint64_t *v)
{
    if (row->kind == OPT_BYTES)
        return units_parse_bytes(text, v);
    if (row->kind == OPT_DURATION)
        return units_parse_duration(text, NS_PER_S, v);
    return units_parse_count(text, v);
}

// What the C library's atoi would make of it, but never wrapped around.
static uint64_t leading_digits(const struct opt *row, const char *text)
{
    uint64_t unit = row->kind == OPT_DURATION ? NS_PER_S : 1;
    long long n = strtoll(text, NULL, 10);
    if (n <= 0)
        return 0;
    return (uint64_t)n > UINT64_MAX / unit ? UINT64_MAX : (uint64_t)n * unit;
}

static int set_integer(const struct opt *row, const char *text, void *into, bool clamp)
{
    uint64_t v;
    int rc = read_integer(row, text, &v);
    bool clamps = clamp && !(row->marks & OPT_STRICT);
    if (rc == -ERANGE && clamps)
        v = UINT64_MAX;
    else if (rc < 0 && clamps)
        v = leading_digits(row, text);
    else if (rc < 0)
        return rc;
    if (!clamps && (v < row->lo || v > row->hi))
        return -ERANGE;
    store(row, into, v < row->lo ? row->lo : v > row->hi ? row->hi : v);
    return 0;
}

static int set_rate(const struct opt *row, const char *text, void *into, bool clamp)
{
    double lo = (double)row->lo;
    double hi = (double)row->hi;
    double v;
    int rc = units_parse_rate(text, &v);
    if (rc == -ERANGE && clamp)
        v = hi;
    else if (rc < 0 && clamp)
        v = (double)leading_digits(row, text);
    else if (rc < 0)
        return rc;
    if (!clamp && (v < lo || v > hi))
        return -ERANGE;
    v = v < lo ? lo : v > hi ? hi : v;
    memcpy((char *)into + row->offset, &v, sizeof v);
    return 0;
}

static int set_string(const struct opt *row, const char *text, void *into)
{
    if (strlen(text) < row->lo)
        return -EINVAL;
    memcpy((char *)into + row->offset, &text, sizeof text);
    return 0;
}

static int add_to_list(const struct opt *row, const char *text, void *into)
{
    struct opt_list *list = (struct opt_list *)((char *)into + row->offset);
    if (strlen(text) < row->lo)
        return -EINVAL;
    if (list->n == OPT_LIST_MAX)
        return -E2BIG;
    list->at[list->n++] = text;
    return 0;
}

static int set_enum(const struct opt *row, const char *text, void *into)
{
    for (unsigned i = 0; row->names[i]; i++) {
        if (strcmp(row->names[i], text) == 0) {
            store(row, into, i);
            return 0;
        }
    }
    return -EINVAL;
}

static int set_value(const struct opt *row, const char *text, void *into, bool clamp)
{
    switch (row->kind) {
    case OPT_FLAG:
    case OPT_UNFLAG:
        store(row, into, row->kind == OPT_FLAG);
        return 0;
    case OPT_BOOL:
    case OPT_COUNT:
    case OPT_BYTES:
    case OPT_DURATION:
        return set_integer(row, text, into, clamp);
    case OPT_RATE:
        return set_rate(row, text, into, clamp);
    case OPT_STRING:
        return set_string(row, text, into);
    case OPT_LIST:
        return add_to_list(row, text, into);
    case OPT_ENUM:
        return set_enum(row, text, into);
    }
    BUG("an option of no kind");
}

void opt_defaults(const struct opt_table *t, void *into, bool compat)
{
    for (const struct opt *row = t->rows; row < t->rows + t->n; row++) {
        const char *text = compat && row->compat ? row->compat : row->initial;
        memset((char *)into + row->offset, 0, row->size);
        if (row->kind == OPT_UNFLAG)
            store(row, into, true);
        else if (text && set_value(row, text, into, false) < 0)
            BUG("the default of an option is out of its range");
    }
    if (t->given)
        memset((char *)into + t->given, 0, sizeof(struct opt_given));
}

// Sentences

#define SPELLINGS_MAX (2 * (size_t)OPT_ROWS_MAX)

// The option name is nearest to, with its dashes and in dst, or NULL.
static const char *nearest_option(const struct opt_table *t, const char *name, char dst[OPT_TEXT])
{
    char spelled[SPELLINGS_MAX][32];
    const char *names[SPELLINGS_MAX];
    size_t n = 0;
    for (const struct opt *row = t->rows; row < t->rows + t->n && n + 2 <= SPELLINGS_MAX; row++) {
        if (row->name)
            snprintf(spelled[n++], sizeof *spelled, "--%s", row->name);
        if (row->letter)
            snprintf(spelled[n++], sizeof *spelled, "-%c", row->letter);
    }
    for (size_t i = 0; i < n; i++)
        names[i] = spelled[i];
    const char *near = nearest(name, names, n);
    if (near)
        snprintf(dst, OPT_TEXT, "%s", near);
    return near ? dst : NULL;
}

// "-n5" and "-n=5": a known letter with its value in the same word.
static bool is_glued(const struct opt_table *t, struct slice name)
{
    if (name.len < 3 || !strchr("0123456789=", name.at[2]))
        return false;
    const struct opt *row = opt_find(t, (struct slice){name.at, 2});
    return row && opt_takes_value(row);
}

static bool is_among(struct slice word, const char *const *list)
{
    while (*list && !slice_is(word, *list))
        list++;
    return *list != NULL;
}

static int refuse_unknown(const struct opt_table *t, struct slice name, struct err *err)
{
    char near[OPT_TEXT];
    char quoted[QUOTE];
    slice_quote(name, quoted, sizeof quoted);
    for (const struct opt_absent *a = t->absent; a && a->names; a++)
        if (is_among(name, a->names))
            return err_set(err, ERR_USAGE, "%s: not supported yet: %s", quoted, a->instead);
    if (is_glued(t, name))
        return err_set(err, ERR_USAGE,
                       "unknown option %s: a value stands apart from its letter, e.g. %.2s %s", quoted,
                       quoted, quoted + (quoted[2] == '=' ? 3 : 2));
    if (nearest_option(t, quoted, near))
        return err_set(err, ERR_USAGE, "unknown option %s: did you mean %s?", quoted, near);
    return err_set(err, ERR_USAGE, "unknown option %s: --help lists them all", quoted);
}

static const char *noun_of(const struct opt *row)
{
    static const char *const nouns[] = {
        [OPT_BOOL] = "",
        [OPT_COUNT] = "an integer from ",
        [OPT_BYTES] = "a size from ",
        [OPT_DURATION] = "a time from ",
        [OPT_RATE] = "a number from ",
        [OPT_ENUM] = "one of ",
    };
    return nouns[row->kind];
}

// Whoever wrote plain digits knows how, and missed the range.
static bool looks_whole(const char *text)
{
    return *text && strspn(text, "-0123456789") == strlen(text);
}

// How numbers of its kind may be written.
static const char *example_of(const struct opt *row)
{
    if (row->kind == OPT_BYTES)
        return ", such as 512 or 64KiB";
    if (row->kind == OPT_DURATION)
        return ", such as 500ms or 10s";
    return row->kind == OPT_RATE || (row->kind == OPT_COUNT && row->hi >= 1000000) ? ", such as 1000 or 10k"
                                                                                   : "";
}

static int refuse_value(const struct opt_word *w, int why, struct err *err)
{
    char range[OPT_TEXT];
    char quoted[QUOTE];
    slice_quote(slice_of(w->value), quoted, sizeof quoted);
    if (why == -E2BIG)
        return err_set(err, ERR_USAGE, "%.*s: expected at most %d times", (int)w->name.len, w->name.at,
                       OPT_LIST_MAX);
    if (w->row->kind == OPT_STRING || w->row->kind == OPT_LIST)
        return err_set(err, ERR_USAGE, "%.*s: expected a value that is not empty: %s", (int)w->name.len,
                       w->name.at, w->row->metavar);
    return err_set(err, ERR_USAGE, "%.*s: expected %s%s%s, got '%s'", (int)w->name.len, w->name.at,
                   noun_of(w->row), opt_doc_range(w->row, range),
                   why != -EINVAL || looks_whole(w->value) ? "" : example_of(w->row), quoted);
}

static int take_word(const struct opt_table *t, const struct opt_word *w, void *into, bool clamp,
                     struct err *err)
{
    if (!w->row)
        return refuse_unknown(t, w->name, err);
    bool wants = opt_takes_value(w->row);
    if (t->given)
        ((struct opt_given *)((char *)into + t->given))->row[w->row - t->rows] = true;
    if (w->row->bare && !w->value) {
        set_value(w->row, w->row->bare, into, clamp);
        return 0;
    }
    if (wants && !w->value)
        return err_set(err, ERR_USAGE, "%.*s: expected a value: %s (see --help)", (int)w->name.len,
                       w->name.at, w->row->metavar);
    if (!wants && w->value)
        return err_set(err, ERR_USAGE, "%.*s: expected no value: leave out the = and what follows",
                       (int)w->name.len, w->name.at);
    int rc = set_value(w->row, w->value, into, clamp);
    return rc < 0 && w->value ? refuse_value(w, rc, err) : 0; // a flag cannot be refused
}

int opt_parse(const struct opt_table *t, struct opt_cursor *c, void *into, bool clamp, struct err *err)
{
    struct opt_word w;
    while (opt_next(t, c, &w))
        if (take_word(t, &w, into, clamp, err) < 0)
            return -1;
    return 0;
}

int opt_set(const struct opt_table *t, const char *name, const char *value, void *into, struct err *err)
{
    struct opt_word w = {opt_find(t, slice_of(name)), slice_of(name), (char *)value};
    return take_word(t, &w, into, false, err);
}

bool opt_given(const struct opt_table *t, const void *from, const char *name)
{
    const struct opt *row = opt_find(t, slice_of(name));
    if (!row || !t->given)
        BUG("a question for an option that is not in the table, or for one that does not keep what was "
            "given");
    return ((const struct opt_given *)((const char *)from + t->given))->row[row - t->rows];
}
