// SPDX-License-Identifier: MIT
#include "load/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LEN = 107 };

static char *value_of(size_t len)
{
    char *value = malloc(len);
    assert_non_null(value);
    for (size_t i = 0; i < len; i++)
        value[i] = (char)(i * 37);
    proof_write(value, len, &(struct proof){42, 7, proof_name(slice_of("key:__rand_int__")), 3});
    return value;
}

static void a_value_says_whose_it_is(void **state)
{
    (void)state;
    for (size_t len = PROOF_BYTES; len < LEN; len++) {
        struct proof p;
        char *value = value_of(len);
        assert_int_equal(proof_read((struct slice){value, len}, &p), PROOF_WHOLE);
        assert_int_equal(p.number, 42);
        assert_int_equal(p.version, 7);
        assert_int_equal(p.writer, 3);
        assert_int_equal(p.name, proof_name(slice_of("key:__rand_int__")));
        assert_int_not_equal(p.name, proof_name(slice_of("kez:__rand_int__")));
        free(value);
    }
}

// Each bit of it, wherever it is.
static void any_bit_is_missed(void **state)
{
    (void)state;
    char *value = value_of(LEN);
    struct proof p;
    for (size_t bit = 0; bit < 8 * (size_t)LEN; bit++) {
        value[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_equal(proof_read((struct slice){value, LEN}, &p), PROOF_CORRUPT);
        value[bit / 8] ^= (char)(1 << bit % 8);
    }
    assert_int_equal(proof_read((struct slice){value, LEN}, &p), PROOF_WHOLE);
    free(value);
}

static void any_end_is_missed(void **state)
{
    (void)state;
    char *value = value_of(LEN), *longer = malloc(LEN + 1);
    struct proof p;
    assert_non_null(longer);
    for (size_t len = 0; len < LEN; len++)
        assert_int_equal(proof_read((struct slice){value, len}, &p), PROOF_TRUNCATED);
    memcpy(longer, value, LEN);
    longer[LEN] = 0;
    assert_int_equal(proof_read((struct slice){longer, LEN + 1}, &p), PROOF_CORRUPT);
    free(value);
    free(longer);
}

static void other_values_are_none(void **state)
{
    (void)state;
    static const char *const others[] = {"VXK", "somebody's",
                                         "a value of another program that is longer than any head of ours"};
    struct proof p;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(proof_read(slice_of(others[i]), &p), PROOF_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_says_whose_it_is),
        cmocka_unit_test(any_bit_is_missed),
        cmocka_unit_test(any_end_is_missed),
        cmocka_unit_test(other_values_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
