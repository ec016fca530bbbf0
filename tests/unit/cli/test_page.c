// SPDX-License-Identifier: MIT
#include "cli/page.h"

#include "told.h"

static const char document[] =
    "{\"schema_version\": 1, \"kind\": \"run\", \"tests\": [], \"note\": \"</script><b>\"}";
static const char *const one[] = {document};

static char path[] = "/tmp/hkv-page-XXXXXX";

static int make_path(void **state)
{
    (void)state;
    strcpy(path, "/tmp/hkv-page-XXXXXX");
    int fd = mkstemp(path);
    return fd >= 0 && close(fd) == 0 ? 0 : -1;
}

static int remove_path(void **state)
{
    unlink(path);
    return forget(state);
}

static void a_page_holds_its_documents_whole(void **state)
{
    char text[8];
    (void)state;
    assert_int_equal(page_write(path, one, 1, &err), 0);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, 5, f), 5);
    assert_memory_equal(text, "<!", 2);
    fclose(f);
}

// Twice the same file is the same page: nothing of a longer one before stays.
static void a_page_is_written_anew(void **state)
{
    static const char *const two[] = {document, document};
    long bytes[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(page_write(path, i == 1 ? two : one, i == 1 ? 2 : 1, &err), 0);
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        fseek(f, 0, SEEK_END);
        bytes[i] = ftell(f);
        fclose(f);
    }
    assert_true(bytes[1] > bytes[0]);
    assert_int_equal(bytes[2], bytes[0]);
}

static int write_out(int argc, char **argv)
{
    (void)argc;
    return page_write(argv[0], one, 1, &err);
}

// What is in a document stays data: it cannot end the script that it stands in.
static void standard_output_is_left_open(void **state)
{
    (void)state;
    assert_int_equal(tell(write_out, "-"), 0);
    assert_memory_equal(told.out, "<!", 2);
    assert_null(strstr(told.out, "\"</script><b>\""));
    assert_int_equal(tell(write_out, "-"), 0); // it takes another one
    assert_memory_equal(told.out, "<!", 2);
}

static void what_cannot_be_written_is_told(void **state)
{
    (void)state;
    err = (struct err){0};
    assert_int_equal(page_write("/nowhere/page.html", one, 1, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, "--html: /nowhere/page.html cannot be written: No such file or directory");
    assert_int_equal(page_write("/tmp", one, 1, &err), -1);
    assert_string_equal(err.text, "--html: /tmp cannot be written: Is a directory");
    assert_int_equal(page_write("/dev/full", one, 1, &err), -1);
    assert_int_equal(err.code, ERR_RUN); // after all was done
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_path, remove_path)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_page_holds_its_documents_whole),
        TEST(a_page_is_written_anew),
        TEST(standard_output_is_left_open),
        TEST(what_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
