// SPDX-License-Identifier: MIT
#include "report/compare/machine_then.h"
#include "report/parts/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct host machine(void)
{
    struct host h = {.name = "one", .cpu = "AMD EPYC", .cpus = 2, .kernel = "Linux 6.1", .load1 = 0.5};
    h.facts[0] = (struct host_fact){"aslr", false, "2"};
    h.facts[1] = (struct host_fact){"load", true, "0.5 0.4"};
    return h;
}

static char *document_of(const struct host *h)
{
    json_t *j = json_pack("{s:o}", "environment", json_environment(h));
    char *text = json_dumps(j, 0);
    json_decref(j);
    return text;
}

static void the_same_machine_differs_in_nothing(void **state)
{
    (void)state;
    struct host h = machine();
    struct fingerprint f = {0};
    char *was = document_of(&h);
    h.load1 = 7; // these change by themselves
    h.clock_read_ns = 30;
    strcpy(h.facts[1].text, "7.0 6.0");
    machine_then(&f, was, &h);
    fingerprint_note(&f, "hkv-bench", "0.1.0 abc", "0.1.0 abc");
    assert_int_equal(f.n, 0);
    free(was);
}

static void what_differs_is_named(void **state)
{
    (void)state;
    struct host h = machine();
    struct fingerprint f = {0};
    char *was = document_of(&h);
    h.cpus = 4;
    strcpy(h.facts[0].text, "0");
    h.facts[2] = (struct host_fact){"later", false, "x"}; // then nobody asked for it
    machine_then(&f, was, &h);
    assert_int_equal(f.n, 2);
    assert_string_equal(f.list[0].name, "cpus");
    assert_string_equal(f.list[0].was, "2");
    assert_string_equal(f.list[0].is, "4");
    assert_string_equal(f.list[1].name, "aslr");
    free(was);
}

static void what_is_no_environment_says_nothing(void **state)
{
    (void)state;
    struct host h = machine();
    struct fingerprint f = {0};
    machine_then(&f, "{}", &h);
    machine_then(&f, "{\"environment\": 1}", &h);
    machine_then(&f, "nonsense", &h);
    assert_int_equal(f.n, 0);
    for (int i = 0; i < FINGERPRINT_MAX + 3; i++)
        fingerprint_note(&f, "x", "a", "b");
    assert_int_equal(f.n, FINGERPRINT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_machine_differs_in_nothing),
        cmocka_unit_test(what_differs_is_named),
        cmocka_unit_test(what_is_no_environment_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
