// SPDX-License-Identifier: MIT
#include "report/selftest/kept.h"

#include "report/selftest/selftest_json.h"
#include "report/selftest/selftest_text.h"

#include "../fixture.h"
#include "../json_path.h"

static struct selftest sample(void)
{
    return (struct selftest){
        .host = "bench1",
        .kernel = "Linux 6.1.0",
        .version = "0.1.0",
        .engine = "epoll",
        .taken_unix_ms = INT64_C(1700000000123),
        .asked_s = 20,
        .spent_s = 20.5,
        .whole = true,
        .floors =
            {{.pipeline = 1,
              .ceiling_rps = 2000000,
              .cpu_us = 0.25,
              .p50_ns = 20000,
              .p99_ns = 40000,
              .own_ns = 9000},
             {.pipeline = 16, .ceiling_rps = 10000000, .cpu_us = 0.0625, .p50_ns = 30000, .p99_ns = 50000}},
        .timer = {1000, 55000, 90000, 200000},
        .lag = {1000, 500, 3000, 9000},
        .delay = {true, true, 1050000},
        .errors = {true, false, 0.5},
        .pairs = 8,
        .slot_s = 0.44,
        .rps_smallest = 0.021,
        .p50_smallest = 0.018,
    };
}

static char *written(const struct selftest *t)
{
    struct output o;
    struct err err;
    output_open(&o);
    assert_int_equal(kept_write(o.file, t, &err), 0);
    return output_take(&o);
}

static void what_was_written_is_read_again(void **state)
{
    (void)state;
    struct selftest t = sample(), back;
    char *text = written(&t);
    assert_true(kept_read(text, strlen(text), &back));
    char *again = written(&back);
    assert_string_equal(again, text);
    assert_int_equal(back.floors[0].own_ns, 9000);
    assert_int_equal(back.floors[1].own_ns, 0); // null
    assert_int_equal(back.unread.n, 0);
    assert_true(back.errors.tried && !back.errors.found && back.errors.value == 0.5);
    assert_true(back.whole && back.taken_unix_ms == t.taken_unix_ms);
    assert_true(strlen(text) < KEPT_BYTES_MAX);
    free(again);
    free(text);
}

static bool reads(const char *text)
{
    struct selftest t;
    return kept_read(text, strlen(text), &t);
}

// Cut short anywhere, or with any byte changed, it is read as something or as nothing, and that is all.
static void damage_anywhere_is_survived(void **state)
{
    (void)state;
    struct selftest t = sample(), back;
    char *text = written(&t);
    size_t len = strlen(text);
    for (size_t n = 0; n + 2 < len; n++) // without its last brace
        assert_false(kept_read(text, n, &back));
    for (size_t i = 0; i < len; i++)
        for (unsigned char byte = 0; byte < 255; byte = (unsigned char)(byte + 17)) {
            char was = text[i];
            text[i] = (char)byte;
            if (kept_read(text, len, &back))
                free(written(&back)); // what was taken can be shown
            text[i] = was;
        }
    free(text);
}

// The text with one thing in the place of another.
static bool reads_with(const char *that, const char *this)
{
    struct selftest t = sample();
    char *text = written(&t), changed[8192], *at = strstr(text, that);
    assert_non_null(at);
    int n = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, this, at + strlen(that));
    free(text);
    assert_true(n > 0 && (size_t)n < sizeof changed);
    return reads(changed);
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    assert_true(reads_with("\"epoll\"", "\"epoll\""));
    assert_false(reads_with("\"epoll\"", "\"a name that is longer than those of engines are\""));
    assert_false(reads_with("\"epoll\"", "7"));
    assert_false(reads_with("\"kept_selftest\": 1", "\"kept_selftest\": 2"));
    assert_false(reads_with("1700000000123", "-1"));
    assert_false(reads_with("1700000000123", "1e300"));
    assert_false(reads_with("\"p50_ns\": 20000", "\"p50_ns\": -20000"));
    assert_false(reads_with("\"p50_ns\": 20000", "\"p50_ns\": \"x\""));
    assert_false(reads_with("\"own_ns\": 9000", "\"own_ns\": 1e30"));
    assert_false(reads_with("\"found\": true", "\"found\": 1"));
    assert_false(reads_with("\"pairs\": 8", "\"pairs\": 9"));
    assert_false(reads("null"));
    assert_false(reads("{}"));
    assert_false(reads("{\"kept_selftest\": 1, \"selftest\": []}"));
}

static void what_is_too_deep_or_too_long_is_not_parsed(void **state)
{
    (void)state;
    static char text[KEPT_BYTES_MAX + 2];
    struct selftest t;
    memset(text, '[', KEPT_BYTES_MAX);
    assert_false(kept_read(text, KEPT_BYTES_MAX, &t));
    memset(text, ' ', sizeof text);
    assert_false(kept_read(text, sizeof text, &t));
}

static void the_document_has_it_in_the_place_of_tests(void **state)
{
    (void)state;
    struct selftest t = sample();
    struct run_facts facts = fixture_facts();
    struct output o;
    struct err err;
    output_open(&o);
    assert_int_equal(selftest_json(o.file, &facts, &t, &err), 0);
    json_t *j = parse_json(output_take(&o));
    assert_text(j, "kind", "selftest");
    assert_text(j, "selftest.taken", "2023-11-14T22:13:20.123Z");
    assert_count(j, "selftest.floors.0.own_ns", 9000);
    assert_null_at(j, "selftest.floors.1.own_ns");
    assert_null_at(j, "selftest.unread");
    assert_count(j, "selftest.timer.p99_ns", 90000);
    assert_real(j, "selftest.delay_ns.measured", 1050000);
    assert_bool(j, "selftest.error_share.found", false);
    assert_real(j, "selftest.noise.rps_smallest", 0.021);
    assert_text(j, "selftest.can.0", "a delay of 1 ms (an injected one was measured as 1.05 ms)");
    assert_int_equal(json_array_size(at(j, "selftest.cannot")), 6);
    assert_int_equal(json_array_size(at(j, "tests")), 0);
    json_decref(j);
}

static void as_text(void **state)
{
    (void)state;
    struct selftest t = sample();
    struct output o;
    output_open(&o);
    selftest_text(o.file, &t);
    assert_golden(output_take(&o), "selftest");
}

static void of_nothing_there_is_a_head(void **state)
{
    (void)state;
    struct selftest t = {.host = "\x1b[31mh", .kernel = "Linux", .version = "0.1.0"};
    struct output o;
    output_open(&o);
    selftest_text(o.file, &t);
    char *text = output_take(&o);
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "no engine"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_again),
        cmocka_unit_test(damage_anywhere_is_survived),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(what_is_too_deep_or_too_long_is_not_parsed),
        cmocka_unit_test(the_document_has_it_in_the_place_of_tests),
        cmocka_unit_test(as_text),
        cmocka_unit_test(of_nothing_there_is_a_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
