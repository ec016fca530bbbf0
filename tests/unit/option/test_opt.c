// SPDX-License-Identifier: MIT
#include "option/opt.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *argv_of[32];
static char argv_text[512];

// "-n 5 x" as argv, "" as an empty word.
static struct opt_cursor words(const char *line)
{
    struct opt_cursor c = {0, argv_of, 1};
    snprintf(argv_text, sizeof argv_text, "program %s", line);
    for (char *save, *w = strtok_r(argv_text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        c.argv[c.argc++] = strcmp(w, "\"\"") == 0 ? w + 2 : w;
    return c;
}

static struct opt_cursor took(const char *line, struct into *v, bool clamp)
{
    struct err err = {0};
    struct opt_cursor c = words(line);
    opt_defaults(&table, v, clamp);
    if (opt_parse(&table, &c, v, clamp, &err) < 0)
        fail_msg("%s: %s", line, err.text);
    return c;
}

static void defaults(void **state)
{
    (void)state;
    struct into v;
    memset(&v, 0xff, sizeof v);
    opt_defaults(&table, &v, false);
    assert_false(v.flag);
    assert_true(v.probe);
    assert_true(v.keep);
    assert_int_equal(v.number, 50);
    assert_int_equal(v.big, 0);
    assert_int_equal(v.port, 6379);
    assert_int_equal(v.bytes, 3);
    assert_int_equal(v.wait_ns, 5 * NS_PER_S);
    assert_true(v.rate == 0);
    assert_string_equal(v.text, "x");
    assert_null(v.path);
    assert_int_equal(v.colour, GREEN);
    opt_defaults(&table, &v, true);
    assert_int_equal(v.number, 7);
    assert_int_equal(v.colour, BLUE);
    assert_int_equal(v.port, 6379);
}

static void every_kind(void **state)
{
    (void)state;
    struct into v;
    took("-f --no-probe -k 0 -n 4k --big 18446744073709551615 -p 65535 -d 64KiB --wait 250ms --rate 0.5 -t - "
         "-s /a "
         "--colour blue -e",
         &v, false);
    assert_true(v.flag);
    assert_false(v.probe);
    assert_false(v.keep);
    assert_int_equal(v.number, 4000);
    assert_true(v.big == UINT64_MAX);
    assert_int_equal(v.port, 65535);
    assert_int_equal(v.bytes, 65536);
    assert_int_equal(v.wait_ns, 250 * NS_PER_MS);
    assert_true(v.rate == 0.5);
    assert_string_equal(v.text, "-");
    assert_string_equal(v.path, "/a");
    assert_int_equal(v.colour, BLUE);
    assert_true(v.also);
}

static void spellings(void **state)
{
    (void)state;
    struct into v;
    took("--number 6", &v, false);
    assert_int_equal(v.number, 6);
    took("--number=6 --path=a=b --wait=2", &v, false);
    assert_int_equal(v.number, 6);
    assert_string_equal(v.path, "a=b");
    assert_int_equal(v.wait_ns, 2 * NS_PER_S);
    took("-n 6 -n 8", &v, false); // the last one counts
    assert_int_equal(v.number, 8);
    took("-t -f", &v, false); // a value may look like an option
    assert_string_equal(v.text, "-f");
    assert_false(v.flag);
    took("-t \"\" -f", &v, false);
    assert_string_equal(v.text, "");
    assert_true(v.flag);
}

static void options_end(void **state)
{
    (void)state;
    struct into v;
    struct opt_cursor c = took("-f GET -n 9", &v, false);
    assert_int_equal(c.argc - c.at, 3);
    assert_string_equal(c.argv[c.at], "GET");
    assert_int_equal(v.number, 50);
    c = took("-f -- -n 9", &v, false);
    assert_int_equal(c.argc - c.at, 2);
    assert_string_equal(c.argv[c.at], "-n");
    c = took("-f --", &v, false);
    assert_int_equal(c.argc - c.at, 0);
    c = took("-t -- -f", &v, false); // here -- is a value
    assert_string_equal(v.text, "--");
    assert_int_equal(c.argc - c.at, 0);
    c = took("", &v, false);
    assert_int_equal(c.argc - c.at, 0);
    c = took("\"\" -f", &v, false);
    assert_int_equal(c.argc - c.at, 2);
}

static void sees(void **state)
{
    (void)state;
    struct opt_cursor c = words("-t --no-probe --number=3 GET -f");
    assert_true(opt_seen(&table, c, "-n"));
    assert_true(opt_seen(&table, c, "--number"));
    assert_true(opt_seen(&table, c, "-t"));
    assert_false(opt_seen(&table, c, "--no-probe")); // a value
    assert_false(opt_seen(&table, c, "-f"));         // of the command
    assert_true(opt_seen(&table, words("--unknown -f"), "--flag"));
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *line, *sentence;
    } known[] = {
        {"-n 1", "-n: expected an integer from 2 to 5k, got '1'"},
        {"-n 5001", "-n: expected an integer from 2 to 5k, got '5001'"},
        {"-n -5", "-n: expected an integer from 2 to 5k, got '-5'"},
        {"-n -", "-n: expected an integer from 2 to 5k, got '-'"},
        {"-n 5x", "-n: expected an integer from 2 to 5k, got '5x'"},
        {"-n 2.5", "-n: expected an integer from 2 to 5k, got '2.5'"},
        {"-n \"\"", "-n: expected an integer from 2 to 5k, got ''"},
        {"-n 99999999999999999999", "-n: expected an integer from 2 to 5k, got '99999999999999999999'"},
        {"--number=x", "--number: expected an integer from 2 to 5k, got 'x'"},
        {"-n \x1b\xff", "-n: expected an integer from 2 to 5k, got '\\x1b\\xff'"},
        {"-d 0", "-d: expected a size from 1 to 1GiB, got '0'"},
        {"-d 2GiB", "-d: expected a size from 1 to 1GiB, got '2GiB'"},
        {"--wait 1us", "--wait: expected a time from 1ms to 1m, got '1us'"},
        {"--wait 61", "--wait: expected a time from 1ms to 1m, got '61'"},
        {"--rate -1", "--rate: expected a number from 0 to 1M, got '-1'"},
        {"--rate 1000001", "--rate: expected a number from 0 to 1M, got '1000001'"},
        {"-k 2", "-k: expected 0 or 1, got '2'"},
        {"-k yes", "-k: expected 0 or 1, got 'yes'"},
        {"--note=", "--note: expected a value that is not empty: NOTE"},
        {"--colour pink", "--colour: expected one of red, green or blue, got 'pink'"},
        {"-s \"\"", "-s: expected a value that is not empty: PATH"},
        {"--path=", "--path: expected a value that is not empty: PATH"},
        {"-n", "-n: expected a value: N (see --help)"},
        {"-f --wait", "--wait: expected a value: TIME (see --help)"},
        {"--flag=1", "--flag: expected no value: leave out the = and what follows"},
        {"--nmuber 5", "unknown option --nmuber: did you mean --number?"},
        {"--colour-name=x", "unknown option --colour-name: --help lists them all"},
        {"--col red", "unknown option --col: did you mean --colour?"},
        {"-N 5", "unknown option -N: did you mean -n?"},
        {"-n5", "unknown option -n5: a value stands apart from its letter, e.g. -n 5"},
        {"-n=5", "unknown option -n=5: a value stands apart from its letter, e.g. -n 5"},
        {"-f5", "unknown option -f5: did you mean -f?"},
        {"-", "unknown option -: --help lists them all"},
        {"-z", "unknown option -z: --help lists them all"},
        {"--=x", "unknown option --: --help lists them all"},
        {"--q\r", "unknown option --q\\r: --help lists them all"},
    };
    for (size_t i = 0; i < LEN(known); i++) {
        struct into v;
        struct err err = {0};
        struct opt_cursor c = words(known[i].line);
        opt_defaults(&table, &v, false);
        if (opt_parse(&table, &c, &v, false, &err) == 0)
            fail_msg("%s was taken", known[i].line);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, known[i].sentence);
    }
}

static void clamps(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned number;
    } known[] = {
        {"0", 2},
        {"-5", 2},
        {"abc", 2},
        {"\"\"", 2},
        {"12abc", 12},
        {"3.7", 3},
        {"4k", 4000},
        {"9k", 5000},
        {"99999999999999999999999", 5000},
        {"-99999999999999999999999", 2},
        {"99999999999999999999999x", 5000},
    };
    struct into v;
    char line[64];
    for (size_t i = 0; i < LEN(known); i++) {
        snprintf(line, sizeof line, "-n %s", known[i].text);
        took(line, &v, true);
        assert_int_equal(v.number, known[i].number);
    }
    took("-k 7 -d 0 --wait 5x --rate -1", &v, true);
    assert_true(v.keep);
    assert_int_equal(v.bytes, 1);
    assert_int_equal(v.wait_ns, 5 * NS_PER_S);
    assert_true(v.rate == 0);
    took("--wait 99999999999999999 --rate 99999999999999999999 -d 3G --big -1", &v, true);
    assert_int_equal(v.wait_ns, 60 * NS_PER_S);
    assert_true(v.rate == 1000000);
    assert_int_equal(v.bytes, 1 << 30);
    assert_int_equal(v.big, 0);
}

static void clamps_neither_ports_nor_words(void **state)
{
    (void)state;
    static const char *const refused[] = {"-p 0", "-p 65536", "-p x", "-s \"\"", "--colour pink", "-x", "-n"};
    for (size_t i = 0; i < LEN(refused); i++) {
        struct into v;
        struct err err = {0};
        struct opt_cursor c = words(refused[i]);
        opt_defaults(&table, &v, true);
        if (opt_parse(&table, &c, &v, true, &err) == 0)
            fail_msg("%s was taken", refused[i]);
    }
}

static void lists_take_several(void **state)
{
    (void)state;
    struct into v;
    took("--note a --flag --note=b --note a", &v, false);
    assert_int_equal(v.notes.n, 3);
    assert_string_equal(v.notes.at[0], "a");
    assert_string_equal(v.notes.at[1], "b");
    assert_string_equal(v.notes.at[2], "a");
    took("--flag", &v, false);
    assert_int_equal(v.notes.n, 0);
}

static void lists_have_an_end(void **state)
{
    (void)state;
    static char *argv[2 * OPT_LIST_MAX + 4];
    struct opt_cursor c = {1, argv, 1};
    struct err err = {0};
    struct into v;
    for (int i = 0; i <= OPT_LIST_MAX; i++) {
        argv[c.argc++] = "--note";
        argv[c.argc++] = "x";
    }
    opt_defaults(&table, &v, false);
    assert_int_equal(opt_parse(&table, &c, &v, false, &err), -1);
    assert_string_equal(err.text, "--note: expected at most 32 times");
    assert_int_equal(v.notes.n, OPT_LIST_MAX);
}

// Of an option under either of its names; a default was not given, whatever was before.
static void knows_what_was_given(void **state)
{
    (void)state;
    struct into v;
    struct err err = {0};
    took("-n 50 --note a", &v, false);
    assert_true(opt_given(&table, &v, "--number") && opt_given(&table, &v, "-n"));
    assert_true(opt_given(&table, &v, "--note"));
    assert_false(opt_given(&table, &v, "-p") || opt_given(&table, &v, "--flag"));
    struct into copy = v;
    assert_int_equal(opt_set(&table, "-p", "7", &copy, &err), 0);
    assert_int_equal(copy.port, 7);
    assert_true(opt_given(&table, &copy, "--port") && !opt_given(&table, &v, "--port"));
    assert_int_equal(opt_set(&table, "-p", "x", &copy, &err), -1);
    assert_string_equal(err.text, "-p: expected an integer from 1 to 65535, got 'x'");
    opt_defaults(&table, &v, false);
    assert_false(opt_given(&table, &v, "-n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(every_kind),
        cmocka_unit_test(spellings),
        cmocka_unit_test(options_end),
        cmocka_unit_test(sees),
        cmocka_unit_test(refuses),
        cmocka_unit_test(clamps),
        cmocka_unit_test(clamps_neither_ports_nor_words),
        cmocka_unit_test(lists_take_several),
        cmocka_unit_test(lists_have_an_end),
        cmocka_unit_test(knows_what_was_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
