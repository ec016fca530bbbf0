// SPDX-License-Identifier: MIT
#include "load/tag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void each_slot_has_a_tag_that_leads_there(void **state)
{
    (void)state;
    struct tags *t;
    assert_int_equal(tags_new(&t), 0);
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        char key[32];
        snprintf(key, sizeof key, "key:{%.3s}:000000000001", t->of[slot]);
        assert_int_equal(strlen(key), 22);
        assert_int_equal(slot_of(slice_of(key)), slot);
    }
    free(t);
}

static size_t split(const char *command, struct slice argv[32])
{
    size_t argc = 0;
    for (const char *at = command; *at; argc++) {
        size_t n = strcspn(at, " ");
        argv[argc] = (struct slice){at, n};
        at += n + (at[n] == ' ');
    }
    return argc;
}

// The command's words, before and after.
static void becomes(const char *command, enum tagging how, bool draws, const char *after)
{
    struct slice argv[32] = {0};
    struct tagged t;
    char found[512] = "";
    size_t argc = split(command, argv);
    assert_int_equal(tagged_init(&t, argv, argc, how, draws), 0);
    for (size_t i = 0; i < argc; i++) {
        size_t len = strlen(found);
        snprintf(found + len, sizeof found - len, "%s%.*s", len ? " " : "", (int)t.argv[i].len, t.argv[i].at);
    }
    assert_string_equal(found, after);
    tagged_free(&t);
}

static void several_keys_stay_together(void **state)
{
    (void)state;
    becomes("MSET k:__rand_int__ v k:__rand_int__ v", TAGGING_SEVERAL, true,
            "MSET k:{tag}:__rand_int__ v k:{tag}:__rand_int__ v");
    becomes("LMOVE a b LEFT RIGHT", TAGGING_SEVERAL, true, "LMOVE a:{tag} b:{tag} LEFT RIGHT");
    becomes("ZUNIONSTORE d 2 a__rand_1st__ b", TAGGING_SEVERAL, true,
            "ZUNIONSTORE d:{tag} 2 a{tag}:__rand_1st__ b:{tag}");
}

static void what_lies_together_already_stays(void **state)
{
    (void)state;
    becomes("MGET {u}:__rand_int__ {u}:b", TAGGING_ALL, true, "MGET {u}:__rand_int__ {u}:b");
    becomes("MGET k:{tag}:__rand_int__ x:{tag}", TAGGING_ALL, true, "MGET k:{tag}:__rand_int__ x:{tag}");
    becomes("MGET same same", TAGGING_SEVERAL, true, "MGET same same");
    becomes("GET k:__rand_int__", TAGGING_SEVERAL, true, "GET k:__rand_int__");
    becomes("GET k", TAGGING_SEVERAL, true, "GET k");
    becomes("PING", TAGGING_ALL, true, "PING");
}

static void a_key_that_never_varies_is_spread_where_asked(void **state)
{
    (void)state;
    becomes("LPUSH mylist v", TAGGING_FIXED, true, "LPUSH mylist:{tag} v");
    becomes("SET k:__rand_int__ v", TAGGING_FIXED, true, "SET k:__rand_int__ v");
    becomes("SET k:__rand_int__ v", TAGGING_FIXED, false, "SET k:{tag}:__rand_int__ v");
    becomes("SET k:__rand_int__ v", TAGGING_ALL, true, "SET k:{tag}:__rand_int__ v");
}

// --- what a cluster would not take ---

// fault: "KEY OTHER" that lie apart, "KEY" that lies outside; NULL: none. Slots of a: 15495, b: 3300, k:
// 7629.
static void keys_that_cannot_be_served_are_named(void **state)
{
    static const struct {
        const char *command;
        bool draws;
        struct tagged_slots slots;
        const char *fault;
    } cases[] = {
        {"PING", true, {0, 0}, NULL},
        {"PING", true, {0, 1}, NULL},
        {"MGET a a", true, {0, 0}, NULL},
        {"MGET a b", true, {0, 0}, "a b"},
        {"MGET {a}1 {a}2", true, {0, 0}, NULL},
        {"MGET {a}1 b", true, {0, 0}, "{a}1 b"},
        {"MGET a{}1 a{}2", true, {0, 0}, "a{}1 a{}2"}, // nothing between braces is no tag
        {"MGET a{b a{b", true, {0, 0}, NULL},          // nor is one that does not end
        {"MGET k:{tag}:1 x:{tag}", true, {0, 0}, NULL},
        {"MGET k:{tag} a", true, {0, 0}, "k:{tag} a"},
        {"MGET k__rand_int__ k__rand_int__", true, {0, 0}, "k__rand_int__ k__rand_int__"},
        {"MGET k__rand_int__ k__rand_int__", false, {0, 0}, NULL},
        {"MGET k__rand_1st__ k__rand_1st__", true, {0, 0}, NULL}, // the same number
        {"MGET {a}__rand_int__ {a}__rand_int__", true, {0, 0}, NULL},
        {"MGET {__rand_int__} {__rand_int__}", true, {0, 0}, "{__rand_int__} {__rand_int__}"},
        {"GET a", true, {15495, 1}, NULL},
        {"GET a", true, {15496, 1}, "a"},
        {"GET a", true, {15494, 1}, "a"},
        {"GET a", true, {0, SLOTS}, NULL},
        {"GET k__rand_int__", true, {0, 8000}, "k__rand_int__"}, // somewhere
        {"GET {a}__rand_int__", true, {15000, 1000}, NULL},
        {"GET k:{tag}", true, {0, 1}, NULL}, // goes where it should
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice argv[32] = {0};
        struct tagged_fault f;
        char found[128] = "";
        size_t argc = split(cases[i].command, argv);
        bool faulty = tagged_faulty(&f, argv, argc, cases[i].draws, cases[i].slots);
        if (faulty != (cases[i].fault != NULL))
            fail_msg("%s", cases[i].command);
        if (!faulty)
            continue;
        snprintf(found, sizeof found, f.outside ? "%.*s" : "%.*s %.*s", (int)f.key.len, f.key.at,
                 (int)f.other.len, f.other.at);
        assert_string_equal(found, cases[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slot_has_a_tag_that_leads_there),
        cmocka_unit_test(several_keys_stay_together),
        cmocka_unit_test(what_lies_together_already_stays),
        cmocka_unit_test(a_key_that_never_varies_is_spread_where_asked),
        cmocka_unit_test(keys_that_cannot_be_served_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
