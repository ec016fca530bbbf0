// SPDX-License-Identifier: MIT
#include "serve/plant.h"

#include "serve/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct service service;
static struct asker asker;
static struct plant_last last;

// A server of which each value that GET reads has this fault.
static void always(enum fault_value fault)
{
    struct fault_conf conf = {.seed = 1};
    if (fault < FAULT_VALUES)
        conf.value_shares[fault] = 1;
    service_reset(&service);
    plant_free(&last);
    last = (struct plant_last){0};
    service = (struct service){.now_ms = 1000};
    service.faults = faults_init(&conf);
}

static int free_all(void **state)
{
    (void)state;
    service_reset(&service);
    plant_free(&last);
    buf_free(&asker.out);
    return 0;
}

// What the line is answered, once a fault had its turn.
static struct slice ask(const char *line)
{
    struct command c;
    buf_take(&asker.out, asker.out.len - asker.out.head);
    assert_int_equal(command_parse(&c, line, strlen(line)), strlen(line));
    plant_keep(&service, 0, &c);
    size_t from = asker.out.len;
    commands_run(&service, &asker, &c);
    plant_value(&service, &asker, &last, &c, from);
    return buf_unread(&asker.out);
}

static void is(const char *line, const char *reply)
{
    struct slice out = ask(line);
    if (!slice_is(out, reply))
        fail_msg("%s answered \"%.*s\"", line, (int)out.len, out.at);
}

static void nothing_is_changed_without_a_fault(void **state)
{
    (void)state;
    always(FAULT_VALUES);
    is("SET k abc\n", "+OK\r\n");
    is("GET k\n", "$3\r\nabc\r\n");
    is("GET x\n", "$-1\r\n");
    for (int i = 0; i < FAULT_VALUES; i++)
        assert_int_equal(service.faults.values[i], 0);
}

static void one_bit_of_a_corrupted_value_is_another(void **state)
{
    (void)state;
    always(FAULT_CORRUPT);
    is("SET k abcdefgh\n", "+OK\r\n");
    for (unsigned n = 1; n <= 20; n++) {
        struct slice out = ask("GET k\n");
        unsigned bits = 0;
        assert_int_equal(out.len, 14);
        assert_memory_equal(out.at, "$8\r\n", 4);
        for (int i = 0; i < 8; i++)
            bits += (unsigned)__builtin_popcount((unsigned char)(out.at[4 + i] ^ "abcdefgh"[i]));
        assert_int_equal(bits, 1); // and never that of a value that was spoilt before
        assert_int_equal(service.faults.values[FAULT_CORRUPT], n);
    }
}

static void a_truncated_value_is_a_beginning_of_it(void **state)
{
    (void)state;
    always(FAULT_TRUNCATE);
    is("SET k abcdefgh\n", "+OK\r\n");
    for (unsigned n = 1; n <= 20; n++) {
        struct slice out = ask("GET k\n");
        size_t len = (size_t)(out.at[1] - '0');
        assert_in_range(len, 0, 7);
        assert_int_equal(out.len, 4 + len + 2);
        assert_memory_equal(out.at + 4, "abcdefgh", len);
    }
    assert_int_equal(service.faults.values[FAULT_TRUNCATE], 20);
}

static void a_stale_value_is_the_one_before(void **state)
{
    (void)state;
    always(FAULT_STALE);
    is("SET k one\n", "+OK\r\n");
    is("GET k\n", "$3\r\none\r\n"); // there was none before
    assert_int_equal(service.faults.values[FAULT_STALE], 0);
    is("SET k two\n", "+OK\r\n");
    is("GET k\n", "$3\r\none\r\n");
    is("SET k three\n", "+OK\r\n");
    is("GET k\n", "$3\r\ntwo\r\n");
    assert_int_equal(service.faults.values[FAULT_STALE], 2);
    is("SET k two\n", "+OK\r\n");
    is("SET k two\n", "+OK\r\n");
    is("GET k\n", "$3\r\ntwo\r\n"); // written twice, it is as it was: no fault
    assert_int_equal(service.faults.values[FAULT_STALE], 2);
}

static void a_swapped_value_is_that_of_the_key_before(void **state)
{
    (void)state;
    always(FAULT_SWAP);
    is("SET a one\n", "+OK\r\n");
    is("SET b two\n", "+OK\r\n");
    is("GET a\n", "$3\r\none\r\n"); // nothing was read before
    is("GET a\n", "$3\r\none\r\n"); // nor of another key
    assert_int_equal(service.faults.values[FAULT_SWAP], 0);
    is("GET b\n", "$3\r\none\r\n");
    is("GET a\n", "$3\r\ntwo\r\n"); // what b has, and not what was said of it
    assert_int_equal(service.faults.values[FAULT_SWAP], 2);
}

static void only_values_that_get_reads(void **state)
{
    (void)state;
    always(FAULT_CORRUPT);
    is("SET k abc\n", "+OK\r\n");
    is("MGET k\n", "*1\r\n$3\r\nabc\r\n");
    is("GET nowhere\n", "$-1\r\n");
    is("SET e \"\"\n", "+OK\r\n");
    is("PING\n", "+PONG\r\n");
    assert_int_equal(service.faults.values[FAULT_CORRUPT], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_changed_without_a_fault),
        cmocka_unit_test(one_bit_of_a_corrupted_value_is_another),
        cmocka_unit_test(a_truncated_value_is_a_beginning_of_it),
        cmocka_unit_test(a_stale_value_is_the_one_before),
        cmocka_unit_test(a_swapped_value_is_that_of_the_key_before),
        cmocka_unit_test(only_values_that_get_reads),
    };
    return cmocka_run_group_tests(tests, NULL, free_all);
}
