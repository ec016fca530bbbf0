// SPDX-License-Identifier: MIT
#include "stats/packer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct packer reader(const struct buf *b)
{
    return (struct packer){.in = buf_unread(b)};
}

// Eight bytes with one that counts, the lowest first.
static struct packer raw(const char bytes[8])
{
    return (struct packer){.in = {bytes, 8}};
}

static void test_what_was_written_is_read(void **state)
{
    (void)state;
    struct buf b = {0};
    struct packer out = {.out = &b};
    uint64_t n = UINT64_MAX;
    unsigned small = 7;
    bool flag = true;
    int64_t whole = INT64_MIN;
    int maybe = -1;
    double real = -0.1;
    char text[8] = "GET";
    packer_number(&out, &n);
    packer_small(&out, &small);
    packer_flag(&out, &flag);
    packer_whole(&out, &whole);
    packer_maybe(&out, &maybe);
    packer_real(&out, &real);
    packer_text(&out, text, sizeof text);
    assert_int_equal(out.rc, 0);
    assert_int_equal(b.len, 6 * 8 + 8 + 3);
    n = small = 0;
    flag = false;
    whole = maybe = 0;
    real = 0;
    memset(text, 'x', sizeof text);
    struct packer in = reader(&b);
    packer_number(&in, &n);
    packer_small(&in, &small);
    packer_flag(&in, &flag);
    packer_whole(&in, &whole);
    packer_maybe(&in, &maybe);
    packer_real(&in, &real);
    packer_text(&in, text, sizeof text);
    assert_int_equal(in.rc, 0);
    assert_int_equal(in.in.len, 0);
    assert_true(n == UINT64_MAX && small == 7 && flag && whole == INT64_MIN && maybe == -1);
    assert_true(real == -0.1);
    assert_string_equal(text, "GET");
    buf_free(&b);
}

// The same on every machine.
static void test_the_lowest_byte_comes_first(void **state)
{
    (void)state;
    struct buf b = {0};
    struct packer out = {.out = &b};
    uint64_t n = 0x0102030405060708;
    packer_number(&out, &n);
    assert_memory_equal(buf_unread(&b).at, "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
    buf_free(&b);
}

static void test_a_flag_is_0_or_1(void **state)
{
    (void)state;
    bool flag = true;
    struct packer p = raw("\x02\0\0\0\0\0\0");
    packer_flag(&p, &flag);
    assert_int_equal(p.rc, -EINVAL);
    assert_false(flag);
}

static void test_maybe_is_unknown_no_or_yes(void **state)
{
    (void)state;
    const char *const all[] = {"\0\0\0\0\0\0\0", "\1\0\0\0\0\0\0", "\2\0\0\0\0\0\0"};
    for (int i = 0; i < 3; i++) {
        int maybe = 9;
        struct packer p = raw(all[i]);
        packer_maybe(&p, &maybe);
        assert_int_equal(p.rc, 0);
        assert_int_equal(maybe, i - 1);
    }
    int maybe = 0;
    struct packer p = raw("\3\0\0\0\0\0\0");
    packer_maybe(&p, &maybe);
    assert_int_equal(p.rc, -EINVAL);
}

static void test_a_small_number_has_32_bits(void **state)
{
    (void)state;
    unsigned n = 1;
    struct packer p = raw("\xff\xff\xff\xff\0\0\0");
    packer_small(&p, &n);
    assert_int_equal(p.rc, 0);
    assert_true(n == UINT32_MAX);
    p = raw("\0\0\0\0\1\0\0");
    packer_small(&p, &n);
    assert_int_equal(p.rc, -EINVAL);
}

// A report writes no nan and no infinity, so none comes in.
static void test_a_real_number_is_finite(void **state)
{
    (void)state;
    double all[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 3; i++) {
        struct buf b = {0};
        assert_int_equal(buf_append(&b, &all[i], sizeof all[i]), 0);
        struct packer p = reader(&b);
        double x = 1;
        packer_real(&p, &x);
        assert_int_equal(p.rc, -EINVAL);
        assert_true(x == 0);
        buf_free(&b);
    }
}

static struct buf of_text(const char *text, size_t len)
{
    struct buf b = {0};
    struct packer out = {.out = &b};
    uint64_t n = len;
    packer_number(&out, &n);
    assert_int_equal(buf_append(&b, text, len), 0);
    return b;
}

static void test_a_text_has_room_and_no_end_in_its_middle(void **state)
{
    (void)state;
    char at[4];
    struct buf long_one = of_text("four", 4), cut = of_text("a\0b", 3), fits = of_text("abc", 3);
    struct packer p = reader(&long_one);
    packer_text(&p, at, sizeof at);
    assert_int_equal(p.rc, -EINVAL);
    assert_string_equal(at, "");
    p = reader(&cut);
    packer_text(&p, at, sizeof at);
    assert_int_equal(p.rc, -EINVAL);
    p = reader(&fits);
    packer_text(&p, at, sizeof at);
    assert_int_equal(p.rc, 0);
    assert_string_equal(at, "abc");
    buf_free(&long_one);
    buf_free(&cut);
    buf_free(&fits);
}

// A file may come from anybody, and its words go to a terminal.
static void test_a_text_acts_on_no_terminal(void **state)
{
    (void)state;
    char at[32];
    struct buf wild = of_text("a\x1b[2J\n\x9b"
                              "1m\xc2\x9b\xe2\x80\xae"
                              "b µ",
                              18);
    struct packer p = reader(&wild);
    packer_text(&p, at, sizeof at);
    assert_int_equal(p.rc, 0);
    assert_string_equal(at, "a?[2J??1m?????b µ");
    buf_free(&wild);
}

// What claims to be longer than what is there takes no memory.
static void test_heap_bytes_must_be_there(void **state)
{
    (void)state;
    struct buf b = {0};
    struct packer p = raw("\xff\xff\xff\xff\xff\0\0");
    packer_heap(&p, &b);
    assert_int_equal(p.rc, -EINVAL);
    assert_null(b.at);
}

static void test_room_is_bounded(void **state)
{
    (void)state;
    unsigned n = 0;
    struct packer p = raw("\2\0\0\0\0\0\0");
    uint64_t *at = packer_room(&p, NULL, &n, sizeof *at);
    assert_non_null(at);
    assert_true(n == 2 && at[0] == 0 && at[1] == 0);
    free(at);
    p = raw("\1\0\1\0\0\0\0"); // 65537
    assert_null(packer_room(&p, NULL, &n, sizeof *at));
    assert_int_equal(p.rc, -EINVAL);
    assert_int_equal(n, 0);
}

// The first failure stands, and nothing is taken after it.
static void test_nothing_follows_a_failure(void **state)
{
    (void)state;
    struct packer p = raw("\7\0\0\0\0\0\0");
    uint64_t n = 5;
    packer_fail(&p, 0);
    assert_int_equal(p.rc, 0);
    packer_demand(&p, false);
    packer_fail(&p, -ENOMEM);
    assert_int_equal(p.rc, -EINVAL);
    packer_number(&p, &n);
    assert_int_equal(p.in.len, 8);
    assert_int_equal(packer_upto(&p, 3, 9), 0);
}

static void test_a_number_that_is_cut_short(void **state)
{
    (void)state;
    uint64_t n = 5;
    struct packer p = {.in = {"\1\0\0", 3}};
    packer_number(&p, &n);
    assert_int_equal(p.rc, -EINVAL);
}

static void test_a_histogram_comes_back_exactly(void **state)
{
    (void)state;
    struct hist *h = hist_new(3), *back = NULL, *none = NULL;
    hist_record(h, 1, 2);
    hist_record(h, 123456789, 3);
    struct buf b = {0};
    struct packer out = {.out = &b};
    packer_hist(&out, &h);
    packer_hist(&out, &none);
    struct packer in = reader(&b);
    packer_hist(&in, &back);
    packer_hist(&in, &none);
    assert_int_equal(in.rc, 0);
    assert_null(none);
    assert_int_equal(hist_count(back), 5);
    assert_int_equal(hist_min(back), 1);
    assert_int_equal(hist_max(back), 123456789);
    hist_free(h);
    hist_free(back);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_written_is_read),
        cmocka_unit_test(test_the_lowest_byte_comes_first),
        cmocka_unit_test(test_a_flag_is_0_or_1),
        cmocka_unit_test(test_maybe_is_unknown_no_or_yes),
        cmocka_unit_test(test_a_small_number_has_32_bits),
        cmocka_unit_test(test_a_real_number_is_finite),
        cmocka_unit_test(test_a_text_has_room_and_no_end_in_its_middle),
        cmocka_unit_test(test_a_text_acts_on_no_terminal),
        cmocka_unit_test(test_heap_bytes_must_be_there),
        cmocka_unit_test(test_room_is_bounded),
        cmocka_unit_test(test_nothing_follows_a_failure),
        cmocka_unit_test(test_a_number_that_is_cut_short),
        cmocka_unit_test(test_a_histogram_comes_back_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
