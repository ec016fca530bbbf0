// SPDX-License-Identifier: MIT
#include "stats/counts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

// Whatever field is added: it is merged, and with nothing else.
static void every_counter_is_added_to_its_like(void **state)
{
    (void)state;
    uint64_t a[sizeof(struct counts) / 8], b[sizeof a / 8];
    struct counts to, from;
    for (size_t i = 0; i < sizeof a / sizeof *a; i++) {
        a[i] = 1000 + i;
        b[i] = UINT64_C(1) << i;
    }
    memcpy(&to, a, sizeof to);
    memcpy(&from, b, sizeof from);
    counts_add(&to, &from);
    memcpy(a, &to, sizeof to);
    for (size_t i = 0; i < sizeof a / sizeof *a; i++)
        assert_int_equal(a[i], 1000 + i + (UINT64_C(1) << i));
    memcpy(a, &from, sizeof from);
    assert_memory_equal(a, b, sizeof a);
}

static void sums_of_counters(void **state)
{
    (void)state;
    struct counts c = {.sent = 100, .ok = 70, .errors = 20, .unsent = 5, .abandoned = 10};
    assert_int_equal(counts_due(&c), 105);
    assert_int_equal(counts_answered(&c), 90);
    assert_int_equal(counts_unanswered(&c), 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_counter_is_added_to_its_like),
        cmocka_unit_test(sums_of_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
