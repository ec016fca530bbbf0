// SPDX-License-Identifier: MIT
#include "load/keyform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct keyform form_of(const char *prefix, const char *format)
{
    struct keyform f;
    struct err err;
    if (keyform_parse(prefix, format, &f, &err) < 0)
        fail_msg("%s", err.text);
    return f;
}

static void is(const struct keyform *f, uint64_t n, const char *name)
{
    char text[600];
    *keyform_write(f, n, text) = 0;
    assert_string_equal(text, name);
    assert_true(strlen(name) <= keyform_most(f));
}

static void names_by_their_form(void **state)
{
    (void)state;
    struct keyform f = form_of("", "key:%012d");
    is(&f, 42, "key:000000000042");
    assert_true(keyform_fixed(&f));
    f = form_of("memtier-", "%d");
    is(&f, 0, "memtier-0");
    is(&f, 18446744073709551615u, "memtier-18446744073709551615");
    assert_false(keyform_fixed(&f));
    f = form_of("a:", "user:%04d:profile");
    is(&f, 7, "a:user:0007:profile");
    is(&f, 123456, "a:user:123456:profile");
    assert_false(keyform_fixed(&f));
    f = form_of("a:", "%012d");
    assert_true(keyform_fixed(&f));
}

static void a_name_is_filled_up_to_a_size_of_its_own(void **state)
{
    (void)state;
    struct err err;
    struct keyform f = form_of("", "k%d");
    assert_int_equal(keyform_pad(&f, "8-12", 1000, &err), 0);
    char once[64], again[64];
    unsigned seen[13] = {0};
    for (uint64_t n = 0; n < 1000; n++) {
        *keyform_write(&f, n, once) = 0;
        *keyform_write(&f, n, again) = 0;
        assert_string_equal(once, again);
        assert_in_range(strlen(once), 8, 12);
        seen[strlen(once)]++;
    }
    for (int i = 8; i <= 12; i++)
        assert_in_range(seen[i], 140, 260);
    f = form_of("", "k%d");
    assert_int_equal(keyform_pad(&f, "10", 1000, &err), 0);
    is(&f, 5, "k5|xxxxxxx");
    is(&f, 55, "k55|xxxxxx");
}

static void keys_that_do_not_fit(void **state)
{
    (void)state;
    struct err err;
    struct keyform f = form_of("", "key:%d");
    assert_int_equal(keyform_pad(&f, "7", 1001, &err), -1);
    assert_string_equal(err.text,
                        "--key-size: expected at least the 8 bytes that the longest key has, got '7'");
    assert_int_equal(keyform_pad(&f, "7", 1000, &err), 0);
}

static void no_forms(void **state)
{
    (void)state;
    static const char *const wrong[] = {"key", "key:%s", "%d%d", "%",   "%5d",
                                        "%0d", "%012",   "%-3d", "%d%", "%021d"};
    struct keyform f;
    struct err err;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (keyform_parse("", wrong[i], &f, &err) == 0)
            fail_msg("'%s' was taken for a form", wrong[i]);
    assert_int_equal(keyform_parse("", "%5d", &f, &err), -1);
    assert_string_equal(err.text,
                        "--key-format: expected text with one %d in it, or digits with zeros in front "
                        "as %012d, got '%5d'");
    char longest[300];
    memset(longest, 'a', sizeof longest);
    longest[256] = 0;
    assert_int_equal(keyform_parse(longest, "%d", &f, &err), -1);
    assert_string_equal(err.text, "--key-prefix: expected fewer than 256 bytes");
    longest[255] = 0;
    assert_int_equal(keyform_parse(longest, "%d", &f, &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_by_their_form),
        cmocka_unit_test(a_name_is_filled_up_to_a_size_of_its_own),
        cmocka_unit_test(keys_that_do_not_fit),
        cmocka_unit_test(no_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
