// SPDX-License-Identifier: MIT
// Nothing, one, very many and very long: what each format of a run makes of them.
#include "report/run/classic.h"
#include "report/run/csv.h"
#include "report/run/hdrlog.h"
#include "report/run/otlp.h"
#include "report/run/prometheus.h"
#include "report/run/run_json.h"
#include "report/run/series_csv.h"
#include "report/run/text.h"

#include "../fixture.h"
#include "../json_path.h"

#include <ctype.h>

#define MANY UINT64_C(4000000000000000)

// n requests of one latency in that time.
static struct summary answered(uint64_t n, uint64_t ns, uint64_t wall_ns)
{
    struct summary s = {.test = "get",
                        .title = "GET",
                        .load.clients = 1,
                        .load.threads = 1,
                        .load.pipeline = 1,
                        .workers = 1,
                        .load.keepalive = true,
                        .load.keyspace = -1,
                        .requests_asked = n,
                        .wall_ns = wall_ns,
                        .counts = {.sent = n, .ok = n},
                        .latency = hist_new(3)};
    if (n)
        hist_record(s.latency, ns, n);
    summary_settle(&s);
    return s;
}

static struct summary none(void)
{
    return answered(0, 0, 0);
}

static struct summary one(void)
{
    return answered(1, 1, 1);
}

static struct summary many(void)
{
    struct summary s = answered(4000000, UINT64_C(1500000000000), UINT64_C(4000) * 1000000000);
    s.bytes_sent = s.counts.bytes_received = MANY;
    s.user_s = s.system_s = 1e6;
    s.counts.sent += MANY;
    s.counts.abandoned = s.counts.lost = s.counts.misses = MANY;
    s.reads = true;
    return s;
}

static struct summary at_a_rate(void)
{
    struct summary s = answered(2, UINT64_C(7200000000000), UINT64_C(86400) * 1000000000); // above the top
    s.load.rate = 1e-3;
    strcpy(s.load.arrival, "constant");
    s.counts.sent = 5;
    s.counts.abandoned = 3;
    s.counts.unsent = 4;
    fixture_parts(&s);
    return s;
}

static struct summary (*const extremes[])(void) = {none, one, many, at_a_rate, fixture_nothing, fixture_set};
#define EXTREMES (sizeof extremes / sizeof *extremes)

// --- no nan, no infinity ---

// Neither stands by itself in the text; "info" and le="+Inf" are words of a format.
static void no_such_figure(const char *text, const char *format)
{
    for (const char *at = text; *at; at++) {
        bool is = strncasecmp(at, "nan", 3) == 0 || strncasecmp(at, "inf", 3) == 0;
        bool word = (at > text && isalpha((unsigned char)at[-1])) || isalpha((unsigned char)at[3 * is]);
        if (is && !word && strncmp(at - (at > text), "+Inf\"", 5) != 0)
            fail_msg("%s has %.20s in\n%s", format, at, text);
    }
}

static char *taken(struct output *o)
{
    assert_int_equal(fclose(o->file), 0);
    return o->text;
}

// Everything that a file can get, in one text.
static char *all_files(const struct summary *s)
{
    struct run_facts facts = fixture_facts();
    struct output o;
    struct err err;
    output_open(&o);
    prometheus_write(o.file, &facts, s, 1);
    assert_int_equal(otlp_write(o.file, &facts, s, 1, &err), 0);
    assert_int_equal(run_json(o.file, &facts, s, 1, &err), 0);
    series_csv_head(o.file);
    series_csv(o.file, s);
    hdrlog_head(o.file, facts.started_unix_ms);
    hdrlog_intervals(o.file, s);
    hdrlog_percentiles(o.file, s);
    return taken(&o);
}

static void every_figure_is_a_number(void **state)
{
    static const struct reporter *const reporters[] = {&text_reporter, &classic_reporter, &classic_valkey,
                                                       &classic_quiet, &csv_reporter,     NULL};
    (void)state;
    for (size_t i = 0; i < EXTREMES; i++) {
        for (const struct reporter *const *r = reporters; *r; r++) {
            char *text = report_one(*r, extremes[i]());
            no_such_figure(text, (*r)->name);
            free(text);
        }
        struct summary s = extremes[i]();
        assert_int_equal(freeze_summary(&s), 0);
        char *text = all_files(&s);
        no_such_figure(text, "a file");
        free(text);
        summary_free(&s);
    }
}

static void json_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXTREMES; i++) {
        struct run_facts facts = fixture_facts();
        struct summary s = extremes[i]();
        struct output o;
        struct err err;
        assert_int_equal(freeze_summary(&s), 0);
        output_open(&o);
        assert_int_equal(run_json(o.file, &facts, &s, 1, &err), 0);
        json_t *j = parse_json(taken(&o));
        assert_count(j, "tests.0.counts.ok", (json_int_t)s.counts.ok);
        assert_true(json_is_null(at(j, "tests.0.rps")) == (s.wall_ns == 0));
        assert_true(json_is_null(at(j, "tests.0.latency_ns")) == (s.counts.ok == 0));
        json_decref(j);
        output_open(&o);
        assert_int_equal(otlp_write(o.file, &facts, &s, 1, &err), 0);
        json_decref(parse_json(taken(&o)));
        summary_free(&s);
    }
}

// --- known lines ---

static void says(struct summary s, const struct reporter *r, const char *expected)
{
    char *text = report_one(r, s);
    if (!strstr(text, expected))
        fail_msg("no \"%s\" in\n%s", expected, text);
    free(text);
}

static void one_request_in_a_nanosecond(void **state)
{
    (void)state;
    says(one(), &text_reporter, "  1 requests completed in 0.0000000010 seconds\n");
    says(one(), &text_reporter, "1000000000.00 requests per second\n");
    says(one(), &text_reporter,
         "  latency ns   avg 1  min 1  p50 1*  p90 1*  p99 1*  p99.9 1*  p99.99 1*  max 1\n");
    says(one(), &classic_quiet, "GET: 1000000000.00 requests per second, p50=0.000 msec\n");
    says(one(), &csv_reporter, "\"GET\",\"1000000000.00\",\"0.000\",");
}

// 1,500 s is in seconds, with no exponent, and so are all counts.
static void a_run_of_more_than_a_thousand_seconds(void **state)
{
    (void)state;
    says(many(), &text_reporter, "  4000000 requests completed in 4000.00 seconds\n");
    says(many(), &text_reporter, "1000.00 requests per second\n");
    says(many(), &text_reporter, "  latency s    avg 1,500  min 1,500  p50 1,500  p90 1,500  p99 1,500  ");
    says(many(), &text_reporter, "  throughput   1000000.00 MB/s sent, 1000000.00 MB/s received\n");
    says(many(), &text_reporter, "  lost         4,000,000,000,000,000 requests in flight\n");
    says(many(), &text_reporter, "  hits         0.0% (0 of 4,000,000,000,000,000)\n");
    says(many(), &classic_quiet, "GET: 1000.00 requests per second, p50=1500000.000 msec\n");
    says(at_a_rate(), &text_reporter, "  open loop, 0.001 req/s offered (constant), latency from ");
    says(at_a_rate(), &text_reporter, "  load         9 requests scheduled, 22.22% completed\n");
}

static void nothing_at_all(void **state)
{
    (void)state;
    says(none(), &text_reporter, "  0 requests completed in 0.00 seconds\n");
    says(none(), &text_reporter, "0.00 requests per second\n");
    says(none(), &text_reporter, "  latency      n/a (no request succeeded)\n");
    says(none(), &text_reporter, "  client cpu   0.00 s user, 0.00 s system\n");
    says(none(), &csv_reporter,
         "\"GET\",\"0.00\",\"0.000\",\"0.000\",\"0.000\",\"0.000\",\"0.000\",\"0.000\"\n");
    says(none(), &classic_reporter, "    0.000     0.000     0.000     0.000     0.000     0.000\n");
}

// --- rows of CSV ---

// Fields of each line; where one begins with a quote, it goes up to the quote that is not doubled.
static void has_fields(const char *csv, unsigned n)
{
    unsigned fields = 1;
    for (bool quoted = false; *csv; csv++) {
        quoted ^= *csv == '"';
        fields += !quoted && *csv == ',';
        if (*csv != '\n')
            continue;
        assert_false(quoted); // a row is one line
        assert_int_equal(fields, n);
        fields = 1;
    }
}

static void rows_have_the_columns_of_their_head(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct output o;
    for (int verifies = 0; verifies < 2; verifies++) {
        output_open(&o);
        facts.verifies = verifies;
        csv_reporter.begin(o.file, &facts);
        for (size_t i = 0; i < EXTREMES; i++) {
            struct summary s = extremes[i]();
            s.title = "SET \"a\", \"b\"\n\xff";
            s.verified = verifies;
            csv_reporter.test(o.file, &s);
            summary_free(&s);
        }
        char *text = taken(&o);
        has_fields(text, verifies ? 17 : 8);
        assert_non_null(strstr(text, "\n\"SET \"\"a\"\", \"\"b\"\"\\n\\xff\",\""));
        free(text);
    }
    output_open(&o);
    series_csv_head(o.file);
    for (size_t i = 0; i < EXTREMES; i++) {
        struct summary s = extremes[i]();
        series_csv(o.file, &s);
        summary_free(&s);
    }
    char *text = taken(&o);
    has_fields(text, 19);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_a_number),
        cmocka_unit_test(json_is_whole),
        cmocka_unit_test(one_request_in_a_nanosecond),
        cmocka_unit_test(a_run_of_more_than_a_thousand_seconds),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(rows_have_the_columns_of_their_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
