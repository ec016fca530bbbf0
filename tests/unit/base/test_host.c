// SPDX-License-Identifier: MIT
#include "base/host.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmocka.h>

static void what_others_say_of_this_machine_too(void **state)
{
    (void)state;
    static struct host h;
    struct utsname u;
    cpu_set_t mine;
    assert_int_equal(uname(&u), 0);
    assert_int_equal(sched_getaffinity(0, sizeof mine, &mine), 0);
    memset(&h, 0xff, sizeof h); // nothing of before stays
    host_read(&h);
    assert_string_equal(h.name, u.nodename);
    assert_string_equal(h.machine, u.machine);
    assert_int_equal(strncmp(h.kernel, "Linux ", 6), 0);
    assert_string_equal(h.kernel + 6, u.release);
    assert_int_equal(h.cpus, sysconf(_SC_NPROCESSORS_ONLN));
    assert_int_equal(h.cpus_allowed, CPU_COUNT(&mine));
    assert_true(h.memory_bytes >= (uint64_t)sysconf(_SC_PAGESIZE) * 1024);
    assert_true(h.clock_read_ns > 0);
}

static void facts_have_names_and_an_end(void **state)
{
    (void)state;
    static struct host h;
    host_read(&h);
    size_t n = 0;
    for (; h.facts[n].name; n++) {
        assert_true(h.facts[n].text[0] != 0); // what cannot be read is not there
        assert_null(strchr(h.facts[n].text, '\n'));
        for (size_t k = 0; k < n; k++)
            assert_string_not_equal(h.facts[n].name, h.facts[k].name);
    }
    assert_true(n < HOST_FACTS);
}

static void what_changed_is_told_one_by_one(void **state)
{
    (void)state;
    static struct host a, b;
    const struct host_fact *was, *is;
    size_t at = 0;
    a = (struct host){.facts = {{"boost", false, "1"},
                                {"load", true, "0.1"},
                                {"gone", false, "x"},
                                {"smt", false, "on"},
                                {"aslr", false, "2"}}};
    b = (struct host){
        .facts = {{"boost", false, "0"}, {"load", true, "9.9"}, {"smt", false, "on"}, {"aslr", false, "0"}}};
    assert_true(host_change(&a, &b, &at, &was, &is));
    assert_string_equal(was->name, "boost");
    assert_string_equal(was->text, "1");
    assert_string_equal(is->text, "0");
    assert_true(
        host_change(&a, &b, &at, &was, &is)); // the load moves by itself, and one cannot be read any more
    assert_string_equal(is->name, "aslr");
    assert_false(host_change(&a, &b, &at, &was, &is));
    at = 0;
    assert_false(host_change(&a, &a, &at, &was, &is));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_say_of_this_machine_too),
        cmocka_unit_test(facts_have_names_and_an_end),
        cmocka_unit_test(what_changed_is_told_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
