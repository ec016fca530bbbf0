// SPDX-License-Identifier: MIT
#include "stats/recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void merges_what_workers_wrote_down(void **state)
{
    (void)state;
    struct recorder a, b;
    assert_int_equal(recorder_init(&a, 3, false), 0);
    assert_int_equal(recorder_init(&b, 3, false), 0);
    recorder_ok(&a, 1000, 3);
    recorder_ok(&b, 5000, 1);
    recorder_error(&b, 100, slice_of("OOM no"));
    recorder_error(&a, 100, slice_of("ERR x"));
    a.counts.sent = 4;
    b.counts.sent = 2;
    b.counts.hits = 7;
    b.counts.misses = 1;
    b.counts.bytes_received = 99;
    recorder_merge(&a, &b);
    assert_int_equal(a.counts.ok, 4);
    assert_int_equal(a.counts.errors, 2);
    assert_int_equal(a.counts.errors_ns, 200);
    assert_null(a.service);
    assert_int_equal(a.counts.sent, 6);
    assert_int_equal(a.counts.hits, 7);
    assert_int_equal(a.counts.misses, 1);
    assert_int_equal(a.counts.bytes_received, 99);
    assert_int_equal(hist_count(a.latency), 4);
    assert_int_equal(hist_max(a.latency), 5000);
    assert_string_equal(a.tally.kinds[0].prefix, "ERR");
    assert_int_equal(a.tally.kinds[1].count, 1);
    recorder_free(&a);
    recorder_free(&b);
}

static void reset_forgets_all(void **state)
{
    (void)state;
    struct recorder r;
    assert_int_equal(recorder_init(&r, 2, false), 0);
    recorder_ok(&r, 10, 10);
    recorder_error(&r, 100, slice_of("ERR"));
    recorder_reset(&r);
    assert_int_equal(r.counts.ok, 0);
    assert_int_equal(r.counts.errors, 0);
    assert_string_equal(r.tally.kinds[0].prefix, "");
    assert_int_equal(hist_count(r.latency), 0);
    assert_int_equal(hist_digits(r.latency), 2);
    recorder_free(&r);
}

static void the_open_loop_has_its_parts(void **state)
{
    (void)state;
    struct recorder a, b;
    assert_int_equal(recorder_init(&a, 3, true), 0);
    assert_int_equal(recorder_init(&b, 3, true), 0);
    hist_record(b.service, 700, 2);
    hist_record(b.lag, 20, 2);
    hist_record(b.wait, 300, 1);
    recorder_unfinished(&b, 5000, 4);
    b.counts.unsent = 3;
    b.counts.abandoned = 1;
    recorder_merge(&a, &b);
    assert_int_equal(hist_count(a.service), 2);
    assert_int_equal(hist_count(a.lag), 2);
    assert_int_equal(hist_max(a.wait), 300);
    assert_int_equal(hist_count(a.unfinished), 4);
    assert_int_equal(a.counts.unsent, 3);
    assert_int_equal(a.counts.abandoned, 1);
    recorder_reset(&a);
    assert_int_equal(hist_count(a.service) + hist_count(a.lag) + hist_count(a.wait), 0);
    assert_int_equal(hist_count(a.unfinished) + a.counts.unsent + a.counts.abandoned, 0);
    recorder_free(&a);
    recorder_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_open_loop_has_its_parts),
                                       cmocka_unit_test(merges_what_workers_wrote_down),
                                       cmocka_unit_test(reset_forgets_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
