// SPDX-License-Identifier: MIT
#include "run/mixed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct mixed_kind kinds[3];
static struct mixer mixer;

static void begin(struct mixed *m, struct client *c, struct span *spans)
{
    memset(kinds, 0, sizeof kinds);
    for (int i = 0; i < 3; i++) {
        kinds[i].latency = hist_new(3);
        kinds[i].unfinished = hist_new(3);
    }
    *m = (struct mixed){.n = 3, .mixer = &mixer, .kinds = kinds};
    *c = (struct client){.spans = spans};
}

static void end(void)
{
    for (int i = 0; i < 3; i++) {
        hist_free(kinds[i].latency);
        hist_free(kinds[i].unfinished);
    }
}

// A a b b a c: four spans, the last of which is left to the caller.
static void a_write_is_cut_into_spans_of_one_kind(void **state)
{
    (void)state;
    static uint8_t drawn[] = {0, 0, 1, 1, 0, 2};
    struct span spans[8];
    struct mixed m;
    struct client c;
    begin(&m, &c, spans);
    mixer.drawn = drawn;
    struct span last = mixed_asked(&m, &c, 7, &(struct span){5, 6, 6, 0});
    assert_true(last.from_ns == 5 && last.sent_ns == 6 && last.n == 1 && last.kind == 2);
    assert_true(c.outstanding == 5 && c.tail - c.head == 3);
    static const uint32_t n[] = {2, 2, 1}, kind[] = {0, 1, 0};
    for (int i = 0; i < 3; i++)
        assert_true(spans[i].n == n[i] && spans[i].kind == kind[i] && spans[i].from_ns == 5);
    assert_true(kinds[0].counts.sent == 3 && kinds[1].counts.sent == 2 && kinds[2].counts.sent == 1);
    end();
}

static void what_was_counted_since_is_of_the_kind(void **state)
{
    (void)state;
    struct counts all;
    struct span spans[8], a = {100, 110, 1, 0}, b = {100, 120, 4, 1};
    struct mixed m;
    struct client c;
    begin(&m, &c, spans);
    all = (struct counts){.ok = 1, .hits = 1};
    mixed_answered(&m, &all, &a, 150, 1);
    all = (struct counts){.ok = 3, .hits = 1, .misses = 2, .errors = 2, .errors_ns = 70, .unexpected = 1};
    mixed_answered(&m, &all, &b, 300, 2);
    mixed_unfinished(&m, &(struct span){0, 0, 5, 2}, 1000);
    assert_true(kinds[0].counts.ok == 1 && kinds[0].counts.hits == 1 && kinds[0].counts.errors == 0);
    assert_true(kinds[1].counts.ok == 2 && kinds[1].counts.misses == 2 && kinds[1].counts.hits == 0);
    assert_true(kinds[1].counts.errors == 2 && kinds[1].counts.errors_ns == 70 &&
                kinds[1].counts.unexpected == 1);
    assert_true(kinds[2].counts.abandoned == 5 && hist_count(kinds[2].unfinished) == 5);
    assert_int_equal(hist_max(kinds[0].latency), 50);
    assert_int_equal(hist_count(kinds[1].latency), 2);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_cut_into_spans_of_one_kind),
        cmocka_unit_test(what_was_counted_since_is_of_the_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
