// SPDX-License-Identifier: MIT
#include "report/history/diff_report.h"

#include "../fixture.h"
#include "../json_path.h"

static struct diff_test tests[3];

// Two runs of one server: GET, of which p99 was better, SET in the first alone, INCR that was asked
// otherwise.
static struct diff two_runs(void)
{
    struct diff d = {.tests = tests, .n = 3};
    memset(tests, 0, sizeof tests);
    d.runs[0] = (struct diff_run){.id = 12,
                                  .started = "2026-11-20T08:00:00.000Z",
                                  .kind = "run",
                                  .server = "redis 7.0.15",
                                  .target = "h:1",
                                  .engine = "epoll",
                                  .host = "bench1 CPU"};
    d.runs[1] = d.runs[0];
    d.runs[1].id = 13;
    strcpy(d.runs[1].started, "2026-11-21T09:30:01.000Z");
    strcpy(d.runs[1].tags, "commit=c7");
    strcpy(tests[0].test, "get");
    tests[0].in[0] = tests[0].in[1] = true;
    tests[0].figures[0][METRIC_RPS] = (struct figure){true, 100000, false};
    tests[0].figures[1][METRIC_RPS] = (struct figure){true, 90000, false};
    tests[0].figures[0][METRIC_P50 + QUANTILE_P99] = (struct figure){true, 2000000, false};
    tests[0].figures[1][METRIC_P50 + QUANTILE_P99] = (struct figure){true, 1000000, true};
    strcpy(tests[1].test, "set");
    tests[1].in[0] = true;
    tests[1].figures[0][METRIC_RPS] = (struct figure){true, 5, false};
    strcpy(tests[2].test, "incr");
    tests[2].in[0] = tests[2].in[1] = true;
    strcpy(tests[2].why, "50 clients then, 100 now");
    tests[2].figures[0][METRIC_RPS] = (struct figure){true, 100, false};
    tests[2].figures[1][METRIC_RPS] = (struct figure){true, 200, false};
    return d;
}

static char *text_of(const struct diff *d)
{
    struct output o;
    output_open(&o);
    diff_report_text(o.file, d);
    return output_take(&o);
}

static void has(const char *text, const char *line)
{
    const char *at = strstr(text, line);
    if (!at || (at > text && at[-1] != '\n') || at[strlen(line)] != '\n')
        fail_msg("there is no line \"%s\" in\n%s", line, text);
}

static void both_runs_and_what_is_known_of_each(void **state)
{
    (void)state;
    struct diff d = two_runs();
    char *text = text_of(&d);
    has(text, "A  run 12, 2026-11-20 08:00:00 UTC, redis 7.0.15 at h:1");
    has(text, "B  run 13, 2026-11-21 09:30:01 UTC, redis 7.0.15 at h:1, commit=c7");
    has(text, "test              metric                    A                B     change");
    assert_null(strstr(text, "another"));
    assert_non_null(strstr(text, "One run each: a change may be chance, "));
    free(text);
}

static void a_change_has_a_direction(void **state)
{
    (void)state;
    struct diff d = two_runs();
    char *text = text_of(&d);
    const char *rps = strstr(text, "get               rps"), *p99 = strstr(text, "get               p99");
    assert_true(rps && p99);
    assert_non_null(strstr(rps, "-10.0%  worse\n"));
    assert_non_null(strstr(p99, "-50.0%  better\n"));
    assert_non_null(strstr(p99, ">=")); // of the second it is a bound
    free(text);
}

// By the kept errors of both runs, and at least by what a comparison calls equivalent.
static void what_chance_alone_may_do_has_no_direction(void **state)
{
    (void)state;
    struct diff d = two_runs();
    struct figure *p99[] = {&tests[0].figures[0][METRIC_P50 + QUANTILE_P99],
                            &tests[0].figures[1][METRIC_P50 + QUANTILE_P99]};
    tests[0].figures[1][METRIC_RPS].value = 100600;
    p99[1]->value = 2080000;
    char *text = text_of(&d);
    assert_non_null(strstr(text, "+0.6%  within noise\n"));
    assert_non_null(strstr(text, "+4.0%  within noise\n"));
    free(text);
    p99[1]->value = 2300000;
    assert_int_equal(diff_direction(&tests[0], METRIC_P50 + QUANTILE_P99), -1);
    tests[0].errors[0][COMPARISON_P99] = tests[0].errors[1][COMPARISON_P99] = 0.06; // 17 % together
    assert_int_equal(diff_direction(&tests[0], METRIC_P50 + QUANTILE_P99), 0);
    p99[1]->value = 2400000;
    assert_int_equal(diff_direction(&tests[0], METRIC_P50 + QUANTILE_P99), -1);
    text = text_of(&d);
    assert_non_null(strstr(text, "+20.0%  worse\n"));
    free(text);
}

static void what_is_not_like_with_like_is_neither_better_nor_worse(void **state)
{
    (void)state;
    struct diff d = two_runs();
    char *text = text_of(&d);
    has(text, "! incr: not like with like: 50 clients then, 100 now");
    has(text, "! set: only in A");
    const char *incr = strstr(text, "incr              rps");
    assert_non_null(incr);
    assert_non_null(strstr(incr, "+100.0%  \n"));
    free(text);
}

static void another_machine_is_told(void **state)
{
    (void)state;
    struct diff d = two_runs();
    strcpy(d.runs[1].server, "valkey 8\x1b[2J");
    strcpy(d.runs[1].host, "bench2 CPU");
    char *text = text_of(&d);
    has(text, "! another server: redis 7.0.15 → valkey 8\\x1b[2J");
    has(text, "! another host: bench1 CPU → bench2 CPU");
    free(text);
}

static void a_server_that_said_nothing_is_a_dash(void **state)
{
    (void)state;
    struct diff d = two_runs();
    d.runs[0].server[0] = 0;
    d.runs[0].started[0] = 0; // whatever stands in a file that somebody made
    char *text = text_of(&d);
    assert_non_null(strstr(text, ", - at h:1"));
    free(text);
}

static void the_same_as_json(void **state)
{
    (void)state;
    struct diff d = two_runs();
    struct output o;
    struct err err;
    strcpy(d.runs[1].engine, "uring");
    output_open(&o);
    assert_int_equal(diff_report_json(o.file, &d, &err), 0);
    json_t *j = parse_json(output_take(&o));
    assert_count(j, "schema_version", 1);
    assert_count(j, "a.run", 12);
    assert_text(j, "b.engine", "uring");
    assert_int_equal(json_array_size(at(j, "differ")), 1);
    assert_text(j, "differ.0", "engine");
    assert_text(j, "tests.0.metrics.0.metric", "rps");
    assert_real(j, "tests.0.metrics.0.a", 100000);
    assert_text(j, "tests.0.metrics.0.direction", "worse");
    assert_bool(j, "tests.0.metrics.1.at_least", true);
    assert_text(j, "tests.0.metrics.1.direction", "better");
    assert_null_at(j, "tests.0.load_differs");
    assert_bool(j, "tests.1.in_b", false);
    assert_null_at(j, "tests.1.metrics.0.b");
    assert_null_at(j, "tests.1.metrics.0.change");
    assert_text(j, "tests.2.load_differs", "50 clients then, 100 now");
    assert_null_at(j, "tests.2.metrics.0.direction");
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(both_runs_and_what_is_known_of_each),
        cmocka_unit_test(a_change_has_a_direction),
        cmocka_unit_test(what_chance_alone_may_do_has_no_direction),
        cmocka_unit_test(what_is_not_like_with_like_is_neither_better_nor_worse),
        cmocka_unit_test(another_machine_is_told),
        cmocka_unit_test(a_server_that_said_nothing_is_a_dash),
        cmocka_unit_test(the_same_as_json),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
