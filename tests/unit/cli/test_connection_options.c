// SPDX-License-Identifier: MIT
// Options of a run's connections.
#include "cli/options.h"

#include "base/clock.h"

#include "line.h"

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
