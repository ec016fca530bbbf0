// SPDX-License-Identifier: MIT
#include "cli/command_options.h"

#include "option/opt.h"

#include <stdlib.h>
#include <string.h>

#define TURN_MAX 10000 // requests of a round of commands in turn

const char *const command_options_own[] = {"--keyspace",   "--key-dist", "--hotset-shift", "--key-prefix",
                                           "--key-format", "--key-size", "--size",         "--value-size",
                                           "--expire",     "--nx",       "--insert-share", NULL};

static bool can_own(const char *option)
{
    const char *const *at = command_options_own;
    while (*at && strcmp(*at, option) != 0)
        at++;
    return *at != NULL;
}

// --- which commands ---

static int take_fills(struct options_words *w, struct err *err)
{
    const struct opt_list *l = &w->mix.fills;
    struct mix_words *m = w->o.fill = l->n ? mix_words_new() : NULL;
    if (l->n && !m)
        return err_set(err, ERR_RUN, "out of memory");
    for (unsigned i = 0; i < l->n; i++)
        if (mix_words_add(m, &(struct mix_words_line){.option = "--fill", .text = l->at[i]}, err) < 0)
            return -1;
    return 0;
}

int command_options_take(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    bool typed = w->mix.mix || w->mix.commands.n || w->mix.ratios.n;
    if (o->mix && (typed || o->argc || o->tests))
        return err_set(err, ERR_USAGE, "--workload %s says what is sent: leave out %s", w->workload,
                       o->argc      ? "the command at the end"
                       : o->tests   ? "-t"
                       : w->mix.mix ? "--mix"
                                    : "--command");
    int argc = o->persona == PERSONA_REDIS ? 0 : o->argc; // whose commands have no ; and no count
    const struct mix_words_asked asked = {.mix = w->mix.mix,
                                          .commands = w->mix.commands.at,
                                          .ratios = w->mix.ratios.at,
                                          .ncommands = w->mix.commands.n,
                                          .nratios = w->mix.ratios.n,
                                          .transaction = w->mix.transaction,
                                          .argc = argc,
                                          .argv = o->argv};
    if (!o->mix && mix_words_parse(&asked, &o->mix, err) < 0)
        return -1;
    if (o->mix && !typed)
        o->argc = 0;
    return o->fill ? 0 : take_fills(w, err);
}

// --- keys and values of their own ---

// Where a file says it, the sentence begins with the place.
static int refuse(const struct mix_own *own, struct err *err)
{
    char sentence[sizeof err->text];
    if (!own->file)
        return -1;
    memcpy(sentence, err->text, sizeof sentence);
    return err_set(err, err->code, "%s:%u:%u: %.400s", own->file, own->line, own->column, sentence);
}

static int no_own(const struct mix_own *own, struct err *err)
{
    char quoted[64];
    err_set(err, ERR_USAGE,
            "--of: expected an option that a command can have for itself, such as --keyspace, --key-dist or "
            "--value-size, got '%s'",
            slice_quote(slice_of(own->option), quoted, sizeof quoted));
    return -1;
}

// What of the load would contradict it gives way.
static void give_way(struct options_words *own, const char *option)
{
    if (strcmp(option, "--size") == 0)
        own->value_size = NULL;
    if (strcmp(option, "--key-dist") == 0) {
        own->sequential = false;
        own->o.run.keys.shift_ns = 0;
    }
}

static int set_own(struct options_words *all, const struct mix_own *own, const struct test *row,
                   struct workload_given *given, struct err *err)
{
    bool of_set = strcmp(own->option, "--nx") == 0 || strcmp(own->option, "--expire") == 0;
    if (!can_own(own->option))
        return no_own(own, err);
    if (of_set && !(row && strcmp(row->names, "set") == 0)) {
        err_set(err, ERR_USAGE, "%s is for the test set: write it into the command", own->option);
        return refuse(own, err);
    }
    if (opt_set(&options_table, own->option, own->value, all, err) < 0)
        return refuse(own, err);
    given->law |= strcmp(own->option, "--key-dist") == 0;
    given->size |= strcmp(own->option, "--size") == 0;
    return 0;
}

// The whole line as it would be if all commands were so; of that, keys and values are kept.
static int settle_own(struct options_words *all, struct mix_words *m, unsigned command,
                      struct workload_given given, struct err *err)
{
    const struct mix_own *last = NULL;
    given.size = false;
    for (unsigned i = 0; i < m->nowns; i++)
        if (m->owns[i].command == command)
            give_way(all, m->owns[i].option);
    for (unsigned i = 0; i < m->nowns; i++)
        if (m->owns[i].command == command) {
            last = &m->owns[i];
            if (set_own(all, last, m->at[command].row, &given, err) < 0)
                return -1;
        }
    if (!last)
        return 0;
    if (workload_options_own(all, given, err) < 0)
        return refuse(last, err);
    struct run_conf *kept = malloc(sizeof *kept);
    if (!kept)
        return err_set(err, ERR_RUN, "out of memory");
    *kept = all->o.run;
    mix_words_keep(m, command, kept);
    return 0;
}

static int settle_owns(struct options_words *w, struct mix_words *m, const struct workload_given *given,
                       struct err *err)
{
    int rc = 0;
    struct options_words *all = m && m->nowns ? malloc(sizeof *all) : NULL; // too large for a stack
    if (m && m->nowns && !all)
        return err_set(err, ERR_RUN, "out of memory");
    for (unsigned i = 0; all && rc == 0 && i < m->n; i++) {
        *all = *w;
        rc = settle_own(all, m, i, *given, err);
    }
    free(all);
    return rc;
}

static int command_of(const struct mix_words *m, struct slice name)
{
    for (unsigned i = 0; m && i < m->n; i++)
        if (slice_is_nocase(name, m->at[i].name))
            return (int)i;
    return -1;
}

static int wrong_of(const char *text, struct err *err)
{
    char quoted[80];
    return err_set(err, ERR_USAGE,
                   "--of: expected the name of a command of the mix and an option, such as "
                   "get:--key-dist=zipf, got '%s'",
                   slice_quote(slice_of(text), quoted, sizeof quoted));
}

// "get:--key-dist=zipf"
static int take_of(struct options_words *w, const char *text, struct err *err)
{
    const char *colon = strchr(text, ':');
    int command = colon ? command_of(w->o.mix, (struct slice){text, (size_t)(colon - text)}) : -1;
    if (command < 0 || strncmp(colon + 1, "--", 2) != 0)
        return wrong_of(text, err);
    char *option = strdup(colon + 1), *value = option ? strchr(option, '=') : NULL;
    struct mix_own own = {.command = (unsigned)command, .option = option, .text = option};
    if (!option)
        return err_set(err, ERR_RUN, "out of memory");
    if (value)
        *value++ = 0;
    own.value = value;
    int rc = mix_words_own(w->o.mix, &own, err);
    if (rc < 0)
        free(option);
    return rc;
}

static int take_ofs(struct options_words *w, struct err *err)
{
    for (unsigned i = 0; i < w->mix.owns.n; i++)
        if (take_of(w, w->mix.owns.at[i], err) < 0)
            return -1;
    return 0;
}

// --- their order ---

// A round of commands leaves in one write, so that it is what -P counts, and nothing tears it apart.
static int settle_turns(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    const struct mix_words *m = w->o.mix;
    uint64_t round = 0;
    for (unsigned i = 0; i < m->n; i++)
        round += m->at[i].weight;
    if (!round || round > TURN_MAX || round * run->pipeline > 1000000)
        return err_set(
            err, ERR_USAGE,
            "commands in turn: expected up to %d requests in a round, and 1000000 with -P, got %llu",
            TURN_MAX, (unsigned long long)round);
    if (run->pipeline_mode != PIPELINE_BATCH)
        return err_set(err, ERR_USAGE,
                       "commands in turn leave together, as --pipeline-mode batch: leave out window");
    run->pipeline *= (unsigned)round;
    run->requests = (run->requests + round - 1) / round * round;
    return 0;
}

// What commands that follow others do not go with.
static const char *alone(const struct options_words *w)
{
    return w->mix.in_turn       ? "--in-turn"
           : w->mix.transaction ? "--transaction"
           : w->o.run.cluster   ? "--cluster"
                                : NULL;
}

int command_options_settle(struct options_words *w, const struct workload_given *given, struct err *err)
{
    struct options *o = &w->o;
    if ((w->mix.transaction || w->mix.in_turn || w->mix.owns.n) && !o->mix)
        return err_set(err, ERR_USAGE, "%s needs commands: give --command, --mix or --workload too",
                       w->mix.owns.n    ? "--of"
                       : w->mix.in_turn ? "--in-turn"
                                        : "--transaction");
    if (take_ofs(w, err) < 0 || settle_owns(w, o->mix, given, err) < 0 ||
        settle_owns(w, o->fill, given, err) < 0)
        return -1;
    if (mix_words_chained(o->mix) && alone(w))
        return err_set(err, ERR_USAGE,
                       "%s does not go with a command that follows another (after): leave out one of them",
                       alone(w));
    if (w->mix.transaction && mix_words_wrap(o->mix, err) < 0)
        return -1;
    if (o->mix)
        o->mix->in_turn |= w->mix.in_turn;
    o->run.fills = o->fill;
    return o->mix && o->mix->in_turn ? settle_turns(w, err) : 0;
}

const char *command_options_asked(const struct options_words *w)
{
    const struct options *o = &w->o;
    return o->tests                    ? "-t"
           : w->mix.mix                ? "--mix"
           : w->mix.commands.n         ? "--command"
           : o->argc                   ? "the command at the end"
           : o->mix                    ? "what says which commands are sent (--workload, or a sequence)"
           : w->mix.fills.n || o->fill ? "--fill"
           : w->inserts                ? "--insert-share"
           : w->dataset                ? "--dataset"
                                       : NULL;
}
