// SPDX-License-Identifier: MIT
#include "cluster/redirect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void is(const char *text, enum redirect_kind kind, unsigned slot, const char *host, unsigned port)
{
    struct redirect r = redirect_of(slice_of(text));
    assert_int_equal(r.kind, kind);
    assert_int_equal(r.slot, slot);
    assert_string_equal(r.host, host);
    assert_int_equal(r.port, port);
}

static void both_kinds_name_slot_and_place(void **state)
{
    (void)state;
    is("MOVED 3999 127.0.0.1:6381", REDIRECT_MOVED, 3999, "127.0.0.1", 6381);
    is("ASK 0 node-1.example:7000", REDIRECT_ASK, 0, "node-1.example", 7000);
    is("MOVED 16383 ::1:6381", REDIRECT_MOVED, 16383, "::1", 6381);
    is("MOVED 5 :6381", REDIRECT_MOVED, 5, "", 6381);
    is("MOVED 5 ?:6381", REDIRECT_MOVED, 5, "", 6381);
}

static void all_else_is_an_answer(void **state)
{
    (void)state;
    static const char *const others[] = {"",          "ERR MOVED 1 a:1", "MOVED",
                                         "MOVED 1",   "MOVED x a:1",     "MOVED 16384 a:1",
                                         "ASKING",    "MOVED 1 a:0",     "MOVED 1 a:99999",
                                         "MOVED 1 a", "ASK -1 a:1",      "CLUSTERDOWN Hash slot not served"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(redirect_of(slice_of(others[i])).kind, REDIRECT_NONE);
    char text[400] = "MOVED 1 ";
    memset(text + 8, 'a', 300);
    memcpy(text + 308, ":1", 3);
    assert_int_equal(redirect_of(slice_of(text)).kind, REDIRECT_NONE);
}

// A host of as many bytes as there is room for, and of one more.
static void a_host_has_room(void **state)
{
    (void)state;
    char text[TOPOLOGY_HOST + 32] = "ASK 7 ";
    for (size_t n = TOPOLOGY_HOST - 1; n <= TOPOLOGY_HOST; n++) {
        memset(text + 6, 'h', n);
        memcpy(text + 6 + n, ":65535", sizeof ":65535");
        struct redirect r = redirect_of(slice_of(text));
        assert_int_equal(r.kind, n < TOPOLOGY_HOST ? REDIRECT_ASK : REDIRECT_NONE);
        if (r.kind)
            assert_int_equal(strlen(r.host), n);
    }
}

static void what_stands_behind_it_is_passed_over(void **state)
{
    (void)state;
    is("MOVED 5 h:1 and more", REDIRECT_MOVED, 5, "h", 1);
    assert_int_equal(redirect_of(slice_of("moved 5 h:1")).kind, REDIRECT_NONE);
    assert_int_equal(redirect_of(slice_of("MOVED  5 h:1")).kind, REDIRECT_NONE);
    assert_int_equal(redirect_of(slice_of("MOVED 5 h:")).kind, REDIRECT_NONE);
    assert_int_equal(redirect_of(slice_of("MOVED 5 :")).kind, REDIRECT_NONE);
    assert_int_equal(redirect_of((struct slice){NULL, 0}).kind, REDIRECT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_kinds_name_slot_and_place),
        cmocka_unit_test(all_else_is_an_answer),
        cmocka_unit_test(a_host_has_room),
        cmocka_unit_test(what_stands_behind_it_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
