// SPDX-License-Identifier: MIT
#include "base/whole_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int open_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/hkv-whole-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
    static const char *const names[] = {"file", "pipe", "sparse"};
    char path[128];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *file_of(const char *bytes, size_t n)
{
    FILE *f = fopen(path_of("file"), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path_of("file");
}

static void refused(const char *path, const char *why)
{
    struct slice out = {NULL, 42};
    struct err err = {0};
    char sentence[256];
    assert_null(whole_file_read("--dataset", path, &out, &err));
    assert_int_equal(err.code, ERR_USAGE);
    snprintf(sentence, sizeof sentence, "--dataset: cannot read %s: %s", path, why);
    assert_string_equal(err.text, sentence);
    assert_int_equal(out.len, 42);
}

static void all_bytes_are_read(void **state)
{
    static const char bytes[] = "a\0b\r\n\xff";
    struct slice out;
    struct err err = {0};
    (void)state;
    char *at = whole_file_read("--dataset", file_of(bytes, sizeof bytes), &out, &err);
    assert_non_null(at);
    assert_ptr_equal(out.at, at);
    assert_int_equal(out.len, sizeof bytes);
    assert_memory_equal(out.at, bytes, sizeof bytes);
    free(at);
}

// A pipe without a writer would be waited for, a device has no end.
static void what_is_no_file_is_refused_at_once(void **state)
{
    (void)state;
    refused(path_of("missing"), "No such file or directory");
    refused(folder, "it is no file");
    refused("/dev/zero", "it is no file");
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
    refused(path_of("pipe"), "it is no file");
    refused(file_of("", 0), "it is empty");
}

static void more_than_a_gigabyte_is_not_read(void **state)
{
    FILE *f = fopen(path_of("sparse"), "wb");
    (void)state;
    assert_non_null(f);
    assert_int_equal(ftruncate(fileno(f), ((off_t)1 << 30) + 1), 0);
    fclose(f);
    refused(path_of("sparse"), "it has more than 1 GiB");
}

static void a_name_acts_on_no_terminal(void **state)
{
    struct slice out;
    struct err err = {0};
    (void)state;
    assert_null(whole_file_read("--dataset", "/no/\x1b[2J", &out, &err));
    assert_null(strchr(err.text, '\x1b'));
    assert_non_null(strstr(err.text, "[2J"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bytes_are_read),
        cmocka_unit_test(what_is_no_file_is_refused_at_once),
        cmocka_unit_test(more_than_a_gigabyte_is_not_read),
        cmocka_unit_test(a_name_acts_on_no_terminal),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
