// SPDX-License-Identifier: MIT
#include "net/ktls.h"

#include "net/filter_tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// As the kernel itself says, once somebody has asked for it: that may load the module.
static bool kernel_says(void)
{
    char line[256] = "";
    FILE *f = fopen("/proc/sys/net/ipv4/tcp_available_ulp", "r");
    if (!f)
        return false;
    bool has = fgets(line, sizeof line, f) && strstr(line, "tls");
    fclose(f);
    return has;
}

static void is_there_or_is_refused_with_the_cure(void **state)
{
    (void)state;
    struct err err = {0};
    struct filter *f;
    int rc = ktls_check(&err);
    assert_int_equal(rc, kernel_says() ? 0 : -1);
    assert_int_equal(filter_tls_open(&f, &(struct tls_conf){.on = true, .ktls = true}, &err), rc);
    if (rc == 0) {
        assert_true(f->in_kernel);
        filter_tls_close(f);
        return;
    }
    assert_null(f);
    assert_int_equal(err.code, ERR_USAGE);
    assert_ptr_equal(strstr(err.text, "--ktls: the kernel has no TLS here ("), err.text);
    assert_non_null(strstr(err.text, "): load its module with modprobe tls, or leave out --ktls"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_there_or_is_refused_with_the_cure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
