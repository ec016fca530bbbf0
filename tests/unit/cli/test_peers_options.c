// SPDX-License-Identifier: MIT
// The options of a rank that measures and does not lead: 5 of 6, of which the last two only measure. One
// process is one rank.
#include "cli/part_options.h"

#include "experiment/peers.h"

#include "line.h"

#include "base/ranks.h"

#define RANKS "several ranks share this load: leave out "

static void a_rank_makes_its_share(void **state)
{
    (void)state;
    ok("hkv-bench -n 1000 -c 6 --threads 6");
    assert_int_equal(o.run.part, 5);
    assert_int_equal(o.run.parts, 6);
    assert_int_equal(o.run.seed, 1); // all draw by the same one
    assert_int_equal(o.run.requests, 1000);
    ok("hkv-bench -n 1000 --seed 9");
    assert_int_equal(o.run.seed, 9);
}

static void only_the_first_rank_writes_files(void **state)
{
    (void)state;
    ok("hkv-bench --json j --html h --series s --hdr l -t get --assert get.p99<1s --junit u "
       "--prometheus-file p --save db");
    assert_null(o.json);
    assert_null(o.html);
    assert_null(o.series);
    assert_null(o.hdr);
    assert_null(o.junit);
    assert_null(o.prometheus);
    assert_null(o.save);
}

// It makes next to no load: a rate for each, of a few clients, at moments of its own, by keys of its own.
static void a_rank_that_only_measures(void **state)
{
    (void)state;
    ok("hkv-bench --duration 5 -c 600 --threads 6 -P 16 --rate 600k --prefill --measure-ranks 2 "
       "--measure-rate 500");
    assert_true(peers_find().measures);
    assert_int_equal(o.run.part, 1);
    assert_int_equal(o.run.parts, 2);
    assert_int_equal(o.run.clients, 32);
    assert_true(o.run.rate == 1000);
    assert_int_equal(o.run.arrival, ARRIVAL_POISSON);
    assert_int_equal(o.run.pipeline, 1);
    assert_int_equal(o.run.threads, 1);
    assert_false(o.run.prefill);
    assert_int_equal(o.run.seed, 78);
}

static void what_ranks_cannot_share(void **state)
{
    static const struct {
        const char *line, *sentence;
    } cases[] = {
        {"hkv-bench --part a", RANKS "--part"},
        {"hkv-bench --part-of 1/2", RANKS "--part-of"},
        {"hkv-bench --start-at 1769860800", RANKS "--start-at"},
        {"hkv-bench -l", RANKS "-l"},
        {"hkv-bench -I", RANKS "-I"},
        {"hkv-bench --embedded", RANKS "--embedded"},
        {"hkv-bench --cleanup", RANKS "--cleanup"},
        {"hkv-bench --until-precise 5%", RANKS "--until-precise"},
        {"hkv-bench --duration 5 --measure-ranks 6",
         "--measure-ranks: expected fewer than the 6 ranks that there are, got 6"},
        {"hkv-bench --duration 5 --measure-ranks 7",
         "--measure-ranks: expected fewer than the 6 ranks that there are, got 7"},
    };
    (void)state;
    for (size_t i = 0; i < LEN(cases); i++)
        refused(cases[i].line, cases[i].sentence);
}

// Its end is known only once all options are.
static void a_rank_measures_as_long_as_the_load_lasts(void **state)
{
    (void)state;
    ok("hkv-bench --duration 5 --measure-ranks 2");
    assert_int_equal(part_options_check(&o, &err), 0);
    ok("hkv-bench -n 5 --measure-ranks 2");
    assert_int_equal(part_options_check(&o, &err), -1);
    assert_string_equal(err.text,
                        "--measure-ranks measures as long as the load lasts: give --duration instead of -n");
    ok("hkv-bench -n 5");
    assert_int_equal(part_options_check(&o, &err), 0);
}

// Nobody speaks over the descriptor here.
static int be_a_rank(void **state)
{
    (void)state;
    setenv(RANKS_VARIABLE, "99 5 6 -1", 1);
    return peers_find().any ? 0 : -1;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rank_makes_its_share),
        TEST(only_the_first_rank_writes_files),
        TEST(a_rank_that_only_measures),
        TEST(what_ranks_cannot_share),
        TEST(a_rank_measures_as_long_as_the_load_lasts),
    };
    return cmocka_run_group_tests(tests, be_a_rank, NULL);
}
