// SPDX-License-Identifier: MIT
#include "stats/validity.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A test of which all is known, and all is well.
static struct summary good(void)
{
    struct summary s = {
        .counts = {.sent = 5000, .ok = 5000, .hits = 4995, .misses = 5},
        .reads = true,
        .load.rate = 1000,
        .evidence = {.hits_known = true, .hits_least = 0.9, .commands = 6000, .connections = 50},
        .signals = {.calls_known = true, .calls = 6000, .alone = true, .accepted = 50},
        .punctual = {5000, 1000000, 0.001, 1, 1.1}};
    struct drawn even = {
        .n = 4, .share = {0.25, 0.25, 0.25, 0.25}, .seen = {120, 130, 128, 122}, .read = 500};
    s.evidence.keys = s.evidence.sizes = even;
    return s;
}

static struct validity of(const struct summary *s)
{
    struct validity v;
    validity_of(s, &v);
    return v;
}

static void text_is(const struct summary *s, const char *expected)
{
    char text[VALIDITY_TEXT];
    struct validity v = of(s);
    assert_string_equal(validity_text(&v, text), expected);
}

// This check alone is not made, and nothing is held against the run.
static void is_unknown(const struct summary *s, enum validity_check check, const char *why)
{
    struct validity v = of(s);
    assert_false(v.invalid);
    assert_int_equal(v.checks[check].state, VALIDITY_UNKNOWN);
    assert_non_null(strstr(v.checks[check].reason, why));
}

// This check alone fails.
static void is_invalid(const struct summary *s, enum validity_check check, const char *why)
{
    struct validity v = of(s);
    char text[VALIDITY_TEXT], expected[VALIDITY_TEXT];
    snprintf(expected, sizeof expected, "INVALID (%s)", validity_check(check));
    assert_string_equal(validity_text(&v, text), expected);
    assert_true(v.invalid && v.checks[check].state == VALIDITY_FAIL);
    if (!strstr(v.checks[check].reason, why))
        fail_msg("the reason is: %s", v.checks[check].reason);
}

static void all_is_well(void **state)
{
    (void)state;
    struct summary s = good();
    text_is(&s, "VALID (sums, hits, commands, keys, sizes, arrivals)");
    for (int i = 0; i < VALIDITY_CHECKS; i++)
        assert_string_equal(of(&s).checks[i].reason, "");
    s.ending = ENDING_SKIPPED;
    text_is(&s, "");
    s = (struct summary){.counts = {.sent = 10, .ok = 10}};
    text_is(&s, "VALID (sums)");
}

static void sums(void **state)
{
    (void)state;
    struct summary s = good();
    s.counts.sent++;
    is_invalid(&s, VALID_SUMS, "5001 requests were due");
}

// A tenth of the keys is there.
static void hits(void **state)
{
    (void)state;
    struct summary s = good();
    s.counts.hits = 503;
    s.counts.misses = 4497;
    is_invalid(&s, VALID_HITS, "10.0% of the reads were hits, and the load implies 90% or more");
    s.evidence.hits_known = false;
    is_unknown(&s, VALID_HITS, "does not say");
    s.reads = false;
    is_unknown(&s, VALID_HITS, "nothing that can be missed");
    s = good();
    s.evidence.hits_least = 0.999; // exactly that
    assert_false(of(&s).invalid);
}

static void commands(void **state)
{
    (void)state;
    struct summary s = good();
    s.signals.calls = 5999;
    is_invalid(&s, VALID_COMMANDS, "the server counted 5,999 of these commands, and 6,000 were sent");
    s.signals.alone = false;
    is_unknown(&s, VALID_COMMANDS, "other clients");
    s.signals.alone = true;
    s.signals.accepted = 51;
    is_unknown(&s, VALID_COMMANDS, "other clients");
    s.signals.accepted = 50;
    s.counts.ok--;
    s.counts.hits--;
    s.counts.abandoned = 1;
    is_unknown(&s, VALID_COMMANDS, "unanswered");
    s = good();
    s.evidence.commands = 0;
    is_unknown(&s, VALID_COMMANDS, "how the server counts");
    s.signals.calls_known = false;
    is_unknown(&s, VALID_COMMANDS, "how the server counts");
    s = good();
    s.signals.calls_known = false;
    is_unknown(&s, VALID_COMMANDS, "INFO commandstats");
}

static void draws(void **state)
{
    (void)state;
    struct summary s = good();
    s.evidence.keys.seen[0] = 250;
    is_invalid(&s, VALID_KEYS, "chi-square");
    s = good();
    s.evidence.sizes.strays = 1;
    is_invalid(&s, VALID_SIZES, "1 of 500 requests had what the law never gives");
    s = good();
    s.evidence.keys = (struct drawn){.read = 300}; // counted through, and in order
    assert_int_equal(of(&s).checks[VALID_KEYS].state, VALIDITY_PASS);
    s.evidence.keys = (struct drawn){0};
    is_unknown(&s, VALID_KEYS, "too few");
    s.evidence.keys = (struct drawn){.n = 2, .share = {0.5, 0.5}, .seen = {3, 1}, .read = 4};
    is_unknown(&s, VALID_KEYS, "too few");
}

// Of a mix, the command that is worst, and the chance of a false alarm is one for all.
static void draws_of_a_mix(void **state)
{
    (void)state;
    struct summary s = good(), kinds[3] = {good(), good(), good()};
    s.kinds = kinds;
    s.nkinds = 3;
    strcpy(kinds[1].test, "get");
    text_is(&s, "VALID (sums, hits, commands, keys, sizes, arrivals)");
    kinds[1].evidence.keys.seen[2] = 300;
    is_invalid(&s, VALID_KEYS, "get: chi-square");
    assert_true(fabs(of(&s).checks[VALID_KEYS].limit - VALIDITY_CHANCE / 3) < 1e-12);
}

static void arrivals(void **state)
{
    (void)state;
    struct summary s = good();
    s.punctual.distance = 0.06;
    is_invalid(&s, VALID_ARRIVALS, "6% of the requests were overdue at once");
    s = good();
    s.punctual.sent_dispersion = 11;
    is_invalid(&s, VALID_ARRIVALS, "index of dispersion 11 instead of 1");
    s.punctual.requests = 999;
    is_unknown(&s, VALID_ARRIVALS, "too few");
    s.load.rate = 0;
    is_unknown(&s, VALID_ARRIVALS, "closed loop");
}

// --- how often a good sender is called a bad one, and whether a bad one is found ---

// 3,000 Poisson arrivals a second for so long, each sent so much later: an exponential time, and for a part
// of the second a stall.
static bool sent_well(uint64_t seed, double late_ns, double stall_ns)
{
    static struct schedule sent;
    struct rng rng = rng_init(seed, 0);
    double due_ns = 0;
    schedule_reset(&sent);
    while ((due_ns += -log(rng_unit(&rng)) * 1e9 / 3000) < 1e9) {
        double at_ns = due_ns - late_ns * log(rng_unit(&rng));
        if (due_ns > 4e8 && due_ns < 4e8 + stall_ns)
            at_ns = 4e8 + stall_ns + 1000;
        schedule_add(&sent, (uint64_t)due_ns, (uint64_t)at_ns, 1);
    }
    struct summary s = {.load.rate = 3000, .counts = {.sent = 1, .ok = 1}, .punctual = schedule_of(&sent)};
    struct validity v = of(&s);
    assert_int_not_equal(v.checks[VALID_ARRIVALS].state, VALIDITY_UNKNOWN);
    return !v.invalid;
}

static void a_good_sender_is_never_blamed(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 1500; seed++) // by 0.3 ms on average: worse than a busy machine
        assert_true(sent_well(seed, 3e5, seed % 2 ? 1e7 : 0));
}

static void a_late_one_always_is(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        assert_false(sent_well(seed, 1e5, 1e8)); // nothing left for a tenth of the time
        assert_false(sent_well(seed, 1.2e8, 0)); // all was late by as much on average
    }
}

// Samples of 512 by the right law: of 20,000 runs with a check of keys and one of sizes, fewer than 1 in
// 1,000.
static void a_good_draw_is_hardly_ever_blamed(void **state)
{
    (void)state;
    enum { RUNS = 20000, DRAWS = 512 };
    struct rng rng = rng_init(5, 0);
    unsigned blamed = 0;
    for (int run = 0; run < RUNS; run++) {
        struct summary s = good();
        struct drawn d = {.n = DRAWN_BINS, .read = DRAWS};
        for (int i = 0; i < DRAWN_BINS; i++)
            d.share[i] = 1.0 / DRAWN_BINS;
        s.evidence.keys = s.evidence.sizes = d;
        for (int i = 0; i < DRAWS; i++) {
            s.evidence.keys.seen[rng_below(&rng, DRAWN_BINS)]++;
            s.evidence.sizes.seen[rng_below(&rng, DRAWN_BINS)]++;
        }
        blamed += of(&s).invalid;
    }
    assert_true(blamed * 1000 <= RUNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well),
        cmocka_unit_test(sums),
        cmocka_unit_test(hits),
        cmocka_unit_test(commands),
        cmocka_unit_test(draws),
        cmocka_unit_test(draws_of_a_mix),
        cmocka_unit_test(arrivals),
        cmocka_unit_test(a_good_sender_is_never_blamed),
        cmocka_unit_test(a_late_one_always_is),
        cmocka_unit_test(a_good_draw_is_hardly_ever_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
