// SPDX-License-Identifier: MIT
// The trials of a search, with the null engine.
#include "experiment/search.h"

#include "null.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS NS_PER_MS

static void the_lead_lets_queues_grow(void **state)
{
    (void)state;
    struct run_conf conf = {0};
    assert_int_equal(search_lead_ns(&conf, 10 * MS, 100 * MS), SLO_LEAD * 10 * MS);
    assert_int_equal(search_lead_ns(&conf, MS, 10000 * MS), 1000 * MS); // a tenth of a long trial
    conf.warmup_ns = 5000 * MS;
    assert_int_equal(search_lead_ns(&conf, MS, 10000 * MS), 5000 * MS); // what the user asked for, if longer
}

static void ignore(void *ctx, const char *sentence)
{
    (void)ctx;
    (void)sentence;
}

static struct session session;
static struct server server;
static struct workload workload;
static struct capacity found;

static struct search begin(void)
{
    struct err err = {0};
    struct slo promise;
    memset(&server, 0, sizeof server);
    memset(&found, 0, sizeof found);
    session = (struct session){0};
    workload = null_workload("get");
    session_begin(&session, ignore, NULL);
    assert_int_equal(server_begin(&server, &session, &workload, &err), 0);
    assert_int_equal(slo_parse(&promise, "p99=100ms", &err), 0);
    assert_int_equal(capacity_begin(&found, &promise, 1), 0);
    return (struct search){.server = &server,
                           .question = {catalog_find(slice_of("get")), {0}},
                           .conf = &workload.run,
                           .session = &session,
                           .began_ns = session.started_ns};
}

static void end(void)
{
    capacity_free(&found);
    server_close(&server);
    session_close(&session);
}

static void the_closed_loop_says_where_to_look(void **state)
{
    (void)state;
    struct search s = begin();
    struct err err = {0};
    assert_true(search_peak(&s, &found, 20 * MS, &err));
    assert_true(found.peak_rps > 0);
    assert_string_equal(found.test, "get");
    assert_string_equal(found.title, "GET");
    assert_string_equal(found.load.arrival, "poisson"); // as the trials are
    assert_string_equal(session.label, "closed loop");
    end();
}

static void each_trial_is_kept_with_its_rate(void **state)
{
    (void)state;
    struct search s = begin();
    struct err err = {0};
    assert_true(search_try(&s, &found, 1000, 50 * MS, &err));
    assert_true(search_try(&s, &found, 2000, 50 * MS, &err));
    assert_int_equal(found.n, 2);
    assert_true(found.trials[0].rate == 1000 && found.trials[1].rate == 2000);
    assert_true(found.trials[1].at_s >= found.trials[0].at_s);
    assert_false(found.trials[0].overheard);
    assert_true(found.trials[0].errors == 0);
    assert_int_equal(strncmp(session.label, "trial 2 (", 9), 0);
    assert_non_null(strstr(session.label, "), 2000 req/s"));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lead_lets_queues_grow),
        cmocka_unit_test(the_closed_loop_says_where_to_look),
        cmocka_unit_test(each_trial_is_kept_with_its_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
