// SPDX-License-Identifier: MIT
#include "load/mix_words.h"

#include "base/units.h"
#include "load/quoted.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MAX 1000000
#define NAME_LIST "set, get, incr and others that --help lists"

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
    *w = (struct mix_word){.row = catalog_find(name), .weight = 1};
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

static int add_command(struct mix_words *m, const char *text, const char *ratio, struct err *err)
{
    struct quoted *q = &m->quoted[m->n];
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

static int parse_commands(struct mix_words *m, const struct mix_words_asked *asked, struct err *err)
{
    unsigned n = asked->ncommands, ratios = asked->nratios;
    if (ratios && ratios != n)
        return err_set(err, ERR_USAGE,
                       "--ratio: expected one for each of the %u of --command, or none, got %u", n, ratios);
    for (unsigned i = 0; i < n; i++)
        if (add_command(m, asked->commands[i], ratios ? asked->ratios[i] : NULL, err) < 0)
            return -1;
    snprintf(m->title, sizeof m->title, "MIX of %u commands", n);
    return n > 1 ? 0
                 : err_set(err, ERR_USAGE,
                           "--command: expected two or more; one alone stands at the end, without --command");
}

int mix_words_parse(const struct mix_words_asked *asked, struct mix_words **out, struct err *err)
{
    *out = NULL;
    if (!asked->mix && !asked->ncommands && !asked->nratios)
        return 0;
    if (asked->mix && (asked->ncommands || asked->nratios))
        return err_set(err, ERR_USAGE, "--mix and --command are alternatives: give one of them");
    struct mix_words *m = *out = calloc(1, sizeof *m);
    if (m)
        m->quoted = calloc(MIX_MAX, sizeof *m->quoted);
    if (!m || !m->quoted)
        return err_set(err, ERR_RUN, "out of memory");
    return asked->mix ? parse_mix(m, asked->mix, err) : parse_commands(m, asked, err);
}

void mix_words_free(struct mix_words *m)
{
    if (!m)
        return;
    for (unsigned i = 0; m->quoted && i < MIX_MAX; i++)
        quoted_free(&m->quoted[i]);
    free(m->quoted);
    free(m);
}

bool mix_words_has(const struct mix_words *m, struct slice name)
{
    for (unsigned i = 0; i < m->n; i++)
        if (slice_is_nocase(name, m->at[i].name))
            return true;
    return false;
}
