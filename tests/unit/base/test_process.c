// SPDX-License-Identifier: MIT
#include "base/process.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

static struct process before, after;

// Three threads of which one is gone later and another is new.
static int two_looks(void **state)
{
    (void)state;
    before = (struct process){3, {{10, 100 * MS, 10 * MS}, {11, 500 * MS, 0}, {12, 7 * MS, 7 * MS}}};
    after = (struct process){3, {{11, 530 * MS, 5 * MS}, {10, 140 * MS, 12 * MS}, {13, 20 * MS, 90 * MS}}};
    return 0;
}

static void the_busiest_thread_by_what_it_ran_since(void **state)
{
    (void)state;
    assert_int_equal(process_busiest_ns(&before, &after), 40 * MS); // and not the one that ran most ever
}

static void all_of_them(void **state)
{
    (void)state;
    assert_int_equal(process_total_ns(&before, &after), (30 + 40 + 20) * MS);
}

static void who_wanted_a_processor_for_longest(void **state)
{
    (void)state;
    assert_int_equal(process_queued_ns(&before, &after), 90 * MS); // the new one: 20 ms of 110
    after.threads[2].queued_ns = 0;
    assert_int_equal(process_queued_ns(&before, &after), 2 * MS); // of the one that ran for 40
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    static struct process none;
    assert_int_equal(process_busiest_ns(&none, &none), 0);
    assert_int_equal(process_total_ns(&none, &none), 0);
    assert_int_equal(process_queued_ns(&none, &none), 0);
    assert_int_equal(process_busiest_ns(&none, &after), 530 * MS); // all are new
}

static void this_process_has_a_thread(void **state)
{
    (void)state;
    static struct process p;
    assert_true(process_read(&p, getpid()));
    bool there = false;
    for (unsigned i = 0; i < p.n; i++)
        there |= p.threads[i].tid == getpid();
    assert_true(there);
}

static void no_process_has_none(void **state)
{
    (void)state;
    static struct process p;
    p.n = 5;
    assert_false(process_read(&p, 0));
    assert_false(process_read(&p, -1));
    assert_false(process_read(&p, INT64_C(1) << 40));
    assert_int_equal(p.n, 0);
}

static void cpus_that_both_may_run_on(void **state)
{
    (void)state;
    cpu_set_t mine;
    assert_int_equal(sched_getaffinity(0, sizeof mine, &mine), 0);
    assert_int_equal(process_shared_cpus(getpid(), getpid()), CPU_COUNT(&mine));
    assert_int_equal(process_shared_cpus(getpid(), 0), 0);
    assert_int_equal(process_shared_cpus(-1, getpid()), 0);
    assert_int_equal(process_shared_cpus(getpid(), INT32_MAX), 0);
}

#define TEST(f) cmocka_unit_test_setup(f, two_looks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_busiest_thread_by_what_it_ran_since),
        TEST(all_of_them),
        TEST(who_wanted_a_processor_for_longest),
        TEST(nothing_is_nothing),
        TEST(this_process_has_a_thread),
        TEST(no_process_has_none),
        TEST(cpus_that_both_may_run_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
