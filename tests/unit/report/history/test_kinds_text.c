// SPDX-License-Identifier: MIT
// What `history show` tells of a kind beside its columns, out of a document that anybody may have written.
#include "report/history/kinds_text.h"

#include "../fixture.h"

static void shows(const char *document, const char *expected)
{
    struct output o;
    output_open(&o);
    kinds_text(o.file, document);
    char *text = output_take(&o);
    assert_string_equal(text, expected);
    free(text);
}

static void a_comparison(void **state)
{
    (void)state;
    shows(
        "{\"kind\": \"compare\", \"tests\": [{\"title\": \"GET\", \"blocks\": [1, 2, 3], \"spent_s\": 12.34, "
        "\"looks\": 2, \"ended\": \"verdict\", \"comparisons\": [{\"target\": \"b\", \"reference\": \"a\", "
        "\"contrasts\": [{\"metric\": \"throughput\", \"reference\": 100000, \"target\": 110000, \"ratio\": "
        "1.1, "
        "\"low\": 1.09, \"high\": 1.11, \"verdict\": \"faster\"}, {\"metric\": \"p99\", \"reference\": "
        "1000000, "
        "\"target\": null, \"verdict\": \"not enough evidence\"}]}], \"remarks\": [\"b saved a "
        "snapshot\"]}]}",
        "\nGET\n"
        "  3 blocks in 12.3 s, 2 looks, ended: verdict\n"
        "  b vs a\n"
        "  throughput      100,000 req/s    110,000 req/s  1.100  1.090 to 1.110  faster\n"
        "  p99                    1.00ms                -  -  not enough evidence\n"
        "! b saved a snapshot\n");
}

static void a_search(void **state)
{
    (void)state;
    shows("{\"kind\": \"saturate\", \"tests\": [{\"title\": \"GET\", \"verdict\": \"capacity 50,000 req/s\", "
          "\"trials\": [{\"rate\": 50000, \"rps\": 49990, \"outcome\": \"pass\", \"phase\": \"confirm\", "
          "\"limited_by\": \"SERVER\", \"latency_ns\": {\"p50\": {\"ns\": 100000}, \"p99\": {\"ns\": "
          "900000}}}]}]}",
          "\nGET\n"
          "  capacity 50,000 req/s\n"
          "             rate         answered        p50        p99  outcome   phase      bottleneck\n"
          "     50,000 req/s     49,990 req/s      100µs      900µs  pass      confirm    server\n");
}

static void a_sweep(void **state)
{
    (void)state;
    shows("{\"kind\": \"sweep\", \"tests\": [{\"title\": \"GET\", \"by\": \"clients\", \"points\": "
          "[{\"value\": 8, "
          "\"pass\": 0, \"rps\": 80000, \"p50_ns\": 100000, \"p99_ns\": 200000, \"p99_9_ns\": null, "
          "\"limited_by\": \"SERVER\"}], \"usl\": {\"gamma\": {\"value\": 10000}, \"alpha\": {\"value\": "
          "0.02}, "
          "\"beta\": {\"value\": 0.0001}}}]}",
          "\nGET\n"
          "      clients  pass              rps        p50        p99      p99.9  bottleneck\n"
          "            8     0     80,000 req/s      100µs      200µs          -  server\n"
          "  USL: gamma 10,000, alpha 0.02, beta 0.0001\n");
}

static void a_plain_run_has_no_more_than_its_columns(void **state)
{
    (void)state;
    shows("{\"kind\": \"run\", \"tests\": [{\"title\": \"GET\"}]}", "");
}

// A file of another program, or one that was cut, is no reason to break.
static void any_document_is_survived(void **state)
{
    (void)state;
    static const char *const nothing[] = {"",
                                          "[]",
                                          "{",
                                          "{}",
                                          "null",
                                          "\"x\"",
                                          "{\"kind\": 1}",
                                          "{\"kind\": \"sweep\"}",
                                          "{\"kind\": \"sweep\", \"tests\": 1}"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        shows(nothing[i], "");
    shows("{\"kind\": \"compare\", \"tests\": [1, {\"comparisons\": 5}]}", "  0 blocks\n  0 blocks\n");
    shows("{\"kind\": \"saturate\", \"tests\": [{\"title\": \"a\\u001b[2J\", \"note\": \"\\u001b]0;x\"}]}",
          "\na\\x1b[2J\n! \\x1b]0;x\n"
          "             rate         answered        p50        p99  outcome   phase      bottleneck\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comparison),
        cmocka_unit_test(a_search),
        cmocka_unit_test(a_sweep),
        cmocka_unit_test(a_plain_run_has_no_more_than_its_columns),
        cmocka_unit_test(any_document_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
