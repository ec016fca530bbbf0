// SPDX-License-Identifier: MIT
// Whether a comparison's warm-up was asked for; else its pilots find one.
#include "cli/compare_options.h"

#include "base/clock.h"

#include "line.h"

static struct compare_options c;

static int let_go(void **state)
{
    (void)state;
    compare_options_free(&c);
    c = (struct compare_options){0};
    return 0;
}

static const struct compare_conf *read_it(const char *rest)
{
    char line[160];
    snprintf(line, sizeof line, "compare a=h:1 b=h:2 %s", rest);
    let_go(NULL);
    err = (struct err){0};
    if (compare_options_parse(&c, split(line), argv_of, &err) < 0)
        fail_msg("%s: %s", line, err.text);
    return &c.conf;
}

static uint64_t warmup_of(unsigned t)
{
    return c.conf.each[t].workload.run.warmup_ns;
}

static void what_asks_for_one(void **state)
{
    (void)state;
    assert_false(read_it("")->warms);
    assert_true(read_it("--warmup 2s")->warms);
    assert_true(read_it("--warmup 0")->warms); // none is what was asked for
    assert_true(read_it("--for b:--warmup=2s")->warms);
    assert_int_equal(warmup_of(0), 0);
    assert_int_equal(warmup_of(1), 2 * NS_PER_S);
}

// It takes as long as the rate rises: in a shorter one the rate would jump at its end.
static void a_ramp_does(void **state)
{
    (void)state;
    assert_true(read_it("--rate 1000 --ramp 3s")->warms);
    assert_int_equal(warmup_of(0), 3 * NS_PER_S);
    assert_int_equal(warmup_of(1), 3 * NS_PER_S);
    assert_true(read_it("--rate 1000 --ramp 3s --warmup 5s")->warms);
    assert_int_equal(warmup_of(0), 5 * NS_PER_S);
    assert_true(read_it("--rate 1000 --for b:--ramp=3s")->warms);
    assert_int_equal(warmup_of(1), 3 * NS_PER_S);
    assert_false(read_it("--rate 1000")->warms);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, let_go)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(what_asks_for_one), TEST(a_ramp_does)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
