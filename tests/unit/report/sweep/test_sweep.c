// SPDX-License-Identifier: MIT
#include "report/sweep/sweep_csv.h"
#include "report/sweep/sweep_json.h"
#include "report/sweep/sweep_text.h"

#include "../fixture.h"
#include "../json_path.h"

#include "base/build.h"

#include <math.h>

#define PASSES 2
#define GAMMA 50000.0
#define ALPHA 0.05
#define BETA 0.001
#define OFF 0.01 // how far the passes lie off the law, to either side

static struct sweep_point points[SWEEP_POINTS];

static struct sweep_point point(double x, unsigned pass, double rps, uint64_t p50_ns)
{
    struct sweep_point p = {
        .x = x,
        .pass = pass,
        .kept_up = true,
        .rps = rps,
        .answered = (uint64_t)(rps * 5),
        .verdict = {.limit = LIMIT_SERVER, .why = "its thread was busy 97 % of the time"}};
    p.quantiles[QUANTILE_P50] = (struct quantile){.ns = p50_ns};
    p.quantiles[QUANTILE_P99] = (struct quantile){
        .ns = 4 * p50_ns, .has_interval = true, .low_ns = 3 * p50_ns, .high_ns = 5 * p50_ns};
    p.quantiles[QUANTILE_P999] = (struct quantile){.ns = 9 * p50_ns};
    return p;
}

static struct sweep sweep_of(enum sweep_kind kind, unsigned n)
{
    return (struct sweep){
        .kind = kind, .test = "get", .title = "GET", .points = points, .n = n, .lasting_s = 5, .spent_s = 84};
}

// Rates whose p99 has doubled and more from 30000 on: the knee is at 20000. At 40000 the server did not keep
// up, and requests were left without an answer. The second pass of 2000 had errors, that of 10000 was the
// client's, and that of 40000 lost connections.
static struct sweep rates(void)
{
    static const struct {
        double rate;
        uint64_t p50_ns;
    } rows[] = {{500, 101000}, {2000, 105000}, {10000, 120000}, {20000, 180000}, {30000, 420000}};
    unsigned n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned pass = 0; pass < PASSES; pass++) {
            points[n] = point(rows[i].rate, pass, rows[i].rate, rows[i].p50_ns + 1000 * pass);
            points[n].verdict.limit = LIMIT_RATE;
            points[n].order = pass ? 11 - n / 2 : n / 2;
            n++;
        }
    for (unsigned pass = 0; pass < PASSES; pass++) {
        points[n] = point(40000, pass, 36000, 52000000);
        points[n].kept_up = false;
        points[n].unfinished = 3;
        points[n].quantiles[QUANTILE_P999].at_least = true;
        points[n].quantiles[QUANTILE_P99].open_end = true;
        points[n].order = pass ? 6 : 5;
        n++;
    }
    points[3].errors = 7;
    points[5] = point(10000, 1, 9990, 750000);
    points[5].order = 9;
    points[5].verdict.limit = LIMIT_CLIENT;
    points[n - 1].lost = 2;
    struct sweep s = sweep_of(SWEEP_RATE, n);
    s.peak_rps = 38000.4;
    return s;
}

static double law(double n)
{
    return GAMMA * n / (1 + ALPHA * (n - 1) + BETA * n * (n - 1));
}

// Clients that obey the law up to 32, one pass above it and one below; at 64 the client is at its end.
static struct sweep clients(void)
{
    unsigned n = 0;
    for (unsigned x = 1; x <= 64; x *= 2)
        for (unsigned pass = 0; pass < PASSES; pass++) {
            double rps = law(x) * (1 + (pass ? -OFF : OFF)) / (x == 64 ? 2 : 1);
            points[n] = point(x, pass, rps, (uint64_t)(1e9 * x / rps));
            points[n].order = pass ? 13 - n / 2 : n / 2;
            if (x == 64)
                points[n].verdict.limit = LIMIT_CLIENT;
            n++;
        }
    return sweep_of(SWEEP_CLIENTS, n);
}

static char *text_of(const struct sweep *s)
{
    struct output o;
    output_open(&o);
    sweep_text(o.file, s, 1);
    return output_take(&o);
}

static char *csv_of(const struct sweep *s)
{
    struct output o;
    output_open(&o);
    sweep_csv_head(o.file);
    sweep_csv(o.file, s);
    return output_take(&o);
}

static json_t *json_of(const struct sweep *all, size_t n)
{
    struct run_facts facts = fixture_facts();
    struct output o;
    struct err err;
    output_open(&o);
    assert_int_equal(sweep_json(o.file, &facts, all, n, &err), 0);
    return parse_json(output_take(&o));
}

static void says(const struct sweep *s, const char *expected)
{
    char *text = text_of(s);
    if (!strstr(text, expected))
        fail_msg("no \"%s\" in\n%s", expected, text);
    free(text);
}

static void the_head(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct output o;
    char expected[128];
    facts.server_name = facts.server_version = "";
    output_open(&o);
    sweep_text_head(o.file, &facts);
    char *text = output_take(&o);
    snprintf(expected, sizeof expected,
             "hkv-bench %s sweep 127.0.0.1:6379, engine epoll, seed 12345678901234567890\n\n", build.version);
    assert_string_equal(text, expected);
    free(text);
}

static void rates_with_a_knee(void **state)
{
    (void)state;
    struct sweep s = rates();
    assert_golden(text_of(&s), "sweep_rate_text");
    assert_golden(csv_of(&s), "sweep_rate_csv");
}

// No row is broken: what else is said of a point goes below it.
static void a_terminal_of_80_columns(void **state)
{
    (void)state;
    struct sweep s = rates();
    output_columns = 80;
    assert_golden(text_of(&s), "sweep_rate_80");
    s = clients();
    assert_golden(text_of(&s), "sweep_clients_80");
    output_columns = 0;
}

static void clients_with_a_law(void **state)
{
    (void)state;
    struct sweep s = clients();
    assert_golden(text_of(&s), "sweep_clients_text");
    assert_golden(csv_of(&s), "sweep_clients_csv");
}

static void what_the_curve_does_not_say(void **state)
{
    (void)state;
    struct sweep s = rates();
    s.n = 8; // up to 20000
    says(&s, "  => knee at 20,000 req/s or above");
    s.n = 10;
    points[0].quantiles[QUANTILE_P99].ns = points[1].quantiles[QUANTILE_P99].ns = 900000;
    points[2].quantiles[QUANTILE_P99].ns = points[3].quantiles[QUANTILE_P99].ns = 2000000;
    says(&s, "     a lower rate exceeds that p99 too: noise, or a lower knee; repeat with more --passes\n");
    for (unsigned i = 0; i < s.n; i++)
        points[i].verdict.limit = LIMIT_CLIENT;
    says(&s, "  => no knee: no point is usable\n");
    s = clients();
    s.n = 10; // five numbers of clients
    says(
        &s,
        "  => no scalability fit: it needs 6 numbers of clients at which the client is not the bottleneck\n");
}

static void a_point_without_an_ok_answer(void **state)
{
    (void)state;
    points[0] = point(1000, 0, 1000, 250000);
    points[1] = point(2000, 0, 2000, 0);
    points[1].errors = points[1].answered;
    struct sweep s = sweep_of(SWEEP_RATE, 2);
    char *text = text_of(&s);
    assert_non_null(strstr(text, "\n       1,000     1       1,000      0.250       1.00 "));
    assert_non_null(strstr(text, "\n       2,000     1       2,000          -          -          -  "
                                 "server      *  errors or unanswered\n"));
    assert_non_null(strstr(text, "\n  * excluded from the fit: no request succeeded\n"));
    assert_null(strstr(text, "the client's"));
    free(text);
    json_t *j = json_of(&s, 1);
    assert_bool(j, "tests.0.points.1.counts", false);
    assert_null_at(j, "tests.0.points.1.p50_ns");
    assert_null_at(j, "tests.0.points.1.p99_ns");
    assert_null_at(j, "tests.0.points.1.p99_9_ns");
    assert_count(j, "tests.0.points.0.p50_ns", 250000);
    json_decref(j);
}

static void commands_of_a_mix_stand_below_their_point(void **state)
{
    (void)state;
    struct command_figures figures[] = {{"set", 100, 500, 3, 250000, 900000, 0},
                                        {"get", 900.5, 4500, 0, 150000, 400000, 1500000}};
    points[0] = point(1, 0, 1000.5, 200000);
    points[0].commands = (struct by_command){2, figures};
    struct sweep s = sweep_of(SWEEP_CLIENTS, 1);
    says(&s, "               set         100      0.250      0.900          -  errors\n"
             "               get       900.5      0.150      0.400       1.50\n");
    points[0].commands.n = 0;
}

static void a_sweep_that_ended_early(void **state)
{
    (void)state;
    struct sweep s = rates();
    strcpy(s.note, "the server went away");
    says(&s, "\n  closed loop 38,000 req/s\n  ended early: the server went away\n     ");
}

static void rates_that_are_low(void **state)
{
    (void)state;
    points[0] = point(0.5, 0, 0.5, 101000);
    points[1] = point(1.25, 0, 1.2345, 102000);
    struct sweep s = sweep_of(SWEEP_RATE, 2);
    s.lasting_s = 3600;
    says(&s, "\n         0.5     1         0.5      0.101 ");
    says(&s, "\n        1.25     1       1.234      0.102 ");
    says(&s, "  => knee at 1.25 req/s or above");
    says(&s, "  2 points of 3600 s each, ");
}

static void json_of_rates(void **state)
{
    (void)state;
    struct sweep s = rates();
    json_t *j = json_of(&s, 1);
    assert_text(j, "kind", "sweep");
    assert_text(j, "tests.0.by", "rate");
    assert_real(j, "tests.0.point_s", 5);
    assert_real(j, "tests.0.closed_loop_rps", 38000.4);
    assert_real(j, "tests.0.knee.rate", 20000);
    assert_bool(j, "tests.0.knee.open", false);
    assert_bool(j, "tests.0.knee.ragged", false);
    assert_null_at(j, "tests.0.usl");
    assert_int_equal(json_array_size(at(j, "tests.0.points")), 12);
    assert_real(j, "tests.0.points.3.value", 2000);
    assert_count(j, "tests.0.points.3.pass", 2);
    assert_count(j, "tests.0.points.3.order", 11);
    assert_count(j, "tests.0.points.3.errors", 7);
    assert_bool(j, "tests.0.points.3.counts", true);
    assert_count(j, "tests.0.points.3.p99_low_ns", 318000);
    assert_count(j, "tests.0.points.3.p99_high_ns", 530000);
    assert_bool(j, "tests.0.points.5.counts", false);
    assert_bool(j, "tests.0.points.10.counts", true);
    assert_bool(j, "tests.0.points.11.counts", false);
    assert_count(j, "tests.0.points.11.lost_connections", 2);
    assert_text(j, "tests.0.points.5.limited_by", "CLIENT");
    assert_bool(j, "tests.0.points.11.kept_up", false);
    assert_null_at(j, "tests.0.points.11.p99_high_ns"); // open
    json_decref(j);
}

// Two passes at 1 + e and 1 - e of the law are fitted best by 1 + e^2 times the law.
static void json_of_clients(void **state)
{
    (void)state;
    struct sweep s = clients();
    json_t *j = json_of(&s, 1);
    assert_null_at(j, "tests.0.closed_loop_rps");
    assert_null_at(j, "tests.0.knee");
    assert_bool(j, "tests.0.usl.approximate", true);
    json_t *fit = at(j, "tests.0.usl");
    assert_true(fabs(json_real_value(at(fit, "gamma.value")) / (GAMMA * (1 + OFF * OFF)) - 1) < 1e-6);
    assert_true(fabs(json_real_value(at(fit, "alpha.value")) / ALPHA - 1) < 1e-6);
    assert_true(fabs(json_real_value(at(fit, "beta.value")) / BETA - 1) < 1e-6);
    assert_true(fabs(json_real_value(at(fit, "peak.value")) / sqrt((1 - ALPHA) / BETA) - 1) < 1e-6);
    assert_true(fabs(json_real_value(at(fit, "error")) / OFF - 1) < 1e-3);
    assert_true(json_real_value(at(fit, "gamma.low")) < GAMMA);
    assert_true(json_real_value(at(fit, "gamma.high")) > GAMMA);
    json_decref(j);
}

static void json_has_null_for_what_is_unknown(void **state)
{
    (void)state;
    struct sweep s = rates();
    s.n = 1;
    points[0].verdict.limit = LIMIT_CLIENT;
    points[0].rps = NAN;
    points[0].quantiles[QUANTILE_P99].has_interval = false;
    s.spent_s = INFINITY;
    strcpy(s.note, "the server went away");
    json_t *j = json_of(&s, 1);
    assert_text(j, "tests.0.note", "the server went away");
    assert_null_at(j, "tests.0.knee");
    assert_null_at(j, "tests.0.spent_s");
    assert_null_at(j, "tests.0.points.0.rps");
    assert_null_at(j, "tests.0.points.0.p99_low_ns");
    assert_null_at(j, "tests.0.points.0.p99_high_ns");
    json_decref(j);
}

// A point that had no ok answer has no latency: neither in text nor in CSV is that 0.
static void a_point_without_answers_has_no_latency(void **state)
{
    (void)state;
    struct command_figures figures[] = {{"set", 10, 50, 0, 1000000, 2000000, 1500000000000}, {.test = "get"}};
    points[0] = (struct sweep_point){.x = 1500000, .errors = 9, .unfinished = 3, .commands = {2, figures}};
    struct sweep s = sweep_of(SWEEP_RATE, 1);
    says(&s, "   1,500,000     1           0          -          -          -  unknown     *  did not");
    char *csv = csv_of(&s);
    const char *rows = strchr(csv, '\n') + 1;
    assert_string_equal(rows, "get,rate,1500000,1,1,0.00,,,,9,3,0,UNKNOWN,0,0.000\n"
                              "set,rate,1500000,1,1,10.00,1.000000,2.000000,1500000.000000,0,,0,UNKNOWN,,\n"
                              "get,rate,1500000,1,1,0.00,,,,0,,0,UNKNOWN,,\n");
    free(csv);
    json_t *j = json_of(&s, 1);
    assert_null_at(j, "tests.0.points.0.p50_ns");
    assert_null_at(j, "tests.0.points.0.p99_9_ns");
    assert_null_at(j, "tests.0.points.0.commands.1.p50_ns");
    assert_null_at(j, "tests.0.knee");
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head),
        cmocka_unit_test(rates_with_a_knee),
        cmocka_unit_test(a_terminal_of_80_columns),
        cmocka_unit_test(clients_with_a_law),
        cmocka_unit_test(what_the_curve_does_not_say),
        cmocka_unit_test(a_point_without_an_ok_answer),
        cmocka_unit_test(commands_of_a_mix_stand_below_their_point),
        cmocka_unit_test(a_sweep_that_ended_early),
        cmocka_unit_test(rates_that_are_low),
        cmocka_unit_test(json_of_rates),
        cmocka_unit_test(json_of_clients),
        cmocka_unit_test(json_has_null_for_what_is_unknown),
        cmocka_unit_test(a_point_without_answers_has_no_latency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
