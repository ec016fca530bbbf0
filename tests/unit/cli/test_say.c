// SPDX-License-Identifier: MIT
// Sentences to the user, as they leave on stderr.
#include "cli/say.h"

#include "experiment/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char text[1024];
static int was, pipe_ends[2];

static void listen_in(void)
{
    fflush(stderr);
    assert_int_equal(pipe(pipe_ends), 0);
    was = dup(STDERR_FILENO);
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[1]);
}

static const char *heard(void)
{
    fflush(stderr);
    dup2(was, STDERR_FILENO);
    close(was);
    ssize_t n = read(pipe_ends[0], text, sizeof text - 1);
    close(pipe_ends[0]);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static void in_whose_name(void **state)
{
    (void)state;
    listen_in();
    say(&(struct speaker){.who = "sweep"}, "it is so");
    assert_string_equal(heard(), "hkv-bench sweep: it is so\n");
    listen_in();
    say(&(struct speaker){0}, "it is so");
    assert_string_equal(heard(), "hkv-bench: it is so\n");
}

// What a server said cannot write to the terminal through it, nor begin a line of its own.
static void a_sentence_is_one_line(void **state)
{
    (void)state;
    listen_in();
    say(&(struct speaker){0}, "the server said: \x1b[2J\r\nhkv-bench: all is well");
    heard();
    assert_null(strchr(text, '\x1b'));
    assert_null(strchr(text, '\r'));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void an_error_has_its_exit_code(void **state)
{
    (void)state;
    static const struct {
        enum err_code code;
        int exit_code;
    } all[] = {{ERR_RUN, OUTCOME_RUN}, {ERR_USAGE, OUTCOME_USAGE}, {ERR_CONNECT, OUTCOME_CONNECT}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct err err;
        err_set(&err, all[i].code, "why");
        listen_in();
        int code = say_error("history", &err);
        assert_string_equal(heard(), "hkv-bench history: why\n");
        assert_int_equal(code, all[i].exit_code);
    }
}

static void without_memory(void **state)
{
    (void)state;
    listen_in();
    int code = say_no_memory("merge");
    assert_string_equal(heard(), "hkv-bench merge: out of memory\n");
    assert_int_equal(code, OUTCOME_RUN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_whose_name),
        cmocka_unit_test(a_sentence_is_one_line),
        cmocka_unit_test(an_error_has_its_exit_code),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
