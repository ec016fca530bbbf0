// SPDX-License-Identifier: MIT
#include "cli/workload_file.h"
#include "cli/command_options.h"

#include "option/nearest.h"
#include "option/opt.h"
#include "workload/presets.h"
#include "workload/source.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MOST (1 << 20)
#define QUOTE 80
#define PRESETS_MAX 64
#define NAME_MAX_BYTES 40 // of an option

struct workload_file {
    const char *name;
    char *text; // of a file; NULL: built in
    struct source yaml;
    bool *applied; // of its options, by number: the command line says nothing else
};

// What is being applied.
struct applying {
    struct options_words *w;
    struct opt_given typed; // on the command line, which wins
    const char *name;
    struct err *err;
};

// --- which workload ---

static int unknown(const char *option, const char *name, const char *why, struct err *err)
{
    const char *names[PRESETS_MAX];
    char quoted[QUOTE];
    for (size_t i = 0; i < presets_len; i++)
        names[i] = presets[i].name;
    const char *best = nearest(name, names, presets_len);
    return err_set(err, ERR_USAGE, "%s: expected %s, got '%s'%s%s%s%s", option,
                   why ? "a file or a workload that is built in" : "a workload that is built in",
                   slice_quote(slice_of(name), quoted, sizeof quoted), why ? ": " : "", why ? why : "",
                   best ? "; did you mean " : "; --show-workload list names them all", best ? best : "");
}

// The whole of a file that is not too large. NULL with err.
static char *read_text(const char *path, size_t *len, struct err *err)
{
    FILE *in = fopen(path, "re");
    if (!in) {
        unknown("--workload", path, strerror(errno), err);
        return NULL;
    }
    char *text = malloc(FILE_MOST + 1);
    *len = text ? fread(text, 1, FILE_MOST + 1, in) : 0;
    int why = ferror(in) ? errno : 0;
    fclose(in);
    if (text && !why && *len <= FILE_MOST)
        return text;
    free(text);
    if (why)
        unknown("--workload", path, strerror(why), err);
    else
        err_set(err, ERR_USAGE, "--workload: expected a file of up to 1 MiB, got '%.80s'", path);
    return NULL;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

// Results of two files are alike when their texts are.
static void name_it(struct options *o, const char *path, struct slice text)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.len; i++)
        sum = (sum ^ (unsigned char)text.at[i]) * UINT64_C(0x100000001b3);
    snprintf(o->workload_is, sizeof o->workload_is, "%.40s#%016" PRIx64, base_of(path), sum);
}

static int open_file(struct options_words *w, struct err *err)
{
    const struct preset *preset = presets_find(w->workload);
    struct workload_file *f = w->o.file = calloc(1, sizeof *f);
    struct slice text = preset ? slice_of(preset->text) : (struct slice){0};
    if (!f)
        return err_set(err, ERR_RUN, "out of memory");
    f->name = w->workload;
    if (!preset) {
        f->text = read_text(w->workload, &text.len, err);
        text.at = f->text;
        if (!f->text)
            return -1;
    }
    name_it(&w->o, w->workload, text);
    return source_read(&f->yaml, w->workload, text, err);
}

void workload_file_free(struct workload_file *f)
{
    if (f) {
        source_free(&f->yaml);
        free(f->text);
        free(f->applied);
    }
    free(f);
}

// --- its options ---

// What a workload says is what is asked, not of whom, from where, or what is told of it.
static bool may_say(const struct opt *row)
{
    static const char *const never[] = {"workload", "show-workload", "engine", "cpus", "mix",
                                        "command",  "ratio",         "of",     "fill", NULL};
    bool load = strcmp(row->category, "Load") == 0 || strcmp(row->category, "Keys and values") == 0;
    for (size_t i = 0; load && never[i]; i++)
        load = !row->name || strcmp(row->name, never[i]) != 0;
    return load && row->letter != 'x';
}

static const struct opt *row_of(const char *name, char dashed[NAME_MAX_BYTES])
{
    if (strlen(name) > NAME_MAX_BYTES - 3)
        return NULL;
    snprintf(dashed, NAME_MAX_BYTES, "%s%s", strlen(name) == 1 ? "-" : "--", name);
    return opt_find(&options_table, slice_of(dashed));
}

// What the command line says of the same thing by another option.
static bool outdone(const struct applying *a, const struct opt *row)
{
    static const char *const alike[][4] = {{"-n", "--duration", "--until-precise"},
                                           {"-d", "--value-size"},
                                           {"--rate", "--rps"},
                                           {"--queue", "--pubsub"},
                                           {"--key-dist", "--sequential", "--hotset-shift"}};
    if (a->typed.row[row - options_table.rows])
        return true;
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
        bool of_it = false, typed = false;
        for (size_t k = 0; k < 4 && alike[i][k]; k++) {
            const struct opt *other = opt_find(&options_table, slice_of(alike[i][k]));
            of_it |= other == row;
            typed |= a->typed.row[other - options_table.rows];
        }
        if (of_it && typed)
            return true;
    }
    return false;
}

// yes and no, of an option that has no value.
static int flag_of(const struct applying *a, const struct source_pair *p, bool *on)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", NULL};
    char quoted[QUOTE];
    for (unsigned i = 0; words[i]; i++)
        if (strcmp(p->value, words[i]) == 0) {
            *on = i % 2;
            return 0;
        }
    return source_refuse(a->name, p->value_at, a->err, "%s: expected yes or no, got '%s'", p->name,
                         slice_quote(slice_of(p->value), quoted, sizeof quoted));
}

// The place goes before what is wrong.
static int at_place(const struct applying *a, struct source_place at)
{
    char sentence[sizeof a->err->text];
    memcpy(sentence, a->err->text, sizeof sentence);
    return a->err->code == ERR_USAGE ? source_refuse(a->name, at, a->err, "%s", sentence) : -1;
}

static int no_option(const struct applying *a, const struct source_pair *p, bool known)
{
    const char *names[OPT_ROWS_MAX];
    char quoted[QUOTE];
    size_t n = 0;
    slice_quote(slice_of(p->name), quoted, sizeof quoted);
    if (known)
        return source_refuse(a->name, p->at, a->err,
                             "'%s' is no part of a workload: give it on the command line", quoted);
    for (size_t i = 0; i < options_table.n; i++)
        if (options_table.rows[i].name && may_say(&options_table.rows[i]))
            names[n++] = options_table.rows[i].name;
    const char *best = nearest(p->name, names, n);
    return source_refuse(a->name, p->at, a->err, "unknown option '%s'%s%s%s", quoted,
                         best ? ": did you mean " : ": expected one of 'Load' or 'Keys and values' of --help",
                         best ? best : "", best ? "?" : "");
}

static int apply_option(const struct applying *a, const struct source_pair *p, bool *applied)
{
    char dashed[NAME_MAX_BYTES];
    bool on = true;
    const struct opt *row = row_of(p->name, dashed);
    if (!row || !may_say(row))
        return no_option(a, p, row != NULL);
    if (!opt_takes_value(row) && flag_of(a, p, &on) < 0)
        return -1;
    if (!on || outdone(a, row))
        return 0;
    *applied = true;
    if (opt_set(&options_table, dashed, opt_takes_value(row) ? p->value : NULL, a->w, a->err) < 0)
        return at_place(a, p->value_at);
    return 0;
}

static int apply_options(const struct applying *a, struct workload_file *f)
{
    f->applied = calloc(f->yaml.options.n + 1, sizeof *f->applied);
    if (!f->applied)
        return err_set(a->err, ERR_RUN, "out of memory");
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < f->yaml.options.n; i++)
        rc = apply_option(a, &f->yaml.options.at[i], &f->applied[i]);
    return rc;
}

// --- which of them a complaint is about ---

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '-';
}

// Where an option stands in a sentence, or NULL.
static const char *option_in(const char *sentence, const char *option)
{
    size_t n = strlen(option);
    for (const char *at = sentence; (at = strstr(at, option)); at += n)
        if ((at == sentence || !in_word(at[-1])) && !in_word(at[n]))
            return at;
    return NULL;
}

// The same by its name or its letter, whichever comes first.
static const char *row_in(const char *sentence, const struct opt *row)
{
    char letter[] = {'-', row->letter, 0}, dashed[NAME_MAX_BYTES];
    snprintf(dashed, sizeof dashed, "--%s", row->name ? row->name : "");
    const char *by_letter = row->letter ? option_in(sentence, letter) : NULL;
    const char *by_name = row->name ? option_in(sentence, dashed) : NULL;
    return by_letter && (!by_name || by_letter < by_name) ? by_letter : by_name;
}

static bool has_place(const char *sentence, const char *name)
{
    size_t n = strlen(name);
    return strncmp(sentence, name, n) == 0 && sentence[n] == ':';
}

int workload_file_blame(const struct workload_file *f, struct err *err)
{
    const struct source_pair *whose = NULL;
    const char *first = NULL;
    if (!f || !f->applied || err->code != ERR_USAGE || has_place(err->text, f->name))
        return -1;
    for (unsigned i = 0; i < f->yaml.options.n; i++) {
        char dashed[NAME_MAX_BYTES];
        const struct source_pair *p = &f->yaml.options.at[i];
        const char *at = f->applied[i] ? row_in(err->text, row_of(p->name, dashed)) : NULL;
        if (!at || (first && at >= first))
            continue;
        first = at;
        whose = p;
    }
    if (!whose)
        return -1;
    bool value = first == err->text && first[strcspn(first, ": ")] == ':'; // "--key-dist: expected"
    return at_place(&(struct applying){.name = f->name, .err = err}, value ? whose->value_at : whose->at);
}

// --- its commands ---

// The option of a command by its name, with its dashes, or NULL with err.
static const char *own_option(const struct applying *a, const struct source_pair *p)
{
    const char *names[40] = {"command", "ratio", "name", "after"};
    char quoted[QUOTE];
    size_t n = 4;
    for (const char *const *at = command_options_own; *at; at++) {
        if (strcmp(*at + 2, p->name) == 0)
            return *at;
        names[n++] = *at + 2;
    }
    const char *best = nearest(p->name, names, n);
    source_refuse(a->name, p->at, a->err,
                  "expected command, ratio, name, after, or an option of its keys and values, got '%s'%s%s%s",
                  slice_quote(slice_of(p->name), quoted, sizeof quoted), best ? ": did you mean " : "",
                  best ? best : "", best ? "?" : "");
    return NULL;
}

static int add_own(const struct applying *a, struct mix_words *m, const struct source_pair *p)
{
    const char *option = own_option(a, p);
    bool on = true, flag = option && !opt_takes_value(opt_find(&options_table, slice_of(option)));
    int rc = !option || (flag && flag_of(a, p, &on) < 0) ? -1 : 0;
    if (rc == 0 && on)
        rc = mix_words_own(m,
                           &(struct mix_own){.command = m->n - 1,
                                             .option = option,
                                             .value = flag ? NULL : p->value,
                                             .file = a->name,
                                             .line = p->at.line,
                                             .column = p->at.column},
                           a->err);
    return rc;
}

// What a command says beside its own keys and values; NULL: it does not.
struct said {
    const struct source_pair *text, *ratio, *name, *after;
};

static struct said said_of(const struct source_pairs *c)
{
    return (struct said){source_find(c, "command"), source_find(c, "ratio"), source_find(c, "name"),
                         source_find(c, "after")};
}

static int check_said(const struct applying *a, const struct source_pairs *c, const struct said *s, bool fill)
{
    const struct source_pair *more = s->ratio ? s->ratio : s->name ? s->name : s->after;
    if (!s->text)
        return source_refuse(a->name, c->place, a->err,
                             "expected 'command' with the words to send, as in redis-cli");
    if (fill && more)
        return source_refuse(a->name, more->at, a->err,
                             "what fills is sent once for each key: leave out ratio, name and after");
    if (s->ratio && s->after)
        return source_refuse(a->name, s->ratio->at, a->err,
                             "what follows another is sent as often as that: leave out ratio");
    return 0;
}

static int add_command(const struct applying *a, struct mix_words *m, const struct said *s)
{
    const struct source_pair *ratio = s->ratio, *name = s->name, *at = s->text;
    struct mix_words_line line = {.option = "command",
                                  .text = s->text->value,
                                  .ratio = ratio ? ratio->value : NULL,
                                  .name = name ? name->value : NULL};
    if (mix_words_add(m, &line, a->err) < 0) {
        if (ratio && strncmp(a->err->text, "--ratio", 7) == 0)
            at = ratio;
        if (name && strncmp(a->err->text, "name", 4) == 0)
            at = name;
        return at_place(a, at->value_at);
    }
    if (s->after && mix_words_follow(m, s->after->value, a->err) < 0)
        return at_place(a, s->after->value_at);
    return 0;
}

static int apply_command(const struct applying *a, struct mix_words *m, const struct source_pairs *c,
                         bool fill)
{
    const struct said s = said_of(c);
    if (check_said(a, c, &s, fill) < 0 || add_command(a, m, &s) < 0)
        return -1;
    for (unsigned i = 0; i < c->n; i++) {
        const struct source_pair *p = &c->at[i];
        bool own = p != s.text && p != s.ratio && p != s.name && p != s.after;
        if (own && add_own(a, m, p) < 0)
            return -1;
    }
    return 0;
}

static int apply_commands(const struct applying *a, const struct source_commands *c, bool fill,
                          struct mix_words **out)
{
    struct mix_words *m = *out = c->n ? mix_words_new() : NULL;
    if (c->n && !m)
        return err_set(a->err, ERR_RUN, "out of memory");
    for (unsigned i = 0; i < c->n; i++)
        if (apply_command(a, m, &c->at[i], fill) < 0)
            return -1;
    if (m)
        snprintf(m->title, sizeof m->title, "WORKLOAD %.60s", base_of(a->name));
    return 0;
}

int workload_file_apply(struct options_words *w, struct err *err)
{
    if (!w->workload)
        return 0;
    if (open_file(w, err) < 0)
        return -1;
    const struct source *y = &w->o.file->yaml;
    const struct applying a = {w, w->o.given, w->workload, err};
    if (apply_options(&a, w->o.file) < 0 || apply_commands(&a, &y->commands, false, &w->o.mix) < 0)
        return -1;
    bool typed = w->mix.fills.n > 0;
    return typed ? 0 : apply_commands(&a, &y->fill, true, &w->o.fill);
}

int workload_file_show(const char *name, FILE *out, struct err *err)
{
    const struct preset *one = presets_find(name);
    if (one)
        return fputs(one->text, out) < 0 ? err_set(err, ERR_RUN, "--show-workload: cannot write") : 0;
    if (strcmp(name, "list") != 0)
        return unknown("--show-workload", name, NULL, err);
    for (size_t i = 0; i < presets_len; i++) {
        const char *text = strstr(presets[i].text, "description: ") + strlen("description: ");
        fprintf(out, "%-18s%.*s\n", presets[i].name, (int)strcspn(text, "\n"), text);
    }
    return 0;
}
