// SPDX-License-Identifier: MIT
#include "cli/assert_options.h"

#include "load/catalog.h"
#include "option/nearest.h"

#include <stdio.h>
#include <string.h>

#define QUOTE 64
#define NAMES_MAX 64
#define NAME_MAX_BYTES 32

// The name that a row's result bears.
static struct slice own_name(const struct test *row)
{
    return (struct slice){row->names, strcspn(row->names, ",")};
}

static int refuse_test(const char *option, struct slice name, struct err *err)
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
    return err_set(err, ERR_USAGE, "%s: unknown test '%s'%s%s%s", option, typed,
                   best ? ": did you mean " : ": the names are those of -t, e.g. get.p99", best ? best : "",
                   best ? "?" : "");
}

// A demand on a test that will not run could only fail.
int assert_options_name(const char *option, const struct metric_path *path, const struct assert_tests *of,
                        struct err *err)
{
    char quoted[QUOTE];
    struct slice name = path->test;
    const char *metric = metric_name(path->metric);
    slice_quote(name, quoted, sizeof quoted);
    if (of->only && (name.len == 0 || slice_is_nocase(name, of->only)))
        return 0;
    if (of->only)
        return err_set(err, ERR_USAGE, "%s: expected %s.%s, got '%s.%s'", option, of->only, metric, quoted,
                       metric);
    if (of->mix && (name.len == 0 || mix_words_has(of->mix, name) || slice_is_nocase(name, "mix")))
        return 0;
    if (of->mix)
        return err_set(err, ERR_USAGE, "%s: %s is not in the mix: its commands are called %s%s%s ...", option,
                       quoted, of->mix->at[0].name, of->mix->n > 1 ? ", " : "", of->mix->at[1].name);
    if (name.len == 0 || (of->command && slice_is_nocase(name, "command")))
        return 0;
    if (of->command)
        return err_set(err, ERR_USAGE,
                       "%s: a command of your own is measured: call it command.%s, or leave out '%s.'",
                       option, metric, quoted);
    const struct test *row = catalog_find(name);
    if (!row)
        return refuse_test(option, name, err);
    if (catalog_selects(of->tests, row))
        return 0;
    return err_set(err, ERR_USAGE, "%s: %s is not among the tests of -t: add it there", option, quoted);
}

int assert_options_parse(struct assert_options *o, const struct opt_list *words,
                         const struct assert_tests *of, struct err *err)
{
    for (unsigned i = 0; i < words->n; i++) {
        struct assertion *a = &o->at[o->n];
        if (assertion_parse(words->at[i], a, err) < 0 ||
            assert_options_name("--assert", &a->path, of, err) < 0)
            return -1;
        o->n++;
    }
    return 0;
}
