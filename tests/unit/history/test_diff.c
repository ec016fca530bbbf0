// SPDX-License-Identifier: MIT
#include "history/diff.h"

#include "rig.h"

static void two_runs_beside_each_other(void **state)
{
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    struct diff d;
    double change;
    rig_save(h, rig_run(1, 1000, "commit=a"));
    struct rig_run *r = rig_run(2, 1200, "commit=b");
    strcpy(r->host.name, "h2");
    r->tests[1].load.clients = 60;
    rig_save(h, r);
    assert_int_equal(diff_read(&d, h, (const int64_t[]){1, 2}, &rig_err), 0);
    assert_int_equal(d.runs[0].id, 1);
    assert_string_equal(d.runs[1].tags, "commit=b");
    assert_string_not_equal(d.runs[0].host, d.runs[1].host);
    assert_string_equal(d.runs[0].server, d.runs[1].server);
    assert_int_equal(d.n, 3);
    const struct diff_test *set = &d.tests[0], *get = &d.tests[1];
    assert_string_equal(set->test, "set");
    assert_true(set->in[0] && set->in[1]);
    assert_string_equal(set->why, "");
    assert_true(diff_change(set, METRIC_RPS, &change));
    assert_true(change > 0.199 && change < 0.201);
    assert_non_null(strstr(get->why, "60 now"));
    assert_false(diff_change(set, METRIC_CAPACITY, &change));
    diff_free(&d);
    history_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_runs_beside_each_other, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
