// SPDX-License-Identifier: MIT
#include "cli/slo_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct slo slo;
static struct err err;
static struct options o; // too large for a stack

static int read_of(const char *text, const char *tests, const char *mix)
{
    memset(&o, 0, sizeof o);
    o.tests = tests;
    if (mix && mix_words_parse(&(struct mix_words_asked){.mix = mix}, &o.mix, &err) < 0)
        fail_msg("%s", err.text);
    int rc = slo_options_parse(&slo, text, &o, &err);
    mix_words_free(o.mix);
    return rc;
}

static void reads(const char *text, const char *tests, const char *mix, const char *key)
{
    char is[SLO_TEXT];
    if (read_of(text, tests, mix) < 0)
        fail_msg("%s: %s", text, err.text);
    assert_string_equal(slo_key(&slo, is), key);
}

static void refuses(const char *text, const char *tests, const char *mix, const char *sentence)
{
    assert_int_equal(read_of(text, tests, mix), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, sentence);
}

static void commands_of_a_mix_have_limits_of_their_own(void **state)
{
    (void)state;
    reads("p99=1ms", NULL, "set:1,get:9", "p99=1000000ns");
    reads("GET.p99=1ms,p99=2ms", NULL, "set:1,get:9", "p99=2000000ns,get.p99=1000000ns");
    reads("mix.p99=1ms", NULL, "set:1,get:9", "p99=1000000ns");
    refuses("incr.p99=1ms", NULL, "set:1,get:9",
            "--slo: incr is not in the mix: its commands are called set, get ...");
    refuses("mix.p99=1ms,p99=2ms", NULL, "set:1,get:9", "--slo: expected each limit once, got p99 twice");
}

static void the_name_of_the_only_test_says_nothing(void **state)
{
    (void)state;
    reads("get.p99=1ms", "get", NULL, "p99=1000000ns");
    refuses("get.p99=1ms", "get,set", NULL,
            "--slo: get.p99 is for one test, and there are several: give -t get alone, or leave out 'get.'");
    refuses("gett.p99=1ms", "get", NULL, "--slo: unknown test 'gett': did you mean get?");
    refuses("set.p99=1ms", "get", NULL, "--slo: set is not among the tests of -t: add it there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_of_a_mix_have_limits_of_their_own),
        cmocka_unit_test(the_name_of_the_only_test_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
