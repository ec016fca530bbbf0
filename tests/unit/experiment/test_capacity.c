// SPDX-License-Identifier: MIT
#include "experiment/capacity.h"

#include "null.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct heard {
    unsigned tests, sentences;
};

static void tell(void *ctx, const char *sentence)
{
    struct heard *h = ctx;
    (void)sentence;
    h->sentences++;
}

static bool tested(void *ctx, const struct capacity *c)
{
    struct heard *h = ctx;
    assert_string_equal(c->title, "GET");
    h->tests++;
    return true;
}

static struct capacity_conf conf_of(const char *slo)
{
    struct capacity_conf conf = {.workload = null_workload("get")};
    struct err err;
    assert_int_equal(slo_parse(&conf.promise[0], slo, &err), 0);
    conf.promises = 1;
    return conf;
}

static void a_trial_is_longer_than_what_is_promised(void **state)
{
    (void)state;
    struct err err = {0};
    struct capacity_conf conf = conf_of("p99=1s");
    assert_int_equal(capacity_check(&conf, &err), 0); // as long as it takes
    conf.trial_ns = 1500 * NS_PER_MS;
    assert_int_equal(capacity_check(&conf, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    conf.trial_ns = 100 * NS_PER_S;
    assert_int_equal(capacity_check(&conf, &err), 0);
}

static void after_a_signal_nothing_more_is_measured_nor_blamed(void **state)
{
    (void)state;
    struct heard h = {0};
    struct err err = {0};
    struct capacity_experiment x = {.conf = conf_of("p99=1ms"), .on = {tested, &h}};
    session_begin(&x.session, tell, &h);
    assert_int_equal(stopper_open(&x.session.stop), 0);
    assert_int_equal(capacity_open(&x, &err), 0);
    raise(SIGINT);
    capacity_run(&x);
    assert_int_equal(h.tests, 1);
    assert_int_equal(h.sentences, 0);
    assert_int_equal(x.session.outcome.code, 0);
    assert_int_equal(x.all[0].n, 0);
    capacity_close(&x);
    session_close(&x.session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_is_longer_than_what_is_promised),
        cmocka_unit_test(after_a_signal_nothing_more_is_measured_nor_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
