// SPDX-License-Identifier: MIT
// A program with two subcommands, and what a shell is given to complete its words.
#pragma once

#include "option/complete.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct opt own_rows[] = {
    {"Own", 'n', "number", OPT_ENUM, 0, OPT_OURS, FIELD(colour), .names = colours, .metavar = "N",
     .help = "it's [mine]: or \\ not"},
};
static const struct opt_table own = {.rows = own_rows, .n = 1}, flag = {.rows = rows, .n = 1};
static const char *const usage[] = {"", NULL}, *const first_words[] = {"one", "two", NULL};
static const struct manual program = {.usage = usage, .own = &table};
static const struct manual sub = {
    .name = "sub", .summary = "it's sub: a part", .usage = usage, .own = &own, .rest = &table};
static const struct manual other = {
    .name = "other", .summary = "less", .usage = usage, .words = first_words, .own = &flag};
static const struct manual *const manuals[] = {&program, &sub, &other, NULL};

typedef void shell(const struct complete *c, FILE *out);

static inline const char *find(shell *print, const char *part, char **whole)
{
    size_t len = 0;
    FILE *f = open_memstream(whole, &len);
    assert_non_null(f);
    print(&(struct complete){manuals, "-t", "set get"}, f);
    fclose(f);
    return strstr(*whole, part);
}

static inline void has(shell *print, const char *part)
{
    char *whole = NULL;
    if (!find(print, part, &whole))
        fail_msg("%s\nis not in\n%s", part, whole);
    free(whole);
}

static inline void hasnt(shell *print, const char *part)
{
    char *whole = NULL;
    assert_null(find(print, part, &whole));
    free(whole);
}
