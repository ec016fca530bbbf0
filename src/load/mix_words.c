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

static int no_memory(struct err *err)
{
    return err_set(err, ERR_RUN, "out of memory");
}

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

// --- names in reports ---

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

// A name that the user gives, which must be one that can stand in --assert.
static int take_name(struct mix_words *m, const char *name, struct err *err)
{
    char quoted[64];
    size_t n = strlen(name);
    bool good = n > 0 && n < 24 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
    for (unsigned i = 0; good && i < m->n; i++)
        good = strcmp(name, m->at[i].name) != 0;
    if (!good || strcmp(name, "mix") == 0)
        return err_set(
            err, ERR_USAGE,
            "name: expected a name of up to 23 small letters, digits, - and _ that no other command "
            "has, got '%s'",
            slice_quote(slice_of(name), quoted, sizeof quoted));
    snprintf(m->at[m->n].name, sizeof m->at->name, "%s", name);
    return 0;
}

// --- tests of the catalogue ---

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

// --- commands of one's own ---

int mix_words_add(struct mix_words *m, const struct mix_words_line *line, struct err *err)
{
    char quoted[80];
    if (m->n == MIX_MAX)
        return err_set(err, ERR_USAGE, "%s: expected up to %d commands", line->option, MIX_MAX);
    struct quoted *q = &m->quoted[m->n];
    struct mix_word *w = &m->at[m->n];
    int rc = quoted_split(q, line->text);
    if (rc == -ENOMEM)
        return no_memory(err);
    if (rc < 0 || q->n == 0)
        return err_set(err, ERR_USAGE,
                       "%s: expected words with their quotes closed, e.g. redis-cli, got '%s'", line->option,
                       slice_quote(slice_of(line->text), quoted, sizeof quoted));
    *w = (struct mix_word){.words = {.at = q->words, .n = q->n}, .weight = 1};
    if (line->ratio && !weight_of(line->ratio, &w->weight))
        return err_set(err, ERR_USAGE, "--ratio: expected a weight from 1 to %d, got '%s'", WEIGHT_MAX,
                       slice_quote(slice_of(line->ratio), quoted, sizeof quoted));
    if (line->name && take_name(m, line->name, err) < 0)
        return -1;
    if (!line->name)
        name_it(m, q->words[0]);
    m->n++;
    return 0;
}

int mix_words_follow(struct mix_words *m, const char *name, struct err *err)
{
    char quoted[64];
    unsigned before = m->n - 1, i = 0;
    while (i < before && strcmp(m->at[i].name, name) != 0)
        i++;
    if (i == before || m->at[i].leads)
        return err_set(err, ERR_USAGE,
                       "after: expected the name of a command before it that no other follows, got '%s'",
                       slice_quote(slice_of(name), quoted, sizeof quoted));
    m->at[i].leads = true;
    m->at[before].after = i + 1;
    m->at[before].weight = 0; // it comes with the other
    return 0;
}

static int parse_commands(struct mix_words *m, const struct mix_words_asked *asked, struct err *err)
{
    unsigned n = asked->ncommands, ratios = asked->nratios;
    if (ratios && ratios != n)
        return err_set(err, ERR_USAGE,
                       "--ratio: expected one for each of the %u of --command, or none, got %u", n, ratios);
    for (unsigned i = 0; i < n; i++) {
        struct mix_words_line line = {"--command", asked->commands[i], ratios ? asked->ratios[i] : NULL,
                                      NULL};
        if (mix_words_add(m, &line, err) < 0)
            return -1;
    }
    snprintf(m->title, sizeof m->title, "MIX of %u commands", n);
    return n > 1 || asked->transaction
               ? 0
               : err_set(err, ERR_USAGE,
                         "--command: expected two or more; one alone stands at the end, without --command");
}

// --- several at the end of the line: 'SET k v ; 3 GET k' ---

static bool is_count(const char *word)
{
    return *word && strspn(word, "0123456789") == strlen(word);
}

static bool is_sequence(int argc, const char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], ";") == 0)
            return true;
    return argc > 1 && is_count(argv[0]);
}

static int add_words(struct mix_words *m, int argc, const char **argv, struct err *err)
{
    bool counted = argc > 0 && is_count(argv[0]);
    if (m->n == MIX_MAX)
        return err_set(err, ERR_USAGE, "expected up to %d commands, each behind a ;", MIX_MAX);
    struct mix_word *w = &m->at[m->n];
    struct quoted *q = &m->quoted[m->n];
    *w = (struct mix_word){.weight = 1};
    if (counted && !weight_of(argv[0], &w->weight))
        return err_set(err, ERR_USAGE, "expected a command to be sent 1 to %d times, got '%.20s'", WEIGHT_MAX,
                       argv[0]);
    if (argc <= counted)
        return err_set(err, ERR_USAGE, "expected a command before and behind each ; of a sequence");
    q->words = calloc((size_t)argc, sizeof *q->words);
    if (!q->words)
        return no_memory(err);
    for (int i = counted; i < argc; i++)
        q->words[q->n++] = slice_of(argv[i]);
    w->words = (struct words){.at = q->words, .n = q->n};
    name_it(m, q->words[0]);
    m->n++;
    return 0;
}

static int parse_sequence(struct mix_words *m, int argc, const char **argv, struct err *err)
{
    size_t len = 0;
    for (int i = 0, from = 0; i <= argc; i++)
        if (i == argc || strcmp(argv[i], ";") == 0) {
            if (add_words(m, i - from, argv + from, err) < 0)
                return -1;
            from = i + 1;
        }
    for (int i = 0; i < argc && len < sizeof m->title; i++)
        len += (size_t)snprintf(m->title + len, sizeof m->title - len, "%s%.60s", i ? " " : "", argv[i]);
    m->in_turn = true;
    return 0;
}

static void move_word(struct mix_words *m, unsigned to, const struct mix_word *w)
{
    memmove(m->at + to + 1, m->at + to, (m->n - to) * sizeof *m->at);
    m->at[to] = *w;
    m->n++;
}

int mix_words_wrap(struct mix_words *m, struct err *err)
{
    static const struct slice words[] = {{"MULTI", 5}, {"EXEC", 4}};
    uint64_t queued = 0;
    if (m->n + 2 > MIX_MAX)
        return err_set(err, ERR_USAGE, "--transaction: expected up to %d commands", MIX_MAX - 2);
    for (unsigned i = 0; i < m->n; i++) {
        queued += m->at[i].weight;
        m->at[i].replies = "+";
    }
    snprintf(m->executed, sizeof m->executed, "*%u", (unsigned)queued);
    move_word(
        m, 0,
        &(struct mix_word){.words = {.at = &words[0], .n = 1}, .weight = 1, .name = "multi", .replies = "+"});
    move_word(m, m->n,
              &(struct mix_word){
                  .words = {.at = &words[1], .n = 1}, .weight = 1, .name = "exec", .replies = m->executed});
    m->in_turn = true;
    return 0;
}

// --- all of it ---

struct mix_words *mix_words_new(void)
{
    struct mix_words *m = calloc(1, sizeof *m);
    if (m)
        m->quoted = calloc(MIX_MAX, sizeof *m->quoted);
    if (m && m->quoted)
        return m;
    free(m);
    return NULL;
}

int mix_words_parse(const struct mix_words_asked *asked, struct mix_words **out, struct err *err)
{
    bool listed = asked->ncommands || asked->nratios,
         ends = is_sequence(asked->argc, asked->argv) || (asked->argc && asked->transaction);
    *out = NULL;
    if (!asked->mix && !listed && !ends)
        return 0;
    if (asked->mix && listed)
        return err_set(err, ERR_USAGE, "--mix and --command are alternatives: give one of them");
    struct mix_words *m = *out = mix_words_new();
    if (!m)
        return no_memory(err);
    if (asked->mix)
        return parse_mix(m, asked->mix, err);
    return listed ? parse_commands(m, asked, err) : parse_sequence(m, asked->argc, asked->argv, err);
}

int mix_words_own(struct mix_words *m, const struct mix_own *own, struct err *err)
{
    struct mix_own *more = realloc(m->owns, (m->nowns + 1) * sizeof *more);
    if (!more)
        return no_memory(err);
    m->owns = more;
    more[m->nowns++] = *own;
    return 0;
}

void mix_words_keep(struct mix_words *m, unsigned command, struct run_conf *own)
{
    m->kept[command] = own;
    m->at[command].own = own;
}

void mix_words_free(struct mix_words *m)
{
    if (!m)
        return;
    for (unsigned i = 0; i < MIX_MAX; i++) {
        quoted_free(&m->quoted[i]);
        free(m->kept[i]);
    }
    for (unsigned i = 0; i < m->nowns; i++)
        free(m->owns[i].text);
    free(m->owns);
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

bool mix_words_chained(const struct mix_words *m)
{
    bool chained = false;
    for (unsigned i = 0; m && i < m->n; i++)
        chained |= m->at[i].after > 0;
    return chained;
}
