// SPDX-License-Identifier: MIT
// The lines under the latency: what its parts are, and which of them matter.
#include "report/run/latency_text.h"

#include "../fixture.h"

typedef void write_lines(FILE *out, const struct summary *s);

static void expect(write_lines *write, const struct summary *s, const char *text)
{
    struct output o;
    output_open(&o);
    write(o.file, s);
    char *is = output_take(&o);
    assert_string_equal(is, text);
    free(is);
}

static void without_answers_there_is_none(void **state)
{
    struct summary s = fixture_nothing();
    (void)state;
    expect(latency_text, &s, "  latency      n/a (no request succeeded)\n");
    expect(latency_text_parts, &s, "");
    expect(latency_text_wire, &s, "");
    s.service = hist_new(3); // with a rate
    expect(latency_text_parts, &s, "");
    summary_free(&s);
}

// What is a hundredth of p99 or less is no line.
static void only_parts_that_matter_are_shown(void **state)
{
    static const char service[] =
        "  service ms   p50 0.250  p99 0.250  p99.9 0.250  max 0.250  (from send to reply)\n";
    struct summary s = fixture_set();
    char all[512];
    (void)state;
    s.service = hist_new(3);
    s.wait = hist_new(3);
    s.lag = hist_new(3);
    hist_record(s.service, 250000, 100);
    hist_record(s.wait, 3900, 100);
    hist_record(s.lag, 3900, 100);
    expect(latency_text_parts, &s, service);
    hist_record(s.wait, 500000, 10);
    hist_record(s.lag, 800000, 10);
    snprintf(all, sizeof all, "%s%s%s", service,
             "  wait ms      p50 0.004  p99 0.500  p99.9 0.500  max 0.500  (no free connection)\n",
             "  lag ms       p50 0.004  p99 0.800  p99.9 0.800  max 0.800  (the client sent late)\n");
    expect(latency_text_parts, &s, all);
    summary_free(&s);
}

// Where reading is more than a tenth of p50, what is left without it is shown too.
static void replies_that_lie_unread(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    assert_int_equal(readtimes_init(&s.read), 0);
    readtimes_record(&s.read, 250000, 10000, 5);
    expect(latency_text_parts, &s, ""); // too few to tell
    readtimes_record(&s.read, 250000, 10000, 10000);
    expect(latency_text_parts, &s,
           "  unread µs    p50 10.0  p99 10.0  (replies waiting in the socket; without it p50 is 4% lower, "
           "p99 4%)\n");
    readtimes_reset(&s.read);
    readtimes_record(&s.read, 250000, 50000, 10000);
    expect(latency_text_parts, &s,
           "  unread µs    p50 50.0  p99 50.0  (replies waiting in the socket; without it p50 is 20% lower, "
           "p99 20%)\n"
           "  kernel ms    p50 0.200  p99 0.200  p99.9 0.200  max 0.200  (latency without that wait)\n");
    summary_free(&s);
}

static void the_wire_and_what_it_cost_to_look(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    assert_int_equal(wiretimes_init(&s.wire), 0);
    expect(latency_text_wire, &s, "");
    s.wire.missed = 1234;
    expect(latency_text_wire, &s, "  samples      0, 1,234 missed: the kernel stamped none of them\n");
    wiretimes_record(&s.wire, 10000, 11000, 308000, 310000);
    expect(latency_text_wire, &s,
           "  wire µs      p50 send 1.00 + network and server 297 + wake-up 2.00 (client's share: 1% of p50, "
           "1% of p99)\n"
           "  samples      1, 1,234 missed; a sampled request took +19.9% at p50\n");
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_answers_there_is_none),
        cmocka_unit_test(only_parts_that_matter_are_shown),
        cmocka_unit_test(replies_that_lie_unread),
        cmocka_unit_test(the_wire_and_what_it_cost_to_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
