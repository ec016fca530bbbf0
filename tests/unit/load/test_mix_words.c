// SPDX-License-Identifier: MIT
#include "load/mix_words.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_with_weights),
        cmocka_unit_test(commands_with_ratios),
        cmocka_unit_test(no_mixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
