// SPDX-License-Identifier: MIT
#include "load/dataset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct dataset d;
static struct err err;
static const struct dataset_conf csv = {"f.csv", ',', 0}, tsv = {"f.tsv", '\t', 0};

static void is(uint64_t row, unsigned column, const char *text)
{
    struct slice cell = dataset_cell(&d, row, column);
    if (!slice_is(cell, text))
        fail_msg("'%.*s' and not '%s'", (int)cell.len, cell.at, text);
}

static void read_it(const char *text, const struct dataset_conf *conf)
{
    if (dataset_parse(&d, slice_of(text), conf, &err) < 0)
        fail_msg("%s", err.text);
}

static void cells_with_quotes(void **state)
{
    (void)state;
    read_it("id,name,\"a \"\"b\"\"\"\n1,one,\r\n2,\"x,\ny\",\"\"\n\n3,\"say \"\"hi\"\"\",z", &csv);
    assert_int_equal(d.columns, 3);
    assert_int_equal(d.rows, 3);
    assert_int_equal(dataset_column(&d, slice_of("a \"b\"")), 2);
    assert_int_equal(dataset_column(&d, slice_of("x")), -1);
    is(0, 0, "1");
    is(0, 2, "");
    is(1, 1, "x,\ny");
    is(2, 1, "say \"hi\"");
    is(2, 2, "z");
    assert_true(d.most[0] == 1 && d.most[1] == 8 && d.most[2] == 1);
    dataset_free(&d);
}

static void tabs_without_quotes(void **state)
{
    (void)state;
    read_it("id\tname\r\n1\t\"a\r\n2\tb,c\n3\td\n", &(struct dataset_conf){"f.tsv", '\t', 2});
    assert_int_equal(d.rows, 2);
    is(0, 1, "\"a");
    is(1, 1, "b,c");
    dataset_free(&d);
}

static void refused(const char *text, const struct dataset_conf *conf, const char *says)
{
    assert_int_equal(dataset_parse(&d, slice_of(text), conf, &err), -1);
    assert_string_equal(err.text, says);
    assert_null(d.text);
}

static void each_fault_with_its_line(void **state)
{
    (void)state;
    refused("", &csv, "--dataset: f.csv:1: the file is empty");
    refused("a,b\n", &csv,
            "--dataset: f.csv:2: expected rows behind the first line, which names the columns");
    refused("a,b\n1,2\n3\n", &csv,
            "--dataset: f.csv:3: there are fewer cells than columns in the first line");
    refused("a\tb\n1\t2\t3\n", &tsv,
            "--dataset: f.tsv:2: there are more cells than columns in the first line");
    refused("a\n\"x\ny\"\n\"z\n", &csv, "--dataset: f.csv:4: a double quote is not closed");
    refused("a,b\n\"x\"y,1\n", &csv,
            "--dataset: f.csv:2: expected a comma or the end of the line behind a closing double quote");
}

// As spreadsheets write it.
static void a_byte_order_mark_is_no_part_of_a_name(void **state)
{
    (void)state;
    read_it("\xef\xbb\xbfid,name\r\n1,\xef\xbb\xbfx\r\n", &csv);
    assert_int_equal(dataset_column(&d, slice_of("id")), 0);
    is(0, 1, "\xef\xbb\xbfx"); // elsewhere it is text
    dataset_free(&d);
    read_it("\xef\xbb\xbf\"id\"\n1\n", &csv);
    assert_int_equal(dataset_column(&d, slice_of("id")), 0);
    dataset_free(&d);
    refused("\xef\xbb\xbf", &csv, "--dataset: f.csv:1: the file is empty");
}

// A first line of n columns, and a row.
static char *wide(unsigned n)
{
    char *text = malloc(4 * n + 1);
    assert_non_null(text);
    for (unsigned i = 0; i < 2 * n; i++) {
        text[2 * i] = 'x';
        text[2 * i + 1] = (i + 1) % n ? ',' : '\n';
    }
    text[4 * n] = 0;
    return text;
}

static void columns_have_a_limit(void **state)
{
    (void)state;
    char *text = wide(DATASET_COLUMNS);
    read_it(text, &csv);
    assert_int_equal(d.columns, DATASET_COLUMNS);
    dataset_free(&d);
    free(text);
    text = wide(DATASET_COLUMNS + 1);
    refused(text, &csv, "--dataset: f.csv:1: expected up to 256 columns");
    free(text);
}

// More rows than there is room for at first, and empty lines, which are none.
static void rows_are_counted_and_end_where_asked(void **state)
{
    char text[1024] = "n\n";
    size_t len = 2;
    (void)state;
    for (int i = 0; i < 150; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, i % 3 ? "%d\n" : "%d\n\r\n", i);
    read_it(text, &csv);
    assert_int_equal(d.rows, 150);
    is(149, 0, "149");
    assert_int_equal(d.most[0], 3);
    dataset_free(&d);
    read_it(text, &(struct dataset_conf){"f.csv", ',', 65});
    assert_int_equal(d.rows, 65);
    is(64, 0, "64");
    assert_int_equal(d.most[0], 2); // of what is read alone
    dataset_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_with_quotes),        cmocka_unit_test(tabs_without_quotes),
        cmocka_unit_test(each_fault_with_its_line), cmocka_unit_test(a_byte_order_mark_is_no_part_of_a_name),
        cmocka_unit_test(columns_have_a_limit),     cmocka_unit_test(rows_are_counted_and_end_where_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
