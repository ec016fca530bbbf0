// SPDX-License-Identifier: MIT
#include "option/argv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct opt rows[] = {
    {.name = "blocks", .kind = OPT_COUNT, .metavar = "N", .help = "a number"},
    {.name = "for", .kind = OPT_LIST, .metavar = "TEXT", .help = "a text"},
    {.name = "aa", .kind = OPT_FLAG, .help = "a flag"},
    {.name = "near", .kind = OPT_STRING, .bare = "1", .metavar = "[=N]", .help = "a value or none"},
    {.name = "help", .kind = OPT_FLAG, .help = "a flag that a plain run has too"},
};
static const struct opt_table own = {.rows = rows, .n = sizeof rows / sizeof *rows};

static const struct opt plain_rows[] = {
    {.letter = 'c', .name = "clients", .kind = OPT_COUNT, .metavar = "N", .help = "a number"},
    {.letter = 't', .name = "tests", .kind = OPT_STRING, .metavar = "LIST", .help = "a list"},
    {.letter = 'q', .name = "quiet", .kind = OPT_FLAG, .help = "a flag"},
    {.letter = 's', .name = "socket", .kind = OPT_STRING, .metavar = "PATH", .help = "a path"},
    {.letter = 'P', .name = "pipeline", .kind = OPT_COUNT, .metavar = "N", .help = "a number"},
    {.letter = 'a', .name = "password", .kind = OPT_STRING, .metavar = "TEXT", .help = "a text"},
    {.name = "json", .kind = OPT_STRING, .metavar = "FILE", .help = "a file"},
    {.name = "wire-ts", .kind = OPT_STRING, .bare = "1/256", .metavar = "[=1/N]", .help = "a value or none"},
    {.name = "help", .kind = OPT_FLAG, .help = "the other one"},
};
static const struct opt_table plain = {.rows = plain_rows, .n = sizeof plain_rows / sizeof *plain_rows};
static char program[] = "program";

static char line_text[256], *line_argv[32];
static struct argv_parts parts;
static char joined[256];

static bool is_target(const char *word)
{
    return strpbrk(word, "=:/") != NULL;
}

// What follows the subcommand's name.
static void sort(const char *line, bool (*target)(const char *word))
{
    const struct argv_rule rule = {program, &own, &plain, target};
    struct err err = {0};
    int n = 0;
    argv_free(&parts);
    snprintf(line_text, sizeof line_text, "compare %s", line);
    for (char *save, *w = strtok_r(line_text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        line_argv[n++] = w;
    assert_int_equal(argv_split(&parts, &rule, (struct opt_cursor){n, line_argv, 1}, &err), 0);
    assert_string_equal(parts.own[0], "program");
    assert_string_equal(parts.rest[0], "program");
}

// The words [from, to) with spaces between them.
static const char *join(char *const *words, int from, int to)
{
    size_t n = 0;
    joined[0] = 0;
    for (int i = from; i < to; i++)
        n += (size_t)snprintf(joined + n, sizeof joined - n, "%s%s", i > from ? " " : "", words[i]);
    return joined;
}

static void gives(const char *line, const char *mine, const char *targets, const char *options,
                  const char *command)
{
    sort(line, is_target);
    assert_string_equal(join(parts.own, 1, parts.own_n), mine);
    assert_string_equal(join(parts.targets, 0, parts.targets_n), targets);
    assert_string_equal(join(parts.rest, 1, parts.options_n), options);
    assert_string_equal(join(parts.rest, parts.options_n, parts.rest_n), command);
    assert_null(parts.own[parts.own_n]);
    assert_null(parts.rest[parts.rest_n]);
}

static void options_go_to_whoever_knows_them(void **state)
{
    (void)state;
    gives("--blocks 5 -c 3 --for=x --clients=4 --aa -q", "--blocks 5 --for=x --aa", "", "-c 3 --clients=4 -q",
          "");
    gives("--help", "--help", "", "", ""); // both know it
    gives("-c 3 --blocks", "--blocks", "", "-c 3", "");
    gives("--near -q", "--near", "", "-q", "");
    gives("", "", "", "", "");
}

static void an_unknown_option_is_left_to_the_parser(void **state)
{
    (void)state;
    gives("--blocks 5 --nonsense -q", "--blocks 5", "", "--nonsense -q", "");
    gives("--nonsense=a=b h:1 -c 3", "", "h:1", "--nonsense=a=b -c 3", "");
    gives("--nonsense GET", "", "", "--nonsense", "-- GET"); // its value, if it has one, is not known
    gives("- -q", "", "", "- -q", "");
}

static void a_value_is_no_target(void **state)
{
    (void)state;
    gives("-t a=b", "", "", "-t a=b", "");
    gives("--for b:--rate=5 --near c=d", "--for b:--rate=5 --near", "c=d", "", "");
    gives("--wire-ts c=d -s /tmp/s", "", "c=d", "--wire-ts -s /tmp/s", "");
    gives("-P --aa --aa", "--aa", "", "-P --aa", ""); // nor an option
}

static void targets_stand_before_after_and_between_options(void **state)
{
    (void)state;
    gives("a=h:1 b=h:2 --blocks 5 -c 3", "--blocks 5", "a=h:1 b=h:2", "-c 3", "");
    gives("--blocks 5 -c 3 a=h:1 b=h:2", "--blocks 5", "a=h:1 b=h:2", "-c 3", "");
    gives("a=h:1 -c 3 b=h:2 --aa /tmp/s -q GET k", "--aa", "a=h:1 b=h:2 /tmp/s", "-c 3 -q", "-- GET k");
}

static void the_command_keeps_its_words(void **state)
{
    (void)state;
    gives("a=h:1 SET k --blocks 5 -c b=h:2", "", "a=h:1", "", "-- SET k --blocks 5 -c b=h:2");
    gives("-c 3 -- --aa b=h:2", "", "", "-c 3", "-- --aa b=h:2");
    gives("a=h:1 -- GET --", "", "a=h:1", "", "-- GET --");
    gives("GET -- k", "", "", "", "-- GET -- k");
    gives("-- -- k", "", "", "", "-- -- k");
    gives("-c 3 --", "", "", "-c 3", "--");
}

static void without_targets_the_first_word_begins_the_command(void **state)
{
    (void)state;
    sort("--aa -t a=b c=d -q --blocks 5", NULL);
    assert_int_equal(parts.targets_n, 0);
    assert_string_equal(join(parts.own, 1, parts.own_n), "--aa");
    assert_string_equal(join(parts.rest, 1, parts.rest_n), "-t a=b -- c=d -q --blocks 5");
    assert_int_equal(parts.options_n, 3);
}

// "--" behind it would become its value.
static void an_option_without_its_value_stays_without(void **state)
{
    (void)state;
    gives("a=h:1 -q --json", "", "a=h:1", "-q --json", "");
    gives("--aa -P", "--aa", "", "-P", "");
}

static void the_words_are_those_of_argv(void **state)
{
    (void)state;
    sort("--for x a=h:1 -a secret", is_target);
    assert_ptr_equal(parts.own[2], line_argv[2]);
    assert_ptr_equal(parts.targets[0], line_argv[3]);
    assert_ptr_equal(parts.rest[2], line_argv[5]);
    argv_free(&parts);
    assert_null(parts.own);
    assert_int_equal(parts.rest_n, 0);
}

static int release(void **state)
{
    (void)state;
    argv_free(&parts);
    return 0;
}

#define TEST(f) cmocka_unit_test_teardown(f, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(options_go_to_whoever_knows_them),
        TEST(an_unknown_option_is_left_to_the_parser),
        TEST(a_value_is_no_target),
        TEST(targets_stand_before_after_and_between_options),
        TEST(the_command_keeps_its_words),
        TEST(without_targets_the_first_word_begins_the_command),
        TEST(an_option_without_its_value_stays_without),
        TEST(the_words_are_those_of_argv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
