// SPDX-License-Identifier: MIT
#include "cli/outcome.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int after(int first, int second)
{
    struct outcome o = {0};
    outcome_raise(&o, (enum err_code)first, "first");
    outcome_raise(&o, (enum err_code)second, "second");
    return o.code;
}

// Whichever comes first.
static void the_worse_of_two_stays(void **state)
{
    static const int rising[] = {ERR_OPEN, ERR_WORSE, ERR_DOUBT, ERR_RUN, ERR_SIGNAL + SIGINT};
    size_t n = sizeof rising / sizeof *rising;
    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            assert_int_equal(after(rising[i], rising[k]), rising[i > k ? i : k]);
}

static void of_what_broke_the_run_the_first_counts(void **state)
{
    (void)state;
    assert_int_equal(after(ERR_CONNECT, ERR_RUN), ERR_CONNECT);
    assert_int_equal(after(ERR_RUN, ERR_CONNECT), ERR_RUN);
    assert_int_equal(after(ERR_USAGE, ERR_RUN), ERR_USAGE);
}

static void a_signal_is_128_and_its_number(void **state)
{
    (void)state;
    struct outcome o = {0};
    outcome_raise(&o, ERR_RUN, "lost");
    outcome_interrupt(&o, SIGTERM, true);
    assert_int_equal(o.code, 143);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worse_of_two_stays),
        cmocka_unit_test(of_what_broke_the_run_the_first_counts),
        cmocka_unit_test(a_signal_is_128_and_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
