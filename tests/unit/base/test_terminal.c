// SPDX-License-Identifier: MIT
#include "base/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

// What is no terminal has the columns that are said, within reason, or those that every pager has room for.
static void a_text_has_columns_without_a_terminal(void **state)
{
    static const struct {
        const char *said;
        unsigned columns;
    } table[] = {{"60", 60}, {"100", 100}, {"500", 100}, {"7", 40}, {"", 80}, {"wide", 80}, {"-1", 100}};
    FILE *f = tmpfile();
    (void)state;
    assert_non_null(f);
    unsetenv("COLUMNS");
    assert_int_equal(terminal_text_columns(f), 80);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        setenv("COLUMNS", table[i].said, 1);
        assert_int_equal(terminal_text_columns(f), table[i].columns);
    }
    assert_int_equal(terminal_columns(f), 0); // which none of this is
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_columns_without_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
