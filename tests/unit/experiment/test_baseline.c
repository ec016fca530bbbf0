// SPDX-License-Identifier: MIT
// Kept results as baselines: of a plain run, of a comparison, and those that are none.
#include "experiment/baseline.h"

#include "history/save.h"
#include "stats/freeze.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define WALL_NS UINT64_C(10000000000)
#define ANSWERS UINT64_C(100000)

static char folder[64], path[96];
static struct err err;
static struct baseline b;

static int open_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/hkv-baseline-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/runs.db", folder);
    return 0;
}

static int close_folder(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    (void)state;
    baseline_close(&b);
    b = (struct baseline){0};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    return rmdir(folder);
}

// --- what is kept ---

static const struct load load = {.engine = "epoll",
                                 .arrival = "constant",
                                 .key_dist = "uniform",
                                 .clients = 50,
                                 .pipeline = 1,
                                 .threads = 1,
                                 .keepalive = 1,
                                 .payload_bytes = 3,
                                 .keyspace = 1000};

static struct summary test_of(const char *test, const char *title, uint64_t answers, uint64_t wall_ns)
{
    struct summary s = {.title = title, .load = load, .wall_ns = wall_ns, .latency = hist_new(3)};
    snprintf(s.test, sizeof s.test, "%s", test);
    s.counts = (struct counts){.sent = answers, .ok = answers};
    assert_non_null(s.latency);
    hist_record(s.latency, 80000, answers);
    summary_settle(&s);
    assert_int_equal(freeze_summary(&s), 0);
    return s;
}

static void keep(struct record r)
{
    static const char *const words[] = {"hkv-bench"};
    static const struct host host = {.name = "h"};
    struct run_facts facts = {.target = "127.0.0.1:1",
                              .server_name = "redis",
                              .server_version = "7.0.15",
                              .engine = "epoll",
                              .argc = 1,
                              .argv = words,
                              .host = &host,
                              .started_unix_ms = INT64_C(1767225600000)};
    struct history *h;
    int64_t run;
    r.facts = &facts;
    if (history_open(&h, path, HISTORY_SAVE, -1, &err) < 0 || save_record(h, &r, "{}\n", &run, &err) < 0)
        fail_msg("%s", err.text);
    history_close(h);
}

static void keep_run(uint64_t answers, uint64_t wall_ns)
{
    static struct summary all[2];
    all[0] = test_of("get", "GET", answers, wall_ns);
    all[1] = test_of("command", "LPOP list", answers, wall_ns);
    keep((struct record){.kind = "run", .n = 2, .runs = all});
    summary_free(&all[0]);
    summary_free(&all[1]);
}

// Three blocks ABBA in which b is twice as fast.
static void keep_comparison(const char *kind)
{
    struct comparison_block blocks[3] = {{0}};
    struct comparison c = {.test = "get",
                           .title = "GET",
                           .targets = 2,
                           .names = {"a", "b"},
                           .load = load,
                           .slot_ns = WALL_NS,
                           .blocks_asked = 3,
                           .n = 3,
                           .blocks = blocks};
    for (unsigned k = 0; k < 3; k++) {
        blocks[k].n = 4;
        for (unsigned i = 0; i < 4; i++) {
            bool second = i == 1 || i == 2;
            struct comparison_slot *slot = &blocks[k].slots[i];
            *slot = (struct comparison_slot){.target = second, .answered = ANSWERS, .server_cpu_s = -1};
            for (int m = 0; m < COMPARISON_CAPACITY; m++)
                slot->value[m] = (second ? 2000 : 1000) + 10 * k + i;
        }
    }
    keep((struct record){.kind = kind, .n = 1, .comparisons = &c});
}

// --- what is read ---

static int read_it(const char *name, const char *run)
{
    struct compare_conf conf = {.targets = 2, .first = 1, .baseline_path = path, .baseline_run = run};
    conf.each[1].name = name;
    baseline_close(&b);
    b = (struct baseline){0};
    err = (struct err){0};
    return baseline_open(&b, &conf, -1, &err);
}

static void refused(const char *name, const char *run, const char *sentence)
{
    assert_int_equal(read_it(name, run), -1);
    assert_string_equal(err.text, sentence);
}

static char get_title[] = "GET", pop_title[] = "LPOP list", other_title[] = "LPOP another";

static struct comparison asked(const char *test)
{
    struct comparison c = {.title = get_title, .targets = 2, .load = load, .slot_ns = WALL_NS};
    snprintf(c.test, sizeof c.test, "%s", test);
    return c;
}

static void left_out(const struct comparison *c, const char *sentence)
{
    char why[256] = "";
    assert_null(baseline_of(&b, c, why));
    assert_string_equal(why, sentence);
}

static void a_plain_run_is_one_slot_with_an_error_of_its_own(void **state)
{
    char why[256] = "";
    struct comparison get = asked("get"), other = asked("command");
    (void)state;
    keep_run(ANSWERS, WALL_NS);
    assert_int_equal(read_it("candidate", "last"), 0);
    assert_int_equal(b.run, 1);
    assert_int_equal(b.n, 2);
    assert_string_equal(b.server, "redis");
    assert_string_equal(b.version, "7.0.15");
    assert_string_equal(b.engine, "epoll");
    assert_string_equal(b.where, "127.0.0.1:1");
    assert_string_equal(b.started, "2026-01-01T00:00:00.000Z");
    assert_string_equal(b.document.at, "{}\n");
    const struct comparison_baseline *found = baseline_of(&b, &get, why);
    assert_non_null(found);
    assert_int_equal(found->n, 1);
    assert_int_equal(found->blocks[0].n, 1);
    const struct comparison_slot *slot = &found->blocks[0].slots[0];
    assert_true(slot->value[COMPARISON_THROUGHPUT] > 9999.9 && slot->value[COMPARISON_THROUGHPUT] < 10000.1);
    double error = found->errors[COMPARISON_THROUGHPUT]; // 1/sqrt of the answers
    assert_true(error > 0.003162 && error < 0.003163);
    assert_true(found->shortest_s > 9.99 && found->shortest_s < 10.01);
    other.title = pop_title;
    assert_non_null(baseline_of(&b, &other, why)); // a command of one's own goes by its words
    other.title = other_title;
    left_out(&other, "left out: run 1 did not measure it");
}

static void of_a_comparison_the_target_of_that_name_is_taken(void **state)
{
    char why[256];
    struct comparison get = asked("get");
    (void)state;
    keep_comparison("compare");
    assert_int_equal(read_it("b", "1"), 0);
    assert_string_equal(b.where, "b of 127.0.0.1:1");
    const struct comparison_baseline *found = baseline_of(&b, &get, why);
    assert_non_null(found);
    assert_int_equal(found->n, 3);
    for (unsigned k = 0; k < 3; k++) {
        assert_int_equal(found->blocks[k].n, 2);
        for (unsigned i = 0; i < 2; i++)
            assert_true(found->blocks[k].slots[i].value[COMPARISON_THROUGHPUT] == 2001 + 10 * k + i);
    }
    refused("c", "1",
            "--baseline: run 1 compares 127.0.0.1:1: give the target one of these names, e.g. "
            "NAME=127.0.0.1:6379");
}

static void what_was_no_run_of_one_server_is_none(void **state)
{
    struct sweep_point point = {.x = 1, .rps = 1000};
    struct sweep sweep = {.kind = SWEEP_CLIENTS, .title = "GET", .points = &point, .n = 1};
    char sentence[256];
    (void)state;
    strcpy(sweep.test, "get");
    keep((struct record){.kind = "sweep", .n = 1, .sweeps = &sweep});
    snprintf(sentence, sizeof sentence,
             "--baseline takes a plain run or a comparison, and run 1 of %s is a sweep", path);
    refused("a", "1", sentence);
    keep((struct record){.kind = "run"});
    snprintf(sentence, sizeof sentence,
             "--baseline takes a plain run or a comparison, and run 2 of %s is a run without a test", path);
    refused("a", "last", sentence);
    assert_int_equal(read_it("a", "3"), -1);
    assert_int_equal(err.code, ERR_USAGE);
}

static void what_was_asked_otherwise_is_left_out(void **state)
{
    struct comparison get = asked("get"), set = asked("set");
    (void)state;
    keep_run(ANSWERS, WALL_NS);
    assert_int_equal(read_it("a", "1"), 0);
    left_out(&set, "left out: run 1 did not measure it");
    get.load.clients = 51;
    left_out(&get, "left out: run 1 had other options (50 clients then, 51 now)");
    get = asked("get");
    get.primary = COMPARISON_CAPACITY;
    left_out(&get, "left out: run 1 has no capacity of it");
}

// A run must have lasted a fourth of a slot, and answered a thousand requests.
static void what_is_too_short_is_left_out(void **state)
{
    char why[256];
    struct comparison get = asked("get");
    (void)state;
    keep_run(ANSWERS, WALL_NS / 5);
    keep_run(999, WALL_NS);
    keep_run(1000, WALL_NS);
    assert_int_equal(read_it("a", "1"), 0);
    left_out(&get, "left out: run 1 lasted 2 s, too short next to slots of 10 s: save one of 2.5 s or more "
                   "(--duration)");
    get.slot_ns = WALL_NS * 4 / 5;
    assert_non_null(baseline_of(&b, &get, why));
    get.slot_ns = 500 * WALL_NS;
    left_out(&get, "left out: run 1 lasted 2 s, too short next to slots of 5000 s: save one of 1250 s or "
                   "more (--duration)");
    get.slot_ns = WALL_NS;
    assert_int_equal(read_it("a", "2"), 0);
    left_out(&get,
             "left out: run 2 has 999 replies for it, too few to compare with: save one with 1000 or more");
    assert_int_equal(read_it("a", "3"), 0);
    assert_non_null(baseline_of(&b, &get, why));
}

static void a_history_that_is_not_there_is_refused(void **state)
{
    (void)state;
    assert_int_equal(read_it("a", "last"), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(access(path, F_OK), -1); // and not made
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_plain_run_is_one_slot_with_an_error_of_its_own),
        TEST(of_a_comparison_the_target_of_that_name_is_taken),
        TEST(what_was_no_run_of_one_server_is_none),
        TEST(what_was_asked_otherwise_is_left_out),
        TEST(what_is_too_short_is_left_out),
        TEST(a_history_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
