// SPDX-License-Identifier: MIT
#include "load/keylaw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void laws_in_full(void **state)
{
    (void)state;
    static const char *const laws[][2] = {
        {"uniform", "uniform"},
        {"zipf", "zipf:0.99"},
        {"zipf:1", "zipf:1"},
        {"zipf:1.25", "zipf:1.25"},
        {"hotset:10%:90%", "hotset:10%:90%"},
        {"hotset:0.1%:100%", "hotset:0.1%:100%"},
        {"gauss", "gauss:50%:16.6667%"},
        {"gauss:100", "gauss:100:16.6667%"},
        {"gauss:100:2.5", "gauss:100:2.5"},
        {"latest", "latest:0.99"},
        {"exp", "exp:10%"},
        {"exp:250", "exp:250"},
        {"seq", "seq"},
        {"seq-parallel", "seq-parallel"},
    };
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        struct keylaw law;
        struct err err;
        assert_int_equal(keylaw_parse(laws[i][0], &law, &err), 0);
        assert_string_equal(law.text, laws[i][1]);
    }
}

static void no_laws(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "zipf:0x1",  "hotset:0x5%:80%", "gauss:50%:0xa%", "zipf:+1",       "",          "zipfian",
        "zipf:",     "zipf:0",          "zipf:-1",        "zipf:1:2",      "zipf:10%",  "zipf:nan",
        "zipf:1e9",  "zipf:1x",         "hotset",         "hotset:10%",    "seq:1",     "hotset:10:90",
        "uniform:3", "hotset:10%:101%", "ZIPF",           "hotset:0%:90%", "gauss:1:0", "exp:0",
        "exp:101%",  "hotset:1%:9%:1%", "gauss:1:2:3:",   "latest:0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct keylaw law;
        struct err err = {0};
        if (keylaw_parse(wrong[i], &law, &err) == 0)
            fail_msg("%s was taken for a law", wrong[i]);
        assert_int_equal(err.code, ERR_USAGE);
    }
}

static void says_what_it_expects(void **state)
{
    (void)state;
    struct keylaw law;
    struct err err;
    assert_int_equal(keylaw_parse("zipf:0", &law, &err), -1);
    assert_string_equal(
        err.text, "--key-dist: expected zipf:0.99, with an exponent from 0.000001 to 100, got 'zipf:0'");
    assert_int_equal(keylaw_parse("pareto", &law, &err), -1);
    assert_string_equal(err.text, "--key-dist: expected uniform, zipf, hotset, gauss, latest, exp, seq or "
                                  "seq-parallel, got 'pareto'");
}

static void bells_stand_within_the_keys(void **state)
{
    (void)state;
    struct keylaw law;
    struct err err;
    assert_int_equal(keylaw_parse("gauss:500:20", &law, &err), 0);
    assert_int_equal(keylaw_check(&law, 500, &err), 0);
    assert_int_equal(keylaw_check(&law, 499, &err), -1);
    assert_string_equal(err.text,
                        "--key-dist: expected a mean within the 499 keys of -r, got 'gauss:500:20'");
    assert_int_equal(keylaw_parse("gauss:5:11", &law, &err), 0);
    assert_int_equal(keylaw_check(&law, 11, &err), 0);
    assert_int_equal(keylaw_check(&law, 10, &err), -1);
    assert_int_equal(keylaw_parse("zipf", &law, &err), 0);
    assert_int_equal(keylaw_check(&law, 1, &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_in_full),
        cmocka_unit_test(no_laws),
        cmocka_unit_test(says_what_it_expects),
        cmocka_unit_test(bells_stand_within_the_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
