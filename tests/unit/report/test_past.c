// SPDX-License-Identifier: MIT
// The trend as text, from planted values; lists and single runs are looked at end to end.
#include "fixture.h"

#include "report/past.h"

static char *trend_text(struct trend_series *s, const struct history_tag *tag)
{
    struct trend t = {.series = s, .n = s ? 1 : 0, .rule = {.p = 0.01, .least = 0.02}};
    struct output o;
    output_open(&o);
    past_trend(o.file, &t, tag);
    return output_take(&o);
}

static void expect(struct trend_series *s, const struct history_tag *tag, const char *expected)
{
    char *text = trend_text(s, tag);
    assert_string_equal(text, expected);
    free(text);
}

static struct trend_point points[20];

static struct trend_series series(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        points[i] = (struct trend_point){.run = 10 + i, .value = 1000};
        strcpy(points[i].started, "2026-01-02T03:04:05.678Z");
        strcpy(points[i].label, "c7");
    }
    return (struct trend_series){.test = "get", .metric = METRIC_MEAN, .points = points, .n = n};
}

static void changes(void **state)
{
    (void)state;
    struct trend_series s = series(20);
    s.nchanges = 2;
    s.changes[0] = (struct change){.at = 8, .before = 1000, .after = 1250, .p = 0.00312};
    s.changes[1] = (struct change){.at = 14, .before = 1250, .after = 500, .p = 1e-9};
    expect(&s, NULL,
           "get.mean: 20 runs\n"
           "  from run 18 on (2026-01-02 03:04:05 UTC): 1.00us -> 1.25us, +25.0 %, p = 0.0031\n"
           "  from run 24 on (2026-01-02 03:04:05 UTC): 1.25us -> 500ns, -60.0 %, p < 0.0001\n");
    s.nchanges = 1;
    s.metric = METRIC_ERRORS;
    s.changes[0].before = 0;
    expect(&s, &(struct history_tag){"commit", NULL},
           "get.errors: 20 runs\n"
           "  from run 18 on (2026-01-02 03:04:05 UTC, commit=c7): 0 -> 1,250, p = 0.0031\n");
}

static void what_to_know_beside_it(void **state)
{
    (void)state;
    struct trend_series s = series(8);
    s.left_out = 3;
    s.bounds = 2;
    s.differs[TREND_SERVER] = s.differs[TREND_CONFIG] = true;
    expect(&s, NULL,
           "get.mean: 8 runs, 3 older ones left out, no change\n"
           "! 2 of the values are lower bounds: requests were unfinished\n"
           "! the runs differ in their server, config: a change may be due to that\n");
    s = series(7);
    expect(&s, NULL, "get.mean: 7 runs; a change shows from 8 on\n");
    expect(NULL, NULL, "no run has such a figure\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes),
        cmocka_unit_test(what_to_know_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
