// SPDX-License-Identifier: MIT
// The commands of a load: from --mix, from --command and --ratio, from several at the end of a line, or from
// a file. How their requests are drawn is for load/mix.h.
#pragma once

#include "base/err.h"
#include "load/catalog.h"
#include "load/mix.h"
#include "load/words.h"

struct run_conf; // run/conf.h

// Several commands, each with its weight: a row of the catalogue, or words.
struct mix_word {
    const struct test *row; // or NULL
    struct words words;
    uint64_t weight;
    char name[32];              // in reports, none twice
    const struct run_conf *own; // its keys and values (run_conf_with); NULL: those of the load
    unsigned after;             // which of the others it follows, with its key, counted from 1; 0: none
    bool leads;                 // another follows it
    const char *replies;        // their shape, where the command alone does not say it; or NULL
};

// An option of one command alone.
struct mix_own {
    unsigned command;
    const char *option, *value; // "--key-dist"; value NULL: a flag
    char *text;                 // that both are of, to be freed with the mix; or NULL
    const char *file;           // that says so, in this line and column; NULL: the command line
    unsigned line, column;
};

struct mix_words {
    unsigned n;
    struct mix_word at[MIX_MAX];
    bool in_turn;          // each as often as its weight, one after the other, in one write
    char title[96];        // of all together
    struct quoted *quoted; // what the words of commands point into
    struct run_conf *kept[MIX_MAX];
    struct mix_own *owns;
    unsigned nowns;
    char executed[16]; // the shape of EXEC's reply
};

// As a user gives them.
struct mix_words_asked {
    const char *mix; // --mix, or NULL
    const char *const *commands, *const *ratios;
    unsigned ncommands, nratios;
    bool transaction; // MULTI and EXEC will stand around them
    int argc;         // words at the end of the line
    const char **argv;
};

// 0 with *out to be freed, or NULL where there is one command or none; -1 with err.
int mix_words_parse(const struct mix_words_asked *asked, struct mix_words **out, struct err *err);

// NULL without memory.
struct mix_words *mix_words_new(void);

// A command of one's own as it is written, and the option that says so; ratio and name may be NULL.
struct mix_words_line {
    const char *option, *text, *ratio, *name;
};

// Each adds something. 0, or -1 with err.
int mix_words_add(struct mix_words *m, const struct mix_words_line *line, struct err *err);
int mix_words_own(struct mix_words *m, const struct mix_own *own, struct err *err);

// The last one added is sent right behind each of the one with this name, and has its key. 0, or -1 with err.
int mix_words_follow(struct mix_words *m, const char *name, struct err *err);

// MULTI before the commands and EXEC behind them. 0, or -1 with err.
int mix_words_wrap(struct mix_words *m, struct err *err);

// The command's own keys and values, to be freed with m.
void mix_words_keep(struct mix_words *m, unsigned command, struct run_conf *own);

void mix_words_free(struct mix_words *m);

// Whether any follows another. m may be NULL.
bool mix_words_chained(const struct mix_words *m);

// Whether one of its commands has the name, case ignored.
bool mix_words_has(const struct mix_words *m, struct slice name);
