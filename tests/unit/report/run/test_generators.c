// SPDX-License-Identifier: MIT
#include "report/run/generators.h"

#include "../fixture.h"
#include "../json_path.h"

static struct generator list[20];

// So many generators of as many as were asked for, on two hosts.
static struct summary of_many(unsigned n, unsigned asked)
{
    struct summary s = fixture_set();
    for (unsigned i = 0; i < n; i++) {
        list[i] = (struct generator){.part = i,
                                     .clients = 10,
                                     .threads = 2,
                                     .answered = 89000,
                                     .wall_ns = 890000000,
                                     .late_ns = 1000000 * (uint64_t)i,
                                     .clock_error_ns = 25000,
                                     .busy = 0.5,
                                     .p50_ns = 250000,
                                     .p99_ns = 400000};
        snprintf(list[i].host, sizeof list[i].host, "host%u", i % 2 + 1);
        strcpy(list[i].limited_by, "SERVER");
    }
    s.generators = (struct generators){.at = list, .n = n, .asked = asked};
    return s;
}

static void let_go(struct summary *s)
{
    s->generators = (struct generators){0}; // which are the test's own
    summary_free(s);
}

static char *text_of(const struct summary *s)
{
    struct output o;
    output_open(&o);
    generators_text(o.file, s);
    return output_take(&o);
}

static void a_load_of_one_process_has_no_table(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    char *text = text_of(&s);
    json_t *j = generators_json(&s);
    assert_string_equal(text, "");
    assert_true(json_is_null(j));
    json_decref(j);
    free(text);
    summary_free(&s);
}

static void a_row_for_each(void **state)
{
    (void)state;
    struct summary s = of_many(3, 4);
    char *text = text_of(&s);
    assert_non_null(
        strstr(text, "  generators: 3 of 4, on 2 hosts, start skew 2.000 ms, clocks known to 0.025 ms\n"));
    assert_non_null(strstr(text, "  1    host1      10      89000    100000   50% "));
    assert_non_null(strstr(text, "     2.000 server\n"));
    assert_null(strstr(text, "more (--json has them all)"));
    free(text);
    let_go(&s);
}

// Those that are limited by themselves, or have something to say, are shown however many there are.
static void of_many_the_first_and_the_troubled(void **state)
{
    (void)state;
    struct summary s = of_many(20, 20);
    strcpy(list[18].limited_by, "CLIENT");
    strcpy(list[19].note, "lost its way\x1b[2J");
    char *text = text_of(&s);
    assert_non_null(strstr(text, "  16   host2"));
    assert_null(strstr(text, "  17   host1"));
    assert_non_null(strstr(text, "  19   host1"));
    assert_non_null(strstr(text, "lost its way\\x1b[2J\n"));
    assert_non_null(strstr(text, "  and 2 more (--json has them all)\n"));
    free(text);
    let_go(&s);
}

static void the_same_as_json(void **state)
{
    (void)state;
    struct summary s = of_many(20, 24);
    json_t *j = generators_json(&s);
    assert_count(j, "expected", 24);
    assert_count(j, "hosts", 2);
    assert_real(j, "start_skew_ms", 19);
    assert_int_equal(json_array_size(at(j, "list")), 20);
    assert_count(j, "list.19.part", 20);
    assert_text(j, "list.19.host", "host2");
    assert_real(j, "list.19.start_ms", 19);
    assert_real(j, "list.0.rps", 100000);
    assert_real(j, "list.0.clock_error_ms", 0.025);
    json_decref(j);
    let_go(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_of_one_process_has_no_table),
        cmocka_unit_test(a_row_for_each),
        cmocka_unit_test(of_many_the_first_and_the_troubled),
        cmocka_unit_test(the_same_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
