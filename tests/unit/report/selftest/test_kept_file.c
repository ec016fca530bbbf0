// SPDX-License-Identifier: MIT
#include "report/selftest/kept_file.h"

#include "report/selftest/kept.h"

#include "../fixture.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[] = "/tmp/hkv-kept-XXXXXX";

static int make_home(void **state)
{
    (void)state;
    unsetenv("XDG_STATE_HOME");
    return mkdtemp(home) && setenv("HOME", home, 1) == 0 ? 0 : -1;
}

static const char *path_of(const char *rest)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s", home, rest);
    return path;
}

static int remove_home(void **state)
{
    (void)state;
    static const char *const files[] = {"/.local/state/hkv-bench/selftest.json",
                                        "/state/hkv-bench/selftest.json"};
    static const char *const folders[] = {"/.local/state/hkv-bench", "/.local/state", "/.local",
                                          "/state/hkv-bench",        "/state",        ""};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(path_of(files[i]));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        rmdir(path_of(folders[i]));
    return access(home, F_OK) == 0 ? -1 : 0; // nothing else was left there
}

static struct selftest sample(double asked_s)
{
    return (struct selftest){.host = "bench1", .version = "0.2.0", .asked_s = asked_s, .whole = true};
}

static void what_is_saved_is_loaded(void **state)
{
    (void)state;
    struct selftest t = sample(20), back;
    struct err err;
    struct stat s;
    assert_false(kept_file_load(&back)); // there is none yet
    assert_int_equal(kept_file_save(&t, &err), 0);
    assert_true(kept_file_load(&back));
    assert_string_equal(back.host, "bench1");
    assert_true(back.asked_s == 20);
    t = sample(40);
    assert_int_equal(kept_file_save(&t, &err), 0); // in its place
    assert_true(kept_file_load(&back) && back.asked_s == 40);
    assert_int_equal(stat(path_of("/.local/state/hkv-bench"), &s), 0);
    assert_int_equal(s.st_mode & 0777, 0700);
    assert_int_equal(stat(path_of("/.local/state/hkv-bench/selftest.json"), &s), 0);
    assert_int_equal(s.st_nlink, 1);
}

static void a_state_folder_comes_first(void **state)
{
    (void)state;
    struct selftest t = sample(60), back;
    struct err err;
    setenv("XDG_STATE_HOME", path_of("/state"), 1);
    assert_false(kept_file_load(&back));
    assert_int_equal(kept_file_save(&t, &err), 0);
    assert_true(kept_file_load(&back) && back.asked_s == 60);
    setenv("XDG_STATE_HOME", "state", 1); // depends on where one is, and counts for none
    assert_true(kept_file_load(&back) && back.asked_s == 40);
    unsetenv("XDG_STATE_HOME");
}

static void no_folder_keeps_nothing(void **state)
{
    (void)state;
    struct selftest t = sample(20), back;
    struct err err;
    setenv("HOME", "", 1);
    assert_false(kept_file_load(&back));
    assert_int_equal(kept_file_save(&t, &err), -1);
    assert_string_equal(err.text, "the result is not kept: neither XDG_STATE_HOME nor HOME names a folder");
    setenv("HOME", "/dev/null", 1);
    assert_int_equal(kept_file_save(&t, &err), -1);
    assert_string_equal(err.text,
                        "the result is not kept: /dev/null/.local/state/hkv-bench: Not a directory");
    setenv("HOME", home, 1);
}

static void write_file(const char *text, size_t len)
{
    FILE *f = fopen(path_of("/.local/state/hkv-bench/selftest.json"), "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void other_bytes_are_none(void **state)
{
    (void)state;
    struct selftest back;
    static char large[KEPT_BYTES_MAX + 1];
    memset(large, ' ', sizeof large);
    write_file("", 0);
    assert_false(kept_file_load(&back));
    write_file("{\"kept_selftest\":", 17);
    assert_false(kept_file_load(&back));
    write_file(large, sizeof large);
    assert_false(kept_file_load(&back));
}

static void a_fifo_holds_up_nothing(void **state)
{
    (void)state;
    struct selftest back;
    const char *path = path_of("/.local/state/hkv-bench/selftest.json");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(kept_file_load(&back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_loaded), cmocka_unit_test(a_state_folder_comes_first),
        cmocka_unit_test(no_folder_keeps_nothing), cmocka_unit_test(other_bytes_are_none),
        cmocka_unit_test(a_fifo_holds_up_nothing),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
