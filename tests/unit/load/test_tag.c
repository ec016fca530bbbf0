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

// The command's words, before and after.
static void becomes(const char *command, enum tagging how, bool draws, const char *after)
{
    struct slice argv[32] = {0};
    struct tagged t;
    char found[512] = "";
    size_t argc = 0;
    for (const char *at = command; *at; argc++) {
        size_t n = strcspn(at, " ");
        argv[argc] = (struct slice){at, n};
        at += n + (at[n] == ' ');
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slot_has_a_tag_that_leads_there),
        cmocka_unit_test(several_keys_stay_together),
        cmocka_unit_test(what_lies_together_already_stays),
        cmocka_unit_test(a_key_that_never_varies_is_spread_where_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
