// SPDX-License-Identifier: MIT
#include "cli/part_options.h"

#include "line.h"

#define SHARE "--part tells of a share of a load: leave out "

static void a_share_of_a_load(void **state)
{
    (void)state;
    ok("hkv-bench");
    assert_null(o.part);
    assert_int_equal(o.run.parts, 0);
    ok("hkv-bench --part a");
    assert_string_equal(o.part, "a");
    assert_int_equal(o.run.part, 0);
    assert_int_equal(o.run.parts, 1);
    ok("hkv-bench --part a --part-of 3/8");
    assert_int_equal(o.run.part, 2);
    assert_int_equal(o.run.parts, 8);
    ok("hkv-bench --part a --part-of 10000/10000");
    assert_int_equal(o.run.part, PARTS_MAX - 1);
}

// All parts draw by the same seed, so that it is not chosen by chance.
static void parts_share_a_seed(void **state)
{
    (void)state;
    ok("hkv-bench --part a --part-of 1/2");
    assert_int_equal(o.run.seed, 1);
    ok("hkv-bench --part a --part-of 2/2 --seed 7");
    assert_int_equal(o.run.seed, 7);
}

static void what_is_no_share(void **state)
{
    (void)state;
    static const char *const wrong[] = {"0/2", "3/2",  "1",       "1/",    "/2",   "x/2",
                                        "1/x", "-1/2", "1/10001", "1k/2k", "1/2/3"};
    for (size_t i = 0; i < LEN(wrong); i++) {
        char line[64], sentence[120];
        snprintf(line, sizeof line, "hkv-bench --part a --part-of %s", wrong[i]);
        snprintf(sentence, sizeof sentence,
                 "--part-of: expected a part of up to 10000 such as 1/4 or 4/4, got '%s'", wrong[i]);
        refused(line, sentence);
    }
    refused("hkv-bench --part-of 1/2",
            "--part-of needs a file for what comes of the share: give --part FILE");
}

static void what_a_share_cannot_have(void **state)
{
    (void)state;
    refused("hkv-bench --part a -l", SHARE "-l");
    refused("hkv-bench --part a -I", SHARE "-I");
    refused("hkv-bench --part a --embedded", SHARE "--embedded");
    refused("hkv-bench --part a --cleanup", SHARE "--cleanup");
    refused("hkv-bench --part a --until-precise 5%", SHARE "--until-precise");
    refused("hkv-bench --part a --replay /dev/null", SHARE "--replay");
    refused("hkv-bench --part a --queue list", SHARE "--queue and --pubsub");
    refused("hkv-bench --part a -t get --assert get.p99<1ms",
            SHARE "--assert (hkv-bench merge takes it, for the whole)");
}

static void when_it_begins(void **state)
{
    (void)state;
    ok("hkv-bench");
    assert_int_equal(o.start_at_ns, 0);
    ok("hkv-bench --start-at 2026-01-31T12:00:00Z"); // of a whole load too
    assert_true(o.start_at_ns == UINT64_C(1769860800000000000));
    ok("hkv-bench --start-at 1769860800.5");
    assert_true(o.start_at_ns == UINT64_C(1769860800500000000));
    refused("hkv-bench --start-at noon",
            "--start-at: expected a moment such as 2026-01-31T12:00:00Z, or seconds since 1970 such as "
            "1769860800.5, got 'noon'");
}

static void a_subcommand_has_no_parts(void **state)
{
    (void)state;
    ok("hkv-bench -n 5");
    assert_int_equal(part_options_none(&o, "sweep", &err), 0);
    static const char *const lines[] = {"hkv-bench --part a", "hkv-bench --start-at 1769860800"};
    for (size_t i = 0; i < LEN(lines); i++) {
        ok(lines[i]);
        assert_int_equal(part_options_none(&o, "sweep", &err), -1);
        assert_string_equal(
            err.text,
            "--part, --part-of, --start-at and --measure-ranks are for a plain run: leave them out of sweep");
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_share_of_a_load),        TEST(parts_share_a_seed), TEST(what_is_no_share),
        TEST(what_a_share_cannot_have), TEST(when_it_begins),     TEST(a_subcommand_has_no_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
