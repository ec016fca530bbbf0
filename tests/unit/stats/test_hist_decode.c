// SPDX-License-Identifier: MIT
// What hist_encode wrote, read again; and what it did not write.
#include "stats/hist.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hist *there_and_back(const struct hist *h)
{
    char *text = hist_encode(h);
    assert_non_null(text);
    struct hist *again = hist_decode(text);
    free(text);
    assert_non_null(again);
    return again;
}

// Of the same digits, every quantile is the same but where the exact greatest had cut its bucket short.
static void same_at_each_precision(void **state)
{
    (void)state;
    static const double q[] = {0.001, 0.1, 0.5, 0.9, 0.99, 0.999};
    for (int digits = 1; digits <= 5; digits++) {
        struct rng r = rng_init(7, 0);
        struct hist *h = hist_new(digits);
        for (int i = 0; i < 20000; i++)
            hist_record(h, 1 + (uint64_t)(-log(rng_unit(&r)) * 3e5), 1);
        struct hist *again = there_and_back(h);
        double step = pow(10, -digits);
        assert_int_equal(hist_digits(again), digits);
        assert_int_equal(hist_count(again), 20000);
        for (size_t i = 0; i < sizeof q / sizeof *q; i++)
            assert_int_equal(hist_quantile(again, q[i]), hist_quantile(h, q[i]));
        assert_true(fabs(hist_mean(again) / hist_mean(h) - 1) < step);
        assert_true(fabs((double)hist_max(again) / (double)hist_max(h) - 1) <= step);
        assert_true(hist_min(again) <= hist_min(h));
        hist_free(again);
        hist_free(h);
    }
}

static void it_can_be_recorded_into_and_merged(void **state)
{
    (void)state;
    struct hist *h = hist_new(3), *other = hist_new(3);
    hist_record(h, 1000, 10);
    struct hist *again = there_and_back(h);
    hist_record(again, 5000, 1);
    hist_record(other, 9000, 2);
    hist_merge(again, other);
    assert_int_equal(hist_count(again), 13);
    assert_int_equal(hist_max(again), 9000);
    hist_free(h);
    hist_free(other);
    hist_free(again);
}

static void nothing_comes_back_as_nothing(void **state)
{
    (void)state;
    struct hist *h = hist_new(2);
    struct hist *again = there_and_back(h);
    assert_int_equal(hist_count(again), 0);
    assert_int_equal(hist_quantile(again, 0.5), 0);
    assert_true(hist_mean(again) == 0);
    hist_free(h);
    hist_free(again);
}

static void what_is_above_the_top_is_lost(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 1000, 3);
    hist_record(h, 2 * HIST_TOP_NS, 1);
    struct hist *again = there_and_back(h);
    assert_int_equal(hist_count(again), 3);
    hist_free(h);
    hist_free(again);
}

// Its counts are shifted, out of their array.
static const char shifted[] =
    "HISTFAAAAIV4nJNpmSzMwMDozMgABswQigHIZXYz2LGAwf4DRKC9nIWNjUWZabEgExsHGweTL4sgiylLNhObKguLNp"
    "cwlyLTbEYmDl4eRi4mdg4WHn4eUR5eNkcWIDeRiWsiI4+xACMfjzwTrxIXUA0TlymPuBITLwe3mCwXE7MAMw+zhLGUGAAUTw0/";

static void rubbish_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "A",
        "HISTF",
        "HISTFAAA",
        "not base64 at all!",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        shifted,
        "HISTFAAAAB542pNpmSzMwMDAxQABzFCaEUzOmNZg/wEi8JuJCQA8rwR5=",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(hist_decode(texts[i]));
}

// Cut anywhere, it is refused, or what is left was whole: never a crash.
static void a_cut_text_is_refused(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    for (uint64_t i = 1; i < 1000; i++)
        hist_record(h, i * 977, i);
    char *text = hist_encode(h);
    for (size_t len = strlen(text) - 4; len > 0; len--) {
        char *cut = strndup(text, len);
        assert_null(hist_decode(cut));
        free(cut);
    }
    free(text);
    hist_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_at_each_precision),
        cmocka_unit_test(it_can_be_recorded_into_and_merged),
        cmocka_unit_test(nothing_comes_back_as_nothing),
        cmocka_unit_test(what_is_above_the_top_is_lost),
        cmocka_unit_test(rubbish_is_refused),
        cmocka_unit_test(a_cut_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
