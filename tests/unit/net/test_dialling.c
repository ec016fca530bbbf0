// SPDX-License-Identifier: MIT
#include "net/dialling.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void a_list_becomes_addresses(void **state)
{
    (void)state;
    struct addr all[3];
    struct err err;
    assert_int_equal(dialling_sources(all, 3, "127.0.0.1,127.0.0.2", &err), 2);
    assert_string_equal(all[0].text, "127.0.0.1");
    assert_string_equal(all[1].text, "127.0.0.2");
    assert_int_equal(all[1].to.ss_family, AF_INET);
}

static void what_is_no_list_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",         ",", "127.0.0.1,", "x", "127.0.0.1;127.0.0.2", "127.0.0.1:80",
        "192.0.2.1" /* for documentation: nobody's */};
    struct addr all[4];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_int_equal(dialling_sources(all, 4, wrong[i], &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, "--source-addr"));
    }
    struct err err;
    assert_int_equal(dialling_sources(all, 1, "127.0.0.1,127.0.0.2", &err), -1);
    assert_string_equal(err.text, "--source-addr takes at most 1 addresses");
}

static void sources_take_turns_within_a_family(void **state)
{
    (void)state;
    struct addr all[4], v4, v6;
    addr_literal(&all[0], "127.0.0.1", 0);
    addr_literal(&all[1], "::1", 0);
    addr_literal(&all[2], "127.0.0.2", 0);
    addr_literal(&v4, "127.0.0.9", 1);
    addr_literal(&v6, "::1", 1);
    struct dialling d = {.sources = all, .sources_n = 3};
    assert_ptr_equal(dialling_source(&d, &v4, 0), &all[0]);
    assert_ptr_equal(dialling_source(&d, &v4, 1), &all[2]);
    assert_ptr_equal(dialling_source(&d, &v4, 2), &all[2]);
    assert_ptr_equal(dialling_source(&d, &v4, 3), &all[0]);
    for (unsigned turn = 0; turn < 5; turn++)
        assert_ptr_equal(dialling_source(&d, &v6, turn), &all[1]);
    d.sources_n = 1;
    assert_null(dialling_source(&d, &v6, 0));
    assert_null(dialling_source(&(struct dialling){0}, &v4, 7));
}

static void checks_what_fits_the_target(void **state)
{
    (void)state;
    struct addr source, v6, path;
    struct err err;
    addr_literal(&source, "127.0.0.1", 0);
    addr_literal(&v6, "::1", 6379);
    assert_int_equal(addr_unix(&path, "/s", &err), 0);
    struct dialling from = {.sources = &source, .sources_n = 1};
    assert_int_equal(dialling_check(&(struct dialling){0}, &path, &err), 0);
    assert_int_equal(dialling_check(&(struct dialling){.reset = true}, &path, &err), 0);
    assert_int_equal(dialling_check(&from, &source, &err), 0);
    assert_int_equal(dialling_check(&from, &v6, &err), -1);
    assert_string_equal(err.text,
                        "--source-addr: none of the addresses is of the family of [::1]:6379 (IPv6)");
    assert_int_equal(dialling_check(&(struct dialling){.nagle = true}, &path, &err), -1);
    assert_string_equal(err.text, "--nodelay is of TCP, and /s is a unix socket: leave it out");
}

static void says_why_and_what_helps(void **state)
{
    (void)state;
    char why[DIALLING_WHY];
    assert_string_equal(dialling_why(-ECONNREFUSED, why), "Connection refused");
    assert_non_null(strstr(dialling_why(-EADDRNOTAVAIL, why), "--source-addr"));
    assert_string_equal(why + strlen(why) - strlen("fewer connections"), "fewer connections");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_becomes_addresses),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(sources_take_turns_within_a_family),
        cmocka_unit_test(checks_what_fits_the_target),
        cmocka_unit_test(says_why_and_what_helps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
