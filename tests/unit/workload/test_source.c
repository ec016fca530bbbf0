// SPDX-License-Identifier: MIT
#include "workload/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct source w;
static struct err err;

static void read_it(const char *text)
{
    err = (struct err){0};
    if (source_read(&w, "w.yaml", slice_of(text), &err) < 0)
        fail_msg("%s", err.text);
}

static void all_that_there_is(void **state)
{
    (void)state;
    read_it("description: one\noptions:\n  keyspace: 1M\n  tag: [a, b]\ncommands:\n  - GET x\n"
            "  - command: 'SET x y'\n    ratio: 9\nfill: [SET x y]\n");
    assert_string_equal(w.description, "one");
    assert_int_equal(w.options.n, 3);
    assert_string_equal(w.options.at[0].name, "keyspace");
    assert_string_equal(w.options.at[0].value, "1M");
    assert_true(w.options.at[0].at.line == 3 && w.options.at[0].at.column == 3);
    assert_true(w.options.at[0].value_at.line == 3 && w.options.at[0].value_at.column == 13);
    assert_string_equal(w.options.at[1].value, "a");
    assert_string_equal(w.options.at[2].name, "tag");
    assert_string_equal(w.options.at[2].value, "b");
    assert_true(w.options.at[2].value_at.line == 4 && w.options.at[2].value_at.column == 12);
    assert_int_equal(w.commands.n, 2);
    assert_string_equal(source_find(&w.commands.at[0], "command")->value, "GET x");
    assert_string_equal(source_find(&w.commands.at[1], "command")->value, "SET x y");
    assert_string_equal(source_find(&w.commands.at[1], "ratio")->value, "9");
    assert_null(source_find(&w.commands.at[0], "ratio"));
    assert_int_equal(w.fill.n, 1);
    source_free(&w);
}

static void aliases_and_folded_text(void **state)
{
    (void)state;
    read_it("options: {size: &s 10, keyspace: *s}\ncommands:\n  - >-\n    SET x\n    y\n");
    assert_string_equal(source_find(&w.options, "keyspace")->value, "10");
    assert_string_equal(w.commands.at[0].at[0].value, "SET x y");
    source_free(&w);
}

static void refused(const char *text, size_t len, const char *says)
{
    err = (struct err){0};
    assert_int_equal(source_read(&w, "w.yaml", (struct slice){text, len}, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, says);
    assert_null(w.document);
}

static void each_fault_with_its_place(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"", "w.yaml:1:1: expected options or commands, got an empty file"},
        {"# nothing\n", "w.yaml:1:1: expected options or commands, got an empty file"},
        {"- a\n", "w.yaml:1:1: expected description, options, commands or fill, each with a colon behind it, "
                  "got a list"},
        {"a\n", "w.yaml:1:1: expected description, options, commands or fill, each with a colon behind it, "
                "got text"},
        {"options: {}\nfrob: 1\n", "w.yaml:2:1: expected description, options, commands or fill, got 'frob'"},
        {"options: 5\n", "w.yaml:1:10: expected names of options with values, got text"},
        {"options:\n  a: 1\n  a: 2\n", "w.yaml:3:3: 'a' stands here twice: first in line 2"},
        {"options: {}\noptions: {}\n", "w.yaml:2:1: 'options' stands here twice: first in line 1"},
        {"options:\n  a: {b: c}\n", "w.yaml:2:6: expected text, or a list of texts, got names with values"},
        {"options:\n  a: [b, [c]]\n", "w.yaml:2:10: expected text, got a list"},
        {"options:\n  [a]: b\n", "w.yaml:2:3: expected a name, got a list"},
        {"options:\n  a: \"b\\0c\"\n", "w.yaml:2:6: a NUL byte cannot stand in a workload: leave out \\0"},
        {"commands: GET\n", "w.yaml:1:11: expected a list of commands, each behind a dash, got text"},
        {"commands:\n  - GET\n  - [SET]\n",
         "w.yaml:3:5: expected a command, or names with values such as command: GET __key__, got a list"},
        {"description: [a]\n", "w.yaml:1:14: expected text, got a list"},
        {"options: {}\n---\noptions: {}\n",
         "w.yaml:3:1: a workload is one document: leave out what follows the ---"},
        {"options: {\n", "w.yaml:2:1: no YAML: did not find expected node content"},
        {"options:\n\ta: 1\n", "w.yaml:2:1: no YAML: found character that cannot start any token"},
        {"options: *none\n", "w.yaml:1:10: no YAML: found undefined alias"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(wrong[i][0], strlen(wrong[i][0]), wrong[i][1]);
    refused("a: 1\nb: \xff", 9, "w.yaml:2:4: no YAML: invalid leading UTF-8 octet");
}

// Places are counted as an editor counts them: lines and characters, from 1.
static void a_complaint_has_its_place(void **state)
{
    (void)state;
    err = (struct err){0};
    assert_int_equal(source_refuse("w.yaml", (struct source_place){3, 5}, &err, "got %d of '%s'", 2, "x"),
                     -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, "w.yaml:3:5: got 2 of 'x'");
    char lengthy[2000];
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[sizeof lengthy - 1] = 0;
    assert_int_equal(source_refuse("w.yaml", (struct source_place){3, 5}, &err, "%s", lengthy), -1);
    assert_memory_equal(err.text, "w.yaml:3:5: xxx", 15); // cut, and the place stays
    refused("options:\n  \xc3\xa4: {b: c}\n", strlen("options:\n  \xc3\xa4: {b: c}\n"),
            "w.yaml:2:6: expected text, or a list of texts, got names with values");
}

// The name that a complaint repeats is the user's: nothing of it reaches the terminal as it is.
static void a_name_in_a_complaint_is_quoted(void **state)
{
    (void)state;
    static const char text[] = "\"\\e[2J\\n\": 1\n";
    refused(text, strlen(text),
            "w.yaml:1:1: expected description, options, commands or fill, got '\\x1b[2J\\n'");
}

static void what_is_empty_is_nothing(void **state)
{
    (void)state;
    read_it("options: {}\ncommands: []\nfill: []\n");
    assert_int_equal(w.options.n, 0);
    assert_int_equal(w.commands.n, 0);
    assert_int_equal(w.fill.n, 0);
    assert_null(w.description);
    assert_null(source_find(&w.options, ""));
    source_free(&w);
    source_free(&w); // once more does no harm
    read_it("options:\n  nx:\n  tag: []\n");
    assert_int_equal(w.options.n, 1); // of an empty list nothing is left
    assert_string_equal(source_find(&w.options, "nx")->value, "");
    source_free(&w);
    err = (struct err){0};
    assert_int_equal(source_read(&w, "w.yaml", (struct slice){"", 0}, &err), -1);
}

// An alias that holds itself has no end, and is none of what stands anywhere.
static void an_alias_of_itself_is_refused(void **state)
{
    (void)state;
    static const char *const rings[] = {"options: &a {b: *a}\n", "options:\n  a: &a [*a]\n",
                                        "commands: &a [*a]\n", "commands:\n  - &a {x: [*a]}\n",
                                        "&a {options: *a}\n"};
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        err = (struct err){0};
        if (source_read(&w, "w.yaml", slice_of(rings[i]), &err) == 0)
            fail_msg("%s was taken", rings[i]);
        assert_int_equal(err.code, ERR_USAGE);
        assert_memory_equal(err.text, "w.yaml:", 7);
    }
}

static void many_commands_stay_in_their_order(void **state)
{
    (void)state;
    char text[8192] = "commands:\n";
    size_t n = strlen(text);
    for (int i = 0; i < 200; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "  - name: c%d\n    command: GET %d\n", i, i);
    read_it(text);
    assert_int_equal(w.commands.n, 200);
    assert_string_equal(source_find(&w.commands.at[199], "name")->value, "c199");
    assert_string_equal(source_find(&w.commands.at[0], "command")->value, "GET 0");
    assert_int_equal(w.commands.at[199].place.line, 2 + 2 * 199);
    source_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_there_is),
        cmocka_unit_test(aliases_and_folded_text),
        cmocka_unit_test(each_fault_with_its_place),
        cmocka_unit_test(a_complaint_has_its_place),
        cmocka_unit_test(a_name_in_a_complaint_is_quoted),
        cmocka_unit_test(what_is_empty_is_nothing),
        cmocka_unit_test(an_alias_of_itself_is_refused),
        cmocka_unit_test(many_commands_stay_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
