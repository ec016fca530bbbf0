// SPDX-License-Identifier: MIT
#include "cli/dataset_options.h"

#include "line.h"

#include <unistd.h>

static char csv[] = "/tmp/hkv-rows-XXXXXX.csv", tsv[] = "/tmp/hkv-rows-XXXXXX.tsv";
static char line[256];

static int write_file(char *path, const char *text)
{
    int fd = mkstemps(path, 4);
    size_t n = strlen(text);
    bool whole = fd >= 0 && write(fd, text, n) == (ssize_t)n;
    return whole && close(fd) == 0 ? 0 : -1;
}

static int write_files(void **state)
{
    (void)state;
    return write_file(csv, "name,city\nann,Bonn\nbob,\"Ulm, Old\"\ncid,Jena\n") < 0 ||
                   write_file(tsv, "name\tcity, state\nann\tBonn\n") < 0
               ? -1
               : 0;
}

static int remove_files(void **state)
{
    (void)state;
    unlink(csv);
    unlink(tsv);
    return 0;
}

static const char *with(const char *path, const char *rest)
{
    snprintf(line, sizeof line, "hkv-bench --dataset %s %s", path, rest);
    return line;
}

static void rows_are_read_by_what_the_file_is_called(void **state)
{
    (void)state;
    ok(with(csv, "HSET __key__ city __field:city__"));
    assert_ptr_equal(o.run.dataset, o.dataset);
    assert_int_equal(o.dataset->columns, 2);
    assert_int_equal(o.dataset->rows, 3);
    assert_true(slice_is(dataset_cell(o.dataset, 1, 1), "Ulm, Old"));
    ok(with(tsv, "SET __key__ __field:name__"));
    assert_int_equal(o.dataset->columns, 2);
    assert_true(slice_is(o.dataset->names[1], "city, state")); // a comma is no end of a cell there
    ok("hkv-bench -n 5");
    assert_null(o.run.dataset);
}

static void no_more_rows_than_were_asked_for(void **state)
{
    (void)state;
    ok(with(csv, "--maxdocs 2 SET __key__ __field:name__"));
    assert_int_equal(o.dataset->rows, 2);
    ok(with(csv, "--maxdocs 100 SET __key__ __field:name__"));
    assert_int_equal(o.dataset->rows, 3);
    refused("hkv-bench --maxdocs 2", "--maxdocs is of --dataset: give that too");
}

static void a_field_needs_its_column(void **state)
{
    (void)state;
    refused("hkv-bench SET __key__ __field:name__", "__field:name__ is of a table: give --dataset FILE too");
    refused(with(csv, "SET __key__ a__field:name__b__field:nam__"),
            "__field:nam__: expected a column of --dataset: name, city");
    refused(with(csv, "SET __key__ __field:name____field:nam__"), // nothing between the two
            "__field:nam__: expected a column of --dataset: name, city");
    refused(with(csv, "SET __key__ __field:NAME__"),
            "__field:NAME__: expected a column of --dataset: name, city");
}

#define UNUSED "--dataset needs a command with fields of it, such as HSET __key__ name __field:name__"

// Wherever commands stand: at the end, in a mix, and in what fills the server.
static void a_table_that_no_command_takes_anything_from(void **state)
{
    (void)state;
    refused(with(csv, "-t set"), UNUSED);
    refused(with(csv, "SET __key__ name"), UNUSED);
    refused(with(csv, "--mix set:1,get:1"), UNUSED);
    ok(with(csv, "-r 10 SET k x ; SET __key__ __field:city__"));
}

static void a_table_that_cannot_be_read(void **state)
{
    (void)state;
    refused("hkv-bench --dataset /nowhere/a.csv SET k __field:a__",
            "--dataset: cannot read /nowhere/a.csv: No such file or directory");
    FILE *f = fopen(csv, "a");
    assert_non_null(f);
    fputs("dan,\"Kiel\n", f);
    fclose(f);
    char says[160];
    snprintf(says, sizeof says, "--dataset: %s:5: a double quote is not closed", csv);
    refused(with(csv, "SET k __field:name__"), says);
    assert_null(o.dataset);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_are_read_by_what_the_file_is_called),
        TEST(no_more_rows_than_were_asked_for),
        TEST(a_field_needs_its_column),
        TEST(a_table_that_no_command_takes_anything_from),
        TEST(a_table_that_cannot_be_read), // the last one: it spoils the file
    };
    return cmocka_run_group_tests(tests, write_files, remove_files);
}
