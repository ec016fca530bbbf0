// SPDX-License-Identifier: MIT
#include "cli/workload_options.h"

#include "line.h"

static void workload_options(void **state)
{
    (void)state;
    ok("hkv-bench -t set --value-size 100-500 --value-data random --expire 60s-90s --nx --key-prefix a: "
       "--key-size 20");
    assert_true(o.run.values_vary && o.run.nx && o.run.keys_named);
    assert_int_equal(o.run.data_bytes, 300);
    assert_int_equal(o.run.expire_lo_ms, 60000);
    assert_int_equal(o.run.expire_hi_ms, 90000);
    assert_string_equal(o.run.workload,
                        "--key-prefix a: --key-size 20 --value-size 100-500 --value-data random "
                        "--expire 60s-90s --nx");
    ok("hkv-bench --cluster --read-from any --slots 0-99 --nx -t set");
    assert_string_equal(o.run.workload, "--nx --cluster --read-from any --slots 0-99");
    ok("hkv-bench --cluster-mode --rfr yes");
    assert_string_equal(o.run.workload, "--cluster --read-from replica");
    ok("hkv-bench --nodelay no --mptcp --timeout 1s");
    assert_string_equal(o.run.workload, "--timeout 1.00s --nodelay no --mptcp");
    ok("hkv-bench --nodelay yes");
    assert_string_equal(o.run.workload, "");
    ok("hkv-bench -d 7");
    assert_false(o.run.values_vary || o.run.keys_named);
    assert_string_equal(o.run.workload, "");
    options_free(&o);
}

static void what_does_not_go_together(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"hkv-bench --key-dist zipf -r 0", "--key-dist needs keys to draw from: give -r a number above 0"},
        {"hkv-bench --key-dist zipf --sequential",
         "--sequential and --key-dist zipf:0.99 ask for two different things: give one of them"},
        {"hkv-bench --key-dist zipf --hotset-shift 1s",
         "--hotset-shift moves a hot set: give --key-dist hotset:KEYS%:REQUESTS% too"},
        {"hkv-bench --mix set,get -t get", "a mix (--mix, --command) sets what is sent: leave out -t"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse(cases[i][0]), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, cases[i][1]);
    }
    options_free(&o);
}

// What is too long to be kept ends in a number of its own.
static void a_long_mix_is_told_from_others(void **state)
{
    (void)state;
    char line[400], first[RUN_WORKLOAD];
    int len = snprintf(line, sizeof line, "hkv-bench --mix set:1");
    while (len < 280)
        len += snprintf(line + len, sizeof line - (size_t)len, ",get:10000");
    ok(line);
    assert_int_equal(strlen(o.run.workload), RUN_WORKLOAD - 3);
    snprintf(first, sizeof first, "%s", o.run.workload);
    line[strlen(line) - 1] = '1';
    ok(line);
    assert_string_not_equal(first, o.run.workload);
    assert_memory_equal(first, o.run.workload, 200);
    options_free(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workload_options),
        cmocka_unit_test(what_does_not_go_together),
        cmocka_unit_test(a_long_mix_is_told_from_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
