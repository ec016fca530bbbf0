// SPDX-License-Identifier: MIT
// What became of the lines of a trace, as text and as JSON.
#include "report/run/replay_text.h"

#include "report/run/replay_json.h"

#include "../fixture.h"
#include "../json_path.h"

static struct replayed trace;

// 1,204 lines: 700 gets, 500 sets, and four that were not sent.
static struct summary replaying(void)
{
    trace = (struct replayed){.file = "day.trace", .speed = 2, .lines = 1200, .span_ns = 1500000000};
    trace.commands[replayed_name(&trace, slice_of("SET"))].count = 500;
    trace.commands[replayed_name(&trace, slice_of("get"))].count = 700;
    replayed_name(&trace, slice_of("DEL")); // met, and never sent
    replayed_refuse(&trace, REPLAY_BLOCKING, 17, slice_of("BLPOP"));
    replayed_refuse(&trace, REPLAY_BLOCKING, 18, slice_of("BRPOP"));
    replayed_refuse(&trace, REPLAY_MALFORMED, 4000, slice_of("\x1b[31m \"GET"));
    replayed_refuse(&trace, REPLAY_MALFORMED, 4001, slice_of("no"));
    struct summary s = {.replayed = &trace};
    s.counts.sent = 1200;
    return s;
}

static void says(const struct summary *s, const char *expected)
{
    struct output o;
    output_open(&o);
    replay_text(o.file, s);
    char *text = output_take(&o);
    assert_string_equal(text, expected);
    free(text);
}

static void lines_that_were_sent_and_those_that_were_not(void **state)
{
    (void)state;
    struct summary s = replaying();
    says(&s, "  replay       1,204 lines, 1,200 requests sent, 4 unusable\n"
             "               2 malformed, the first in line 4,000: \\x1b[31m \"GET\n"
             "               2 blocking, the first in line 17: BLPOP\n"
             "  commands     get 700, set 500\n"); // the most frequent first
}

static void one_request_and_nothing_wrong(void **state)
{
    (void)state;
    struct summary s = replaying();
    trace = (struct replayed){.lines = 1};
    s.counts.sent = 1;
    says(&s, "  replay       1 line, 1 request sent, 0 unusable\n  commands     none\n");
    s.replayed = NULL;
    says(&s, ""); // it is no trace
}

static void the_eight_most_frequent_commands_are_shown(void **state)
{
    (void)state;
    struct summary s = replaying();
    trace = (struct replayed){.lines = 10};
    s.counts.sent = 10;
    for (unsigned i = 0; i < 10; i++) {
        char name[8];
        snprintf(name, sizeof name, "c%u", i);
        trace.commands[replayed_name(&trace, slice_of(name))].count = i == 3 ? 9 : i; // c3 is as c9
    }
    says(&s, "  replay       10 lines, 10 requests sent, 0 unusable\n"
             "  commands     c3 9, c9 9, c8 8, c7 7, c6 6, c5 5, c4 4, c2 2\n");
}

static void as_json(void **state)
{
    (void)state;
    struct summary s = replaying(), none = {0};
    trace.backwards = 5;
    trace.late = 6;
    snprintf(trace.error, sizeof trace.error, "reading failed after line 9: \xff");
    json_t *j = replay_json(&s);
    assert_text(j, "file", "day.trace");
    assert_real(j, "speed", 2);
    assert_count(j, "lines", 1204);
    assert_real(j, "span_s", 1.5);
    assert_count(j, "unusable", 4);
    assert_int_equal(json_array_size(at(j, "unusable_by_reason")), 2);
    assert_text(j, "unusable_by_reason.0.reason", "malformed");
    assert_count(j, "unusable_by_reason.0.first_line", 4000);
    assert_text(j, "unusable_by_reason.0.sample", "\\x1b[31m \"GET");
    assert_text(j, "unusable_by_reason.1.reason", "blocking");
    assert_count(j, "unusable_by_reason.1.count", 2);
    assert_int_equal(json_array_size(at(j, "commands")), 2); // those that were sent
    assert_text(j, "commands.0.command", "set");             // in the order in which they came
    assert_count(j, "commands.1.sent", 700);
    assert_count(j, "lines_backwards", 5);
    assert_count(j, "waits_for_reader", 6);
    assert_text(j, "error", "reading failed after line 9: \\xff");
    json_decref(j);
    trace.speed = 0; // as fast as answers come
    j = replay_json(&s);
    assert_null_at(j, "speed");
    json_decref(j);
    j = replay_json(&none);
    assert_true(json_is_null(j));
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_were_sent_and_those_that_were_not),
        cmocka_unit_test(one_request_and_nothing_wrong),
        cmocka_unit_test(the_eight_most_frequent_commands_are_shown),
        cmocka_unit_test(as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
