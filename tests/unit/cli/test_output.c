// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hkv-output-XXXXXX";
static const struct stopper nobody = {.fd = -1};
static struct err err;

static const char *const names[] = {"a", "b", "link", "fifo"};

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(names[i]);
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static void fill(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void holds(const char *path, const char *text)
{
    char found[64] = "";
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    found[fread(found, 1, sizeof found - 1, f)] = 0;
    fclose(f);
    assert_string_equal(found, text);
}

static void refused(const struct output *list, size_t n, const char *save, const char *says)
{
    err = (struct err){0};
    assert_int_equal(output_open(list, n, save, &nobody, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, says);
}

static void what_nobody_asked_for_stays_as_it_is(void **state)
{
    (void)state;
    FILE *a = NULL, *b = stderr;
    const struct output list[] = {{"--a", NULL, &a}, {"--b", NULL, &b}};
    assert_int_equal(output_open(list, 2, NULL, &nobody, &err), 0);
    assert_null(a);
    assert_ptr_equal(b, stderr);
}

static void each_is_emptied_once_all_are_open(void **state)
{
    (void)state;
    FILE *a = NULL, *b = NULL;
    const struct output list[] = {{"--a", "a", &a}, {"--b", "b", &b}};
    fill("a", "from before");
    assert_int_equal(output_open(list, 2, NULL, &nobody, &err), 0);
    fputs("now", a);
    assert_int_equal(fclose(a), 0);
    assert_int_equal(fclose(b), 0);
    holds("a", "now");
    holds("b", "");
}

static void a_dash_is_standard_output(void **state)
{
    (void)state;
    FILE *a = NULL, *b = NULL;
    assert_int_equal(output_open(&(struct output){"--a", "-", &a}, 1, NULL, &nobody, &err), 0);
    assert_ptr_equal(a, stdout);
    const struct output both[] = {{"--a", NULL, &a}, {"--b", "-", &b}};
    refused(both, 2, NULL, "--a and --b are one and the same file: give each a file of its own");
    assert_null(b);
    assert_ptr_equal(a, stdout); // which was there before
}

// Under whatever names, and before anything in it is lost.
static void two_of_one_file_are_refused(void **state)
{
    (void)state;
    FILE *a = NULL, *b = NULL;
    const struct output same[] = {{"--a", "a", &a}, {"--b", "./a", &b}};
    fill("a", "precious");
    refused(same, 2, NULL, "--a and --b are one and the same file: give each a file of its own");
    assert_null(a);
    assert_null(b);
    holds("a", "precious");
    assert_int_equal(link("a", "link"), 0);
    const struct output linked[] = {{"--a", "a", &a}, {"--b", "link", &b}};
    refused(linked, 2, NULL, "--a and --b are one and the same file: give each a file of its own");
    holds("link", "precious");
    unlink("link");
}

// What was not there before is not there afterwards: an empty file is no result.
static void what_is_refused_leaves_no_file_behind(void **state)
{
    (void)state;
    FILE *a = NULL, *b = NULL;
    unlink("a");
    unlink("b");
    const struct output same[] = {{"--a", "a", &a}, {"--b", "./a", &b}};
    refused(same, 2, NULL, "--a and --b are one and the same file: give each a file of its own");
    assert_int_equal(access("a", F_OK), -1);
    fill("b", "precious");
    const struct output list[] = {{"--b", "b", &b}, {"--a", "a", &a}};
    refused(list, 2, "b", "--b and --save are one and the same file: give each a file of its own");
    assert_int_equal(access("a", F_OK), -1);
    holds("b", "precious");
    FILE *c = NULL;
    const struct output three[] = {{"--b", "b", &b}, {"--a", "a", &a}, {"--c", "nowhere/c", &c}};
    refused(three, 3, NULL, "cannot write to 'nowhere/c': No such file or directory");
    assert_int_equal(access("a", F_OK), -1);
    holds("b", "precious");
}

static void the_history_is_no_place_for_a_report(void **state)
{
    (void)state;
    FILE *a = NULL;
    fill("b", "precious");
    refused(&(struct output){"--a", "b", &a}, 1, "b",
            "--a and --save are one and the same file: give each a file of its own");
    assert_null(a);
    holds("b", "precious");
    assert_int_equal(output_open(&(struct output){"--a", "a", &a}, 1, "b", &nobody, &err), 0);
    fclose(a);
}

static void one_that_cannot_be_opened_leaves_the_others_alone(void **state)
{
    (void)state;
    FILE *a = NULL, *b = NULL;
    const struct output list[] = {{"--a", "a", &a}, {"--b", "nowhere/b", &b}};
    fill("a", "precious");
    refused(list, 2, NULL, "cannot write to 'nowhere/b': No such file or directory");
    assert_null(a);
    holds("a", "precious");
    const struct output dir[] = {{"--a", "a", &a}, {"--b", "/", &b}};
    refused(dir, 2, NULL, "cannot write to '/': Is a directory");
}

// /dev/null is no stream of bytes: two may write there.
static void two_may_go_to_nowhere(void **state)
{
    (void)state;
    FILE *a = NULL, *b = NULL;
    const struct output list[] = {{"--a", "/dev/null", &a}, {"--b", "/dev/null", &b}};
    assert_int_equal(output_open(list, 2, NULL, &nobody, &err), 0);
    assert_true(a && b && a != b);
    fclose(a);
    fclose(b);
}

static void a_fifo_is_waited_for_until_a_signal_comes(void **state)
{
    (void)state;
    FILE *a = NULL;
    const struct stopper stopped = {.fd = -1, .signal = SIGINT};
    assert_int_equal(mkfifo("fifo", 0600), 0);
    err = (struct err){0};
    assert_int_equal(output_open(&(struct output){"--a", "fifo", &a}, 1, NULL, &stopped, &err), -1);
    assert_string_equal(err.text, "interrupted while waiting for a reader of 'fifo'");
    int reader = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    assert_int_equal(output_open(&(struct output){"--a", "fifo", &a}, 1, NULL, &nobody, &err), 0);
    assert_int_equal(fcntl(fileno(a), F_GETFL) & O_NONBLOCK, 0); // a slow reader is waited for
    fputs("hi", a);
    fclose(a);
    char got[4] = "";
    assert_int_equal(read(reader, got, sizeof got - 1), 2);
    assert_string_equal(got, "hi");
    close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_asked_for_stays_as_it_is),
        cmocka_unit_test(each_is_emptied_once_all_are_open),
        cmocka_unit_test(a_dash_is_standard_output),
        cmocka_unit_test(two_of_one_file_are_refused),
        cmocka_unit_test(what_is_refused_leaves_no_file_behind),
        cmocka_unit_test(the_history_is_no_place_for_a_report),
        cmocka_unit_test(one_that_cannot_be_opened_leaves_the_others_alone),
        cmocka_unit_test(two_may_go_to_nowhere),
        cmocka_unit_test(a_fifo_is_waited_for_until_a_signal_comes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
