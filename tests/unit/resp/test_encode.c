// SPDX-License-Identifier: MIT
#include "resp/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void encodes(const struct slice *argv, size_t argc, const char *expected)
{
    char out[256];
    char *end = encode_command(out, argv, argc);
    assert_true(slice_is((struct slice){out, (size_t)(end - out)}, expected));
    assert_int_equal(encode_size(argv, argc), strlen(expected));
}

static void commands(void **state)
{
    (void)state;
    char long_one[101];
    memset(long_one, 'x', 100);
    long_one[100] = 0;
    encodes((struct slice[]){slice_of("PING")}, 1, "*1\r\n$4\r\nPING\r\n");
    encodes((struct slice[]){slice_of("GET"), slice_of("")}, 2, "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
    encodes((struct slice[]){slice_of("SET"), slice_of("a\r\nb"), slice_of("0123456789")}, 3,
            "*3\r\n$3\r\nSET\r\n$4\r\na\r\nb\r\n$10\r\n0123456789\r\n");
    encodes(NULL, 0, "*0\r\n");
    struct slice argv[] = {slice_of(long_one)};
    assert_int_equal(encode_size(argv, 1), 4 + 6 + 100 + 2);
}

static void heads(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        const char *text;
    } cases[] = {{0, "$0\r\n"},     {9, "$9\r\n"},       {10, "$10\r\n"},
                 {999, "$999\r\n"}, {1000, "$1000\r\n"}, {SIZE_MAX, "$18446744073709551615\r\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[RESP_HEAD_MAX];
        char *end = encode_head(out, '$', cases[i].n);
        assert_true(slice_is((struct slice){out, (size_t)(end - out)}, cases[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(commands), cmocka_unit_test(heads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
