// SPDX-License-Identifier: MIT
#include "load/contents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct contents contents_of(const char *text)
{
    struct contents c;
    struct err err;
    if (contents_parse(text, &c, &err) < 0)
        fail_msg("%s", err.text);
    return c;
}

static struct contents_pool pool_of(const struct contents *c, size_t most, uint64_t seed)
{
    struct contents_pool p;
    assert_int_equal(contents_fill(c, most, seed, &p), 0);
    return p;
}

static void constant_ones_are_as_redis_benchmark_has_them(void **state)
{
    (void)state;
    struct contents c = contents_of("constant");
    struct contents_pool p = pool_of(&c, 3, 1);
    assert_int_equal(p.len, 3);
    assert_memory_equal(p.at, "VXK", 3);
    free(p.at);
}

static void random_ones_hold_every_byte(void **state)
{
    (void)state;
    unsigned seen[256] = {0};
    struct contents c = contents_of("random");
    struct contents_pool p = pool_of(&c, 1000, 1), again = pool_of(&c, 1000, 1), other = pool_of(&c, 1000, 2);
    assert_memory_equal(p.at, again.at, p.len);
    assert_memory_not_equal(p.at, other.at, p.len);
    for (size_t i = 0; i < p.len; i++)
        seen[(unsigned char)p.at[i]]++;
    for (int i = 0; i < 256; i++) // 4096 expected, standard deviation 64
        assert_in_range(seen[i], 3700, 4500);
    free(p.at);
    free(again.at);
    free(other.at);
}

static void so_much_of_each_stretch_is_random(void **state)
{
    (void)state;
    struct contents c = contents_of("compress:4");
    struct contents_pool p = pool_of(&c, 100, 1);
    for (size_t at = 0; at + 512 <= p.len; at += 512) {
        for (size_t i = 128; i < 512; i++)
            assert_int_equal(p.at[at + i], 'x');
        assert_memory_not_equal(p.at + at, p.at + at + 128, 128);
    }
    free(p.at);
}

static void a_file_goes_round(void **state)
{
    (void)state;
    struct contents c = contents_of("file:x/y");
    assert_string_equal(c.path, "x/y");
    c.file = slice_of("abc");
    struct contents_pool p = pool_of(&c, 5, 1);
    assert_int_equal(p.len, 8);
    assert_memory_equal(p.at, "abcabcab", 8);
    free(p.at);
    p = pool_of(&c, 2, 1);
    assert_int_equal(p.len, 3);
    free(p.at);
}

static void no_contents(void **state)
{
    (void)state;
    static const char *const wrong[] = {"compress:0x5",  "compress:+2", "",           "Random",
                                        "file:",         "compress:",   "compress:0", "compress:2x",
                                        "compress:1000", "selfish"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct contents c;
        struct err err = {0};
        if (contents_parse(wrong[i], &c, &err) == 0)
            fail_msg("'%s' was taken for contents", wrong[i]);
        assert_int_equal(err.code, ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_ones_are_as_redis_benchmark_has_them),
        cmocka_unit_test(random_ones_hold_every_byte),
        cmocka_unit_test(so_much_of_each_stretch_is_random),
        cmocka_unit_test(a_file_goes_round),
        cmocka_unit_test(no_contents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
