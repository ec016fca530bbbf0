// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "cli/bench.h"
#include "cli/cmd.h"
#include "cli/compare_options.h"
#include "cli/keep.h"
#include "cli/output.h"
#include "cli/site.h"
#include "judge/warmup.h"
#include "report/compare.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXIT_WORSE 10
#define EXIT_OPEN 11
#define BLOCKS_FIT 6            // fewer give no exact interval
#define PILOT_NS (5 * NS_PER_S) // of the run that finds the warm-up, at most
#define WARMUP_MIN_NS (500 * NS_PER_MS)

struct comparison {
    struct compare_options o;
    struct site sites[CONTEST_TARGETS_MAX];
    unsigned opened;
    struct stopper stop;
    struct watcher watch;
    struct run_facts run;
    struct compare_facts facts;
    struct host host, host_end;
    const struct compare_reporter *reporter;
    FILE *json;
    struct history *history;  // --save, or NULL
    struct contest *contests; // one for each test
    size_t n;
    int exit_code;
    bool measured; // there is a whole block to read about
    // Where the comparison is, for the live line
    const char *title;
    unsigned block, slot, slots;
    uint64_t slots_done, slots_all, slot_cost_ns;
};

// --- the live line ---

static void tick(void *ctx, const struct progress *p)
{
    const struct comparison *c = ctx;
    uint64_t left = c->slots_all > c->slots_done ? c->slots_all - c->slots_done : 0;
    uint64_t left_s = left * c->slot_cost_ns / NS_PER_S;
    (void)p;
    fprintf(stderr, "\r%s: block %u of %u, slot %u of %u, %u:%02u left\x1b[K", c->title, c->block + 1,
            c->o.blocks, c->slot + 1, c->slots, (unsigned)(left_s / 60), (unsigned)(left_s % 60));
    fflush(stderr);
}

static void clear(const struct comparison *c)
{
    if (c->watch.tick)
        fputs("\r\x1b[K", stderr);
}

// --- opening ---

static int open_sites(struct comparison *c, struct err *err)
{
    for (; c->opened < c->o.targets; c->opened++) {
        struct options *o = &c->o.each[c->opened];
        struct site *s = &c->sites[c->opened];
        o->run.seed = c->o.each[0].run.seed;
        if (site_open(s, &o->run, o->embedded, err) < 0)
            return -1;
        s->name = c->o.names[c->opened];
        s->stop = &c->stop;
        s->watch = &c->watch;
    }
    return 0;
}

static void set_facts(struct comparison *c, int argc, char **argv)
{
    host_read(&c->host);
    c->run = (struct run_facts){.argc = argc,
                                .argv = (const char *const *)argv,
                                .host = &c->host,
                                .tags = c->o.each[0].marks.tags,
                                .ntags = c->o.each[0].marks.ntags,
                                .started_unix_ms = (int64_t)(clock_real_ns() / NS_PER_MS)};
    c->facts = (struct compare_facts){.targets = c->o.targets,
                                      .blocks = c->o.blocks,
                                      .seed = c->o.each[0].run.seed,
                                      .aa = c->o.aa,
                                      .fresh = c->o.fresh_word,
                                      .run = &c->run};
    for (unsigned t = 0; t < c->o.targets; t++) {
        c->facts.each[t].name = c->o.names[t];
        c->facts.each[t].where = c->sites[t].target.addr.text;
        c->facts.each[t].server = c->sites[t].who.name;
        c->facts.each[t].version = c->sites[t].who.version;
    }
}

static int open_reports(struct comparison *c, struct err *err)
{
    const struct options *o = &c->o.each[0];
    c->reporter = c->o.markdown ? &compare_markdown : o->format == FORMAT_CSV ? &compare_csv : &compare_text;
    if (output_open(&c->json, o->json, err) < 0)
        return -1;
    if (c->json == stdout)
        c->reporter = NULL;
    if (o->save && history_open(&c->history, o->save, HISTORY_SAVE, err) < 0)
        return -1;
    if (isatty(STDERR_FILENO))
        c->watch = (struct watcher){.tick = tick, .ctx = c};
    return 0;
}

// --- measuring ---

static struct question question_of(const struct comparison *c, unsigned t, const struct test *row,
                                   struct slice *words)
{
    const struct options *o = &c->o.each[t];
    for (int i = 0; i < o->argc; i++)
        words[i] = slice_of(o->argv[i]);
    return (struct question){row, {words, (size_t)o->argc}};
}

// Sends one command of one word, once. 0, or -1 with err.
static int ask_command(struct comparison *c, unsigned t, const char *word, struct err *err)
{
    struct slice words[1] = {slice_of(word)};
    struct question q = {NULL, {words, 1}};
    struct run_conf conf = c->o.each[t].run;
    struct trial trial;
    bool calibrates = c->sites[t].calibrate;
    conf.requests = conf.clients = conf.pipeline = conf.threads = 1;
    conf.duration_ns = conf.warmup_ns = 0;
    conf.rate = 0;
    conf.prefill = conf.probe = false;
    c->sites[t].calibrate = false;
    int rc = site_measure(&c->sites[t], &q, &conf, &trial, err);
    c->sites[t].calibrate = calibrates;
    if (rc < 0)
        return -1;
    bool failed = summary_failed(&trial.summary);
    if (failed)
        err_set(err, ERR_RUN, "%s does not take %s: %s", c->o.names[t], word,
                trial.summary.tally.kinds[0].first[0] ? trial.summary.tally.kinds[0].first
                                                      : trial.summary.note);
    trial_free(&trial);
    return failed ? -1 : 0;
}

static int freshen(struct comparison *c, unsigned t, struct err *err)
{
    if (c->o.fresh == FRESH_NONE)
        return 0;
    if (c->o.fresh == FRESH_FLUSH)
        return ask_command(c, t, "FLUSHALL", err);
    setenv("HKV_TARGET", c->o.names[t], 1);
    int rc = system(c->o.fresh_word);
    return rc == 0
               ? 0
               : err_set(err, ERR_RUN, "the command of --fresh failed for %s (status %d)", c->o.names[t], rc);
}

static void pause_ns(const struct comparison *c, uint64_t ns)
{
    struct timespec t = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    if (!c->stop.signal)
        nanosleep(&t, NULL);
}

// What differs from slot to slot of one test.
struct moment {
    const struct test *row;
    unsigned target, block;
    uint64_t warmup_ns, lasting_ns;
    bool fill;
};

// Measures one slot. 0 with the trial to be freed, or -1 with err.
static int measure(struct comparison *c, const struct moment *m, struct trial *trial, struct err *err)
{
    unsigned t = m->target;
    struct run_conf conf = c->o.each[t].run;
    struct slice *words = calloc((size_t)c->o.each[t].argc + 1, sizeof *words);
    if (!words)
        return err_set(err, ERR_RUN, "out of memory");
    struct question q = question_of(c, t, m->row, words);
    conf.requests = 0;
    conf.duration_ns = m->lasting_ns;
    conf.warmup_ns = m->warmup_ns;
    conf.seed += m->block;
    conf.prefill = m->fill && conf.keyspace > 0;
    int rc = freshen(c, t, err);
    if (rc == 0) {
        pause_ns(c, c->o.idle_ns);
        rc = site_measure(&c->sites[t], &q, &conf, trial, err);
    }
    free(words);
    return rc;
}

// --- warm-up ---

static uint64_t warmup_of(const struct summary *s)
{
    double y[WARMUP_MAX];
    unsigned n = 0;
    for (size_t i = 0; i + 1 < s->series.n && n < WARMUP_MAX; i++)
        y[n++] = (double)(s->series.rows[i].ok + s->series.rows[i].errors);
    int cut = warmup_cut(y, n);
    return cut > 0 ? (uint64_t)cut * s->series.step_ns : 0;
}

// One trial of each target: fills it, tells whether it knows the command, and how long all are to warm up. 0,
// or -1 when the test cannot be held: contest->note says why, err too where it is somebody's fault.
static int pilot(struct comparison *c, struct contest *contest, const struct test *row, struct err *err)
{
    contest->warmup_ns = c->o.warms ? c->o.each[0].run.warmup_ns : WARMUP_MIN_NS;
    for (unsigned t = 0; t < c->o.targets; t++) {
        struct moment m = {row, t, 0, 0, c->o.slot_ns < PILOT_NS ? c->o.slot_ns : PILOT_NS, true};
        struct trial trial;
        if (measure(c, &m, &trial, err) < 0)
            return -1;
        bool skipped = trial.summary.ending == ENDING_SKIPPED;
        if (skipped)
            snprintf(contest->note, sizeof contest->note, "left out for all: %s: %.180s", c->o.names[t],
                     trial.summary.note);
        uint64_t needs_ns = warmup_of(&trial.summary);
        if (!c->o.warms && needs_ns > contest->warmup_ns)
            contest->warmup_ns = needs_ns;
        if (t == 0) {
            memcpy(contest->test, trial.summary.test, sizeof contest->test);
            contest->title = strdup(trial.summary.title);
        }
        trial_free(&trial);
        if (skipped || c->stop.signal)
            return -1;
    }
    return 0;
}

// --- blocks ---

// Measures a whole block. -1 where it did not become whole; err says why, but for a signal.
static int run_block(struct comparison *c, struct contest *contest, const struct test *row, struct err *err)
{
    unsigned order[DESIGN_SLOTS_MAX];
    struct contest_block *b = &contest->blocks[contest->n];
    *b = (struct contest_block){
        .n = design_block(c->o.targets, contest->n, c->o.blocks, c->facts.seed, order)};
    c->block = contest->n;
    c->slots = b->n;
    for (unsigned i = 0; i < b->n; i++, c->slots_done++) {
        struct moment m = {
            row, order[i], contest->n, contest->warmup_ns, c->o.slot_ns, c->o.fresh != FRESH_NONE};
        struct trial trial = {0};
        c->slot = i;
        b->slots[i].target = order[i];
        if (measure(c, &m, &trial, err) < 0)
            return -1;
        contest_take(&b->slots[i], &trial.summary);
        bool ended = trial.summary.ending != ENDING_DONE;
        if (ended && !c->stop.signal)
            err_set(err, ERR_RUN, "%.400s", trial.summary.note);
        trial_free(&trial);
        if (ended || c->stop.signal)
            return -1;
        if (!contest_counts(&b->slots[i]))
            return err_set(err, ERR_RUN, "a slot had no answer that was not an error");
    }
    contest->n++;
    return 0;
}

static void run_blocks(struct comparison *c, struct contest *contest, const struct test *row)
{
    struct err err = {0};
    while (contest->n < c->o.blocks && run_block(c, contest, row, &err) == 0)
        ;
    if (contest->n == c->o.blocks)
        return;
    const char *who = c->slot < contest->blocks[contest->n].n
                          ? c->o.names[contest->blocks[contest->n].slots[c->slot].target]
                          : "";
    if (c->stop.signal)
        snprintf(contest->note, sizeof contest->note,
                 "interrupted in block %u: this is what the whole blocks say", contest->n + 1);
    else
        snprintf(contest->note, sizeof contest->note, "ended in block %u, at %s: %.160s", contest->n + 1, who,
                 err.text);
    if (!c->stop.signal)
        c->exit_code = ERR_RUN;
}

static void begin_contest(struct comparison *c, struct contest *contest)
{
    const struct run_conf *conf = &c->o.each[0].run;
    *contest = (struct contest){.targets = c->o.targets,
                                .primary = conf->rate > 0 ? CONTEST_P99 : CONTEST_THROUGHPUT,
                                .aa = c->o.aa,
                                .rate = conf->rate,
                                .clients = conf->clients,
                                .pipeline = conf->pipeline,
                                .slot_ns = c->o.slot_ns,
                                .blocks_asked = c->o.blocks};
    memcpy(contest->names, c->o.names, sizeof contest->names);
    memcpy(contest->margins, c->o.margins, sizeof contest->margins);
    memcpy(contest->floors, c->o.floors, sizeof contest->floors);
}

// Holds one test. False when no other makes sense.
static bool hold(struct comparison *c, const struct test *row)
{
    struct err err = {0};
    struct contest *all = realloc(c->contests, (c->n + 1) * sizeof *all);
    if (!all)
        return false;
    c->contests = all;
    struct contest *contest = &all[c->n++];
    begin_contest(c, contest);
    c->title = row ? row->title : c->o.each[0].argv[0];
    contest->blocks = calloc(c->o.blocks, sizeof *contest->blocks);
    if (contest->blocks && pilot(c, contest, row, &err) == 0)
        run_blocks(c, contest, row);
    clear(c);
    c->measured |= contest->n > 0;
    if (!contest->title)
        contest->title = strdup(c->title);
    if (err.code) {
        bench_say("%s: %s", contest->title, err.text);
        c->exit_code = (int)err.code;
    } else if (contest->note[0]) {
        bench_say("%s: %s", contest->title, contest->note);
    }
    return !c->stop.signal && !err.code && (contest->n == c->o.blocks || contest->n == 0);
}

// --- the whole ---

static unsigned count_tests(const struct comparison *c)
{
    unsigned n = 0;
    for (size_t i = 0; i < catalog_len; i++)
        n += catalog_selects(c->o.each[0].tests, &catalog[i]);
    return c->o.each[0].argc ? 1 : n;
}

static void estimate(struct comparison *c)
{
    unsigned each = c->o.targets == 2 ? 4 : c->o.targets, tests = count_tests(c);
    uint64_t warm_ns = c->o.warms ? c->o.each[0].run.warmup_ns : NS_PER_S;
    c->slots_all = (uint64_t)tests * c->o.blocks * each;
    c->slot_cost_ns = c->o.slot_ns + c->o.idle_ns + warm_ns + 30 * NS_PER_MS;
    uint64_t whole_s =
        (c->slots_all * c->slot_cost_ns + (uint64_t)tests * c->o.targets * c->o.slot_ns) / NS_PER_S;
    bench_say("%u test%s, %u blocks of %u slots each: about %u:%02u minutes", tests, tests > 1 ? "s" : "",
              c->o.blocks, each, (unsigned)(whole_s / 60), (unsigned)(whole_s % 60));
    if (c->o.blocks < BLOCKS_FIT)
        bench_say("fewer than %d blocks have no exact interval: theirs is that of a paired t test",
                  BLOCKS_FIT);
}

static void run_all(struct comparison *c)
{
    bool on = true;
    if (c->o.each[0].argc)
        hold(c, NULL);
    for (size_t i = 0; on && !c->o.each[0].argc && i < catalog_len; i++)
        if (catalog_selects(c->o.each[0].tests, &catalog[i]))
            on = hold(c, &catalog[i]);
}

// The last target is the candidate: worse beyond the margin in a deciding metric is a regression.
static void judge(struct comparison *c)
{
    bool worse = false, open = false;
    for (size_t i = 0; i < c->n; i++) {
        struct contrast x[CONTEST_METRICS];
        const struct contest *contest = &c->contests[i];
        contest_judge(contest, contest->targets - 1, x);
        const struct contrast *primary = &x[contest->primary];
        worse |= primary->judged && primary->better < 0 && !primary->muddled;
        open |= !primary->judged || primary->muddled ||
                (!primary->better && primary->finding != FINDING_EQUIVALENT);
    }
    if (c->exit_code == 0 && worse && !c->o.aa)
        c->exit_code = EXIT_WORSE;
    else if (c->exit_code == 0 && open && c->o.each[0].strict)
        c->exit_code = EXIT_OPEN;
}

static void know_memory(struct comparison *c)
{
    for (unsigned t = 0; t < c->o.targets; t++) {
        const struct probe *p = &c->sites[t].before.probe;
        if (p->memory_bytes > 0 && p->keys > 0)
            c->facts.each[t].memory_per_key = (double)p->memory_bytes / (double)p->keys;
    }
}

static void report(struct comparison *c)
{
    if (c->reporter && c->measured) {
        c->reporter->begin(stdout, &c->facts);
        for (size_t i = 0; i < c->n; i++)
            c->reporter->contest(stdout, &c->contests[i]);
        if (c->reporter->end)
            c->reporter->end(stdout, c->contests, c->n);
    }
    struct err err = {0};
    c->run.interrupted = c->stop.signal != 0;
    c->run.exit_code = c->exit_code;
    bool written = !c->json || compare_json(c->json, &c->facts, c->contests, c->n, &err) == 0;
    if (c->json && c->json != stdout && fclose(c->json) != 0)
        written = false;
    if (!written)
        bench_say("%s", err.text[0] ? err.text : "the JSON could not be written whole");
    if (fflush(stdout) != 0 || ferror(stdout) || !written)
        c->exit_code = c->exit_code ? c->exit_code : ERR_RUN;
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct comparison *c = what;
    return compare_json(out, &c->facts, c->contests, c->n, err);
}

static void save(struct comparison *c)
{
    struct err err = {0};
    if (keep_in(c->history, &(struct keep){"compare", write_document, c}, &err) == 0)
        return;
    bench_say("%s", err.text);
    c->exit_code = c->exit_code ? c->exit_code : ERR_RUN;
}

static void close_all(struct comparison *c)
{
    history_close(c->history);
    for (size_t i = 0; i < c->n; i++) {
        free(c->contests[i].blocks);
        free((char *)c->contests[i].title);
    }
    free(c->contests);
    for (unsigned t = 0; t < c->opened; t++)
        site_close(&c->sites[t]);
    compare_options_free(&c->o);
    stopper_close(&c->stop);
}

static int compare(struct comparison *c, int argc, char **argv, struct err *err)
{
    stopper_open(&c->stop);
    if (open_reports(c, err) < 0 || open_sites(c, err) < 0)
        return -1;
    set_facts(c, argc, argv);
    estimate(c);
    run_all(c);
    host_read(&c->host_end);
    c->run.host_end = &c->host_end;
    know_memory(c);
    judge(c);
    if (c->stop.signal)
        c->exit_code = 128 + c->stop.signal;
    report(c);
    if (c->history)
        save(c);
    return 0;
}

int cmd_compare(int argc, char **argv)
{
    struct comparison *c = calloc(1, sizeof *c); // too large for a stack
    struct err err = {0};
    if (!c)
        return ERR_RUN;
    int rc = compare_options_parse(&c->o, argc, argv, &err);
    if (rc == 0 && c->o.help)
        compare_options_help(stdout);
    else if (rc == 0)
        rc = compare(c, argc, argv, &err);
    if (rc < 0)
        bench_say("%s", err.text);
    int code = rc < 0 ? (int)err.code : c->exit_code;
    close_all(c);
    free(c);
    return code;
}
