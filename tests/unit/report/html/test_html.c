// SPDX-License-Identifier: MIT
#include "report/html/html.h"

#include "../fixture.h"

#include <strings.h>

static struct err err;

static void taken(const char *document)
{
    if (html_check(document, "x.json", &err) < 0)
        fail_msg("%s: %s", document, err.text);
}

static void refused(const char *document, const char *says)
{
    assert_int_equal(html_check(document, "x.json", &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
}

static void documents_of_each_kind_are_shown(void **state)
{
    (void)state;
    static const char *const kinds[] = {"run", "compare", "aa", "saturate", "sweep"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char document[64];
        snprintf(document, sizeof document, "{\"schema_version\": 1, \"kind\": \"%s\"}", kinds[i]);
        taken(document);
    }
}

static void what_is_no_document_is_refused(void **state)
{
    (void)state;
    refused("", "x.json: expected a result of --json, got no JSON: line 1: ");
    refused("{\n\"schema_version\": 1,", "got no JSON: line 2: ");
    refused("[]", "x.json: expected a result of --json, got other JSON");
    refused("{\"kind\": \"run\"}", "got other JSON");
    refused("{\"schema_version\": 1}", "got other JSON");
    refused("{\"schema_version\": \"1\", \"kind\": \"run\"}", "got other JSON");
    refused("{\"schema_version\": 2, \"kind\": \"run\"}",
            "a result of another version of hkv-bench: measure again");
    refused("{\"schema_version\": 1, \"kind\": \"later\"}", "a result of another version");
    refused("{\"schema_version\": 1, \"kind\": 5}", "a result of another version");
}

// A file's name comes from a user, and may be anything.
static void the_name_of_a_file_is_quoted(void **state)
{
    (void)state;
    assert_int_equal(html_check("", "a\x1b[2J", &err), -1);
    assert_null(strchr(err.text, '\x1b'));
}

static char *page_of(const char *const *documents, size_t n)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    assert_int_equal(html_write(f, documents, n, &err), 0);
    fclose(f);
    return text;
}

static unsigned count(const char *text, const char *part)
{
    unsigned n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

// No document can end the element that it is in, whatever a server calls itself.
static void a_document_stays_in_its_element(void **state)
{
    (void)state;
    const char *const none[] = {"{}"};
    const char *const rude[] = {"{\"name\": \"</script><script>alert(1)</script><!--\"}"};
    char *plain = page_of(none, 1), *page = page_of(rude, 1);
    assert_int_equal(count(page, "</script"), count(plain, "</script"));
    assert_int_equal(count(page, "<script"), count(plain, "<script"));
    assert_int_equal(count(page, "<!--"), count(plain, "<!--"));
    assert_non_null(strstr(page, "\\u003c/script>\\u003cscript>alert(1)"));
    free(plain);
    free(page);
}

static void several_are_a_list(void **state)
{
    (void)state;
    const char *const two[] = {"{\"first\": 1}", "{\"second\": 2}"};
    char *page = page_of(two, 2);
    assert_non_null(strstr(page, "\n{\"first\": 1},\n{\"second\": 2}"));
    assert_int_equal(strncasecmp(page, "<!doctype html>", 15), 0);
    free(page);
}

static void a_disk_that_is_full_is_told(void **state)
{
    (void)state;
    const char *const one[] = {"{}"};
    FILE *f = fopen("/dev/full", "w");
    assert_non_null(f);
    assert_int_equal(html_write(f, one, 1, &err), -1);
    assert_string_equal(err.text, "the page could not be written completely");
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_of_each_kind_are_shown),
        cmocka_unit_test(what_is_no_document_is_refused),
        cmocka_unit_test(the_name_of_a_file_is_quoted),
        cmocka_unit_test(a_document_stays_in_its_element),
        cmocka_unit_test(several_are_a_list),
        cmocka_unit_test(a_disk_that_is_full_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
