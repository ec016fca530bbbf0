// SPDX-License-Identifier: MIT
#include "report/run/hdrlog.h"

#include "../fixture.h"

#define HEAD "       Value     Percentile TotalCount 1/(1-Percentile)\n\n"

static char *text;

static void write_log(const struct summary *s)
{
    struct output o;
    output_open(&o);
    hdrlog_head(o.file, INT64_C(1700000000123));
    if (s)
        hdrlog_intervals(o.file, s);
    text = output_take(&o);
}

static void the_head_is_that_of_version_1_3(void **state)
{
    (void)state;
    write_log(NULL);
    assert_string_equal(
        text, "#[Histogram log format version 1.3]\n"
              "#[StartTime: 1700000000.123 (seconds since epoch), 2023-11-14T22:13:20Z]\n"
              "#[BaseTime: 1700000000.123 (seconds since epoch)]\n"
              "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
    free(text);
}

static void each_interval_can_be_decoded_again(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    uint64_t all = 0;
    unsigned lines = 0;
    s.offset_ns = 5000000000;
    write_log(&s);
    const char *line = strstr(text, "Tag=");
    assert_non_null(line);
    assert_int_equal(strncmp(line, "Tag=set,5.000,0.160,0.400", 25), 0); // after 5 s, for 160 ms
    for (; line && *line; line = strchr(line, '\n') + 1, lines++) {
        char encoded[4096];
        const char *last = line;
        for (int i = 0; i < 4; i++)
            last = strchr(last, ',') + 1;
        snprintf(encoded, sizeof encoded, "%.*s", (int)strcspn(last, "\n"), last);
        struct hist *h = hist_decode(encoded);
        assert_non_null(h);
        all += hist_count(h);
        hist_free(h);
    }
    assert_int_equal(lines, 6);
    assert_int_equal(all, 100000);
    summary_free(&s);
    free(text);
}

static void the_warm_up_is_no_part_of_it(void **state)
{
    (void)state;
    struct summary s = fixture_set(), warm = fixture_set();
    unsigned lines = 0;
    s.warm = warm.series;
    warm.series = (struct series){0};
    write_log(&s);
    for (const char *at = text; (at = strstr(at, "Tag=")); at++)
        lines++;
    assert_int_equal(lines, 6);
    summary_free(&s);
    summary_free(&warm);
    free(text);
}

static void percentiles_rise_to_all_of_it(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    struct output o;
    double last = 0, value = 0, share = 0;
    unsigned long total = 0;
    output_open(&o);
    hdrlog_percentiles(o.file, &s);
    text = output_take(&o);
    assert_int_equal(strncmp(text, HEAD, sizeof HEAD - 1), 0);
    for (const char *line = text + sizeof HEAD - 1; *line != '#'; line = strchr(line, '\n') + 1) {
        assert_int_equal(sscanf(line, "%lf %lf %lu", &value, &share, &total), 3);
        assert_true(share >= last);
        last = share;
    }
    assert_true(last == 1 && total == 100000);
    assert_true(value >= 1500 && value < 1502); // us
    assert_non_null(strstr(text, "#[Mean    =      325.990, "));
    assert_non_null(strstr(text, "Total count    =       100000]"));
    summary_free(&s);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_is_that_of_version_1_3),
        cmocka_unit_test(each_interval_can_be_decoded_again),
        cmocka_unit_test(the_warm_up_is_no_part_of_it),
        cmocka_unit_test(percentiles_rise_to_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
