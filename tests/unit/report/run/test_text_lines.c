// SPDX-License-Identifier: MIT
// Lines that a report has only where there is something to say: each from one change to a plain test.
#include "report/run/text.h"

#include "../fixture.h"

// Each has its line, and a plain test has no line that begins so.
static void expect(void (*change)(struct summary *s), const char *begins, const char *line)
{
    struct summary s = fixture_set();
    char *plain = report_one(&text_reporter, s);
    if (strstr(plain, begins))
        fail_msg("a plain test has a line %s", begins);
    free(plain);
    s = fixture_set();
    change(&s);
    char *text = report_one(&text_reporter, s);
    if (!strstr(text, line))
        fail_msg("%s\nis not in\n%s", line, text);
    free(text);
}

static void retried(struct summary *s)
{
    s->counts.unsent = 1000;
    s->counts.retries = 50500;
}

static void broken(struct summary *s)
{
    s->counts.breaks = 3;
    s->counts.reconnects = 2;
    s->counts.lost = s->counts.abandoned = 1200;
}

static void broken_once(struct summary *s)
{
    s->counts.breaks = s->counts.reconnects = 1;
}

static void lost(struct summary *s)
{
    s->counts.lost = s->counts.abandoned = 1200;
    s->lost = 4;
}

static void lost_while_renewing(struct summary *s)
{
    s->load.keepalive = 0;
    s->lost = 1;
}

static void timed_out(struct summary *s)
{
    s->counts.timeouts = s->counts.abandoned = 1234;
}

static void interrupted(struct summary *s)
{
    s->in_flight = s->counts.abandoned = 50;
}

static void unanswered(struct summary *s)
{
    s->counts.abandoned = 40;
    s->counts.unsent = 60;
}

// What went wrong on the way.
static void trouble(void **state)
{
    (void)state;
    expect(retried, "\n  retries",
           "\n  retries      101,000 offered, 150,500 attempts (amplification 1.490), goodput ");
    expect(broken, "\n  reconnects",
           "\n  reconnects   3 connections broke, 2 reconnected; 1,200 requests lost in flight\n");
    expect(broken_once, "\n  reconnects",
           "\n  reconnects   1 connection broke, 1 reconnected; 0 requests lost in flight\n");
    expect(lost, "\n  lost",
           "\n  lost         1,200 requests in flight\n  lost         4 of 50 connections\n");
    expect(lost_while_renewing, "\n  lost", "\n  lost         1 connection\n"); // of how many is no figure
    expect(timed_out, "\n  timed out",
           "\n  timed out    1,234 requests without an answer within --timeout\n");
    expect(interrupted, "\n  unanswered",
           "\n  unanswered   50 requests in flight when interrupted (not in the quantiles)\n");
    expect(unanswered, "\n  unanswered",
           "\n  unanswered   100 requests, 40 of them sent (counted with the time elapsed so far)\n");
}

static void verified(struct summary *s)
{
    s->counts.checked = 90000;
}

static void verified_and_wrong(struct summary *s)
{
    s->counts.checked = 90000;
    s->counts.unchecked = 10000;
    s->counts.stale = 3;
    s->counts.crossed = 1;
    s->counts.errors = 4;
    s->counts.ok -= 4;
}

static void nothing_verified(struct summary *s)
{
    s->verified = true;
}

static void replicas_fresh(struct summary *s)
{
    verified(s);
    s->counts.replica_values = 80000;
    staleness_init(&s->staleness, 3);
}

static void replicas_stale(struct summary *s)
{
    replicas_fresh(s);
    s->counts.replica_stale = 4000;
    hist_record(s->staleness.age, 20000000, 4000);
    s->staleness.behind = 1234;
    s->staleness.at_least = 17;
}

static void tracked(struct summary *s)
{
    s->load.protocol = 3;
    strcpy(s->load.tracking, "bcast");
}

static void invalidated(struct summary *s)
{
    tracked(s);
    s->counts.invalidations = 89000;
    s->counts.invalidated = 178000;
}

static void what_was_read(void **state)
{
    (void)state;
    expect(verified, "\n  verified", "\n  verified     90,000 values read, 0 wrong\n");
    expect(verified_and_wrong, "\n  verified",
           "\n  verified     90,000 values read, 4 wrong; 10,000 more are of no run with --verify\n");
    expect(nothing_verified, "\n  verified", "\n  verified     0 values read, 0 wrong\n");
    expect(replicas_fresh, "\n  staleness",
           "\n  staleness    0 of 80,000 values that replicas answered were stale (0%)\n");
    expect(replicas_stale, "\n  staleness",
           "\n  staleness    4,000 of 80,000 values that replicas answered were stale (5%), up to 1,234 "
           "versions behind; of 17 only the least age is known\n");
    expect(tracked, "\n  invalidated",
           "\n  invalidated  0 messages/s (0 messages, 0 keys)\n"); // asked, none came
    expect(tracked, "\n  client tracking", "\n  client tracking: bcast\n");
    expect(invalidated, "\n  invalidated",
           "\n  invalidated  100,000 messages/s (89,000 messages, 178,000 keys)\n");
}

static void chosen(struct summary *s)
{
    strcpy(s->load.workload, "--value-size 1-9");
    s->load.quickack = 1;
    s->load.protocol = 3;
    s->ramp_ns = 1500000000;
    s->load.threads = 4;
    s->load.pipeline = 16;
}

static void filled(struct summary *s)
{
    s->prefilled = 3600000;
    s->prefill_ns = UINT64_C(1800000000000);
}

static void filled_at_once(struct summary *s)
{
    s->prefilled = 1;
}

// What is not as it is by default.
static void choices(void **state)
{
    static const char *const lines[] = {"\n  16 requests per pipeline batch\n",
                                        "\n  workload: --value-size 1-9\n",
                                        "\n  threads: 4\n",
                                        "\n  ramp: 1.5 seconds\n",
                                        "\n  quickack: no delayed ACKs\n",
                                        "\n  protocol: RESP3\n"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect(chosen, lines[i], lines[i]);
    expect(filled, "\n  prefilled", "\n  prefilled: 3,600,000 keys in 1800 seconds, 2,000/s\n");
    expect(filled_at_once, "\n  prefilled", "\n  prefilled: 1 key\n");
}

static void a_start_that_was_agreed_on(void **state)
{
    struct run_facts facts = fixture_facts();
    struct output o;
    (void)state;
    facts.start_at_ns = 1;
    facts.start_late_ns = 1234567;
    output_open(&o);
    text_reporter.begin(o.file, &facts);
    char *text = output_take(&o);
    assert_non_null(strstr(text, "\n  started      1.235 ms after --start-at\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trouble),
        cmocka_unit_test(what_was_read),
        cmocka_unit_test(choices),
        cmocka_unit_test(a_start_that_was_agreed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
