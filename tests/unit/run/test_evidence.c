// SPDX-License-Identifier: MIT
// What a load implies of its reads, and what a server must have counted.
#include "run/evidence.h"

#include "planned.h"

#include <stdio.h>
#include <string.h>

static struct worker worker; // too large for a stack

static struct plan mixed(const struct run_conf *conf, const char *const (*commands)[COMMAND_WORDS],
                         unsigned n)
{
    static struct slice argv[4][COMMAND_WORDS];
    static struct mix_words words;
    struct slice name = slice_of("mix");
    struct plan p;
    struct err err;
    words = (struct mix_words){.n = n, .title = "MIX"};
    for (unsigned i = 0; i < n; i++) {
        size_t k = 0;
        for (; commands[i][k]; k++)
            argv[i][k] = slice_of(commands[i][k]);
        words.at[i] = (struct mix_word){.words = {.at = argv[i], .n = k}, .weight = 1};
    }
    assert_int_equal(plan_command(&p, conf, &nowhere, (struct words){&name, 1, &words}, &err), 0);
    return p;
}

// The names, each with a space behind it; "" where it is not known how they are counted. Resets the plan.
static void named(struct plan p, const char *expected)
{
    const char *names[EVIDENCE_NAMES];
    char all[256] = "";
    unsigned n = evidence_names(&p, names);
    size_t len = 0;
    for (unsigned i = 0; i < n; i++)
        len += (size_t)snprintf(all + len, sizeof all - len, "%s ", names[i]);
    assert_string_equal(all, expected);
    plan_reset(&p);
}

#define W(...)                                                                                               \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }

static void each_command_is_counted_by_its_name(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    static const char *const three[][COMMAND_WORDS] = {
        {"GET", "k:__rand_int__"}, {"SET", "k:__rand_int__", "x"}, {"get", "other"}};
    named(planned(&conf, "SET"), "set ");
    named(planned(&conf, "PING_INLINE"), "ping ");
    named(commanded(&conf, W("GetRange", "k", "0", "1")), "getrange ");
    named(mixed(&conf, three, 3), "get set ");
    conf.prefill = true;
    named(planned(&conf, "GET"), "get set "); // what writes the keys is counted too
}

static void what_is_counted_otherwise_has_no_name(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    static const char *const script[][COMMAND_WORDS] = {{"GET", "k"}, {"EVAL", "return 1", "0"}};
    static const char *const set_up[] = {"HELLO", "AUTH", "SELECT", "CLIENT", "INFO", "MULTI"};
    named(mixed(&conf, script, 2), "");
    for (size_t i = 0; i < sizeof set_up / sizeof *set_up; i++)
        named(commanded(&conf, W(set_up[i], "x")), "");
    struct plan p = planned(&conf, "SET");
    const struct map *cluster = calloc(1, sizeof *cluster);
    struct target target = {.engine = &engine_null, .cluster = cluster};
    const char *names[EVIDENCE_NAMES];
    p.target = &target;
    assert_int_equal(evidence_names(&p, names), 0); // each node has its own counts
    free((void *)cluster);
    plan_reset(&p);
}

static void requests_of_all_phases_are_commands(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    struct plan p = planned(&conf, "SET");
    struct summary s = {0};
    worker = (struct worker){.came = 5, .left_before = 40};
    worker.rec.counts.sent = 100;
    worker.rec.counts.retries = 7;
    evidence_sum(&s, &p, &worker, 1);
    assert_int_equal(s.evidence.connections, 5);
    assert_int_equal(s.evidence.commands, 40 + counts_attempts(&worker.rec.counts));
    s = (struct summary){0};
    worker.owed_before = true; // some had no answer: nobody knows whether the server had them
    evidence_sum(&s, &p, &worker, 1);
    assert_int_equal(s.evidence.commands, 0);
    assert_int_equal(s.evidence.connections, 5);
    plan_reset(&p);
}

// Resets the plan.
static void hits(struct plan p, bool known, double least)
{
    struct summary s = {0};
    worker = (struct worker){0};
    evidence_sum(&s, &p, &worker, 1);
    assert_int_equal(s.evidence.hits_known, known);
    if (known)
        assert_true(s.evidence.hits_least == least);
    plan_reset(&p);
}

static void what_reads_must_find(void **state)
{
    (void)state;
    static const char *const writes[][COMMAND_WORDS] = {{"GET", "k:__rand_int__"},
                                                        {"SET", "k:__rand_int__", "x"}};
    static const char *const takes[][COMMAND_WORDS] = {{"GET", "k:__rand_int__"}, {"DEL", "k:__rand_int__"}};
    static const char *const goes[][COMMAND_WORDS] = {{"GET", "k:__rand_int__"},
                                                      {"SET", "k:__rand_int__", "x", "EX", "1"}};
    struct run_conf conf = usual();
    hits(planned(&conf, "SET"), false, 0);   // reads nothing
    hits(planned(&conf, "GET"), true, 0.9);  // a load that only reads names what is there
    hits(mixed(&conf, writes, 2), false, 0); // not all was there at first
    conf.prefill = true;
    hits(planned(&conf, "GET"), true, 0.99);
    hits(mixed(&conf, writes, 2), true, 0.99);
    hits(mixed(&conf, takes, 2), false, 0);
    hits(mixed(&conf, goes, 2), false, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_is_counted_by_its_name),
        cmocka_unit_test(what_is_counted_otherwise_has_no_name),
        cmocka_unit_test(requests_of_all_phases_are_commands),
        cmocka_unit_test(what_reads_must_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
