// SPDX-License-Identifier: MIT
#include "report/run/client_json.h"

#include "../fixture.h"
#include "../json_path.h"

#include <math.h>

static void what_a_request_costs(void **state)
{
    (void)state;
    struct summary s = {.user_s = 0.25, .system_s = 0.125, .counts = {.ok = 1000, .errors = 500}};
    json_t *j = client_json_cpu(&s);
    assert_real(j, "user_s", 0.25);
    assert_real(j, "system_s", 0.125);
    assert_real(j, "us_per_request", 250); // errors cost too
    json_decref(j);
    s.counts = (struct counts){.sent = 9};
    j = client_json_cpu(&s);
    assert_null_at(j, "us_per_request");
    json_decref(j);
    s.user_s = NAN; // no figure is no number
    j = client_json_cpu(&s);
    assert_null_at(j, "user_s");
    json_decref(j);
}

static void when_it_did_not_run(void **state)
{
    (void)state;
    struct summary s = {.pauses = 3, .paused_ns = UINT64_C(1234500000000)};
    json_t *j = client_json_pauses(&s);
    assert_count(j, "count", 3);
    assert_real(j, "seconds", 1234.5);
    json_decref(j);
}

static void each_thread_by_itself(void **state)
{
    (void)state;
    struct thread_share shares[] = {{.clients = 3,
                                     .answered = UINT64_C(5000000000),
                                     .user_s = 0.5,
                                     .system_s = 0.25,
                                     .spun_s = 0.125,
                                     .queued_s = 0.0625,
                                     .preempted = 17},
                                    {.clients = 2}};
    struct summary s = {.shares = shares, .workers = 2, .load.threads = 4}; // a part of four
    json_t *j = client_json_threads(&s);
    assert_int_equal(json_array_size(j), 2);
    assert_count(j, "0.clients", 3);
    assert_count(j, "0.answered", INT64_C(5000000000));
    assert_real(j, "0.user_s", 0.5);
    assert_real(j, "0.system_s", 0.25);
    assert_real(j, "0.spun_s", 0.125);
    assert_real(j, "0.queued_s", 0.0625);
    assert_count(j, "0.preempted", 17);
    assert_count(j, "1.clients", 2);
    json_decref(j);
    s.shares = NULL; // of a test that was skipped
    j = client_json_threads(&s);
    assert_int_equal(json_array_size(j), 0);
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_request_costs),
        cmocka_unit_test(when_it_did_not_run),
        cmocka_unit_test(each_thread_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
