// SPDX-License-Identifier: MIT
#include "cluster/translate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct translate t;

static void leads(const char *host, uint16_t port, const char *to, uint16_t to_port)
{
    char at[TOPOLOGY_HOST];
    snprintf(at, sizeof at, "%s", host);
    translate(&t, at, &port);
    assert_string_equal(at, to);
    assert_int_equal(port, to_port);
}

static void each_as_it_says(void **state)
{
    (void)state;
    assert_null(translate_parse(
        &t, "10.0.0.1:6379=127.0.0.1:7001,10.0.0.1:6380=h:7002,10.0.0.2=[::1],[fd00::1]:1=a:2"));
    assert_int_equal(t.n, 4);
    leads("10.0.0.1", 6379, "127.0.0.1", 7001);
    leads("10.0.0.1", 6380, "h", 7002);
    leads("10.0.0.1", 6381, "10.0.0.1", 6381); // not named
    leads("10.0.0.2", 6390, "::1", 6390);      // any port
    leads("fd00::1", 1, "a", 2);
    leads("127.0.0.1", 7001, "127.0.0.1", 7001); // not twice
    char host[TOPOLOGY_HOST] = "x";
    uint16_t port = 1;
    translate(NULL, host, &port);
    assert_string_equal(host, "x");
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        "a",     "a=",          "=b",    "a:1=b", "a=b:1",
                                        "a:0=b:1", "a:x=b", "a:1=b:65536", "a=b,c", "[a=b",  "a:=b:1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!translate_parse(&t, wrong[i]))
            fail_msg("%s was taken", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_as_it_says),
        cmocka_unit_test(what_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
