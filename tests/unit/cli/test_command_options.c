// SPDX-License-Identifier: MIT
#include "cli/command_options.h"

#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct options o;
static struct err err;

#define PARSE(...) parse_words((char *[]){"hkv-bench", __VA_ARGS__, NULL})

static int parse_words(char **words)
{
    int argc = 0;
    options_free(&o);
    err = (struct err){0};
    while (words[argc])
        argc++;
    return options_parse(&o, argc, words, &err);
}

static void is_word(unsigned i, const char *name, uint64_t weight, size_t words)
{
    const struct mix_word *w = &o.mix->at[i];
    assert_string_equal(w->name, name);
    assert_true(w->weight == weight);
    assert_int_equal(w->words.n, words);
}

static void a_sequence_at_the_end(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-n", "10", "-P", "2", "SET", "k", "a b", ";", "3", "GET", "k"), 0);
    assert_int_equal(o.mix->n, 2);
    is_word(0, "set", 1, 3);
    is_word(1, "get", 3, 2);
    assert_true(o.mix->in_turn);
    assert_string_equal(o.mix->title, "SET k a b ; 3 GET k");
    assert_int_equal(o.run.pipeline, 8);  // two rounds
    assert_int_equal(o.run.requests, 12); // whole rounds
    assert_int_equal(o.argc, 0);
    assert_int_equal(PARSE("3", "GET", "k"), 0);
    is_word(0, "get", 3, 2);
    assert_int_equal(PARSE("SET", "k", "3"), 0); // a number that is an argument
    assert_null(o.mix);
}

static void a_transaction(void **state)
{
    (void)state;
    assert_int_equal(
        PARSE("--transaction", "--command", "SET k x", "--ratio", "2", "--command", "GET k", "--ratio", "1"),
        0);
    assert_int_equal(o.mix->n, 4);
    is_word(0, "multi", 1, 1);
    is_word(1, "set", 2, 3);
    is_word(2, "get", 1, 2);
    is_word(3, "exec", 1, 1);
    assert_string_equal(o.mix->at[1].replies, "+");
    assert_string_equal(o.mix->at[3].replies, "*3");
    assert_int_equal(o.run.pipeline, 5);
    assert_int_equal(PARSE("--transaction", "INCR", "k"), 0);
    assert_int_equal(o.mix->n, 3);
}

static void options_of_one_command(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--mix", "set:1,get:9", "--of", "get:--key-dist=zipf:1.1", "--of",
                           "get:--keyspace=1k", "--of", "set:--nx", "--of", "set:--expire=5s", "-d", "9",
                           "--of", "set:--value-size=5-7"),
                     0);
    const struct run_conf *set = o.mix->at[0].own, *get = o.mix->at[1].own;
    assert_true(get->keyspace == 1000 && get->keys.kind == KEYLAW_ZIPF && get->keys.a == 1.1 && !get->nx);
    assert_true(set->keyspace == 100000 && set->nx && set->expire_hi_ms == 5000 && set->value_sizes.lo == 5);
    assert_true(o.run.keyspace == 100000 && !o.run.nx && o.run.data_bytes == 9);
    assert_non_null(strstr(o.run.workload, "--of get:--key-dist=zipf:1.1 --of get:--keyspace=1k"));
}

static void spaces_and_growth(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--space", "2:10k:latest:1.5", "--insert-share", "5%", "SET", "__key__", "x"), 0);
    const struct key_space *spaces = o.run.spaces;
    assert_true(spaces && spaces[2].keys == 10000 && spaces[2].law.kind == KEYLAW_LATEST &&
                spaces[1].keys == 0);
    assert_true(o.run.inserts == 0.05);
}

static void refused(int rc, const char *says)
{
    assert_int_equal(rc, -1);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
}

static void what_cannot_be(void **state)
{
    (void)state;
    refused(PARSE("SET", "k", "x", ";"), "expected a command before and behind each ;");
    refused(PARSE(";", "GET", "k"), "expected a command before and behind each ;");
    refused(PARSE("GET", "k", ";", "3"), "expected a command before and behind each ;");
    refused(PARSE("0", "GET", "k"), "expected a command to be sent 1 to 1000000 times");
    refused(PARSE("20000", "GET", "k"), "commands in turn: expected up to 10000 requests in a round");
    refused(PARSE("--pipeline-mode", "window", "GET", "k", ";", "PING"), "leave out window");
    refused(PARSE("-t", "get", "GET", "k", ";", "PING"), "leave out -t");
    refused(PARSE("--in-turn"), "--in-turn needs commands");
    refused(PARSE("--transaction", "-t", "get"), "--transaction needs commands");
    refused(PARSE("--of", "get:--nx"), "--of needs commands");
    refused(PARSE("--mix", "set,get", "--of", "incr:--size=5"),
            "--of: expected the name of a command of the mix");
    refused(PARSE("--mix", "set,get", "--of", "get:-r=5"), "--of: expected the name of a command of the mix");
    refused(PARSE("--mix", "set,get", "--of", "get:--clients=5"),
            "--of: expected an option that a command can have");
    refused(PARSE("--mix", "set,get", "--of", "get:--nx"), "--nx is for the test set");
    refused(PARSE("--mix", "set,get", "--of", "get:--key-dist=zip"), "--key-dist: expected uniform");
    refused(PARSE("--space", "2", "GET", "k"), "--space: expected a number from 1 to 9");
    refused(PARSE("--space", "0:5", "GET", "k"), "--space: expected a number from 1 to 9");
    refused(PARSE("--space", "2:x", "GET", "k"), "--space: expected a number from 1 to 9");
    refused(PARSE("--space", "2:5:zip", "GET", "k"), "--key-dist: expected uniform");
    refused(PARSE("--insert-share", "5", "SET", "k", "x"),
            "--insert-share: expected a percentage such as 5%");
    refused(PARSE("--insert-share", "101%", "SET", "k", "x"),
            "--insert-share: expected a percentage such as 5%");
    refused(PARSE("--insert-share", "0x5%", "SET", "k", "x"),
            "--insert-share: expected a percentage such as 5%");
    refused(PARSE("--insert-share", "5%", "-r", "0", "SET", "k", "x"), "--insert-share needs keys to add to");
    refused(PARSE("--insert-share", "5%", "--verify", "-t", "set"), "leave out one of them");
    refused(PARSE("GET", "__field:x__"), "give --dataset FILE too");
    refused(PARSE("--maxdocs", "5", "GET", "x"), "--maxdocs is of --dataset");
    refused(PARSE("--dataset", "/nowhere.csv", "GET", "x"),
            "--dataset: cannot read /nowhere.csv: No such file");
}

static int release(void **state)
{
    (void)state;
    options_free(&o);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sequence_at_the_end),  cmocka_unit_test(a_transaction),
        cmocka_unit_test(options_of_one_command), cmocka_unit_test(spaces_and_growth),
        cmocka_unit_test(what_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
