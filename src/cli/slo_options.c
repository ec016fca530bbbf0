// SPDX-License-Identifier: MIT
#include "cli/slo_options.h"

#include "cli/delivery_options.h"
#include "load/catalog.h"

static unsigned tests_of(const struct assert_tests *of)
{
    unsigned n = 0;
    for (size_t i = 0; i < catalog_len; i++)
        n += catalog_selects(of->tests, &catalog[i]);
    return of->only || of->command ? 1 : n;
}

// What it names becomes nothing where that is the whole load.
static int settle_command(struct slo_limit *l, const struct assert_tests *of, struct err *err)
{
    struct slice name = slice_of(l->command);
    char text[SLO_NAME];
    const struct metric_path path = {name, METRIC_P50 + l->quantile};
    if (assert_options_name("--slo", &path, of, err) < 0)
        return -1;
    if (of->mix && !of->only && mix_words_has(of->mix, name))
        return 0;
    if (!of->mix && tests_of(of) > 1)
        return err_set(
            err, ERR_USAGE,
            "--slo: %s is for one test, and there are several: give -t %s alone, or leave out '%s.'",
            slo_name(l, text), l->command, l->command);
    l->command[0] = 0;
    return 0;
}

static int given_twice(const struct slo *slo, struct err *err)
{
    char name[SLO_NAME];
    for (unsigned i = 0; i < slo->n; i++)
        if (slo_like(slo, i, &slo->limit[i]))
            return err_set(err, ERR_USAGE, "--slo: expected each limit once, got %s twice",
                           slo_name(&slo->limit[i], name));
    return 0;
}

int slo_options_parse(struct slo *slo, const char *text, const struct options *o, struct err *err)
{
    const struct assert_tests of = {o->tests, o->argc > 0, o->mix, delivery_options_name(o)};
    if (slo_parse(slo, text, err) < 0)
        return -1;
    for (unsigned i = 0; i < slo->n; i++)
        if (slo->limit[i].command[0] && settle_command(&slo->limit[i], &of, err) < 0)
            return -1;
    return given_twice(slo, err);
}
