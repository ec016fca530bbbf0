// SPDX-License-Identifier: MIT
#include "base/quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
// cmocka wants those before it
#include <cmocka.h>
#include <stdlib.h>

#define HOSTILE "\x1b[31mGET \"a\"|<b>\r\n\xff\xc2\x9b\xd0\x9a\\n"

static void holds(void (*quote)(FILE *out, const char *text), const char *text, const char *expected)
{
    char *got = NULL;
    size_t len;
    FILE *out = open_memstream(&got, &len);
    assert_non_null(out);
    quote(out, text);
    fclose(out);
    assert_string_equal(got, expected);
    free(got);
}

static void a_terminal_gets_words_and_no_escapes(void **state)
{
    (void)state;
    holds(quote_terminal, HOSTILE, "\\x1b[31mGET \"a\"|<b>\\r\\n\\xff\\xc2\\x9b\xd0\x9a\\n");
    holds(quote_terminal, "GET foo:__rand_int__", "GET foo:__rand_int__");
    holds(quote_terminal, "", "");
}

static void line(FILE *out, const char *text)
{
    quote_line(out, "! ", text);
}

static void a_line_ends_where_it_should(void **state)
{
    (void)state;
    holds(line, "a\nb\x1b", "! a\\nb\\x1b\n");
}

static void a_csv_field_is_one_field_of_one_line(void **state)
{
    (void)state;
    holds(quote_csv, HOSTILE, "\"\\x1b[31mGET \"\"a\"\"|<b>\\r\\n\\xff\\xc2\\x9b\xd0\x9a\\n\"");
    holds(quote_csv, "a,b", "\"a,b\"");
    holds(quote_csv, "", "\"\"");
}

static void a_markdown_cell_has_no_markup(void **state)
{
    (void)state;
    holds(quote_markdown, HOSTILE, "\\x1b\\[31mGET \"a\"\\|\\<b\\>\\r\\n\\xff\\xc2\\x9b\xd0\x9a\\\\n");
    holds(quote_markdown, "a_b *c* `d`", "a\\_b \\*c\\* \\`d\\`");
    holds(quote_markdown, "plain 7.0.15", "plain 7.0.15");
}

static void xml_is_text_of_xml(void **state)
{
    (void)state;
    holds(quote_xml, HOSTILE, "\\x1b[31mGET &quot;a&quot;|&lt;b&gt;\\r\\n\\xff\\xc2\\x9b\xd0\x9a\\n");
    holds(quote_xml, "get.p99<1ms & 'x'", "get.p99&lt;1ms &amp; &apos;x&apos;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_gets_words_and_no_escapes),
        cmocka_unit_test(a_line_ends_where_it_should),
        cmocka_unit_test(a_csv_field_is_one_field_of_one_line),
        cmocka_unit_test(a_markdown_cell_has_no_markup),
        cmocka_unit_test(xml_is_text_of_xml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
