// SPDX-License-Identifier: MIT
#include "cli/dataset_options.h"

#include "base/whole_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The fields of one argument, up to the first that is no column. Answers how many there are; -1 with err.
static int check_word(struct slice word, const struct dataset *d, struct err *err)
{
    char quoted[64], names[160] = "";
    size_t len = 0;
    int fields = 0;
    for (size_t at = 0, n; at < word.len; at += n ? n : 1) {
        struct recipe_piece p;
        n = recipe_placeholder((struct slice){word.at + at, word.len - at}, &p);
        if (!n || p.kind != RECIPE_FIELD)
            continue;
        struct slice name = {word.at + at + p.lo, (size_t)p.hi};
        slice_quote(name, quoted, sizeof quoted);
        if (!d)
            return err_set(err, ERR_USAGE, "__field:%s__ is of a table: give --dataset FILE too", quoted);
        fields++;
        if (dataset_column(d, name) >= 0)
            continue;
        for (unsigned i = 0; i < d->columns && len < sizeof names; i++)
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%.*s", i ? ", " : "",
                                    (int)d->names[i].len, d->names[i].at);
        return err_set(err, ERR_USAGE, "__field:%s__: expected a column of --dataset: %.150s", quoted, names);
    }
    return fields;
}

static int check_words(const struct slice *words, size_t n, const struct dataset *d, struct err *err)
{
    int fields = 0;
    for (size_t i = 0; i < n; i++) {
        int more = check_word(words[i], d, err);
        if (more < 0)
            return -1;
        fields += more;
    }
    return fields;
}

static int check_mix(const struct mix_words *m, const struct dataset *d, struct err *err)
{
    int fields = 0;
    for (unsigned i = 0; m && i < m->n; i++) {
        int more = check_words(m->at[i].words.at, m->at[i].words.n, d, err);
        if (more < 0)
            return -1;
        fields += more;
    }
    return fields;
}

static int check_all(const struct options *o, struct err *err)
{
    int fields = 0;
    for (int i = 0; i < o->argc; i++) {
        int more = check_word(slice_of(o->argv[i]), o->dataset, err);
        if (more < 0)
            return -1;
        fields += more;
    }
    int mixed = check_mix(o->mix, o->dataset, err),
        filling = mixed < 0 ? -1 : check_mix(o->fill, o->dataset, err);
    if (filling < 0)
        return -1;
    if (o->dataset && fields + mixed + filling == 0)
        return err_set(
            err, ERR_USAGE,
            "--dataset needs a command with fields of it, such as HSET __key__ name __field:name__");
    return 0;
}

static int read_it(struct options_words *w, struct err *err)
{
    struct slice text;
    char *bytes = whole_file_read("--dataset", w->dataset, &text, err);
    if (!bytes)
        return -1;
    size_t len = strlen(w->dataset);
    bool tabs = len > 4 && strcmp(w->dataset + len - 4, ".tsv") == 0;
    struct dataset_conf conf = {w->dataset, tabs ? '\t' : ',', w->maxdocs};
    struct dataset *d = malloc(sizeof *d);
    int rc = d ? dataset_parse(d, text, &conf, err) : err_set(err, ERR_RUN, "out of memory");
    free(bytes);
    w->o.dataset = d;
    w->o.run.dataset = d;
    return rc;
}

int dataset_options_settle(struct options_words *w, struct err *err)
{
    if (w->maxdocs && !w->dataset)
        return err_set(err, ERR_USAGE, "--maxdocs is of --dataset: give that too");
    if (w->dataset && read_it(w, err) < 0)
        return -1;
    return check_all(&w->o, err);
}

void dataset_options_free(struct dataset *d)
{
    if (d)
        dataset_free(d);
    free(d);
}
