// SPDX-License-Identifier: MIT
#include "cli/marks.h"

#include "load/catalog.h"
#include "option/nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define QUOTE 64
#define NAMES_MAX 64
#define NAME_MAX_BYTES 32

bool marks_key(const char *text, struct run_tag *out)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || (text[len] && strchr("_-.", text[len])))
        len++;
    if (len == 0 || len >= sizeof out->key || (text[len] && text[len] != '='))
        return false;
    memcpy(out->key, text, len);
    out->key[len] = 0;
    out->value = text[len] ? text + len + 1 : NULL;
    return true;
}

int marks_tags(struct marks *m, const struct opt_list *words, struct err *err)
{
    char quoted[QUOTE];
    for (unsigned i = 0; i < words->n; i++) {
        struct run_tag *tag = &m->tags[m->ntags];
        if (!marks_key(words->at[i], tag) || !tag->value)
            return err_set(err, ERR_USAGE,
                           "--tag wants KEY=VALUE with a key of letters, digits, _ - and ., as in "
                           "commit=1a2b3c4, not \"%s\"",
                           slice_quote(slice_of(words->at[i]), quoted, sizeof quoted));
        for (size_t k = 0; k < m->ntags; k++)
            if (strcmp(m->tags[k].key, tag->key) == 0)
                return err_set(err, ERR_USAGE, "--tag gives %s twice: give each key once", tag->key);
        m->ntags++;
    }
    return 0;
}

// --- assertions ---

// The name that a row's result bears.
static struct slice own_name(const struct test *row)
{
    return (struct slice){row->names, strcspn(row->names, ",")};
}

static const struct test *row_of(struct slice name)
{
    for (size_t i = 0; i < catalog_len; i++) {
        char own[NAME_MAX_BYTES];
        struct slice s = own_name(&catalog[i]);
        snprintf(own, sizeof own, "%.*s", (int)s.len, s.at);
        if (slice_is_nocase(name, own))
            return &catalog[i];
    }
    return NULL;
}

static int refuse_test(struct slice name, struct err *err)
{
    char storage[NAMES_MAX][NAME_MAX_BYTES], typed[QUOTE];
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (; n < catalog_len && n < NAMES_MAX; n++) {
        struct slice own = own_name(&catalog[n]);
        snprintf(storage[n], sizeof storage[n], "%.*s", (int)own.len, own.at);
        names[n] = storage[n];
    }
    slice_quote(name, typed, sizeof typed);
    const char *best = nearest(typed, names, n);
    return err_set(err, ERR_USAGE, "--assert: there is no test '%s'%s%s%s", typed,
                   best ? ": did you mean " : ": the names are those of -t, as in get.p99", best ? best : "",
                   best ? "?" : "");
}

// An assertion about a test that will not run could only fail.
static int check_test(const struct assertion *a, const struct marks_tests *of, struct err *err)
{
    char quoted[QUOTE];
    struct slice name = a->path.test;
    bool command = of->command;
    if (of->mix && (name.len == 0 || mix_options_names(of->mix, name) || slice_is_nocase(name, "mix")))
        return 0;
    if (of->mix)
        return err_set(err, ERR_USAGE, "--assert: %s is not in the mix: its commands are called %s, %s ...",
                       slice_quote(name, quoted, sizeof quoted), of->mix->words.at[0].name,
                       of->mix->words.at[1].name);
    if (name.len == 0 || (command && slice_is_nocase(name, "command")))
        return 0;
    if (command)
        return err_set(err, ERR_USAGE,
                       "--assert: a command of your own is measured: call it command.%s, or leave out '%s.'",
                       metric_name(a->path.metric), slice_quote(name, quoted, sizeof quoted));
    const struct test *row = row_of(name);
    if (!row)
        return refuse_test(name, err);
    if (catalog_selects(of->tests, row))
        return 0;
    return err_set(err, ERR_USAGE, "--assert: %s is not among the tests of -t: add it there",
                   slice_quote(name, quoted, sizeof quoted));
}

int marks_asserts(struct marks *m, const struct opt_list *words, const struct marks_tests *of,
                  struct err *err)
{
    for (unsigned i = 0; i < words->n; i++) {
        struct assertion *a = &m->asserts[m->nasserts];
        if (assertion_parse(words->at[i], a, err) < 0 || check_test(a, of, err) < 0)
            return -1;
        m->nasserts++;
    }
    return 0;
}
