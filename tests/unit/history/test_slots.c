// SPDX-License-Identifier: MIT
// What walk_slots shows of what form 1 kept of each kind of document.
#include "form1.h"

#include "history/walk.h"

#include <math.h>

#define HEAD                                                                                                 \
    "{\"schema_version\": 1, \"config\": {\"engine\": \"epoll\"}, \"started\": "                             \
    "\"2026-01-01T00:00:00.000Z\", \"tests\": ["

// Two tests and one that was skipped, between them.
static const char plain_run[] =
    HEAD "{\"test\": \"set\", \"title\": \"SET\", \"status\": \"done\", \"rps\": 1000.5,"
         " \"config\": {\"clients\": 50, \"pipeline\": 16, \"pipeline_mode\": \"window\", \"rate\": 1200.5,"
         " \"payload_bytes\": 3, \"keyspace\": 100000, \"threads\": 2, \"keepalive\": true,"
         " \"sequential\": false, \"quickack\": true, \"arrival\": \"constant\"}, \"seconds\": 2.5,"
         " \"doubts\": [{\"name\": \"errors\"}, {\"name\": \"short-run\"}],"
         " \"counts\": {\"answered\": 11, \"errors\": 2, \"unfinished\": 3, \"hits\": 4, \"misses\": 5},"
         " \"latency_ns\": {\"p50\": 20, \"p99\": 50, \"p99_9\": 60, \"intervals\": {\"p50\": {\"low\": 19,"
         " \"high\": 22}, \"p99\": {\"low\": 1, \"high\": null}}},"
         " \"finding\": {\"limited_by\": \"RATE\"}},"
         "{\"test\": \"mset\", \"title\": \"MSET\", \"status\": \"skipped\", \"config\": {}, \"rps\": null,"
         " \"counts\": {\"answered\": 0}, \"latency_ns\": null},"
         "{\"test\": \"command\", \"title\": \"PING hello\", \"status\": \"done\", \"rps\": 7,"
         " \"config\": {\"clients\": 1, \"pipeline\": 1, \"pipeline_mode\": \"batch\", \"rate\": null,"
         " \"payload_bytes\": null, \"keyspace\": null},"
         " \"counts\": {\"answered\": 0, \"errors\": 0, \"unfinished\": 9, \"hits\": 0, \"misses\": 0},"
         " \"latency_ns\": null, \"finding\": {\"limited_by\": \"SERVER\"}}]}";

#define SLOT(target, n)                                                                                      \
    "{\"target\": \"" target "\", \"rps\": 10" n ", \"p50_ns\": 20" n ", \"p99_ns\": 30" n                   \
    ", \"p99_9_ns\": 40" n ", \"capacity_rps\": null, \"limited_by\": \"SERVER\", \"answered\": 50" n        \
    ", \"errors\": 60" n ", \"unfinished\": 70" n ", \"hits\": 80" n ", \"misses\": 90" n                    \
    ", \"doubts\": [\"one-key\"], \"server_cpu_s\": null}"

// Two blocks of four slots, two for each target; then a test of which nothing became whole, and one whose
// comparison is older and says less.
static const char comparison[] = HEAD
    "{\"test\": \"get\", \"title\": \"GET\", \"rate\": 300.5, \"slo\": null, \"clients\": 50,"
    " \"pipeline\": 16, \"pipeline_mode\": \"window\", \"payload_bytes\": 3, \"keyspace\": 1000,"
    " \"threads\": 4, \"keepalive\": false, \"sequential\": true, \"quickack\": false, \"arrival\": "
    "\"poisson\","
    " \"engine\": \"io_uring\", \"slot_s\": 5.5, \"blocks\": [[" SLOT("a", "0") "," SLOT("b", "1") "," SLOT(
        "b",
        "2") "," SLOT("a",
                      "3") "],"
                           "[" SLOT("b", "4") "," SLOT("a", "5") "," SLOT("a", "6") "," SLOT(
                               "b",
                               "7") "]],"
                                    " \"baseline_blocks\": [[" SLOT(
                                        "a",
                                        "8") "]]},"
                                             "{\"test\": \"set\", \"title\": \"SET\", \"clients\": 1, "
                                             "\"pipeline\": 1, \"blocks\": []},"
                                             "{\"test\": \"ping_mbulk\", \"title\": \"PING\", \"rate\": "
                                             "null, "
                                             "\"clients\": 2, \"pipeline\": 3,"
                                             " \"blocks\": [[{\"target\": \"a\", \"rps\": 5, \"p50_ns\": 6, "
                                             "\"p99_ns\": 7, \"p99_9_ns\": 8,"
                                             " \"limited_by\": \"CLIENT\", \"answered\": 9, \"errors\": "
                                             "0}]]}]}";

// By capacity.
static const char capacities[] = HEAD
    "{\"test\": \"get\", \"title\": \"GET\", \"rate\": null, \"slo\": [{\"quantile\": \"p99\", \"ns\": "
    "1000}], \"clients\": 50, \"pipeline\": 1, \"pipeline_mode\": \"batch\", \"payload_bytes\": 3,"
    " \"keyspace\": 1000, \"slot_s\": 0.5, \"blocks\": [[{\"target\": \"a\", \"rps\": null, \"p50_ns\": null,"
    " \"p99_ns\": null, \"p99_9_ns\": null, \"capacity_rps\": 512.5, \"limited_by\": \"SERVER\","
    " \"answered\": 9, \"errors\": 1, \"unfinished\": 0, \"hits\": 0, \"misses\": 0}]]}]}";

// With two limits, the wider quantile first.
#define SATURATE(end, holds, fails)                                                                          \
    HEAD "{\"test\": \"get\", \"title\": \"GET\", \"clients\": 50, \"threads\": 1, \"pipeline\": 4,"         \
         " \"pipeline_mode\": \"window\", \"payload_bytes\": 3, \"keyspace\": 1000, \"slo\":"                \
         " [{\"quantile\": \"p99_9\", \"ns\": 5000000}, {\"quantile\": \"p99\", \"ns\": 1000000}],"          \
         " \"closed_loop_rps\": 3000, \"end\": \"" end "\", \"capacity_rps\": " holds ", \"fails\": " fails  \
         ", \"trials\": []}]}"

static const char sweep[] = HEAD
    "{\"test\": \"get\", \"title\": \"GET\", \"clients\": 50, \"points\": [{\"value\": 1, \"rps\": 7}]}]}";

// --- what a walk shows ---

#define SLOTS_MAX 32

struct seen {
    unsigned n, enough; // enough: at how many it says so; 0: never
    struct history_slot slots[SLOTS_MAX];
};

static struct seen seen;
static char *copies[2 * 9 * SLOTS_MAX];
static unsigned copies_n;

static const char *copy(const char *text)
{
    assert_non_null(text);
    assert_true(copies_n < sizeof copies / sizeof *copies);
    return copies[copies_n++] = strdup(text);
}

static bool see(void *ctx, const struct history_slot *s)
{
    struct seen *to = ctx;
    assert_true(to->n < SLOTS_MAX);
    struct history_slot *mine = &to->slots[to->n++];
    *mine = *s;
    mine->test = copy(s->test);
    mine->title = copy(s->title);
    mine->target = copy(s->target);
    mine->promise = copy(s->promise);
    return to->n != to->enough;
}

static int forget(void **state)
{
    while (copies_n)
        free(copies[--copies_n]);
    return rig_teardown(state);
}

// Keeps the document among others that must not be seen, and walks it.
static void walk(const char *kind, const char *document)
{
    unlink(rig_path);
    form1_save("run", plain_run);
    form1_save("compare", comparison);
    form1_save(kind, document);
    form1_save("saturate", SATURATE("found", "1", "2"));
    struct history *h = rig_open(HISTORY_SAVE);
    seen.n = 0;
    assert_int_equal(walk_slots(h, 3, see, &seen, &rig_err), 0);
    history_close(h);
}

static bool same_values(const struct comparison_slot *s, const struct comparison_slot *x)
{
    bool same = true;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        same &= s->value[m] == x->value[m];
    return same;
}

static void is(const struct history_slot *s, const struct history_slot *x)
{
    assert_string_equal(s->test, x->test);
    assert_string_equal(s->title, x->title);
    assert_string_equal(s->target, x->target);
    assert_int_equal(s->block, x->block);
    assert_true(same_values(&s->measured, &x->measured));
    assert_int_equal(s->measured.limited_by, x->measured.limited_by);
    assert_int_equal(s->measured.answered, x->measured.answered);
    assert_int_equal(s->measured.errors, x->measured.errors);
    assert_int_equal(s->measured.unfinished, x->measured.unfinished);
    assert_int_equal(s->measured.hits, x->measured.hits);
    assert_int_equal(s->measured.misses, x->measured.misses);
    assert_true(s->measured.server_cpu_s < 0);
    assert_true(s->load.rate == x->load.rate);
    assert_string_equal(s->promise, x->promise);
    assert_int_equal(s->load.clients, x->load.clients);
    assert_int_equal(s->load.pipeline, x->load.pipeline);
    assert_int_equal(s->load.window, x->load.window);
    assert_true(s->load.payload_bytes == x->load.payload_bytes && s->load.keyspace == x->load.keyspace);
}

// How it was asked, and how far it can be trusted.
static void is_trusted(const struct history_slot *s, const struct history_slot *x)
{
    assert_true(s->load.threads == x->load.threads && s->load.keepalive == x->load.keepalive);
    assert_true(s->load.sequential == x->load.sequential && s->load.quickack == x->load.quickack);
    assert_string_equal(s->load.arrival, x->load.arrival);
    assert_string_equal(s->load.engine, x->load.engine);
    assert_string_equal(s->load.key_dist, x->load.key_dist);
    assert_int_equal(s->measured.doubts, x->measured.doubts);
    assert_true(s->seconds == x->seconds);
    for (int m = 0; m < COMPARISON_METRICS; m++)
        assert_true(fabs(s->errors[m] - x->errors[m]) < 1e-9);
}

// --- tests ---

static void a_plain_run_has_one_for_each_test_that_ran(void **state)
{
    (void)state;
    walk("run", plain_run);
    assert_int_equal(seen.n, 2);
    is(&seen.slots[0], &(struct history_slot){.test = "set",
                                              .title = "SET",
                                              .target = "",
                                              .measured.value[COMPARISON_THROUGHPUT] = 1000.5,
                                              .measured.value[COMPARISON_P50] = 20,
                                              .measured.value[COMPARISON_P99] = 50,
                                              .measured.value[COMPARISON_P999] = 60,
                                              .measured.limited_by = LIMIT_RATE,
                                              .measured.answered = 11,
                                              .measured.errors = 2,
                                              .measured.unfinished = 3,
                                              .measured.hits = 4,
                                              .measured.misses = 5,
                                              .load.rate = 1200.5,
                                              .promise = "",
                                              .load.clients = 50,
                                              .load.pipeline = 16,
                                              .load.window = true,
                                              .load.payload_bytes = 3,
                                              .load.keyspace = 100000});
    is_trusted(&seen.slots[0],
               &(struct history_slot){.load.threads = 2,
                                      .load.keepalive = 1,
                                      .load.sequential = 0,
                                      .load.key_dist = "uniform",
                                      .load.quickack = 1,
                                      .load.arrival = "constant",
                                      .load.engine = "epoll",
                                      .measured.doubts = doubt_rules("errors,short-run"),
                                      .seconds = 2.5,
                                      .errors[COMPARISON_P50] = 3 / 3.92 / 20,
                                      .errors[COMPARISON_P99] = 98 / 3.92 / 50}); // no upper end
    is(&seen.slots[1], &(struct history_slot){.test = "command",
                                              .title = "PING hello",
                                              .target = "",
                                              .measured.value[COMPARISON_THROUGHPUT] = 7,
                                              .measured.limited_by = LIMIT_SERVER,
                                              .measured.unfinished = 9,
                                              .promise = "",
                                              .load.clients = 1,
                                              .load.pipeline = 1,
                                              .load.window = false,
                                              .load.payload_bytes = -1,
                                              .load.keyspace = -1});
}

static void a_comparison_has_its_slots_block_by_block(void **state)
{
    (void)state;
    static const char targets[] = "abbabaab";
    walk("compare", comparison);
    assert_int_equal(seen.n, 9);
    is_trusted(&seen.slots[1], &(struct history_slot){.load.threads = 4,
                                                      .load.keepalive = 0,
                                                      .load.sequential = 1,
                                                      .load.key_dist = "seq",
                                                      .load.quickack = 0,
                                                      .load.arrival = "poisson",
                                                      .load.engine = "io_uring",
                                                      .measured.doubts = doubt_rules("one-key"),
                                                      .seconds = 5.5});
    for (unsigned i = 0; i < 8; i++)
        is(&seen.slots[i], &(struct history_slot){.test = "get",
                                                  .title = "GET",
                                                  .target = (char[]){targets[i], 0},
                                                  .block = i / 4,
                                                  .measured.value[COMPARISON_THROUGHPUT] = 100 + i,
                                                  .measured.value[COMPARISON_P50] = 200 + i,
                                                  .measured.value[COMPARISON_P99] = 300 + i,
                                                  .measured.value[COMPARISON_P999] = 400 + i,
                                                  .measured.limited_by = LIMIT_SERVER,
                                                  .measured.answered = 500 + i,
                                                  .measured.errors = 600 + i,
                                                  .measured.unfinished = 700 + i,
                                                  .measured.hits = 800 + i,
                                                  .measured.misses = 900 + i,
                                                  .load.rate = 300.5,
                                                  .promise = "",
                                                  .load.clients = 50,
                                                  .load.pipeline = 16,
                                                  .load.window = true,
                                                  .load.payload_bytes = 3,
                                                  .load.keyspace = 1000});
}

static void an_older_comparison_says_less(void **state)
{
    (void)state;
    walk("compare", comparison);
    is_trusted(&seen.slots[8], &(struct history_slot){.load.threads = 0,
                                                      .load.keepalive = -1,
                                                      .load.sequential = -1,
                                                      .load.key_dist = "",
                                                      .load.quickack = -1,
                                                      .load.arrival = "",
                                                      .load.engine = "",
                                                      .measured.doubts = doubt_rules("")});
    is(&seen.slots[8], &(struct history_slot){.test = "ping_mbulk",
                                              .title = "PING",
                                              .target = "a",
                                              .measured.value[COMPARISON_THROUGHPUT] = 5,
                                              .measured.value[COMPARISON_P50] = 6,
                                              .measured.value[COMPARISON_P99] = 7,
                                              .measured.value[COMPARISON_P999] = 8,
                                              .measured.limited_by = LIMIT_CLIENT,
                                              .measured.answered = 9,
                                              .promise = "",
                                              .load.clients = 2,
                                              .load.pipeline = 3,
                                              .load.window = false,
                                              .load.payload_bytes = -1,
                                              .load.keyspace = -1});
}

static void a_comparison_of_capacities_has_a_promise(void **state)
{
    (void)state;
    walk("compare", capacities);
    assert_int_equal(seen.n, 1);
    is(&seen.slots[0], &(struct history_slot){.test = "get",
                                              .title = "GET",
                                              .target = "a",
                                              .measured.value[COMPARISON_CAPACITY] = 512.5,
                                              .measured.limited_by = LIMIT_SERVER,
                                              .measured.answered = 9,
                                              .measured.errors = 1,
                                              .seconds = 0.5,
                                              .promise = "p99=1000ns",
                                              .load.clients = 50,
                                              .load.pipeline = 1,
                                              .load.window = false,
                                              .load.payload_bytes = 3,
                                              .load.keyspace = 1000});
}

// Of the target alone, whatever it was called.
static void a_server_with_itself_has_no_names(void **state)
{
    (void)state;
    walk("aa", comparison);
    for (unsigned i = 0; i < seen.n; i++)
        assert_string_equal(seen.slots[i].target, "");
    assert_int_equal(seen.n, 9);
}

static void others_have_none(void **state)
{
    (void)state;
    walk("sweep", sweep);
    assert_int_equal(seen.n, 0);
    walk("saturate", SATURATE("found", "2000.5", "2020"));
    assert_int_equal(seen.n, 0);
    walk("later", comparison); // a kind that is not known yet
    assert_int_equal(seen.n, 0);
    struct history *h = rig_open(HISTORY_READ);
    assert_int_equal(walk_slots(h, 12345, see, &seen, &rig_err), 0);
    assert_int_equal(seen.n, 0);
    history_close(h);
}

static void a_walk_ends_when_enough_is_seen(void **state)
{
    (void)state;
    seen.enough = 3;
    walk("compare", comparison);
    seen.enough = 0;
    assert_int_equal(seen.n, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_plain_run_has_one_for_each_test_that_ran),
        TEST(a_comparison_has_its_slots_block_by_block),
        TEST(an_older_comparison_says_less),
        TEST(a_comparison_of_capacities_has_a_promise),
        TEST(a_server_with_itself_has_no_names),
        TEST(others_have_none),
        TEST(a_walk_ends_when_enough_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
