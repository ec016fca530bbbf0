// SPDX-License-Identifier: MIT
#include "stats/handshakes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void are_told_apart_and_added(void **state)
{
    struct handshakes a, b;
    (void)state;
    assert_int_equal(handshakes_init(&a), 0);
    assert_int_equal(handshakes_init(&b), 0);
    assert_int_equal(handshakes_count(&a), 0);
    assert_true(handshakes_resumed(&a) == 0);
    handshakes_record(&a, 3000, false);
    handshakes_record(&b, 1000, true);
    handshakes_record(&b, 2000, true);
    handshakes_record(&b, 5000, false);
    handshakes_agreed(&b, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "tx");
    handshakes_agreed(&b, "TLSv1.2", "other", NULL);
    handshakes_merge(&a, &b);
    assert_int_equal(handshakes_count(&a), 4);
    assert_true(handshakes_resumed(&a) == 0.5);
    assert_int_equal(hist_max(a.full), 5000);
    assert_int_equal(hist_max(a.resumed), 2000);
    assert_string_equal(a.protocol, "TLSv1.3");
    assert_string_equal(a.cipher, "TLS_AES_256_GCM_SHA384");
    assert_string_equal(a.kernel, "tx");
    handshakes_free(&a);
    handshakes_free(&b);
    assert_int_equal(handshakes_count(&a), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(are_told_apart_and_added)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
