// SPDX-License-Identifier: MIT
#include "report/run/opened.h"

#include "../fixture.h"
#include "../json_path.h"

static char *text_of(const struct summary *s)
{
    struct output o;
    output_open(&o);
    opened_text(o.file, s);
    return output_take(&o);
}

static void connections_that_stay_have_no_table(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    char *text = text_of(&s);
    json_t *j = opened_json(&s);
    assert_string_equal(text, "");
    assert_true(json_is_null(j));
    json_decref(j);
    free(text);
    summary_free(&s);
}

static void each_phase_that_there_was(void **state)
{
    (void)state;
    struct summary s = fixture_renewing();
    char *text = text_of(&s);
    assert_non_null(strstr(
        text, "  new connections, ms          count       min       p50       p90       p99       max\n"));
    const char *connect = strstr(text, "  connect                        100     1.000     1.00");
    assert_non_null(connect);
    assert_non_null(strstr(connect, "     7.000\n"));
    assert_non_null(strstr(text, "  first reply                     10     3.000     "));
    assert_null(strstr(text, "TLS")); // there was none
    assert_null(strstr(text, "set-up"));
    free(text);
    summary_free(&s);
}

static void the_same_as_json(void **state)
{
    (void)state;
    struct summary s = fixture_renewing();
    json_t *j = opened_json(&s);
    assert_count(j, "connect_ns.count", 100);
    assert_count(j, "connect_ns.min", 1000000);
    assert_count(j, "connect_ns.max", 7000000);
    assert_count(j, "first_reply_ns.count", 10);
    assert_count(j, "tls_full_ns.count", 0);
    assert_null_at(j, "tls_full_ns.p50"); // of nothing there is no middle
    assert_null_at(j, "setup_ns.max");
    json_decref(j);
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_that_stay_have_no_table),
        cmocka_unit_test(each_phase_that_there_was),
        cmocka_unit_test(the_same_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
