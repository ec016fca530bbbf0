// SPDX-License-Identifier: MIT
#include "option/complete_bash.h"
#include "option/complete_fish.h"
#include "option/complete_zsh.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct opt own_rows[] = {
    {"Own", 'n', "number", OPT_ENUM, 0, OPT_OURS, FIELD(colour), .names = colours, .metavar = "N",
     .help = "own"},
};
static const struct opt_table own = {.rows = own_rows, .n = 1};
static const char *const usage[] = {"", NULL};
static const struct manual program = {.usage = usage, .own = &table};
static const struct manual sub = {.name = "sub", .usage = usage, .own = &own, .rest = &table};
static const struct manual *const manuals[] = {&program, &sub, NULL};
static const struct complete all = {manuals, "-t", "set get"};

static const struct opt *row_of(const char *long_name)
{
    for (size_t i = 0; i < table.n; i++)
        if (table.rows[i].name && strcmp(table.rows[i].name, long_name) == 0)
            return &table.rows[i];
    return NULL;
}

static void own_rows_come_first_and_hide_others(void **state)
{
    (void)state;
    size_t n = 0, numbers = 0;
    const struct opt *row;
    for (size_t at = 0; (row = complete_next(&sub, &at)); n++) {
        assert_true(n > 0 || row == own_rows);
        assert_false(row->marks & OPT_ALSO);
        numbers += row->letter == 'n';
    }
    size_t also = 0;
    for (size_t i = 0; i < table.n; i++)
        also += (table.rows[i].marks & OPT_ALSO) != 0;
    assert_int_equal(n, table.n - also); // one more, one hidden
    assert_int_equal(numbers, 1);
}

static void values_are_known_by_kind_and_metavar(void **state)
{
    (void)state;
    assert_int_equal(complete_value_of(&all, row_of("flag")), COMPLETE_NONE);
    assert_int_equal(complete_value_of(&all, row_of("number")), COMPLETE_ANY);
    assert_int_equal(complete_value_of(&all, row_of("colour")), COMPLETE_WORDS);
    assert_int_equal(complete_value_of(&all, row_of("path")), COMPLETE_FILE);
    for (size_t i = 0; i < table.n; i++)
        if (table.rows[i].letter == 't')
            assert_int_equal(complete_value_of(&all, &table.rows[i]), COMPLETE_LIST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_rows_come_first_and_hide_others),
        cmocka_unit_test(values_are_known_by_kind_and_metavar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
