// SPDX-License-Identifier: MIT
#include "load/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// How many rows the list selects, and the title of the first.
static void selects(const char *list, size_t rows, const char *first)
{
    size_t n = 0;
    for (size_t i = 0; i < catalog_len; i++) {
        if (!catalog_selects(list, &catalog[i]))
            continue;
        if (n++ == 0)
            assert_string_equal(catalog[i].title, first);
    }
    assert_int_equal(n, rows);
}

static void selection(void **state)
{
    (void)state;
    selects(NULL, catalog_len, "PING_INLINE");
    selects("ping", 2, "PING_INLINE");
    selects("ping_mbulk", 1, "PING_MBULK");
    selects("GET,set", 2, "SET");
    selects("lrange", 5, "LPUSH (needed to benchmark LRANGE)");
    selects("lrange_300", 2, "LPUSH (needed to benchmark LRANGE)");
    selects("lpush", 1, "LPUSH");
    selects("none", 0, NULL);
    selects("", 0, NULL);
}

static void unknown_names(void **state)
{
    (void)state;
    assert_true(slice_is(catalog_unknown("set,gett,nosuch"), "gett"));
    assert_int_equal(catalog_unknown("set,get").len, 0);
    assert_int_equal(catalog_unknown("SET").len, 0);
}

static void names(void **state)
{
    (void)state;
    const char *list[64];
    char storage[1024];
    size_t n = catalog_names(list, 64, storage, sizeof storage);
    assert_int_equal(n, 24);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(list[i], list[k]);
}

static void own_names(void **state)
{
    (void)state;
    assert_ptr_equal(catalog_find(slice_of("Ping_Inline")), &catalog[0]);
    assert_ptr_equal(catalog_find(slice_of("lrange_300")), catalog_find(slice_of("LRANGE_300")));
    assert_string_equal(catalog_find(slice_of("lrange_lpush"))->title, "LPUSH (needed to benchmark LRANGE)");
    assert_null(catalog_find(slice_of("lrange"))); // which several have
    assert_null(catalog_find(slice_of("ge")));
    assert_null(catalog_find(slice_of("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selection),
        cmocka_unit_test(unknown_names),
        cmocka_unit_test(names),
        cmocka_unit_test(own_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
