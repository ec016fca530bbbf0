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

static bool is_place(const char *text, const char *host, uint16_t port)
{
    struct translate_place p;
    return translate_place(&p, text, strlen(text)) && strcmp(p.host, host) == 0 && p.port == port;
}

static void a_place_by_itself(void **state)
{
    (void)state;
    assert_true(is_place("h", "h", 0));
    assert_true(is_place("h:65535", "h", 65535));
    assert_true(is_place("::1", "::1", 0)); // several colons: an address without a port
    assert_true(is_place("[::1]", "::1", 0));
    assert_true(is_place("[::1]:1", "::1", 1));
    static const char *const none[] = {"",       ":1", "[]",  "[]:1",    "[::1]1",
                                       "[::1]:", "h:", "h:0", "h:65536", "[::1"};
    struct translate_place p;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (translate_place(&p, none[i], strlen(none[i])))
            fail_msg("%s was taken", none[i]);
    assert_false(translate_place(&p, "a\0b", 3));
    assert_true(translate_place(&p, "host:7001,more", 9)); // up to its end
    assert_int_equal(p.port, 7001);
}

// A host of as many bytes as there is room for, and of one more.
static void a_place_has_room(void **state)
{
    (void)state;
    struct translate_place p;
    char text[TOPOLOGY_HOST + 1];
    memset(text, 'a', sizeof text);
    assert_true(translate_place(&p, text, TOPOLOGY_HOST - 1));
    assert_int_equal(strlen(p.host), TOPOLOGY_HOST - 1);
    assert_false(translate_place(&p, text, TOPOLOGY_HOST));
}

static void no_more_places_than_there_is_room_for(void **state)
{
    (void)state;
    char text[(TRANSLATE_MAX + 1) * 8 + 1];
    size_t n = 0;
    for (unsigned i = 0; i < TRANSLATE_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%sa%u=b", i ? "," : "", i);
    assert_null(translate_parse(&t, text));
    assert_int_equal(t.n, TRANSLATE_MAX);
    leads("a255", 1, "b", 1);
    snprintf(text + n, sizeof text - n, ",x=y");
    const char *wrong = translate_parse(&t, text);
    assert_non_null(wrong);
    assert_string_equal(wrong, "x=y"); // the one that is too many
}

static void the_first_that_fits_counts(void **state)
{
    (void)state;
    assert_null(translate_parse(&t, "a:1=b:2,a=c,a:3=d:4"));
    leads("a", 1, "b", 2);
    leads("a", 3, "c", 3);
    leads("A", 1, "A", 1);
    assert_null(translate_parse(&t, "a=b,")); // a comma at the end is none
    assert_int_equal(t.n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_as_it_says),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(a_place_by_itself),
        cmocka_unit_test(a_place_has_room),
        cmocka_unit_test(no_more_places_than_there_is_room_for),
        cmocka_unit_test(the_first_that_fits_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
