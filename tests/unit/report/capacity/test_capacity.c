// SPDX-License-Identifier: MIT
#include "report/capacity/capacity_json.h"
#include "report/capacity/capacity_text.h"

#include "../fixture.h"
#include "../json_path.h"

#include "base/build.h"

#include <math.h>

#define LIMIT_P99_NS 1000000
#define LIMIT_P999_NS 5000000

// One trial: which of the limits it broke is told by its shares.
struct row {
    double rate;
    enum saturation_phase phase;
    enum saturation_outcome outcome;
    double late_p99, late_p999;
    uint64_t p50_ns, p99_ns, p999_ns;
};

// 80000 breaks the second promise alone; 110000 has requests without an answer; a trial at 60000 was spoilt.
// At 70000 one of four long trials fails, at 70600 one of five holds.
static const struct row found[] = {
    {10000, SATURATION_ROUGH, SATURATION_PASS, 0, 0, 85000, 210000, 480000},
    {110000, SATURATION_ROUGH, SATURATION_FAIL, 0.75, 0.5, 43000000, 88000000, 91000000},
    {33000, SATURATION_ROUGH, SATURATION_PASS, 0, 0, 95000, 260000, 620000},
    {60000, SATURATION_ROUGH, SATURATION_VOID, 0.2, 0.1, 310000, 9000000, 12000000},
    {60000, SATURATION_ROUGH, SATURATION_PASS, 0.0015, 0, 130000, 540000, 1900000},
    {80000, SATURATION_ROUGH, SATURATION_FAIL, 0.0085, 0.0021, 240000, 960000, 7300000},
    {70000, SATURATION_NEAR, SATURATION_PASS, 0.004, 0.0002, 170000, 720000, 2600000},
    {70000, SATURATION_LONG, SATURATION_PASS, 0.006, 0.0004, 171000, 810000, 3100000},
    {70600, SATURATION_LONG, SATURATION_FAIL, 0.021, 0.0011, 182000, 1400000, 5200000},
    {70000, SATURATION_LONG, SATURATION_FAIL, 0.012, 0.0009, 173000, 1100000, 4900000},
    {70600, SATURATION_LONG, SATURATION_PASS, 0.0097, 0.0008, 179000, 980000, 4400000},
    {70000, SATURATION_LONG, SATURATION_PASS, 0.007, 0.0005, 172000, 850000, 3500000},
    {70600, SATURATION_LONG, SATURATION_FAIL, 0.031, 0.0013, 184000, 1900000, 6000000},
    {70000, SATURATION_LONG, SATURATION_PASS, 0.0065, 0.0003, 170500, 830000, 3300000},
    {70600, SATURATION_LONG, SATURATION_FAIL, 0.026, 0.0012, 183000, 1600000, 5700000},
    {70600, SATURATION_LONG, SATURATION_FAIL, 0.024, 0.0012, 183500, 1500000, 5500000},
};

// The client gives out at 120000, of which no figure is worth anything.
static const struct row ceiling[] = {
    {10000, SATURATION_ROUGH, SATURATION_PASS, 0, 0, 85000, 210000, 480000},
    {110000, SATURATION_ROUGH, SATURATION_PASS, 0.001, 0.0001, 150000, 600000, 2100000},
    {120000, SATURATION_ROUGH, SATURATION_VOID, 0.3, 0.2, 9000000, 21000000, 30000000},
    {120000, SATURATION_ROUGH, SATURATION_VOID, 0.4, 0.3, 9000000, 22000000, 31000000},
    {120000, SATURATION_ROUGH, SATURATION_VOID, 0.5, 0.4, 9000000, 23000000, 32000000},
};

// Nothing holds, down to a thousandth.
static const struct row nothing[] = {
    {200000, SATURATION_ROUGH, SATURATION_FAIL, 1, 1, 20000000, 21000000, 22000000},
    {20000, SATURATION_ROUGH, SATURATION_FAIL, 1, 1, 20000000, 21000000, 22000000},
    {2000, SATURATION_ROUGH, SATURATION_FAIL, 1, 1, 20000000, 21000000, 22000000},
};

static struct capacity_trial trials[32];

static struct capacity_trial trial_of(const struct row *r, double at_s)
{
    struct capacity_trial t = {
        .rate = r->rate,
        .phase = r->phase,
        .outcome = r->outcome,
        .at_s = at_s,
        .lasting_s = 3 * saturation_length(r->phase),
        .late = {{r->late_p99, 0.5 * r->late_p99, fmin(1, 2 * r->late_p99)}, {r->late_p999, 0, 1}},
        .verdict = {.limit = r->outcome == SATURATION_VOID ? LIMIT_CLIENT : LIMIT_SERVER},
    };
    t.early = r->late_p99 > 0.5;
    t.took_s = t.early ? t.lasting_s / 2 : t.lasting_s;
    t.due = (uint64_t)(t.rate * t.took_s);
    t.unfinished = t.early ? t.due / 20 : 0;
    t.rps = t.early ? 0.95 * t.rate : t.rate;
    t.quantiles[QUANTILE_P50] = (struct quantile){.ns = r->p50_ns};
    t.quantiles[QUANTILE_P99] = (struct quantile){.ns = r->p99_ns,
                                                  .at_least = t.early,
                                                  .has_interval = true,
                                                  .low_ns = r->p99_ns * 9 / 10,
                                                  .high_ns = r->p99_ns * 11 / 10};
    t.quantiles[QUANTILE_P999] = (struct quantile){.ns = r->p999_ns,
                                                   .at_least = t.early,
                                                   .few = true,
                                                   .has_interval = true,
                                                   .low_ns = r->p999_ns * 4 / 5,
                                                   .high_ns = r->p999_ns * 2,
                                                   .open_end = true};
    snprintf(t.verdict.why, sizeof t.verdict.why, "%s",
             r->outcome == SATURATION_VOID ? "a client thread was 99% busy" : "");
    return t;
}

// A search whose trials said this. It belongs to the next one made as well.
static struct capacity capacity_of(const struct row *rows, size_t n, enum saturation_end end)
{
    struct capacity c = {.test = "get",
                         .title = "GET",
                         .load.clients = 50,
                         .load.threads = 2,
                         .load.pipeline = 1,
                         .load.arrival = "poisson",
                         .slo = {2, {{QUANTILE_P99, LIMIT_P99_NS, ""}, {QUANTILE_P999, LIMIT_P999_NS, ""}}},
                         .peak_rps = 100000,
                         .trials = trials,
                         .n = n,
                         .spent_s = 5};
    static const struct saturation_limit limit[] = {{0.01, 0.001}, {0.001, 0.005}};
    saturation_init(&c.search, c.peak_rps, 0, limit, 2);
    for (size_t i = 0; i < n; i++) {
        trials[i] = trial_of(&rows[i], c.spent_s);
        c.spent_s += trials[i].took_s;
        c.search.phase = rows[i].phase;
        c.search.asked = rows[i].rate;
        struct saturation_reply reply = {
            rows[i].outcome, (double)trials[i].due, {rows[i].late_p99, rows[i].late_p999}, {0}};
        saturation_answer(&c.search, &reply);
    }
    c.search.end = end;
    c.search.stopped_at = end == SATURATION_CEILING ? 120000 : 0;
    return c;
}

#define CAPACITY(rows, end) capacity_of(rows, sizeof(rows) / sizeof *(rows), end)

static char *text_of(const struct capacity *c)
{
    struct output o;
    output_open(&o);
    capacity_text(o.file, c);
    return output_take(&o);
}

static void says(const struct capacity *c, const char *expected)
{
    char *text = text_of(c);
    if (!strstr(text, expected))
        fail_msg("no \"%s\" in\n%s", expected, text);
    free(text);
}

static void says_not(const struct capacity *c, const char *unexpected)
{
    char *text = text_of(c);
    if (strstr(text, unexpected))
        fail_msg("\"%s\" in\n%s", unexpected, text);
    free(text);
}

static json_t *json_of(const struct capacity *c, size_t n)
{
    struct run_facts facts = fixture_facts();
    struct output o;
    struct err err;
    output_open(&o);
    assert_int_equal(capacity_json(o.file, &facts, c, n, &err), 0);
    return parse_json(output_take(&o));
}

static void the_head(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct output o;
    char expected[128];
    facts.server_version = "7\x1b[31m";
    output_open(&o);
    capacity_text_head(o.file, &facts);
    char *text = output_take(&o);
    snprintf(expected, sizeof expected,
             "hkv-bench %s saturate redis 7\\x1b[31m at 127.0.0.1:6379, engine epoll, seed "
             "12345678901234567890\n\n",
             build.version);
    assert_string_equal(text, expected);
    free(text);
}

static void bounds_that_were_found(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(found, SATURATION_FOUND);
    assert_golden(text_of(&c), "capacity_found");
    output_columns = 80; // some columns go
    assert_golden(text_of(&c), "capacity_found_80");
    output_columns = 0;
}

static void a_client_at_its_end(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(ceiling, SATURATION_CEILING);
    assert_golden(text_of(&c), "capacity_ceiling");
}

// A search for p99 and one for p99.9 with the same trials; those at 70600 ended early for the first.
static struct capacity two_promises(struct capacity *second)
{
    static struct capacity_trial its[sizeof found / sizeof *found];
    struct capacity c = CAPACITY(found, SATURATION_FOUND);
    static const struct saturation_limit limit = {0.001, 0.005};
    c.slo.n = 1;
    *second = c;
    second->trials = its;
    second->slo = (struct slo){1, {{QUANTILE_P999, LIMIT_P999_NS, ""}}};
    saturation_init(&second->search, c.peak_rps, 0, &limit, 1);
    for (size_t i = 0; i < c.n; i++) {
        its[i] = trials[i];
        its[i].late[0] = trials[i].late[1];
        its[i].overheard = i > 5;
        bool cut = its[i].overheard && found[i].late_p99 > 0.02;
        its[i].outcome = cut                                   ? SATURATION_VOID
                         : found[i].outcome == SATURATION_VOID ? SATURATION_VOID
                         : found[i].late_p999 <= limit.allowed ? SATURATION_PASS
                                                               : SATURATION_FAIL;
        struct saturation_reply reply = {its[i].outcome, (double)its[i].due, {found[i].late_p999}, {0}};
        saturation_overhear(&second->search, found[i].rate, found[i].phase, &reply);
    }
    second->search.end = SATURATION_DISTURBED;
    second->search.stopped_at = 75000;
    c.others = second;
    c.others_n = 1;
    return c;
}

static void each_promise_has_a_bound(void **state)
{
    (void)state;
    static struct capacity second;
    struct capacity c = two_promises(&second);
    assert_golden(text_of(&c), "capacity_promises");
}

static void json_of_promises(void **state)
{
    (void)state;
    static struct capacity second;
    struct capacity c = two_promises(&second);
    json_t *j = json_of(&c, 1);
    assert_int_equal(json_array_size(at(j, "tests.0.promises")), 2);
    assert_text(j, "tests.0.promises.0.slo.0.quantile", "p99");
    assert_text(j, "tests.0.promises.1.slo.0.quantile", "p99_9");
    for (const char *const *key =
             (const char *const[]){"slo", "end", "capacity_rps", "at_least", "low", "high", "bound_by",
                                   "passes", "fails", "stopped_at", "latency_ns", "verdict", NULL};
         *key; key++) {
        json_t *first = json_object_get(at(j, "tests.0.promises.0"), *key);
        assert_true(first && json_equal(first, json_object_get(at(j, "tests.0"), *key)));
    }
    assert_text(j, "tests.0.promises.1.end", "disturbed");
    assert_real(j, "tests.0.promises.1.passes", 70600);
    assert_real(j, "tests.0.promises.1.stopped_at", 75000);
    assert_text(j, "tests.0.trials.8.outcome", "fail");
    assert_text(j, "tests.0.trials.8.promises.0.outcome", "fail");
    assert_bool(j, "tests.0.trials.8.promises.0.asked", true);
    assert_text(j, "tests.0.trials.8.promises.1.outcome", "void");
    assert_bool(j, "tests.0.trials.8.promises.1.asked", false);
    assert_real(j, "tests.0.trials.8.promises.1.late.0.allowed", 0.001);
    assert_real(j, "tests.0.trials.8.promises.1.late.0.share", 0.0011);
    json_decref(j);
}

static void each_command_of_a_mix(void **state)
{
    (void)state;
    struct command_figures figures[] = {{"set", 100, 500, 3, 250000, 900000, 0},
                                        {"get", 900.5, 4500, 0, 150000, 400000, 1500000}};
    struct capacity c = CAPACITY(found, SATURATION_FOUND);
    for (size_t i = 0; i < c.n; i++)
        trials[i].commands = (struct by_command){2, figures};
    snprintf(c.slo.limit[0].command, sizeof c.slo.limit[0].command, "set");
    says(&c, "    by command                 req/s        p50        p99      p99.9 ms\n"
             "    set                          100      0.250      0.900          -   (errors)\n"
             "    get                        900.5      0.150      0.400       1.50\n");
    says(&c, "  late set.p99    late p99.9  ");
    says(&c, "set.p99 within 1 ms, p99.9 within 5 ms");
    json_t *j = json_of(&c, 1);
    assert_text(j, "tests.0.slo.0.command", "set");
    assert_null(json_object_get(at(j, "tests.0.slo.1"), "command"));
    json_decref(j);
}

static void nothing_that_holds(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(nothing, SATURATION_NOTHING);
    says(&c, "  => no rate passes, not even 2,000 req/s\n");
    says(&c, "  <- fails\n");
    says_not(&c, "<- passes");
    says_not(&c, "median of");
}

static void bounds_that_do_not_stand(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(found, SATURATION_UNSTEADY);
    says(&c, "  => unsteady (trials contradict each other): capacity about 70");
    says(&c, ", 95% CI ");
    says(&c, "  at 70,000 req/s, median of its longest trials that passed (30 s):\n");
}

// Half of the trials at two loads fail with many requests late: no load that was tried is low enough.
static void an_interval_without_an_end_says_so(void **state)
{
    (void)state;
    struct row rows[12];
    for (int i = 0; i < 12; i++) {
        bool pass = i % 4 < 2;
        rows[i] = (struct row){i % 2 ? 70000 : 70600,
                               SATURATION_LONG,
                               pass ? SATURATION_PASS : SATURATION_FAIL,
                               pass ? 0 : 0.5,
                               0,
                               170000,
                               900000,
                               4000000};
    }
    struct capacity c = CAPACITY(rows, SATURATION_UNSTEADY);
    says(&c, " or less to 70,600, bound by p99\n");
    json_t *j = json_of(&c, 1);
    assert_true(json_is_real(at(j, "tests.0.capacity_rps")));
    assert_null_at(j, "tests.0.low");
    assert_true(json_is_real(at(j, "tests.0.high")));
    json_decref(j);
}

static void a_search_that_ended_early(void **state)
{
    (void)state;
    struct capacity c = capacity_of(found, 5, SATURATION_GOES_ON);
    strcpy(c.note, "interrupted: partial results");
    says(&c, "  => not finished: 60,000 req/s passed so far\n     interrupted: partial results\n");
    c = capacity_of(found, 0, SATURATION_GOES_ON);
    says(&c, "  => not finished: no rate has passed yet\n  0 trials in 5s\n\n");
    says_not(&c, "pass  fail");
}

static void quantiles_with_requests_that_were_not_answered(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(ceiling, SATURATION_CEILING);
    trials[1].quantiles[QUANTILE_P999].at_least = true;
    says(&c, "\n    p99        0.600 ms ");
    says(&c, "\n    p99.9     >=2.10 ms ");
}

static void one_promise(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(ceiling, SATURATION_CEILING);
    c.slo.n = 1;
    says(&c, "  p99 within 1 ms; arrivals");
    says(&c, "\n  rate req/s  pass  fail  void  length      late    p50 µs    p99 µs\n"
             "      10,000     1     0     0     3 s   0.000%      85.0       210\n");
}

static void bounds_that_are_close_and_low(void **state)
{
    (void)state;
    struct row rows[sizeof found / sizeof *found];
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        rows[i] = found[i];
        rows[i].rate /= 4000;
    }
    struct capacity c = CAPACITY(rows, SATURATION_FOUND);
    for (size_t i = 0; i < c.n; i++)
        trials[i].lasting_s *= 120;
    says(&c, "  => capacity 17.");
    says(&c, "       17.65     1     4     0  3600 s     2.400%     0.120% ");
    says(&c, "  at 17.5 req/s, median of its longest trials that passed (3600 s):\n");
}

static void json_of_what_was_found(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(found, SATURATION_FOUND);
    c.ceiling_rps = 250000;
    json_t *j = json_of(&c, 1);
    assert_text(j, "kind", "saturate");
    assert_text(j, "seed", "12345678901234567890");
    assert_text(j, "tests.0.test", "get");
    assert_text(j, "tests.0.note", "");
    assert_text(j, "tests.0.slo.1.quantile", "p99_9");
    assert_count(j, "tests.0.slo.1.ns", LIMIT_P999_NS);
    assert_text(j, "tests.0.end", "found");
    assert_bool(j, "tests.0.at_least", false);
    assert_real(j, "tests.0.closed_loop_rps", 100000);
    assert_real(j, "tests.0.ceiling_rps", 250000);
    assert_real(j, "tests.0.passes", 70000);
    assert_real(j, "tests.0.fails", 70600);
    assert_null_at(j, "tests.0.stopped_at");
    double capacity = json_real_value(at(j, "tests.0.capacity_rps"));
    assert_true(capacity > 70000 && capacity < 70600);
    assert_true(json_real_value(at(j, "tests.0.low")) <= 70000 &&
                json_real_value(at(j, "tests.0.high")) >= 70600);
    assert_text(j, "tests.0.bound_by", "p99");
    // of the four long trials at 70000 the one whose p99 is in the middle
    assert_count(j, "tests.0.latency_ns.p99.ns", 830000);
    assert_count(j, "tests.0.latency_ns.p99.low", 747000);
    assert_count(j, "tests.0.latency_ns.p99.high", 913000);
    assert_bool(j, "tests.0.latency_ns.p99_9.few", true);
    assert_null_at(j, "tests.0.latency_ns.p99_9.high"); // open
    assert_null_at(j, "tests.0.latency_ns.p50.low");    // no interval
    assert_int_equal(json_array_size(at(j, "tests.0.trials")), 16);
    json_decref(j);
}

static void json_of_a_trial(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(found, SATURATION_FOUND);
    json_t *j = json_of(&c, 1);
    json_t *t = at(j, "tests.0.trials.1");
    assert_real(t, "rate", 110000);
    assert_text(t, "phase", "rough");
    assert_text(t, "outcome", "fail");
    assert_bool(t, "ended_early", true);
    assert_real(t, "at_s", 8);
    assert_real(t, "asked_s", 3);
    assert_real(t, "took_s", 1.5);
    assert_real(t, "rps", 104500);
    assert_count(t, "due", 165000);
    assert_count(t, "unfinished", 8250);
    assert_real(t, "late.0.share", 0.75);
    assert_real(t, "late.0.low", 0.375);
    assert_real(t, "late.0.allowed", 0.01);
    assert_real(t, "late.1.allowed", 0.001);
    assert_bool(t, "latency_ns.p99.at_least", true);
    assert_text(t, "limited_by", "SERVER");
    assert_text(j, "tests.0.trials.3.outcome", "void");
    assert_text(j, "tests.0.trials.3.why", "a client thread was 99% busy");
    json_decref(j);
}

static void json_has_null_for_what_is_unknown(void **state)
{
    (void)state;
    struct capacity c[] = {CAPACITY(nothing, SATURATION_NOTHING), {.title = "SET"}};
    strcpy(c[1].test, "set");
    strcpy(c[1].note, "no request was answered");
    trials[0].late[1].share = NAN;
    c[1].spent_s = INFINITY;
    json_t *j = json_of(c, 2);
    assert_text(j, "tests.0.end", "nothing-held");
    assert_null_at(j, "tests.0.capacity_rps");
    assert_real(j, "tests.0.fails", 2000);
    assert_null_at(j, "tests.0.ceiling_rps");
    assert_null_at(j, "tests.0.latency_ns");
    assert_null_at(j, "tests.0.trials.0.late.1.share");
    assert_text(j, "tests.1.note", "no request was answered");
    assert_text(j, "tests.1.end", "interrupted");
    assert_null_at(j, "tests.1.closed_loop_rps");
    assert_null_at(j, "tests.1.fails");
    assert_null_at(j, "tests.1.spent_s");
    assert_int_equal(json_array_size(at(j, "tests.1.trials")), 0);
    json_decref(j);
}

static void json_of_a_client_at_its_end(void **state)
{
    (void)state;
    struct capacity c = CAPACITY(ceiling, SATURATION_CEILING);
    json_t *j = json_of(&c, 1);
    assert_text(j, "tests.0.end", "client-ceiling");
    assert_bool(j, "tests.0.at_least", true);
    assert_real(j, "tests.0.stopped_at", 120000);
    assert_real(j, "tests.0.capacity_rps", 110000);
    assert_null_at(j, "tests.0.fails");
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head),
        cmocka_unit_test(bounds_that_were_found),
        cmocka_unit_test(a_client_at_its_end),
        cmocka_unit_test(each_command_of_a_mix),
        cmocka_unit_test(nothing_that_holds),
        cmocka_unit_test(bounds_that_do_not_stand),
        cmocka_unit_test(an_interval_without_an_end_says_so),
        cmocka_unit_test(a_search_that_ended_early),
        cmocka_unit_test(quantiles_with_requests_that_were_not_answered),
        cmocka_unit_test(one_promise),
        cmocka_unit_test(bounds_that_are_close_and_low),
        cmocka_unit_test(json_of_what_was_found),
        cmocka_unit_test(json_of_a_trial),
        cmocka_unit_test(each_promise_has_a_bound),
        cmocka_unit_test(json_of_promises),
        cmocka_unit_test(json_has_null_for_what_is_unknown),
        cmocka_unit_test(json_of_a_client_at_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
