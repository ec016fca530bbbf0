// SPDX-License-Identifier: MIT
#include "report/run/outages_json.h"

#include "../fixture.h"
#include "../json_path.h"

static void none_is_an_empty_list(void **state)
{
    (void)state;
    struct summary s = {0};
    json_t *j = outages_json(&s);
    assert_true(json_is_array(j));
    assert_int_equal(json_array_size(j), 0);
    json_decref(j);
}

static void each_with_what_is_known_of_it(void **state)
{
    (void)state;
    struct summary s = {
        .load.rate = 1000,
        .outages = {.n = 2,
                    .list = {{.start_ns = 1500000000,
                              .length_ns = 2000000000,
                              .missed = 2000,
                              .recovered_ns = 250000000,
                              .ended = true,
                              .recovered = true,
                              .broke = true},
                             {.start_ns = 9000000000, .length_ns = 1000000000, .missed = 1000}}}};
    json_t *j = outages_json(&s);
    assert_int_equal(json_array_size(j), 2);
    assert_real(j, "0.start_s", 1.5);
    assert_real(j, "0.seconds", 2);
    assert_bool(j, "0.ended", true);
    assert_count(j, "0.missed", 2000);
    assert_real(j, "0.recovered_s", 0.25);
    assert_bool(j, "0.broke", true);
    assert_bool(j, "1.ended", false);
    assert_null_at(j, "1.recovered_s"); // it never was as before
    assert_bool(j, "1.broke", false);
    json_decref(j);
}

// Nobody knows what a closed loop would have asked.
static void only_an_open_loop_misses_requests(void **state)
{
    (void)state;
    struct summary s = {.outages = {.n = 1, .list = {{.length_ns = 1000000000, .missed = 7, .ended = true}}}};
    json_t *j = outages_json(&s);
    assert_null_at(j, "0.missed");
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_an_empty_list),
        cmocka_unit_test(each_with_what_is_known_of_it),
        cmocka_unit_test(only_an_open_loop_misses_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
