// SPDX-License-Identifier: MIT
#include "cli/mistake.h"

#include "cli/manuals.h"
#include "option/nearest.h"

#include <string.h>
#include <strings.h>

#define QUOTE 64
#define NAMES 16

// --- options ---

// The next option, of a plain run's too: some take these by ways of their own. One that is in no table has no
// row.
static struct opt_word take_option(const struct manual *m, struct opt_cursor *c)
{
    const struct opt_table *const tables[] = {m->own, manuals[0]->own};
    struct opt_word w = {0};
    for (size_t i = 0; i < 2; i++) {
        struct opt_cursor at = *c;
        if (opt_next(tables[i], &at, &w) && w.row) {
            *c = at;
            return w;
        }
    }
    c->at++;
    return w;
}

// "compare", "compare and saturate": the subcommands that have it for their own.
static unsigned owners(struct slice name, char dst[QUOTE])
{
    const char *names[NAMES];
    unsigned n = 0;
    for (size_t i = 1; manuals[i] && n < NAMES; i++)
        if (opt_find(manuals[i]->own, name))
            names[n++] = manuals[i]->name;
    slice_enumerate(names, n, dst, QUOTE);
    return n;
}

static int refuse_option(struct slice name, struct err *err)
{
    char who[QUOTE], quoted[QUOTE];
    if (!owners(name, who))
        return 0; // the parser has more to say of it
    return err_set(err, ERR_USAGE, "unknown option %s: it is an option of %s (see hkv-bench help)",
                   slice_quote(name, quoted, sizeof quoted), who);
}

// --- commands ---

// Commands of servers that are near to a subcommand.
static bool is_known(const char *word)
{
    static const char *const commands[] = {"pfmerge", "compact", NULL};
    for (size_t i = 0; commands[i]; i++)
        if (strcasecmp(word, commands[i]) == 0)
            return true;
    return false;
}

static const char *nearest_subcommand(const char *word)
{
    const char *names[NAMES];
    size_t n = 0;
    for (size_t i = 1; manuals[i] && n < NAMES; i++)
        names[n++] = manuals[i]->name;
    return is_known(word) ? NULL : nearest(word, names, n);
}

static bool is_file(const char *word)
{
    static const char *const ends[] = {".md",  ".json", ".html", ".txt", ".csv",  ".xml", ".db",
                                       ".log", ".hlog", ".yaml", ".yml", ".hgrm", ".pem", ".prom"};
    const char *dot = strrchr(word, '.');
    for (size_t i = 0; dot && i < sizeof ends / sizeof *ends; i++)
        if (strcmp(dot, ends[i]) == 0)
            return true;
    return strchr(word, '/') != NULL;
}

// A count stands in front of one of several commands ("3 GET __key__"); a number without one is no command.
static bool is_number(struct opt_cursor c)
{
    const char *word = c.argv[c.at], *next = c.at + 1 < c.argc ? c.argv[c.at + 1] : "-";
    return *word && strspn(word, "0123456789.") == strlen(word) && next[0] == '-';
}

static int refuse_word(struct opt_cursor c, const struct opt_word *before, struct err *err)
{
    char quoted[QUOTE];
    slice_quote(slice_of(c.argv[c.at]), quoted, sizeof quoted);
    if (before->row && !opt_takes_value(before->row))
        return err_set(
            err, ERR_USAGE,
            "%.*s takes no value, and '%s' would be sent to the server as a command: leave it out%s",
            (int)before->name.len, before->name.at, quoted,
            is_file(c.argv[c.at]) ? ", or send the report there with >" : "");
    return err_set(err, ERR_USAGE,
                   "unexpected argument '%s': it would be sent to the server as a command; if it is one, put "
                   "-- before it",
                   quoted);
}

// The first word of a command.
static int check_command(struct opt_cursor c, const struct opt_word *before, struct err *err)
{
    const char *word = c.argv[c.at], *near = nearest_subcommand(word);
    char quoted[QUOTE];
    if (near && strcmp(near, word) == 0)
        return err_set(err, ERR_USAGE,
                       "%s: a subcommand stands first, as in hkv-bench %s; a command of that name stands "
                       "behind --",
                       word, word);
    if (near)
        return err_set(err, ERR_USAGE,
                       "unknown subcommand '%s': did you mean %s? (a command of that name stands behind --)",
                       slice_quote(slice_of(word), quoted, sizeof quoted), near);
    return is_file(word) || is_number(c) ? refuse_word(c, before, err) : 0;
}

// --- lines ---

static bool is_own(const struct manual *m, const char *word)
{
    for (size_t i = 0; m->words && m->words[i]; i++)
        if (strcmp(m->words[i], word) == 0)
            return true;
    return m->is_target && m->is_target(word);
}

int mistake_find(const struct manual *m, struct opt_cursor line, bool commands, struct err *err)
{
    struct opt_word before = {0};
    while (line.at < line.argc && strcmp(line.argv[line.at], "--") != 0) {
        const char *word = line.argv[line.at];
        if (word[0] == '-') {
            before = take_option(m, &line);
            if (!before.row)
                return refuse_option(before.name, err);
        } else if (!commands || is_own(m, word)) {
            line.at++;
        } else {
            return check_command(line, &before, err);
        }
    }
    return 0;
}
