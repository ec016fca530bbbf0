// SPDX-License-Identifier: MIT
#include "option/argv.h"

#include <stdlib.h>
#include <string.h>

static char stop[] = "--";

// Moves the option at c and its value to where they belong.
static void take_option(struct argv_parts *p, const struct argv_rule *rule, struct opt_cursor *c)
{
    struct opt_cursor mine = *c, other = *c;
    struct opt_word w = {0};
    bool is_mine = opt_next(rule->own, &mine, &w) && w.row;
    if (!is_mine && !(opt_next(rule->rest, &other, &w) && w.row))
        other.at = c->at + 1; // nobody knows it: the parser says so
    for (int end = is_mine ? mine.at : other.at; c->at < end; c->at++)
        if (is_mine)
            p->own[p->own_n++] = c->argv[c->at];
        else
            p->rest[p->rest_n++] = c->argv[c->at];
}

static void sort(struct argv_parts *p, const struct argv_rule *rule, struct opt_cursor c)
{
    while (c.at < c.argc && strcmp(c.argv[c.at], stop) != 0) {
        if (c.argv[c.at][0] == '-')
            take_option(p, rule, &c);
        else if (rule->is_target && rule->is_target(c.argv[c.at]))
            p->targets[p->targets_n++] = c.argv[c.at++];
        else
            break;
    }
    p->options_n = p->rest_n;
    if (c.at == c.argc)
        return; // the last option may lack its value: nothing is put where that would stand
    p->rest[p->rest_n++] = stop;
    if (strcmp(c.argv[c.at], stop) == 0)
        c.at++;
    while (c.at < c.argc)
        p->rest[p->rest_n++] = c.argv[c.at++];
}

int argv_split(struct argv_parts *p, const struct argv_rule *rule, struct opt_cursor c, struct err *err)
{
    size_t n = (size_t)c.argc + 3; // the program's name, "--" and a NULL
    *p = (struct argv_parts){calloc(n, sizeof(char *)), calloc(n, sizeof(char *)), calloc(n, sizeof(char *)),
                             .own_n = 1, .rest_n = 1};
    if (!p->own || !p->targets || !p->rest) {
        argv_free(p);
        return err_set(err, ERR_RUN, "out of memory");
    }
    p->own[0] = p->rest[0] = rule->program;
    sort(p, rule, c);
    return 0;
}

void argv_free(struct argv_parts *p)
{
    free(p->own);
    free(p->targets);
    free(p->rest);
    *p = (struct argv_parts){0};
}
