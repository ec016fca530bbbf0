// SPDX-License-Identifier: MIT
#include "stats/doubt_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char text[512];

static struct summary failed(enum validity_check check, const char *why)
{
    struct summary s = {.validity = {.known = true, .invalid = true}};
    struct validity_result *r = &s.validity.checks[check];
    r->state = VALIDITY_FAIL;
    snprintf(r->reason, sizeof r->reason, "%s", why);
    return s;
}

static void a_valid_load_is_no_doubt(void **state)
{
    (void)state;
    struct summary s = {.reads = true, .counts = {.ok = 100, .hits = 95, .misses = 5}};
    for (int known = 0; known < 2; known++) {
        s.validity.known = known;
        for (int i = 0; i < VALIDITY_CHECKS; i++)
            s.validity.checks[i].state = known ? VALIDITY_PASS : VALIDITY_UNKNOWN;
        assert_false(doubt_load_hits(&s, text, sizeof text));
        assert_false(doubt_load_commands(&s, text, sizeof text));
        assert_false(doubt_load_keys(&s, text, sizeof text));
        assert_false(doubt_load_sizes(&s, text, sizeof text));
    }
}

static void each_check_has_its_sentence(void **state)
{
    (void)state;
    struct summary s = failed(VALID_COMMANDS, "499 of 500");
    assert_true(doubt_load_commands(&s, text, sizeof text));
    assert_non_null(strstr(text, "did not count the commands that were sent (499 of 500): "));
    assert_false(doubt_load_keys(&s, text, sizeof text) || doubt_load_sizes(&s, text, sizeof text));
    s = failed(VALID_KEYS, "p 1e-09");
    assert_true(doubt_load_keys(&s, text, sizeof text));
    assert_non_null(strstr(text, "keys do not follow their law (p 1e-09): "));
    snprintf(s.load.key_dist, sizeof s.load.key_dist, "zipf:0.99");
    assert_true(doubt_load_keys(&s, text, sizeof text));
    assert_non_null(strstr(text, "keys do not follow zipf:0.99 (p 1e-09): "));
    assert_false(doubt_load_commands(&s, text, sizeof text) || doubt_load_sizes(&s, text, sizeof text));
    s = failed(VALID_SIZES, "p 1e-09");
    assert_true(doubt_load_sizes(&s, text, sizeof text));
    assert_non_null(strstr(text, "value sizes do not follow --value-size (p 1e-09): "));
}

// 95 % of hits are many, unless the load implies more; no read at all says nothing.
static void hits_by_what_the_load_implies(void **state)
{
    (void)state;
    struct summary s = failed(VALID_HITS, "");
    s.reads = true;
    assert_false(doubt_load_hits(&s, text, sizeof text));
    s.counts = (struct counts){.ok = 1000, .hits = 950, .misses = 50};
    assert_true(doubt_load_hits(&s, text, sizeof text));
    assert_string_equal(text, "only 95.0% of 1,000 reads were hits, and a miss costs less than a hit: write "
                              "what it reads before measuring");
    s.validity.checks[VALID_HITS].state = VALIDITY_UNKNOWN;
    assert_false(doubt_load_hits(&s, text, sizeof text));
    s.counts = (struct counts){.ok = 1000, .hits = 875, .misses = 125};
    snprintf(s.cure, sizeof s.cure, "use --prefill");
    assert_true(doubt_load_hits(&s, text, sizeof text));
    assert_non_null(
        strstr(text, "only 87.5% of 1,000 reads were hits, and a miss costs less than a hit: use"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_load_is_no_doubt),
        cmocka_unit_test(each_check_has_its_sentence),
        cmocka_unit_test(hits_by_what_the_load_implies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
