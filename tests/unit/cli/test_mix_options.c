// SPDX-License-Identifier: MIT
#include "cli/mix_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct mix_parsed *p;
static struct err err;

static void tests_with_weights(void **state)
{
    (void)state;
    assert_int_equal(
        mix_options_parse(&(struct mix_options){.mix = "set:1,GET:9,lrange_100:1k,set"}, &p, &err), 0);
    assert_int_equal(p->words.n, 4);
    static const char *const names[] = {"set", "get", "lrange_100", "set_2"};
    static const uint64_t weights[] = {1, 9, 1000, 1};
    for (int i = 0; i < 4; i++) {
        assert_string_equal(p->words.at[i].name, names[i]);
        assert_true(p->words.at[i].weight == weights[i] && p->words.at[i].row);
    }
    assert_string_equal(p->words.title, "MIX set:1,GET:9,lrange_100:1k,set");
    assert_true(mix_options_names(p, (struct slice){"Set_2", 5}));
    assert_false(mix_options_names(p, (struct slice){"incr", 4}));
    mix_options_free(p);
}

static void commands_with_ratios(void **state)
{
    (void)state;
    struct mix_options o = {.commands = {3, {"SET __key__ 'a b'", "get x", "GET y"}},
                            .ratios = {3, {"1", "9", "2"}}};
    assert_int_equal(mix_options_parse(&o, &p, &err), 0);
    assert_int_equal(p->words.n, 3);
    assert_int_equal(p->words.at[0].words.n, 3);
    assert_memory_equal(p->words.at[0].words.at[2].at, "a b", 3);
    assert_string_equal(p->words.at[1].name, "get");
    assert_string_equal(p->words.at[2].name, "get_2");
    assert_int_equal(p->words.at[1].weight, 9);
    assert_string_equal(p->words.title, "MIX of 3 commands");
    mix_options_free(p);
    o.ratios.n = 0;
    assert_int_equal(mix_options_parse(&o, &p, &err), 0);
    assert_int_equal(p->words.at[1].weight, 1);
    mix_options_free(p);
    assert_int_equal(mix_options_parse(&(struct mix_options){0}, &p, &err), 0);
    assert_null(p);
}

static void refused(const struct mix_options *o, const char *says)
{
    err = (struct err){0};
    assert_int_equal(mix_options_parse(o, &p, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
    mix_options_free(p);
}

static void no_mixes(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",       "set",  "set:1",       "set:0,get:1",
                                        "set:1,", ",set", "set:1,get:x", "set:,get"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(&(struct mix_options){.mix = wrong[i]},
                "--mix: expected tests with weights such as set:1,get:9");
    refused(&(struct mix_options){.mix = "set,frob"}, "--mix: unknown test 'frob'");
    refused(&(struct mix_options){.mix = "ping_inline,set"}, "--mix: inline commands stand alone");
    refused(&(struct mix_options){.mix = "set,get", .commands = {1, {"GET x"}}},
            "--mix and --command are alternatives");
    refused(&(struct mix_options){.commands = {1, {"GET x"}}}, "--command: expected two or more");
    refused(&(struct mix_options){.commands = {2, {"GET x", "GET 'x"}}},
            "--command: expected words with their quotes");
    refused(&(struct mix_options){.commands = {2, {"GET x", " "}}}, "--command: expected words");
    refused(&(struct mix_options){.commands = {2, {"GET x", "GET y"}}, .ratios = {1, {"1"}}},
            "--ratio: expected one for each of the 2 of --command, or none, got 1");
    refused(&(struct mix_options){.commands = {2, {"GET x", "GET y"}}, .ratios = {2, {"1", "-1"}}},
            "--ratio: expected a weight from 1 to 1000000, got '-1'");
    refused(&(struct mix_options){.ratios = {1, {"1"}}},
            "--ratio: expected one for each of the 0 of --command");
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
