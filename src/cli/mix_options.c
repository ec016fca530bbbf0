// SPDX-License-Identifier: MIT
#include "cli/mix_options.h"

#include "base/units.h"
#include "load/quoted.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MAX 1000000
#define NAME_LIST "set, get, incr and others that --help lists"

struct mix_memory {
    struct quoted commands[MIX_MAX];
};

static int wrong_mix(const char *text, struct err *err)
{
    char quoted[80];
    return err_set(err, ERR_USAGE,
                   "--mix: expected tests with weights such as set:1,get:9, up to %d of them, got '%s'",
                   MIX_MAX, slice_quote(slice_of(text), quoted, sizeof quoted));
}

static bool weight_of(const char *text, uint64_t *out)
{
    return units_parse_count(text, out) == 0 && *out >= 1 && *out <= WEIGHT_MAX;
}

static char name_letter(char c)
{
    if (c <= ' ' || c > '~' || c == '.')
        return '_';
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// A name for reports: that of the command in small letters, with a number where it is there already.
static void name_it(struct mix_words *m, struct slice word)
{
    struct mix_word *w = &m->at[m->n];
    char base[24];
    size_t n = word.len < sizeof base - 1 ? word.len : sizeof base - 1;
    for (size_t i = 0; i < n; i++)
        base[i] = name_letter(word.at[i]);
    base[n] = 0;
    unsigned alike = 1;
    for (unsigned i = 0; i < m->n; i++) {
        size_t same = strlen(base);
        const char *other = m->at[i].name;
        alike += strncmp(other, base, same) == 0 && (other[same] == 0 || other[same] == '_');
    }
    snprintf(w->name, sizeof w->name, alike > 1 ? "%s_%u" : "%s", base, alike);
}

static const struct test *row_of(struct slice name)
{
    for (size_t i = 0; i < catalog_len; i++) {
        struct slice own = {catalog[i].names, strcspn(catalog[i].names, ",")};
        char text[32];
        snprintf(text, sizeof text, "%.*s", (int)own.len, own.at);
        if (slice_is_nocase(name, text))
            return &catalog[i];
    }
    return NULL;
}

static int add_test(struct mix_words *m, struct slice word, struct err *err)
{
    char text[64], quoted[64];
    const char *colon = memchr(word.at, ':', word.len);
    size_t name_len = colon ? (size_t)(colon - word.at) : word.len;
    struct slice name = {word.at, name_len};
    if (m->n == MIX_MAX || word.len == 0 || word.len >= sizeof text)
        return -1;
    memcpy(text, word.at, word.len);
    text[word.len] = 0;
    struct mix_word *w = &m->at[m->n];
    *w = (struct mix_word){.row = row_of(name), .weight = 1};
    if (colon && !weight_of(text + name_len + 1, &w->weight))
        return -1;
    if (!w->row)
        return err_set(err, ERR_USAGE, "--mix: unknown test '%s': it takes " NAME_LIST,
                       slice_quote(name, quoted, sizeof quoted));
    if (w->row->raw)
        return err_set(err, ERR_USAGE, "--mix: inline commands stand alone: leave out '%s'",
                       slice_quote(name, quoted, sizeof quoted));
    name_it(m, name);
    m->n++;
    return 0;
}

static int parse_mix(struct mix_words *m, const char *text, struct err *err)
{
    const char *at = text;
    for (;; at++) {
        size_t len = strcspn(at, ",");
        err->code = ERR_NONE;
        if (add_test(m, (struct slice){at, len}, err) < 0)
            return err->code ? -1 : wrong_mix(text, err);
        at += len;
        if (!*at)
            break;
    }
    snprintf(m->title, sizeof m->title, "MIX %.80s", text);
    return m->n > 1 ? 0 : wrong_mix(text, err);
}

static int add_command(struct mix_parsed *p, const char *text, const char *ratio, struct err *err)
{
    struct mix_words *m = &p->words;
    struct quoted *q = &p->memory->commands[m->n];
    char quoted[80];
    struct mix_word *w = &m->at[m->n];
    int rc = quoted_split(q, text);
    if (rc == -ENOMEM)
        return err_set(err, ERR_RUN, "out of memory");
    if (rc < 0 || q->n == 0)
        return err_set(err, ERR_USAGE,
                       "--command: expected words with their quotes closed, e.g. redis-cli, got '%s'",
                       slice_quote(slice_of(text), quoted, sizeof quoted));
    *w = (struct mix_word){.words = {.at = q->words, .n = q->n}, .weight = 1};
    if (ratio && !weight_of(ratio, &w->weight))
        return err_set(err, ERR_USAGE, "--ratio: expected a weight from 1 to %d, got '%s'", WEIGHT_MAX,
                       slice_quote(slice_of(ratio), quoted, sizeof quoted));
    name_it(m, q->words[0]);
    m->n++;
    return 0;
}

static int parse_commands(struct mix_parsed *p, const struct mix_options *o, struct err *err)
{
    unsigned n = o->commands.n, ratios = o->ratios.n;
    if (ratios && ratios != n)
        return err_set(err, ERR_USAGE,
                       "--ratio: expected one for each of the %u of --command, or none, got %u", n, ratios);
    for (unsigned i = 0; i < n; i++)
        if (add_command(p, o->commands.at[i], ratios ? o->ratios.at[i] : NULL, err) < 0)
            return -1;
    snprintf(p->words.title, sizeof p->words.title, "MIX of %u commands", n);
    return n > 1 ? 0
                 : err_set(err, ERR_USAGE,
                           "--command: expected two or more; one alone stands at the end, without --command");
}

int mix_options_parse(const struct mix_options *o, struct mix_parsed **out, struct err *err)
{
    *out = NULL;
    if (!o->mix && !o->commands.n && !o->ratios.n)
        return 0;
    if (o->mix && (o->commands.n || o->ratios.n))
        return err_set(err, ERR_USAGE, "--mix and --command are alternatives: give one of them");
    struct mix_parsed *p = *out = calloc(1, sizeof *p);
    if (p)
        p->memory = calloc(1, sizeof *p->memory);
    if (!p || !p->memory)
        return err_set(err, ERR_RUN, "out of memory");
    return o->mix ? parse_mix(&p->words, o->mix, err) : parse_commands(p, o, err);
}

void mix_options_free(struct mix_parsed *m)
{
    if (!m)
        return;
    for (unsigned i = 0; m->memory && i < MIX_MAX; i++)
        quoted_free(&m->memory->commands[i]);
    free(m->memory);
    free(m);
}

bool mix_options_names(const struct mix_parsed *m, struct slice name)
{
    for (unsigned i = 0; i < m->words.n; i++)
        if (slice_is_nocase(name, m->words.at[i].name))
            return true;
    return false;
}
