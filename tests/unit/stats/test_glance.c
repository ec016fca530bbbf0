// SPDX-License-Identifier: MIT
#include "stats/glance.h"

#include "stats/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Whose end comes first: the server's counts where both are at theirs, for the client may wait for it.
static void the_bottleneck_of_this_moment(void **state)
{
    static const struct {
        double client, server, rate, rps;
        enum limit limit;
        const char *why;
    } cases[] = {
        {-1, 1, 0, 5000, LIMIT_UNKNOWN, "no whole second yet"},
        {0.5, 0.86, 0, 5000, LIMIT_SERVER, "busiest server thread 86% busy, client 50%"},
        {0.95, 0.86, 0, 5000, LIMIT_SERVER, "busiest server thread 86% busy, client 95%"},
        {0.91, 0.85, 0, 5000, LIMIT_CLIENT, "a client thread is 91% busy"},
        {0.91, -1, 0, 5000, LIMIT_CLIENT, "a client thread is 91% busy"},
        {0.91, -1, 1000, 1000, LIMIT_CLIENT, "a client thread is 91% busy"},
        {0.90, -1, 0, 5000, LIMIT_UNKNOWN, "client 90% busy"},
        {0.25, 0.75, 0, 5000, LIMIT_UNKNOWN, "client 25% busy, server 75%"},
        {0.25, 0.75, 1000, 990, LIMIT_RATE, "the server keeps up"}, // within a hundredth
        {0.25, -1, 1000, 989, LIMIT_UNKNOWN, "client 25% busy"},
        {0, 0, 0, 0, LIMIT_UNKNOWN, "client 0% busy, server 0%"}, // a closed loop keeps up with nothing
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct glance g = {.client_busy = cases[i].client,
                           .server_busy = cases[i].server,
                           .rate = cases[i].rate,
                           .rps = cases[i].rps};
        struct verdict v;
        glance_bottleneck(&g, &v);
        assert_string_equal(v.why, cases[i].why);
        assert_int_equal(v.limit, cases[i].limit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_bottleneck_of_this_moment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
