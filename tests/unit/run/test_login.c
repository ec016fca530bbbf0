// SPDX-License-Identifier: MIT
#include "run/login.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void steps_are_in_the_order_of_their_bytes(void **state)
{
    (void)state;
    static const enum login_step expected[] = {LOGIN_HELLO,   LOGIN_SELECT,  LOGIN_NAME,
                                               LOGIN_LIBRARY, LOGIN_VERSION, LOGIN_TRACKING};
    struct run_conf conf = {.resp3 = true,
                            .password = "pw",
                            .dbnum = 1,
                            .client_name = "me",
                            .client_info = true,
                            .tracking = TRACKING_OPTIN};
    struct login l;
    struct buf out = {0};
    assert_int_equal(login_compile(&l, &conf, false, &out), 0);
    assert_int_equal(l.n, 6);
    const char *at = out.at;
    for (unsigned i = 0; i < l.n; i++) {
        assert_int_equal(l.steps[i], expected[i]);
        struct slice rest = {at, (size_t)(out.at + out.len - at)};
        const char *name = strrchr(login_name(l.steps[i]), ' ');
        const char *found = slice_find(rest, name ? name + 1 : login_name(l.steps[i]));
        assert_non_null(found);
        at = found + 1;
    }
    buf_free(&out);
}

static void auth_is_asked_for_by_a_password_alone(void **state)
{
    (void)state;
    struct run_conf conf = {.user = "me", .resp3 = true};
    struct login l = {0};
    struct buf out = {0};
    assert_int_equal(login_auth(&l, &conf, &out), 0);
    assert_int_equal(l.n, 0);
    conf.password = "pw";
    assert_int_equal(login_auth(&l, &conf, &out), 0);
    assert_int_equal(l.n, 1);
    assert_true(slice_is(buf_unread(&out), "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$2\r\npw\r\n"));
    buf_free(&out);
}

static void a_refusal_names_its_cure(void **state)
{
    (void)state;
    static const struct {
        enum login_step step;
        const char *text, *what, *cure;
    } all[] = {
        {LOGIN_HELLO, "ERR unknown command 'HELLO'", "RESP3", "-3"},
        {LOGIN_HELLO, "NOPROTO unsupported protocol version", "RESP3", "-3"},
        {LOGIN_HELLO, "NOAUTH HELLO must be called with", "refused", "-a"},
        {LOGIN_HELLO, "WRONGPASS invalid", "refused", ""},
        {LOGIN_AUTH, "ERR unknown command 'AUTH'", "refused", ""},
        {LOGIN_NAME, "ERR unknown command 'CLIENT'", "SETNAME", "--client-name"},
        {LOGIN_LIBRARY, "ERR unknown subcommand 'SETINFO'", "SETINFO", "--client-info"},
        {LOGIN_TRACKING, "ERR unknown command 'CLIENT'", "TRACKING", "--tracking"},
        {LOGIN_TRACKING, "NOPERM this user", "refused", ""},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct login_refusal why = login_refused(all[i].step, slice_of(all[i].text));
        assert_non_null(strstr(why.what, all[i].what));
        assert_non_null(strstr(why.cure, all[i].cure));
        assert_true(!!*why.cure == !!*all[i].cure);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_in_the_order_of_their_bytes),
        cmocka_unit_test(auth_is_asked_for_by_a_password_alone),
        cmocka_unit_test(a_refusal_names_its_cure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
