// SPDX-License-Identifier: MIT
#include "load/recipe.h"
#include "load/recipe_slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "law.h"

static const struct keyform plain = {.before = "key:", .before_len = 4, .width = KEYFORM_DIGITS};
static const struct keyform short_keys = {.before = "k", .before_len = 1, .after = ".", .after_len = 1};

static struct recipe_values values_of(const char *text, const char *pool, size_t len)
{
    struct recipe_values v = {.pool = {(char *)pool, len}};
    struct err err;
    assert_int_equal(sizes_parse("-d", text, &v.sizes, &err), 0);
    return v;
}

struct made {
    struct recipe recipe;
    struct draw draw;
    char bytes[512];
};

// Compiles words between spaces; keys count up.
static void make(struct made *m, const char *command, const struct recipe_conf *conf)
{
    struct slice argv[8];
    size_t argc = 0;
    for (const char *at = command; *at; at += *at == ' ') {
        size_t n = strcspn(at, " ");
        argv[argc++] = (struct slice){at, n};
        at += n;
    }
    struct keydist keys = law_keys(1000, "seq", 1);
    m->draw = draw_init(&keys, 1, &(struct deal){1, 1, 0});
    assert_int_equal(recipe_init(&m->recipe, argv, argc, conf), 0);
}

static const char *next(struct made *m)
{
    char *end = recipe_write(&m->recipe, &m->draw, m->bytes);
    *end = 0;
    assert_true((size_t)(end - m->bytes) <= m->recipe.most);
    return m->bytes;
}

static void arguments_are_as_long_as_they_come_out(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("3", (char[]){"abcdef"}, 6);
    make(&m, "SET a__key__b __data__ x",
         &(struct recipe_conf){.key = &short_keys, .values = &v, .digits = true});
    m.draw.keys.next[0] = 9;
    assert_string_equal(next(&m), "*4\r\n$3\r\nSET\r\n$5\r\nak9.b\r\n$3\r\nabc\r\n$1\r\nx\r\n");
    assert_string_equal(next(&m), "*4\r\n$3\r\nSET\r\n$6\r\nak10.b\r\n$3\r\nabc\r\n$1\r\nx\r\n");
    assert_int_equal(m.draw.bytes, 2 * strlen(m.bytes) - 1);
    recipe_free(&m.recipe);
}

static void names_are_one_key_each_and_others_fresh(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1", (char[]){"a"}, 1);
    make(&m, "C __key:2__ __key:2__ __key__ __key__ __rand_int__",
         &(struct recipe_conf){.key = &short_keys, .values = &v, .digits = true});
    assert_string_equal(next(&m), "*6\r\n$1\r\nC\r\n$3\r\nk0.\r\n$3\r\nk0.\r\n$3\r\nk0.\r\n$3\r\nk1.\r\n"
                                  "$12\r\n000000000002\r\n");
    assert_int_equal(m.recipe.draws[0], 3);
    assert_int_equal(m.recipe.draws[2], 1);
    recipe_free(&m.recipe);
}

static void numbers_counters_and_the_time(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1", (char[]){"a"}, 1);
    make(&m, "C __seq__:__now__ __rand:7:7__",
         &(struct recipe_conf){.key = &plain, .values = &v, .digits = true});
    m.draw.unix_ms = 1700000000123;
    m.draw.seq = 9;
    assert_true(m.recipe.now);
    assert_string_equal(next(&m), "*3\r\n$1\r\nC\r\n$15\r\n9:1700000000123\r\n$1\r\n7\r\n");
    assert_string_equal(next(&m), "*3\r\n$1\r\nC\r\n$16\r\n10:1700000000123\r\n$1\r\n7\r\n");
    recipe_free(&m.recipe);
}

static void a_range_is_drawn_to_its_ends(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1", (char[]){"a"}, 1);
    unsigned seen[10] = {0};
    make(&m, "__rand:0:9__", &(struct recipe_conf){.key = &plain, .values = &v, .digits = true});
    for (int i = 0; i < 20000; i++)
        seen[next(&m)[8] - '0']++;
    law_holds((const double[]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, seen, 10);
    recipe_free(&m.recipe);
}

static void values_come_from_anywhere_in_the_pool(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1-2", (char[]){"ab"}, 2);
    v.anywhere = true;
    unsigned a = 0, b = 0, both = 0;
    make(&m, "__data__", &(struct recipe_conf){.key = &plain, .values = &v, .digits = true});
    for (int i = 0; i < 1000; i++) {
        const char *text = next(&m);
        a += !strcmp(text, "*1\r\n$1\r\na\r\n");
        b += !strcmp(text, "*1\r\n$1\r\nb\r\n");
        both += !strcmp(text, "*1\r\n$2\r\nab\r\n");
    }
    assert_int_equal(a + b + both, 1000);
    assert_in_range(both, 400, 600);
    assert_in_range(a, 150, 350);
    recipe_free(&m.recipe);
}

static void long_values_push_their_head(void **state)
{
    (void)state;
    struct made m;
    char pool[300];
    memset(pool, 'v', sizeof pool);
    struct recipe_values v = values_of("200", pool, sizeof pool);
    make(&m, "SET __seq__ __data__", &(struct recipe_conf){.key = &plain, .values = &v, .digits = true});
    const char *text = next(&m);
    assert_int_equal(strlen(text), strlen("*3\r\n$3\r\nSET\r\n$1\r\n0\r\n$200\r\n\r\n") + 200);
    assert_non_null(strstr(text, "$200\r\nvvv"));
    assert_string_equal(text + strlen(text) - 3, "v\r\n");
    recipe_free(&m.recipe);
}

static void only_what_varies_needs_one(void **state)
{
    (void)state;
    struct recipe_values fixed = values_of("3", (char[]){"abc"}, 3),
                         range = values_of("1-3", (char[]){"abc"}, 3);
    struct recipe_values random = fixed;
    random.anywhere = true;
    static const struct {
        const char *word;
        bool plain, named, sized;
    } words[] = {
        {"key:__rand_int__", false, false, false},
        {"__key__", false, true, false},
        {"x__key:9__", false, true, false},
        {"__data__", false, false, true},
        {"__seq__", true, true, true},
        {"a__now__", true, true, true},
        {"__rand:1:2__", true, true, true},
        {"__rand:2:1__", false, false, false},
        {"__key:0__", false, false, false},
        {"__rand:1__", false, false, false},
        {"__seq_", false, false, false},
        {"__rand:1:__", false, false, false},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct slice word = slice_of(words[i].word);
        assert_int_equal(
            recipe_needed(&word, 1, &(struct recipe_conf){.key = &plain, .values = &fixed, .digits = true}),
            words[i].plain);
        assert_int_equal(
            recipe_needed(&word, 1,
                          &(struct recipe_conf){.key = &short_keys, .values = &fixed, .digits = true}),
            words[i].named);
        assert_int_equal(
            recipe_needed(&word, 1, &(struct recipe_conf){.key = &plain, .values = &range, .digits = true}),
            words[i].sized);
        assert_int_equal(
            recipe_needed(&word, 1, &(struct recipe_conf){.key = &plain, .values = &random, .digits = true}),
            words[i].sized);
    }
}

static void digits_stay_text_without_keys(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1", (char[]){"a"}, 1);
    make(&m, "C __rand_int__ __seq__", &(struct recipe_conf){.key = &plain, .values = &v, .digits = false});
    assert_string_equal(next(&m), "*3\r\n$1\r\nC\r\n$12\r\n__rand_int__\r\n$1\r\n0\r\n");
    recipe_free(&m.recipe);
}

static void rows_in_turn(void **state)
{
    (void)state;
    struct made m;
    struct err err;
    struct dataset d;
    const struct dataset_conf csv = {"f", ',', 0};
    struct recipe_values v = values_of("3", (char[]){"abcdef"}, 6);
    assert_int_equal(dataset_parse(&d, slice_of("a,bb\n1,x\n2,yyy\n3,\n"), &csv, &err), 0);
    make(&m, "SET __field:a__ <__field:bb__> __field:c__",
         &(struct recipe_conf){.key = &short_keys, .values = &v, .dataset = &d});
    m.draw.step = 2; // of two workers the second
    m.draw.rows = 1;
    assert_string_equal(next(&m), "*4\r\n$3\r\nSET\r\n$1\r\n2\r\n$5\r\n<yyy>\r\n$11\r\n__field:c__\r\n");
    assert_string_equal(next(&m), "*4\r\n$3\r\nSET\r\n$1\r\n1\r\n$3\r\n<x>\r\n$11\r\n__field:c__\r\n");
    assert_string_equal(next(&m), "*4\r\n$3\r\nSET\r\n$1\r\n3\r\n$2\r\n<>\r\n$11\r\n__field:c__\r\n");
    recipe_free(&m.recipe);
    dataset_free(&d);
}

static void a_name_with_a_space_of_its_own(void **state)
{
    (void)state;
    struct made m;
    struct keydist spaces[KEYDIST_NAMES] = {0};
    struct recipe_values v = values_of("3", (char[]){"abcdef"}, 6);
    make(&m, "SET __key:2__ __key:1__", &(struct recipe_conf){.key = &short_keys, .values = &v});
    spaces[2] = law_keys(2, "seq", 1);
    m.draw.spaces = spaces;
    m.draw.keys.next[1] = 7;
    assert_string_equal(next(&m), "*3\r\n$3\r\nSET\r\n$3\r\nk0.\r\n$3\r\nk7.\r\n");
    assert_string_equal(next(&m), "*3\r\n$3\r\nSET\r\n$3\r\nk1.\r\n$3\r\nk8.\r\n");
    assert_string_equal(next(&m), "*3\r\n$3\r\nSET\r\n$3\r\nk0.\r\n$3\r\nk9.\r\n");
    recipe_free(&m.recipe);
}

// The text of argument i of the request.
static struct slice argument(const char *bytes, unsigned i)
{
    const char *at = strchr(bytes, '\n') + 1;
    for (;; i--) {
        size_t len = strtoul(at + 1, NULL, 10);
        at = strchr(at, '\n') + 1;
        if (i == 0)
            return (struct slice){at, len};
        at += len + 2;
    }
}

static void a_request_lies_in_the_slot_of_its_key(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1-9", (char[]){"abcdefghi"}, 9);
    make(&m, "SET a__key__b __data__",
         &(struct recipe_conf){
             .key = &short_keys, .values = &v, .digits = true, .first_slot = 0, .nslots = SLOTS});
    for (int i = 0; i < 20; i++) {
        next(&m);
        assert_int_equal(recipe_slot(&m.recipe, &m.draw.keys, m.bytes), slot_of(argument(m.bytes, 1)));
    }
    recipe_free(&m.recipe);
    make(&m, "PING __data__",
         &(struct recipe_conf){
             .key = &short_keys, .values = &v, .digits = true, .first_slot = 77, .nslots = 1});
    next(&m);
    assert_int_equal(recipe_slot(&m.recipe, &m.draw.keys, m.bytes), 77); // it has no key: any that is asked
    recipe_free(&m.recipe);
}

static void tags_are_of_one_slot_that_is_asked(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1-9", (char[]){"abcdefghi"}, 9);
    make(&m, "MSET a:{tag}:__key__ __data__ b:{tag} x",
         &(struct recipe_conf){
             .key = &short_keys, .values = &v, .digits = true, .first_slot = 100, .nslots = 50});
    unsigned seen = 0;
    for (int i = 0; i < 20; i++) {
        next(&m);
        unsigned slot = recipe_slot(&m.recipe, &m.draw.keys, m.bytes);
        assert_in_range(slot, 100, 149);
        assert_int_equal(slot_of(argument(m.bytes, 1)), slot);
        assert_int_equal(slot_of(argument(m.bytes, 3)), slot);
        seen |= 1u << (slot % 32);
    }
    assert_true(seen & (seen - 1)); // more than one
    recipe_free(&m.recipe);
}

// Else a key that was written could not be found.
static void each_key_has_one_tag(void **state)
{
    (void)state;
    struct made m;
    struct recipe_values v = values_of("1-9", (char[]){"abcdefghi"}, 9);
    make(&m, "SET key:{tag}:__rand_int__ __data__",
         &(struct recipe_conf){.key = &plain, .values = &v, .digits = true, .first_slot = 100, .nslots = 50});
    for (unsigned i = 0; i < 120; i++) { // as a template's: by its number
        next(&m);
        assert_int_equal(recipe_slot(&m.recipe, &m.draw.keys, m.bytes), 100 + i % 50);
        assert_int_equal(slot_of(argument(m.bytes, 1)), 100 + i % 50);
    }
    recipe_free(&m.recipe);
    uint16_t of[10];
    make(&m, "SET {tag}:__key__ __data__",
         &(struct recipe_conf){
             .key = &short_keys, .values = &v, .digits = true, .first_slot = 100, .nslots = 50});
    for (int pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < 10; i++) {
            m.draw.keys.next[0] = i;
            next(&m);
            uint16_t slot = recipe_slot(&m.recipe, &m.draw.keys, m.bytes);
            assert_true(pass == 0 || slot == of[i]);
            of[i] = slot;
        }
    recipe_free(&m.recipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_as_long_as_they_come_out),
        cmocka_unit_test(rows_in_turn),
        cmocka_unit_test(a_name_with_a_space_of_its_own),
        cmocka_unit_test(names_are_one_key_each_and_others_fresh),
        cmocka_unit_test(numbers_counters_and_the_time),
        cmocka_unit_test(a_range_is_drawn_to_its_ends),
        cmocka_unit_test(values_come_from_anywhere_in_the_pool),
        cmocka_unit_test(long_values_push_their_head),
        cmocka_unit_test(only_what_varies_needs_one),
        cmocka_unit_test(digits_stay_text_without_keys),
        cmocka_unit_test(a_request_lies_in_the_slot_of_its_key),
        cmocka_unit_test(tags_are_of_one_slot_that_is_asked),
        cmocka_unit_test(each_key_has_one_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
