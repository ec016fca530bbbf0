// SPDX-License-Identifier: MIT
#include "report/parts/json.h"

#include "report/parts/selftest_value.h"

#include "base/build.h"

#include "../fixture.h"
#include "../json_path.h"

#include <math.h>

static void all_bits_of_a_seed_are_kept(void **state)
{
    (void)state;
    json_t *j = json_seed(UINT64_MAX);
    assert_string_equal(json_string_value(j), "18446744073709551615");
    json_decref(j);
    j = json_seed(0);
    assert_string_equal(json_string_value(j), "0");
    json_decref(j);
}

static void the_tool_says_how_it_was_built(void **state)
{
    (void)state;
    json_t *j = json_tool();
    assert_text(j, "name", "hkv-bench");
    assert_text(j, "version", build.version);
    assert_text(j, "git", build.git);
    assert_text(j, "build.histogram", build.histogram);
    json_decref(j);
}

static void words_of_users_and_servers_are_text(void **state)
{
    (void)state;
    static const char *const argv[] = {"hkv-bench", "a \"quoted\" \\ word", "\xff\n"};
    struct run_facts f = {.argc = 3,
                          .argv = argv,
                          .target = "127.0.0.1:6379",
                          .server_name = "redis\xc3",
                          .server_version = "",
                          .ntags = 1,
                          .tags = &(struct run_tag){.key = "commit", .value = "\xe2\x82"}};
    json_t *j = json_command_line(&f);
    assert_int_equal(json_array_size(j), 3);
    assert_text(j, "1", "a \"quoted\" \\ word");
    assert_text(j, "2", "\\xff\n");
    json_decref(j);
    j = json_server(&f);
    assert_text(j, "target", "127.0.0.1:6379");
    assert_text(j, "name", "redis\\xc3");
    assert_text(j, "version", "");
    json_decref(j);
    j = json_tags(&f);
    assert_text(j, "commit", "\\xe2\\x82");
    json_decref(j);
}

static void a_machine_of_which_little_is_known(void **state)
{
    (void)state;
    struct host h = fixture_host;
    h.facts[0] = (struct host_fact){.name = "vm.overcommit_memory", .text = "1"};
    json_t *j = json_environment(&h);
    assert_text(j, "cpu", "Some CPU @ 3.00GHz");
    assert_count(j, "cpus", 8);
    assert_count(j, "cpus_allowed", 4);
    assert_count(j, "memory_bytes", INT64_C(16000000000));
    assert_real(j, "load1", 0.25);
    assert_real(j, "clock_read_ns", 21.5);
    json_t *fact = json_object_get(at(j, "facts"), "vm.overcommit_memory"); // a name with a dot is no path
    assert_string_equal(json_string_value(fact), "1");
    json_decref(j);
    h = (struct host){.load1 = -1, .clock_read_ns = INFINITY, .memory_bytes = UINT64_MAX};
    j = json_environment(&h);
    assert_text(j, "cpu", "");
    assert_null_at(j, "load1");
    assert_null_at(j, "clock_read_ns");
    assert_count(j, "memory_bytes", INT64_MAX);
    assert_int_equal(json_object_size(at(j, "facts")), 0);
    json_decref(j);
}

static void what_changed_while_it_ran(void **state)
{
    (void)state;
    struct host was = {.facts = {{.name = "governor", .text = "performance"},
                                 {.name = "load", .moves = true, .text = "1"},
                                 {.name = "thp", .text = "always"}}};
    struct host is = was;
    struct run_facts f = {.host = &was};
    json_t *j = json_changes(&f); // no second look was taken
    assert_int_equal(json_array_size(j), 0);
    json_decref(j);
    f.host_end = &is;
    strcpy(is.facts[0].text, "powersave");
    strcpy(is.facts[1].text, "9"); // by itself
    j = json_changes(&f);
    assert_int_equal(json_array_size(j), 1);
    assert_text(j, "0.name", "governor");
    assert_text(j, "0.start", "performance");
    assert_text(j, "0.end", "powersave");
    json_decref(j);
}

static void promises_and_commands(void **state)
{
    (void)state;
    const struct slo slo = {2, {{QUANTILE_P9999, UINT64_C(2000000000000), ""}, {QUANTILE_P50, 1, ""}}};
    struct command_figures figures[] = {{"get", 0.5, 10, 2, 100, 200, 300}, {.test = "set"}};
    struct by_command by = {2, figures}, none = {0};
    json_t *j = json_slo(&slo);
    assert_text(j, "0.quantile", "p99_99");
    assert_count(j, "0.ns", INT64_C(2000000000000));
    assert_text(j, "1.quantile", "p50");
    json_decref(j);
    j = json_commands(&by);
    assert_text(j, "0.command", "get");
    assert_real(j, "0.rps", 0.5);
    assert_count(j, "0.answered", 10);
    assert_count(j, "0.errors", 2);
    assert_count(j, "0.p99_9_ns", 300);
    assert_null_at(j, "1.p50_ns"); // nothing of it was answered
    assert_null_at(j, "1.p99_ns");
    assert_null_at(j, "1.p99_9_ns");
    json_decref(j);
    j = json_commands(&none);
    assert_int_equal(json_array_size(j), 0);
    json_decref(j);
}

static void assertions_and_what_was_measured(void **state)
{
    (void)state;
    static const char *const texts[] = {"get.p99<1ms", "errors==0", "rps>1k"};
    struct summary s = {.test = "get"};
    struct assertion of[3];
    struct err err;
    for (int i = 0; i < 3; i++)
        assert_int_equal(assertion_parse(texts[i], &of[i], &err), 0);
    const struct assertion_result list[] = {
        {.of = &of[0], .test = &s, .figure = {true, 1250000, true}, .held = false},
        {.of = &of[1], .test = &s, .figure = {true, 0, false}, .held = true},
        {.of = &of[2]}}; // there is no such test
    struct run_facts f = {.assertions = list, .nassertions = 3};
    json_t *j = json_assertions(&f);
    assert_text(j, "0.assertion", "get.p99<1ms");
    assert_text(j, "0.test", "get");
    assert_text(j, "0.metric", "p99");
    assert_real(j, "0.value", 1250000);
    assert_bool(j, "0.at_least", true);
    assert_bool(j, "0.held", false);
    assert_count(j, "1.value", 0); // whole numbers are written as such
    assert_bool(j, "1.held", true);
    assert_null_at(j, "2.test");
    assert_null_at(j, "2.value");
    assert_bool(j, "2.held", false);
    json_decref(j);
}

static void no_selftest_is_null(void **state)
{
    (void)state;
    json_t *j = selftest_value(NULL);
    assert_true(json_is_null(j));
    json_decref(j);
}

static void what_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct err err = {0};
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(json_write(full, json_pack("{s:i}", "a", 1), &err), -1);
    assert_string_equal(err.text, "the JSON report could not be written: No space left on device");
    assert_int_equal(err.code, ERR_RUN);
    fclose(full);
    assert_int_equal(json_write(stdout, NULL, &err), -1);
    assert_string_equal(err.text, "there was not enough memory for the JSON report");
}

static void figures_keep_their_digits(void **state)
{
    (void)state;
    struct output o;
    struct err err;
    output_open(&o);
    assert_int_equal(json_write(o.file, json_pack("[f,f,I]", 0.1, 123456789.125, INT64_MAX), &err), 0);
    char *text = output_take(&o);
    assert_string_equal(text, "[\n  0.1,\n  123456789.125,\n  9223372036854775807\n]\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bits_of_a_seed_are_kept),
        cmocka_unit_test(the_tool_says_how_it_was_built),
        cmocka_unit_test(words_of_users_and_servers_are_text),
        cmocka_unit_test(a_machine_of_which_little_is_known),
        cmocka_unit_test(what_changed_while_it_ran),
        cmocka_unit_test(promises_and_commands),
        cmocka_unit_test(assertions_and_what_was_measured),
        cmocka_unit_test(no_selftest_is_null),
        cmocka_unit_test(what_cannot_be_written_is_told),
        cmocka_unit_test(figures_keep_their_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
