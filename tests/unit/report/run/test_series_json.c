// SPDX-License-Identifier: MIT
#include "report/run/series_json.h"

#include "../fixture.h"
#include "../json_path.h"

static void a_row_has_what_came_in_it(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    json_t *j = series_json(&s);
    assert_int_equal(json_array_size(j), 6); // 890 ms in rows of 160 ms
    assert_text(j, "0.phase", "measure");
    assert_real(j, "0.start_s", 0);
    assert_real(j, "0.length_s", 0.16);
    assert_count(j, "0.sent", 18000);
    assert_count(j, "0.ok", 18000);
    assert_count(j, "0.errors", 0);
    assert_real(j, "0.rps", 112500);
    assert_in_range(json_integer_value(at(j, "0.p50")), 250000,
                    250500); // a quantile is the top of its bucket
    assert_in_range(json_integer_value(at(j, "0.p99")), 400000, 400500);
    assert_null_at(j, "0.lag_p99"); // the closed loop
    assert_real(j, "0.client_cpu_s", 0.1);
    assert_real(j, "5.start_s", 0.8);
    assert_real(j, "5.length_s", 0.09);
    json_decref(j);
    summary_free(&s);
}

// Of the first two rows 4500 + 4530 took 250 us, which lie in bucket 53, up to 10^5.4 ns, and the others 400
// us, in bucket 56.
static void heat_begins_with_its_first_bucket(void **state)
{
    (void)state;
    static const json_int_t heat[] = {53, 9030, 0, 0, 8970};
    struct summary s = fixture_set();
    json_t *j = series_json(&s), *first = at(j, "0.heat");
    assert_int_equal(json_array_size(first), 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(json_integer_value(json_array_get(first, i)), heat[i]);
    json_decref(j);
    summary_free(&s);
}

// A series of one row of so many answers of one latency.
static struct summary single(uint64_t ns, uint64_t n, uint64_t length_ns)
{
    struct summary s = {.test = "get", .latency = hist_new(3)};
    struct recorder r = {.latency = s.latency};
    assert_int_equal(series_init(&s.series, &r, 1000000000), 0);
    if (n)
        hist_record(s.latency, ns, n);
    r.counts.ok = r.counts.sent = n;
    assert_int_equal(series_end(&s.series, &r, 0, length_ns), 0);
    return s;
}

static void heat_of_extremes(void **state)
{
    static const struct {
        uint64_t ns;
        json_int_t bucket;
    } all[] = {{1, 20}, {126, 20}, {127, 21}, {1000, 29}, {UINT64_C(3600000000000), 125}};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct summary s = single(all[i].ns, 7, 1000000000);
        json_t *j = series_json(&s);
        assert_int_equal(json_array_size(at(j, "0.heat")), 2);
        assert_count(j, "0.heat.0", all[i].bucket);
        assert_count(j, "0.heat.1", 7);
        json_decref(j);
        summary_free(&s);
    }
}

static void a_row_without_answers_has_no_figures(void **state)
{
    (void)state;
    struct summary s = single(0, 0, 1000000000);
    json_t *j = series_json(&s);
    assert_real(j, "0.rps", 0);
    assert_null_at(j, "0.p50");
    assert_null_at(j, "0.p99_9");
    assert_null_at(j, "0.max");
    assert_int_equal(json_array_size(at(j, "0.heat")), 0);
    json_decref(j);
    summary_free(&s);
}

static void of_nothing_there_is_an_empty_list(void **state)
{
    (void)state;
    struct summary s = fixture_skipped();
    json_t *j = series_json(&s);
    assert_int_equal(json_array_size(j), 0);
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_what_came_in_it),
        cmocka_unit_test(heat_begins_with_its_first_bucket),
        cmocka_unit_test(heat_of_extremes),
        cmocka_unit_test(a_row_without_answers_has_no_figures),
        cmocka_unit_test(of_nothing_there_is_an_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
