// SPDX-License-Identifier: MIT
// What is removed after a load, of an embedded server that holds none of it.
#include "experiment/cleanup.h"

#include "null.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct session session;
    struct server server;
    struct workload workload;
    char said[4][512];
    unsigned n;
};

static struct rig r;

static void tell(void *ctx, const char *sentence)
{
    struct rig *to = ctx;
    if (to->n < 4)
        snprintf(to->said[to->n], sizeof to->said[to->n], "%s", sentence);
    to->n++;
}

static void clean(const char *tests, struct words command, int signal)
{
    struct err err = {0};
    r = (struct rig){.workload = null_workload(tests)};
    r.workload.command = command;
    r.workload.embedded = true;
    r.workload.run.engine = ENGINE_EPOLL;
    session_begin(&r.session, tell, &r);
    if (server_begin(&r.server, &r.session, &r.workload, &err) < 0)
        fail_msg("%s", err.text);
    r.session.stop.signal = signal;
    cleanup_run(&r.server, &r.workload, suite_of(&r.workload), &r.session.outcome);
    r.session.stop.signal = 0;
    server_close(&r.server);
    session_close(&r.session);
}

// "cleanup: 20 keys removed in 0.01 s; 0 were not there": all but the time.
static void last_is(const char *begins, const char *ends)
{
    assert_true(r.n > 0 && r.n <= 4);
    const char *last = r.said[r.n - 1];
    size_t n = strlen(last), end = strlen(ends);
    if (strncmp(last, begins, strlen(begins)) != 0 || n < end || strcmp(last + n - end, ends) != 0)
        fail_msg("%s", last);
}

static void each_key_of_each_test_is_asked_for_once(void **state)
{
    (void)state;
    clean("set,lpush", (struct words){0}, 0); // ten keys, and one list
    assert_int_equal(r.n, 1);
    last_is("cleanup: 0 keys removed in ", " s; 11 were not there");
    assert_int_equal(r.session.outcome.code, OUTCOME_GOOD);
}

static void what_writes_nothing_leaves_nothing(void **state)
{
    (void)state;
    clean("ping", (struct words){0}, 0);
    assert_int_equal(r.n, 1);
    last_is("cleanup: 0 keys removed in ", " s; 0 were not there");
}

static void keys_that_nobody_can_count_through_are_told_of(void **state)
{
    const struct slice words[] = {slice_of("SET"), slice_of("k:__rand:0:9999999__"), slice_of("v")};
    (void)state;
    clean(NULL, (struct words){.at = words, .n = 3}, 0);
    assert_int_equal(r.n, 2);
    assert_non_null(strstr(r.said[0], "names keys that cannot be counted through, so that they stay: remove "
                                      "them by hand"));
}

static void after_a_signal_all_stays_and_that_is_told(void **state)
{
    (void)state;
    clean("set", (struct words){0}, SIGINT);
    assert_int_equal(r.n, 2);
    assert_string_equal(r.said[0], "cleanup: not all keys that were written could be removed");
    last_is("cleanup: 0 keys removed in 0 s; 0 were not there", "there");
    assert_int_equal(r.session.outcome.code, OUTCOME_RUN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_of_each_test_is_asked_for_once),
        cmocka_unit_test(what_writes_nothing_leaves_nothing),
        cmocka_unit_test(keys_that_nobody_can_count_through_are_told_of),
        cmocka_unit_test(after_a_signal_all_stays_and_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
