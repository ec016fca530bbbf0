// SPDX-License-Identifier: MIT
#include "experiment/shell.h"

// cmocka wants these four before it
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void how_a_command_ends_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *command, *why;
    } all[] = {{"exit 3", "exit code 3"}, {"kill -9 $$", "signal 9"}, {"kill -STOP $$", "terminal"}};
    struct stopper s;
    struct err err;
    stopper_open(&s);
    assert_int_equal(shell_run("true", &s, &err), 0);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_int_equal(shell_run(all[i].command, &s, &err), -1);
        assert_non_null(strstr(err.text, all[i].why));
    }
    stopper_close(&s);
}

static void a_signal_ends_it(void **state)
{
    (void)state;
    struct stopper s;
    struct err err;
    stopper_open(&s);
    raise(SIGINT);
    assert_int_equal(shell_run("sleep 1000; true", &s, &err), -1);
    assert_string_equal(err.text, "interrupted");
    assert_int_equal(shell_run("trap '' TERM; sleep 1000; sleep 1000", &s, &err), -1); // this one resists
    stopper_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_a_command_ends_is_told),
        cmocka_unit_test(a_signal_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
