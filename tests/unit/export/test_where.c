// SPDX-License-Identifier: MIT
#include "export/where.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void takes_ports_and_addresses_with_one(void **state)
{
    static const struct {
        const char *text, *is;
    } good[] = {{"9464", "127.0.0.1:9464"},
                {"0", "127.0.0.1:0"},
                {"0.0.0.0:9464", "0.0.0.0:9464"},
                {"[::1]:9464", "[::1]:9464"}};
    struct where w;
    struct err err = {0};
    char text[WHERE_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(where_parse(&w, "--prometheus", good[i].text, "127.0.0.1", &err), 0);
        assert_string_equal(where_text(&w, text), good[i].is);
    }
    assert_int_equal(where_parse(&w, "--statsd", "127.0.0.1:8125", NULL, &err), 0);
    assert_string_equal(where_text(&w, text), "127.0.0.1:8125");
}

static void refuses_the_rest_in_one_sentence(void **state)
{
    static const char *const bad[] = {"",      "x",         "65536",    "-1",    "1x",   "host:",  ":9464x",
                                      ":9464", "name:9464", "::1:9464", "[::1]", "[]:1", "1.2.3.4"};
    struct where w;
    struct err err;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (struct err){0};
        assert_int_equal(where_parse(&w, "--prometheus", bad[i], "127.0.0.1", &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
    }
    assert_int_equal(where_parse(&w, "--statsd", "8125", NULL, &err), -1);
    assert_string_equal(err.text,
                        "--statsd: expected a host with a port, such as 127.0.0.1:8125, got '8125'");
    assert_int_equal(where_parse(&w, "--statsd", "127.0.0.1:0", NULL, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_ports_and_addresses_with_one),
        cmocka_unit_test(refuses_the_rest_in_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
