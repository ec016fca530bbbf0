// SPDX-License-Identifier: MIT
#include "workload/presets.h"
#include "workload/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void each_is_a_workload(void **state)
{
    (void)state;
    for (size_t i = 0; i < presets_len; i++) {
        struct source w;
        struct err err;
        if (source_read(&w, presets[i].name, slice_of(presets[i].text), &err) < 0)
            fail_msg("%s", err.text);
        assert_true(w.description && w.options.n);
        bool messages = source_find(&w.options, "queue") || source_find(&w.options, "pubsub");
        assert_int_equal(w.commands.n == 0, messages);
        assert_ptr_equal(presets_find(presets[i].name), &presets[i]);
        source_free(&w);
    }
    assert_null(presets_find("ycsb"));
}

// The shares of requests as the paper has them (Cooper and others, SoCC 2010, table 2).
static void ycsb_as_published(void **state)
{
    (void)state;
    static const struct {
        const char *name, *first, *second;
        int shares[2];
    } published[] = {{"ycsb-a", "read", "update", {50, 50}},
                     {"ycsb-b", "read", "update", {95, 5}},
                     {"ycsb-c", "read", NULL, {1, 0}},
                     {"ycsb-d", "read", "insert", {95, 5}},
                     {"ycsb-e", "scan", "insert", {95, 5}}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        struct source w;
        struct err err;
        const char *text = presets_find(published[i].name)->text;
        assert_int_equal(source_read(&w, "w", slice_of(text), &err), 0);
        assert_int_equal(w.commands.n, published[i].second ? 2 : 1);
        for (unsigned k = 0; k < w.commands.n; k++) {
            const struct source_pair *ratio = source_find(&w.commands.at[k], "ratio");
            assert_string_equal(source_find(&w.commands.at[k], "name")->value,
                                k ? published[i].second : published[i].first);
            assert_int_equal(ratio ? atoi(ratio->value) : 1, published[i].shares[k]);
        }
        source_free(&w);
    }
}

// Of F's operations half are reads, and half are a read and an update of the same record.
static void a_read_modify_write(void **state)
{
    (void)state;
    struct source w;
    struct err err;
    assert_int_equal(source_read(&w, "w", slice_of(presets_find("ycsb-f")->text), &err), 0);
    assert_int_equal(w.commands.n, 3);
    const struct source_pairs *at = w.commands.at;
    assert_string_equal(source_find(&at[0], "ratio")->value, source_find(&at[1], "ratio")->value);
    assert_string_equal(source_find(&at[2], "after")->value, source_find(&at[1], "name")->value);
    assert_string_equal(source_find(&at[0], "command")->value, source_find(&at[1], "command")->value);
    source_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_a_workload),
                                       cmocka_unit_test(ycsb_as_published),
                                       cmocka_unit_test(a_read_modify_write)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
