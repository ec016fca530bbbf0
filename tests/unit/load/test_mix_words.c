// SPDX-License-Identifier: MIT
#include "load/mix_words.h"

#include "load/quoted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define LIST(...)                                                                                            \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }
#define COUNT(...) (sizeof(LIST(__VA_ARGS__)) / sizeof(char *))
#define COMMANDS(...) .commands = LIST(__VA_ARGS__), .ncommands = COUNT(__VA_ARGS__)
#define RATIOS(...) .ratios = LIST(__VA_ARGS__), .nratios = COUNT(__VA_ARGS__)

static struct mix_words *p;
static struct err err;

static void tests_with_weights(void **state)
{
    (void)state;
    assert_int_equal(
        mix_words_parse(&(struct mix_words_asked){.mix = "set:1,GET:9,lrange_100:1k,set"}, &p, &err), 0);
    assert_int_equal(p->n, 4);
    static const char *const names[] = {"set", "get", "lrange_100", "set_2"};
    static const uint64_t weights[] = {1, 9, 1000, 1};
    for (int i = 0; i < 4; i++) {
        assert_string_equal(p->at[i].name, names[i]);
        assert_true(p->at[i].weight == weights[i] && p->at[i].row);
    }
    assert_string_equal(p->title, "MIX set:1,GET:9,lrange_100:1k,set");
    assert_true(mix_words_has(p, (struct slice){"Set_2", 5}));
    assert_false(mix_words_has(p, (struct slice){"incr", 4}));
    mix_words_free(p);
}

static void commands_with_ratios(void **state)
{
    (void)state;
    struct mix_words_asked o = {COMMANDS("SET __key__ 'a b'", "get x", "GET y"), RATIOS("1", "9", "2")};
    assert_int_equal(mix_words_parse(&o, &p, &err), 0);
    assert_int_equal(p->n, 3);
    assert_int_equal(p->at[0].words.n, 3);
    assert_memory_equal(p->at[0].words.at[2].at, "a b", 3);
    assert_string_equal(p->at[1].name, "get");
    assert_string_equal(p->at[2].name, "get_2");
    assert_int_equal(p->at[1].weight, 9);
    assert_string_equal(p->title, "MIX of 3 commands");
    mix_words_free(p);
    o.nratios = 0;
    assert_int_equal(mix_words_parse(&o, &p, &err), 0);
    assert_int_equal(p->at[1].weight, 1);
    mix_words_free(p);
    assert_int_equal(mix_words_parse(&(struct mix_words_asked){0}, &p, &err), 0);
    assert_null(p);
}

static void refused(const struct mix_words_asked *o, const char *says)
{
    err = (struct err){0};
    assert_int_equal(mix_words_parse(o, &p, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
    mix_words_free(p);
}

static void no_mixes(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",       "set",  "set:1",       "set:0,get:1",
                                        "set:1,", ",set", "set:1,get:x", "set:,get"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(&(struct mix_words_asked){.mix = wrong[i]},
                "--mix: expected tests with weights such as set:1,get:9");
    refused(&(struct mix_words_asked){.mix = "set,frob"}, "--mix: unknown test 'frob'");
    refused(&(struct mix_words_asked){.mix = "ping_inline,set"}, "--mix: inline commands stand alone");
    refused(&(struct mix_words_asked){.mix = "set,get", COMMANDS("GET x")},
            "--mix and --command are alternatives");
    refused(&(struct mix_words_asked){COMMANDS("GET x")}, "--command: expected two or more");
    refused(&(struct mix_words_asked){COMMANDS("GET x", "GET 'x")},
            "--command: expected words with their quotes");
    refused(&(struct mix_words_asked){COMMANDS("GET x", " ")}, "--command: expected words");
    refused(&(struct mix_words_asked){COMMANDS("GET x", "GET y"), RATIOS("1")},
            "--ratio: expected one for each of the 2 of --command, or none, got 1");
    refused(&(struct mix_words_asked){COMMANDS("GET x", "GET y"), RATIOS("1", "-1")},
            "--ratio: expected a weight from 1 to 1000000, got '-1'");
    refused(&(struct mix_words_asked){RATIOS("1")}, "--ratio: expected one for each of the 0 of --command");
}

// --- sequences ---

#define WORDS(...) .argv = (const char *[]){__VA_ARGS__}, .argc = (int)COUNT(__VA_ARGS__)

static void commands_one_behind_the_other(void **state)
{
    (void)state;
    struct mix_words_asked o = {WORDS("SET", "k", "a b", ";", "3", "GET", "k", ";", "get", "x")};
    assert_int_equal(mix_words_parse(&o, &p, &err), 0);
    static const char *const names[] = {"set", "get", "get_2"};
    static const uint64_t weights[] = {1, 3, 1};
    static const size_t words[] = {3, 2, 2};
    assert_int_equal(p->n, 3);
    assert_true(p->in_turn);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(p->at[i].name, names[i]);
        assert_int_equal(p->at[i].weight, weights[i]);
        assert_int_equal(p->at[i].words.n, words[i]);
    }
    assert_true(slice_is(p->at[0].words.at[2], "a b"));
    assert_string_equal(p->title, "SET k a b ; 3 GET k ; get x");
    mix_words_free(p);
    assert_int_equal(mix_words_parse(&(struct mix_words_asked){WORDS("3", "GET", "k")}, &p, &err), 0);
    assert_int_equal(p->at[0].weight, 3); // a count makes a sequence of one command
    mix_words_free(p);
    assert_int_equal(mix_words_parse(&(struct mix_words_asked){WORDS("GET", "3")}, &p, &err), 0);
    assert_null(p); // a command alone is none
}

static void no_sequences(void **state)
{
    (void)state;
    static const char empty[] = "expected a command before and behind each ; of a sequence";
    refused(&(struct mix_words_asked){WORDS("GET", "x", ";")}, empty);
    refused(&(struct mix_words_asked){WORDS(";", "GET", "x")}, empty);
    refused(&(struct mix_words_asked){WORDS("GET", "x", ";", "3")}, empty);
    refused(&(struct mix_words_asked){WORDS("0", "GET", "x")},
            "expected a command to be sent 1 to 1000000 times, got '0'");
    refused(&(struct mix_words_asked){WORDS("1000001", "GET", "x")},
            "expected a command to be sent 1 to 1000000 times, got '1000001'");
    const char *argv[2 * (MIX_MAX + 1)];
    for (int i = 0; i < MIX_MAX + 1; i++) {
        argv[2 * i] = "PING";
        argv[2 * i + 1] = ";";
    }
    refused(&(struct mix_words_asked){.argv = argv, .argc = 2 * MIX_MAX + 1}, "expected up to ");
}

static void a_transaction_is_wrapped_and_its_replies_are_known(void **state)
{
    (void)state;
    struct mix_words_asked o = {WORDS("SET", "k", "v", ";", "3", "GET", "k"), .transaction = true};
    assert_int_equal(mix_words_parse(&o, &p, &err), 0);
    assert_int_equal(mix_words_wrap(p, &err), 0);
    static const char *const names[] = {"multi", "set", "get", "exec"};
    static const char *const replies[] = {"+", "+", "+", "*4"};
    assert_int_equal(p->n, 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(p->at[i].name, names[i]);
        assert_string_equal(p->at[i].replies, replies[i]);
    }
    assert_true(slice_is(p->at[0].words.at[0], "MULTI") && slice_is(p->at[3].words.at[0], "EXEC"));
    mix_words_free(p);
}

static void a_transaction_has_room_for_two_more(void **state)
{
    (void)state;
    p = mix_words_new();
    for (int i = 0; i < MIX_MAX - 2; i++)
        assert_int_equal(mix_words_add(p, &(struct mix_words_line){"commands", "PING", NULL, NULL}, &err), 0);
    assert_int_equal(mix_words_wrap(p, &err), 0);
    assert_int_equal(p->n, MIX_MAX);
    assert_string_equal(p->at[MIX_MAX - 1].name, "exec");
    assert_int_equal(mix_words_add(p, &(struct mix_words_line){"commands", "PING", NULL, NULL}, &err), -1);
    assert_int_equal(mix_words_wrap(p, &err), -1);
    assert_non_null(strstr(err.text, "--transaction: expected up to "));
    mix_words_free(p);
}

// --- of a file: names, and who follows whom ---

static int add(const char *text, const char *name)
{
    err = (struct err){0};
    int rc = mix_words_add(p, &(struct mix_words_line){"commands", text, NULL, name}, &err);
    if (rc < 0)
        quoted_free(&p->quoted[p->n]); // another comes in its place
    return rc;
}

static void names_can_stand_in_an_assertion(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "Get", "a.b", "a b", "read", "mix", "a23456789012345678901234"};
    p = mix_words_new();
    assert_int_equal(add("GET x", "read"), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(add("GET y", wrong[i]), -1);
        assert_non_null(strstr(err.text, "name: expected a name of up to 23 small letters"));
    }
    assert_int_equal(add("GET y", "a2345678901234567890123"), 0);
    assert_int_equal(add("GET.X y", NULL), 0);
    assert_string_equal(p->at[2].name, "get_x"); // a stop would part it from its figure
    assert_int_equal(p->n, 3);
    mix_words_free(p);
}

static void one_command_follows_another(void **state)
{
    (void)state;
    p = mix_words_new();
    assert_false(mix_words_chained(p));
    assert_false(mix_words_chained(NULL));
    assert_int_equal(add("GET __key__", "read"), 0);
    assert_int_equal(add("SET __key__ x", "write"), 0);
    assert_int_equal(mix_words_follow(p, "read", &err), 0);
    assert_true(mix_words_chained(p));
    assert_true(p->at[0].leads);
    assert_int_equal(p->at[1].after, 1);
    assert_int_equal(p->at[1].weight, 0); // it comes as often as the other
    assert_int_equal(p->at[0].weight, 1);
    assert_int_equal(add("DEL __key__", "gone"), 0);
    static const char *const wrong[] = {"read", "gone", "nobody"}; // taken; itself; unknown
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(mix_words_follow(p, wrong[i], &err), -1);
        assert_non_null(strstr(err.text, "after: expected the name of a command before it"));
    }
    assert_int_equal(mix_words_follow(p, "write", &err), 0); // three in a row
    assert_int_equal(p->at[2].after, 2);
    mix_words_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_with_weights),
        cmocka_unit_test(commands_with_ratios),
        cmocka_unit_test(no_mixes),
        cmocka_unit_test(commands_one_behind_the_other),
        cmocka_unit_test(no_sequences),
        cmocka_unit_test(a_transaction_is_wrapped_and_its_replies_are_known),
        cmocka_unit_test(a_transaction_has_room_for_two_more),
        cmocka_unit_test(names_can_stand_in_an_assertion),
        cmocka_unit_test(one_command_follows_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
