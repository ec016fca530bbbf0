// SPDX-License-Identifier: MIT
// Options of a run's connections.
#include "cli/options.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct options o;
static char *argv_of[48];
static char argv_text[512];
static struct err err;

// The whole line, argv[0] included; it stays readable in argv_of.
static int parse(const char *line)
{
    int argc = 0;
    options_free(&o);
    err = (struct err){0};
    snprintf(argv_text, sizeof argv_text, "%s", line);
    for (char *save, *w = strtok_r(argv_text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        argv_of[argc++] = strcmp(w, "\"\"") == 0 ? w + 2 : w;
    argv_of[argc] = NULL;
    return options_parse(&o, argc, argv_of, &err);
}

static void ok(const char *line)
{
    if (parse(line) < 0)
        fail_msg("%s: %s", line, err.text);
}

static int release(void **state)
{
    (void)state;
    options_free(&o);
    return 0;
}

static void on_disconnect(void **state)
{
    (void)state;
    ok("hkv-bench");
    assert_int_equal(o.run.on_disconnect, DISCONNECT_AUTO);
    assert_int_equal(o.run.reconnect_max_ns, 60 * NS_PER_S);
    ok("hkv-bench --on-disconnect stop --reconnect-max 3s");
    assert_int_equal(o.run.on_disconnect, DISCONNECT_STOP);
    assert_int_equal(o.run.reconnect_max_ns, 3 * NS_PER_S);
    ok("redis-benchmark");
    assert_int_equal(o.run.on_disconnect, DISCONNECT_STOP);
    ok("hkv-bench --compat --on-disconnect reconnect");
    assert_int_equal(o.run.on_disconnect, DISCONNECT_RECONNECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(on_disconnect, release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
