// SPDX-License-Identifier: MIT
#include "stats/comparison.h"
#include "stats/freeze.h"
#include "stats/remarks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BLOCKS 8

static struct comparison_block blocks[BLOCKS];

// A and B in ABBA blocks: B's throughput is `ratio` times that of A, give or take a wobble; latencies are the
// inverse of it. The machine gets slower from slot to slot by 1 %.
static struct comparison abba(double ratio, double wobble)
{
    static const unsigned order[] = {0, 1, 1, 0};
    struct comparison c = {.test = "get",
                           .title = "GET",
                           .targets = 2,
                           .names = {"a", "b"},
                           .blocks_asked = BLOCKS,
                           .n = BLOCKS,
                           .blocks = blocks,
                           .terms = {{.keys = -1}, {.keys = -1}},
                           .load = {.clients = 50, .pipeline = 1}};
    for (int m = 0; m < COMPARISON_METRICS; m++)
        c.margins[m] = comparison_metrics[m].margin;
    for (unsigned k = 0; k < BLOCKS; k++) {
        blocks[k] = (struct comparison_block){.n = 4};
        for (unsigned i = 0; i < 4; i++) {
            double speed =
                (order[i] ? ratio * (1 + wobble * (k % 2 ? 1 : -1) * (1 + 0.1 * k)) : 1) * pow(0.99, i);
            struct comparison_slot *s = &blocks[k].slots[i];
            *s = (struct comparison_slot){.target = order[i],
                                          .limited_by = LIMIT_SERVER,
                                          .answered = 1000,
                                          .sent = 1000,
                                          .hits = 1000,
                                          .server_cpu_s = order[i] ? 0.02 : 0.01};
            s->value[COMPARISON_THROUGHPUT] = 100000 * speed;
            for (int m = COMPARISON_P50; m < COMPARISON_CAPACITY; m++)
                s->value[m] = 1e6 * m / speed;
        }
    }
    return c;
}

static void assert_near(double x, double expected)
{
    assert_true(fabs(x - expected) < 1e-9 * fabs(expected) + 1e-12);
}

static void a_ratio_without_noise_is_found(void **state)
{
    (void)state;
    struct comparison c = abba(1.25, 0);
    struct contrast x[COMPARISON_METRICS];
    char word[96];
    comparison_judge(&c, 1, x);
    assert_near(x[COMPARISON_THROUGHPUT].estimate.ratio, 1.25); // the drift inside the blocks cancels
    assert_int_equal(x[COMPARISON_THROUGHPUT].better, 1);
    assert_int_equal(x[COMPARISON_THROUGHPUT].estimate.won, BLOCKS);
    assert_near(x[COMPARISON_P99].estimate.ratio, 0.8);
    assert_int_equal(x[COMPARISON_P99].better, 1);
    assert_false(x[COMPARISON_THROUGHPUT].at_least || x[COMPARISON_THROUGHPUT].muddled);
    comparison_word(&c, COMPARISON_THROUGHPUT, &x[COMPARISON_THROUGHPUT], word);
    assert_string_equal(word, "faster");
    comparison_word(&c, COMPARISON_P99, &x[COMPARISON_P99], word);
    assert_string_equal(word, "lower");
    // Three metrics beside the primary one, all with p = 2^-7: Holm makes it 3 / 2^7.
    assert_near(x[COMPARISON_THROUGHPUT].adjusted_p, 2.0 / 256);
    assert_near(x[COMPARISON_P999].adjusted_p, 6.0 / 256);
}

static void words_for_what_is_not_a_difference(void **state)
{
    (void)state;
    struct comparison c = abba(1.002, 0.001);
    struct contrast x[COMPARISON_METRICS];
    char word[96];
    comparison_judge(&c, 1, x);
    assert_int_equal(x[COMPARISON_THROUGHPUT].better, 0);
    comparison_word(&c, COMPARISON_THROUGHPUT, &x[COMPARISON_THROUGHPUT], word);
    assert_string_equal(word, "equivalent (within 1%)");
    c = abba(1.0, 0.05);
    comparison_judge(&c, 1, x);
    assert_int_equal(x[COMPARISON_THROUGHPUT].finding, FINDING_UNCLEAR);
    comparison_word(&c, COMPARISON_THROUGHPUT, &x[COMPARISON_THROUGHPUT], word);
    assert_non_null(strstr(word, "inconclusive"));
    c.n = 1;
    comparison_judge(&c, 1, x);
    comparison_word(&c, COMPARISON_THROUGHPUT, &x[COMPARISON_THROUGHPUT], word);
    assert_string_equal(word, "too few complete blocks");
}

static void nothing_below_the_floor_is_claimed(void **state)
{
    (void)state;
    struct comparison c = abba(1.04, 0.001);
    struct contrast x[COMPARISON_METRICS];
    comparison_judge(&c, 1, x);
    assert_int_equal(x[COMPARISON_THROUGHPUT].better, 1);
    c.floors[COMPARISON_THROUGHPUT] = 0.05;
    comparison_judge(&c, 1, x);
    assert_int_equal(x[COMPARISON_THROUGHPUT].better, 0);
    assert_int_equal(x[COMPARISON_THROUGHPUT].finding, FINDING_UNCLEAR);
}

static void a_client_at_its_end_flatters_nobody(void **state)
{
    (void)state;
    struct comparison c = abba(1.25, 0);
    struct contrast x[COMPARISON_METRICS];
    char word[96], remarks[REMARKS_MAX][REMARK_TEXT];
    for (unsigned k = 0; k < 2; k++) // of 16 slots of the faster one
        blocks[k].slots[1].limited_by = LIMIT_CLIENT;
    comparison_judge(&c, 1, x);
    assert_true(x[COMPARISON_THROUGHPUT].at_least);
    comparison_word(&c, COMPARISON_THROUGHPUT, &x[COMPARISON_THROUGHPUT], word);
    assert_string_equal(word, "faster (lower bound)");
    assert_int_equal(remarks_of(&c, remarks), 1);
    assert_non_null(strstr(remarks[0], "b: the client was the bottleneck in 2 of 16 slots"));
    for (unsigned k = 0; k < 2; k++) {
        blocks[k].slots[1].limited_by = LIMIT_SERVER;
        blocks[k].slots[0].limited_by = LIMIT_CLIENT; // the slower one could have been faster
    }
    comparison_judge(&c, 1, x);
    assert_true(x[COMPARISON_THROUGHPUT].muddled);
    comparison_word(&c, COMPARISON_THROUGHPUT, &x[COMPARISON_THROUGHPUT], word);
    assert_string_equal(word, "no verdict: the client was the bottleneck");
    blocks[0].slots[0].limited_by = LIMIT_SERVER; // one slot in sixteen is chance
    comparison_judge(&c, 1, x);
    assert_false(x[COMPARISON_THROUGHPUT].muddled);
}

static void two_that_one_client_held_back_are_not_alike(void **state)
{
    (void)state;
    struct comparison c = abba(1, 0);
    const struct contrast *throughput;
    struct contrast x[COMPARISON_METRICS];
    char word[96];
    comparison_judge(&c, 1, x);
    throughput = &x[COMPARISON_THROUGHPUT];
    assert_int_equal(throughput->finding, FINDING_EQUIVALENT);
    assert_false(throughput->muddled);
    for (int side = 0; side < 2; side++) { // one that could be faster is enough
        c = abba(1, 0);
        for (unsigned k = 0; k < BLOCKS; k++)
            blocks[k].slots[side].limited_by = LIMIT_CLIENT;
        comparison_judge(&c, 1, x);
        assert_true(throughput->muddled);
        comparison_word(&c, COMPARISON_THROUGHPUT, throughput, word);
        assert_string_equal(word, "no verdict: the client was the bottleneck");
    }
}

static void unequal_conditions_are_said(void **state)
{
    (void)state;
    struct comparison c = abba(1, 0);
    char list[REMARKS_MAX][REMARK_TEXT];
    assert_int_equal(remarks_of(&c, list), 0);
    blocks[0].slots[0].errors = 160;
    blocks[0].slots[1].hits = 500;
    blocks[0].slots[1].misses = 500;
    blocks[3].slots[2].evicted = 9;
    blocks[3].slots[2].aof = true;
    blocks[4].slots[0].unfinished = 3;
    blocks[5].slots[1].counted = 1500;
    assert_int_equal(remarks_of(&c, list), 6);
    assert_string_equal(list[0],
                        "b counted other requests than were sent: another client used it during the run");
    assert_non_null(strstr(list[1], "b had AOF enabled, so its figures include writing a log to disk: "));
    assert_non_null(strstr(list[2], "error replies: a 1%, b 0%"));
    assert_non_null(strstr(list[3], "a 100.0%, b 96.9%"));
    assert_non_null(strstr(list[4], "evicted keys: a 0, b 9"));
    assert_non_null(strstr(list[5], "unanswered requests: a 3, b 0"));
}

static void sums_over_the_slots(void **state)
{
    (void)state;
    struct comparison c = abba(1, 0);
    struct comparison_total t;
    comparison_total(&c, 1, &t);
    assert_int_equal(t.slots, 2 * BLOCKS);
    assert_int_equal(t.answered, 2000 * BLOCKS);
    assert_near(t.cpu_s_per_million, 20);
    blocks[2].slots[1].server_cpu_s = -1;
    comparison_total(&c, 1, &t);
    assert_true(t.cpu_s_per_million < 0);
}

static void a_slot_is_taken_from_a_summary(void **state)
{
    (void)state;
    struct summary s = {.counts = {.sent = 3000, .ok = 2990, .errors = 10, .hits = 5, .misses = 6},
                        .wall_ns = 2000000000,
                        .latency = hist_new(3)};
    struct comparison_slot slot = {.target = 1};
    hist_record(s.latency, 1000000, 2990);
    summary_settle(&s);
    s.signals.cpu_known = true;
    s.signals.server_cores = 0.5;
    s.signals.commands = 3000;
    assert_int_equal(freeze_summary(&s), 0);
    struct comparison *taken = calloc(1, sizeof *taken);
    comparison_take(taken, &slot, &s);
    assert_near(slot.value[COMPARISON_THROUGHPUT], 1500);
    assert_near(slot.value[COMPARISON_P99], 1000000);
    assert_near(slot.server_cpu_s, 1);
    assert_int_equal(slot.counted, 3000);
    struct comparison c = {.primary = COMPARISON_THROUGHPUT}, searched = {.primary = COMPARISON_CAPACITY};
    assert_true(comparison_counts(&c, &slot));
    assert_false(comparison_counts(&searched, &slot));
    slot.errors = slot.answered;
    assert_false(comparison_counts(&c, &slot));
    int rule = doubt_rule(slice_of("errors"));
    assert_true(rule >= 0 && slot.doubts >> rule & 1);
    assert_non_null(strstr(taken->doubts[1][rule], "10 of 3,000 replies were errors"));
    assert_string_equal(taken->doubts[0][rule], "");
    free(taken);
    summary_free(&s);
}

static void doubt(unsigned block, unsigned slot, const char *name)
{
    blocks[block].slots[slot].doubts |= UINT64_C(1) << doubt_rule(slice_of(name));
}

// What one slot by itself would be doubted for is said of its server, once, with how many slots had it; what
// only one of the two has may be the difference.
static void doubts_of_the_slots_are_said(void **state)
{
    (void)state;
    struct comparison c = abba(0.02, 0);
    struct remarks_doubt doubts[DOUBTS_MAX];
    char list[REMARKS_MAX][REMARK_TEXT], doubtful[REMARKS_QUALIFIED];
    snprintf(c.doubts[1][doubt_rule(slice_of("delayed-ack"))], DOUBT_TEXT, "that is the delayed ACK");
    for (unsigned k = 0; k < BLOCKS; k++) {
        doubt(k, 1, "delayed-ack");
        doubt(k, 1, "few-samples"); // slower means fewer
        for (unsigned i = 0; i < 4; i++)
            doubt(k, i, "one-key");
    }
    doubt(0, 1, "not-steady"); // one slot in sixteen is chance
    doubt(0, 2, "short-run");  // the blocks make up for it
    doubt(0, 0, "lost-connections");
    assert_int_equal(remarks_of(&c, list), 5);
    assert_string_equal(list[4], "b, 8 of 16 slots: too few replies for p99.9: raise --slot");
    assert_string_equal(list[0], "a, 1 of 16 slots: ");
    assert_string_equal(list[1], "a, 16 of 16 slots: ");
    assert_string_equal(list[2], "b, 8 of 16 slots: that is the delayed ACK");
    assert_string_equal(list[3], "b, 16 of 16 slots: ");
    assert_int_equal(remarks_doubts(&c, 1, doubts), 5);
    assert_string_equal(doubts[0].name, "delayed-ack");
    assert_true(doubts[0].told && doubts[0].slots == 8 && doubts[0].of == 16);
    assert_true(remarks_qualify(&c, 1, doubtful));
    assert_string_equal(doubtful, "lost-connections of a, delayed-ack of b");
    c = abba(0.02, 0);
    assert_false(remarks_qualify(&c, 1, doubtful));
}

// The worse server's slots were limited by the client, which left a third of their time to the server at
// least: freed of it, a server that is fifty times slower is sixteen times slower, and one that is two times
// slower cannot be told.
static void what_the_client_cannot_have_added_is_judged(void **state)
{
    (void)state;
    for (int far = 0; far < 2; far++) {
        struct comparison c = abba(far ? 0.02 : 0.5, 0);
        struct contrast x[COMPARISON_METRICS];
        for (unsigned k = 0; k < BLOCKS; k++)
            for (unsigned i = 1; i <= 2; i++) {
                blocks[k].slots[i].limited_by = LIMIT_CLIENT;
                blocks[k].slots[i].client_idle = 0.333;
            }
        comparison_judge(&c, 1, x);
        const struct contrast *throughput = &x[COMPARISON_THROUGHPUT];
        assert_int_equal(throughput->muddled, !far);
        assert_int_equal(throughput->at_least, far);
        assert_int_equal(throughput->better, -1);
        if (far)
            assert_near(throughput->bound, 0.02 / 0.333);
        assert_true(x[COMPARISON_P99].muddled); // no share of the time tells about a tail
        blocks[0].slots[1].client_idle = 0;     // unknown
        comparison_judge(&c, 1, x);
        assert_true(x[COMPARISON_THROUGHPUT].muddled);
    }
}

// Where capacity is compared it is all that is.
static void capacity_is_judged_alone(void **state)
{
    (void)state;
    struct comparison c = abba(1, 0);
    struct contrast x[COMPARISON_METRICS];
    char word[96];
    c.primary = COMPARISON_CAPACITY;
    for (unsigned k = 0; k < BLOCKS; k++)
        for (unsigned i = 0; i < 4; i++)
            blocks[k].slots[i] = (struct comparison_slot){.target = blocks[k].slots[i].target,
                                                          .value = {[COMPARISON_CAPACITY] = 5000},
                                                          .answered = 10,
                                                          .server_cpu_s = -1};
    blocks[0].slots[1].value[COMPARISON_CAPACITY] *= 1.2;
    for (unsigned k = 1; k < BLOCKS; k++)
        blocks[k].slots[1].value[COMPARISON_CAPACITY] = blocks[k].slots[2].value[COMPARISON_CAPACITY] = 6000;
    comparison_judge(&c, 1, x);
    assert_true(x[COMPARISON_CAPACITY].judged && !x[COMPARISON_THROUGHPUT].judged &&
                !x[COMPARISON_P99].judged);
    assert_near(x[COMPARISON_CAPACITY].estimate.ratio, 1.2);
    assert_near(x[COMPARISON_CAPACITY].adjusted_p, 2.0 / 256);
    assert_int_equal(x[COMPARISON_CAPACITY].better, 1);
    comparison_word(&c, COMPARISON_CAPACITY, &x[COMPARISON_CAPACITY], word);
    assert_string_equal(word, "higher");
}

// One kept run against eight blocks of now: logarithms of 1.25 with a wobble, by Student's t.
static void a_kept_run_in_the_place_of_the_first(void **state)
{
    (void)state;
    struct comparison c = abba(1.25, 0.01);
    struct comparison_block kept = {.n = 1, .slots = {{.answered = 1000, .errors = 100, .server_cpu_s = -1}}};
    struct comparison_baseline past = {.n = 1, .blocks = &kept};
    struct contrast x[COMPARISON_METRICS];
    struct comparison_total total;
    char list[REMARKS_MAX][REMARK_TEXT];
    kept.slots[0].value[COMPARISON_THROUGHPUT] = 100000 * pow(0.99, 1.5);
    for (int m = COMPARISON_P50; m < COMPARISON_CAPACITY; m++)
        kept.slots[0].value[m] = 1e6 * m;
    c.baseline = &past;
    comparison_judge(&c, 1, x);
    const struct estimate *e = &x[COMPARISON_THROUGHPUT].estimate;
    assert_true(e->by_t && e->n == BLOCKS && e->won == BLOCKS);
    assert_true(fabs(e->ratio - 1.25) < 0.002 && e->low < 1.25 && e->high > 1.25 && e->low > 1.05);
    past.errors[COMPARISON_THROUGHPUT] = 0.13; // 60 answers
    comparison_judge(&c, 1, x);
    assert_true(x[COMPARISON_THROUGHPUT].judged && !x[COMPARISON_THROUGHPUT].better);
    past.errors[COMPARISON_THROUGHPUT] = 0;
    comparison_judge(&c, 1, x);
    assert_int_equal(x[COMPARISON_THROUGHPUT].better, 1);
    assert_int_equal(x[COMPARISON_THROUGHPUT].blocks_more, 0);
    assert_near(x[COMPARISON_THROUGHPUT].reference, kept.slots[0].value[COMPARISON_THROUGHPUT]);
    comparison_total(&c, 0, &total);
    assert_true(total.slots == 1 && total.errors == 100 && total.cpu_s_per_million < 0);
    int n = remarks_of(&c, list);
    assert_non_null(strstr(list[0], "unpaired: a was measured earlier"));
    assert_non_null(strstr(list[0], "a single run has no variance of its own"));
    assert_true(n >= 2 && strstr(list[1], "error replies: a 10%, b 0%"));
}

// Any difference matters, and no number of blocks shows that there is none.
static void a_margin_of_nothing(void **state)
{
    (void)state;
    struct comparison c = abba(1, 0.01);
    struct contrast x[COMPARISON_METRICS];
    c.margins[COMPARISON_THROUGHPUT] = 0;
    comparison_judge(&c, 1, x);
    assert_true(x[COMPARISON_THROUGHPUT].judged);
    assert_int_equal(x[COMPARISON_THROUGHPUT].better, 0);
    assert_int_equal(x[COMPARISON_THROUGHPUT].blocks_more, 0);
}

static void what_was_asked_otherwise(void **state)
{
    (void)state;
    const struct slo slo = {.n = 1, .limit = {{QUANTILE_P99, 1000000, ""}}};
    struct comparison c = {.slot_ns = 500000000, .load = {.clients = 50, .pipeline = 1}};
    struct comparison_baseline past = {.load = c.load};
    char why[LOAD_WHY];
    assert_false(comparison_differs(&past, &c, why));
    past.load.clients = 20;
    assert_true(comparison_differs(&past, &c, why));
    assert_string_equal(why, "20 clients then, 50 now");
    c.slo = &slo;
    assert_true(comparison_differs(&past, &c, why));
    assert_string_equal(why, "--slo  then, p99=1000000ns now");
    slo_key(&slo, past.promise);
    past.trial_s = 1;
    assert_true(comparison_differs(&past, &c, why));
    assert_non_null(strstr(why, "--slot "));
    past.trial_s = 0.5;
    past.load = c.load;
    assert_false(comparison_differs(&past, &c, why));
}

// Blocks of now that wander off are no dozen: nothing is judged by them.
static void unpaired_blocks_that_drift_are_not_judged(void **state)
{
    (void)state;
    struct comparison c = abba(1.25, 0.01);
    struct comparison_block kept[BLOCKS];
    struct comparison_baseline past = {.n = BLOCKS, .blocks = kept};
    struct contrast x[COMPARISON_METRICS];
    char word[96];
    memcpy(kept, blocks, sizeof kept);
    c.baseline = &past;
    comparison_judge(&c, 1, x);
    assert_true(x[COMPARISON_THROUGHPUT].judged && x[COMPARISON_THROUGHPUT].better == 1);
    for (unsigned k = 0; k < BLOCKS; k++)
        for (unsigned i = 0; i < 4; i++)
            blocks[k].slots[i].value[COMPARISON_THROUGHPUT] *= 1 + 0.1 * k;
    comparison_judge(&c, 1, x);
    assert_true(!x[COMPARISON_THROUGHPUT].judged && x[COMPARISON_P99].judged);
    comparison_word(&c, COMPARISON_THROUGHPUT, &x[COMPARISON_THROUGHPUT], word);
    assert_string_equal(word, "no verdict: the blocks drift");
}

static void terms_that_differ_are_said(void **state)
{
    (void)state;
    struct comparison c = abba(1, 0);
    char list[REMARKS_MAX][REMARK_TEXT];
    c.terms[0] = (struct comparison_terms){"noeviction", 1000, false, false};
    c.terms[1] = (struct comparison_terms){"noeviction", 1005, false, false}; // within one in a hundred
    assert_int_equal(remarks_of(&c, list), 0);
    c.terms[1] = (struct comparison_terms){"allkeys-lru", 2000, true, false};
    assert_int_equal(remarks_of(&c, list), 3);
    assert_string_equal(list[0], "b was measured with TLS and a without; the ratio includes its cost");
    assert_string_equal(list[1], "eviction policies differ: a noeviction, b allkeys-lru");
    assert_string_equal(list[2], "keys held: a 1,000, b 2,000; the datasets differ: fill both alike, e.g. "
                                 "with --prefill --fresh flush");
    c.terms[1] = (struct comparison_terms){"noeviction", 1000, false, true};
    assert_int_equal(remarks_of(&c, list), 1);
    assert_string_equal(list[0], "b is a cluster and a a single server");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capacity_is_judged_alone),
        cmocka_unit_test(a_kept_run_in_the_place_of_the_first),
        cmocka_unit_test(a_margin_of_nothing),
        cmocka_unit_test(what_was_asked_otherwise),
        cmocka_unit_test(unpaired_blocks_that_drift_are_not_judged),
        cmocka_unit_test(terms_that_differ_are_said),
        cmocka_unit_test(a_ratio_without_noise_is_found),
        cmocka_unit_test(words_for_what_is_not_a_difference),
        cmocka_unit_test(nothing_below_the_floor_is_claimed),
        cmocka_unit_test(a_client_at_its_end_flatters_nobody),
        cmocka_unit_test(two_that_one_client_held_back_are_not_alike),
        cmocka_unit_test(unequal_conditions_are_said),
        cmocka_unit_test(sums_over_the_slots),
        cmocka_unit_test(a_slot_is_taken_from_a_summary),
        cmocka_unit_test(doubts_of_the_slots_are_said),
        cmocka_unit_test(what_the_client_cannot_have_added_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
