// SPDX-License-Identifier: MIT
#include "report/parts/head.h"

#include "../fixture.h"

#include "base/build.h"

static struct output o;

static void is(const char *expected)
{
    char *text = output_take(&o);
    assert_string_equal(text, expected);
    free(text);
}

static void whom(void **state)
{
    (void)state;
    output_open(&o);
    head_server(o.file, "redis", "7.0.15", "127.0.0.1:6379");
    is("redis 7.0.15 at 127.0.0.1:6379");
    output_open(&o);
    head_server(o.file, "thing", "", "h:1");
    is("thing at h:1");
    output_open(&o);
    head_server(o.file, "", "", "/tmp/s");
    is("/tmp/s");
}

static void the_null_engine_asks_nobody(void **state)
{
    (void)state;
    struct run_facts f = fixture_facts();
    output_open(&o);
    head_whom(o.file, &f);
    is("redis 7.0.15 at 127.0.0.1:6379");
    f.engine = "null";
    output_open(&o);
    head_whom(o.file, &f);
    is("no server");
}

static void which_test(void **state)
{
    (void)state;
    output_open(&o);
    head_title(o.file, "GET", "");
    is("====== GET ======\n");
    output_open(&o);
    head_title(o.file, "GET", " by clients");
    is("====== GET by clients ======\n");
}

// Words of a server or of a user write nothing to a terminal but themselves.
static void whatever_they_are_called(void **state)
{
    (void)state;
    output_open(&o);
    head_server(o.file, "re\x1b[2Jdis", "\x07", "h\n:1");
    char *text = output_take(&o);
    for (const char *at = text; *at; at++)
        assert_true((unsigned char)*at >= ' ');
    free(text);
    output_open(&o);
    head_title(o.file, "GET \x1b]0;x\x07", "");
    text = output_take(&o);
    assert_null(strchr(text, '\x1b'));
    free(text);
}

static void of_many_trials(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    char expected[160];
    output_open(&o);
    head_trials(o.file, "sweep", &facts);
    snprintf(expected, sizeof expected,
             "hkv-bench %s sweep redis 7.0.15 at 127.0.0.1:6379, engine epoll, seed 12345678901234567890\n\n",
             build.version);
    is(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whom),           cmocka_unit_test(the_null_engine_asks_nobody),
        cmocka_unit_test(which_test),     cmocka_unit_test(whatever_they_are_called),
        cmocka_unit_test(of_many_trials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
