// SPDX-License-Identifier: MIT
#include "serve/fault_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))
#define MS UINT64_C(1000000)

static struct fault_conf conf;
static struct err err;

static int parse(struct fault_words w)
{
    conf = (struct fault_conf){0};
    err = (struct err){0};
    return fault_words_parse(&w, &conf, &err);
}

static void refused(struct fault_words w, const char *says)
{
    assert_int_equal(parse(w), -1);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
}

static void nothing_said_is_no_fault(void **state)
{
    (void)state;
    static const struct fault_conf none;
    assert_int_equal(parse((struct fault_words){0}), 0);
    assert_memory_equal(&conf, &none, sizeof conf);
}

static void shares_of_replies(void **state)
{
    (void)state;
    assert_int_equal(parse((struct fault_words){.slow = "1%:50ms", .error = "12.5%:OOM"}), 0);
    assert_true(conf.slow_share == 0.01 && conf.error_share == 0.125);
    assert_true(conf.slow_ns == 50 * MS);
    assert_string_equal(conf.error_prefix, "OOM");
    assert_int_equal(parse((struct fault_words){.slow = "0%:2s", .error = "100%:X"}), 0);
    assert_true(conf.slow_share == 0 && conf.error_share == 1 && conf.slow_ns == 2000 * MS);
    static const char *const slow[] = {"",        "1%",       "1%:",   "50ms",  "101%:1ms",
                                       "-1%:1ms", "nan%:1ms", "1:1ms", "1%:0ms"};
    for (size_t i = 0; i < LEN(slow); i++)
        refused((struct fault_words){.slow = slow[i]},
                "--slow: expected a percentage and a time such as 1%:50ms");
    static const char *const error[] = {"", "5%", "5%:", "5%:A B", "5%:A\r\n", "x%:OOM"};
    for (size_t i = 0; i < LEN(error); i++)
        refused((struct fault_words){.error = error[i]}, "--error: expected a percentage and a prefix");
}

static void a_known_capacity(void **state)
{
    (void)state;
    assert_int_equal(parse((struct fault_words){.capacity = "2000/s"}), 0);
    assert_true(conf.capacity == 2000 && !conf.by_chance);
    assert_int_equal(parse((struct fault_words){.capacity = "2.5k"}), 0);
    assert_true(conf.capacity == 2500);
    assert_int_equal(parse((struct fault_words){.service = "exp:500us"}), 0);
    assert_true(conf.capacity == 2000 && conf.by_chance);
    assert_int_equal(parse((struct fault_words){.service = "fixed:1ms"}), 0);
    assert_true(conf.capacity == 1000 && !conf.by_chance);
    static const char *const rates[] = {"", "/s", "0/s", "x/s", "2000/m", "2e9/s"};
    for (size_t i = 0; i < LEN(rates); i++)
        refused((struct fault_words){.capacity = rates[i]}, "--capacity: expected a rate such as 2000/s");
    static const char *const laws[] = {"", "exp", "exp:", "exp:0us", "gauss:1ms", "fixe:1ms", "500us"};
    for (size_t i = 0; i < LEN(laws); i++)
        refused((struct fault_words){.service = laws[i]}, "--service: expected exp or fixed");
    refused((struct fault_words){.service = "exp:1ms", .capacity = "1/s"}, "--service and --capacity");
}

static void a_stall_is_shorter_than_its_period(void **state)
{
    (void)state;
    assert_int_equal(parse((struct fault_words){.stall = "200ms/1s"}), 0);
    assert_true(conf.stall_ns == 200 * MS && conf.stall_every_ns == 1000 * MS);
    static const char *const wrong[] = {"", "200ms", "/1s", "200ms/", "1s/1s", "2s/1s", "x/1s", "0/1s"};
    for (size_t i = 0; i < LEN(wrong); i++)
        refused((struct fault_words){.stall = wrong[i]},
                "--stall: expected DURATION/PERIOD such as 200ms/1s");
}

static void wrong_values_are_shares_of_one_whole(void **state)
{
    (void)state;
    struct fault_words w = {
        .values = {[FAULT_CORRUPT] = "1%", [FAULT_STALE] = "2.5%", [FAULT_TRUNCATE] = "96.5%"}};
    assert_int_equal(parse(w), 0);
    assert_true(conf.value_shares[FAULT_CORRUPT] == 0.01 && conf.value_shares[FAULT_STALE] == 0.025);
    assert_true(conf.value_shares[FAULT_SWAP] == 0 && conf.value_shares[FAULT_TRUNCATE] == 0.965);
    w.values[FAULT_SWAP] = "0.1%";
    refused(w, "expected 100% in all at most");
    static const char *const options[] = {[FAULT_CORRUPT] = "--corrupt: expected a share such as 1%",
                                          [FAULT_STALE] = "--stale: expected",
                                          [FAULT_SWAP] = "--swap: expected",
                                          [FAULT_TRUNCATE] = "--truncate: expected",
                                          [FAULT_OTHER] = "--other-key: expected"};
    for (int i = 0; i < FAULT_VALUES; i++) {
        w = (struct fault_words){0};
        static const char *const none[] = {"1", "0x5%", "-1%", "101%", "nan%", "%"};
        for (size_t k = 0; k < LEN(none); k++) {
            w.values[i] = none[k];
            refused(w, options[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_is_no_fault),
        cmocka_unit_test(shares_of_replies),
        cmocka_unit_test(a_known_capacity),
        cmocka_unit_test(a_stall_is_shorter_than_its_period),
        cmocka_unit_test(wrong_values_are_shares_of_one_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
