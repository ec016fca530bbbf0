// SPDX-License-Identifier: MIT
// askpass on a terminal of its own: a child has the one end, the test types at the other.
#include "cli/askpass.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define PROMPT "Password: "
#define CAP 8

// What the child has to say beside the terminal.
struct answer {
    int rc;
    char text[CAP];
    int echoes_again; // the terminal is as it was
};

static void be_child(int tell)
{
    struct answer a = {.text = "?"};
    struct termios now;
    a.rc = askpass(PROMPT, a.text, sizeof a.text);
    a.echoes_again = tcgetattr(STDIN_FILENO, &now) == 0 && (now.c_lflag & ECHO) && (now.c_lflag & ISIG);
    if (write(tell, &a, sizeof a) != sizeof a)
        _exit(1);
    _exit(0);
}

// What comes on the terminal up to `end`, appended.
static void await(int tty, char *seen, size_t cap, const char *end)
{
    size_t len = strlen(seen);
    while (!strstr(seen, end)) {
        struct pollfd p = {.fd = tty, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 20000), 1);
        ssize_t n = read(tty, seen + len, cap - 1 - len);
        assert_true(n > 0);
        seen[len += (size_t)n] = 0;
    }
}

// Types once it is asked; shown: all that the terminal showed.
static struct answer type(const char *keys, size_t n, char shown[256])
{
    struct answer a = {0};
    int tty, told[2];
    assert_int_equal(pipe(told), 0);
    pid_t pid = forkpty(&tty, NULL, NULL, NULL);
    assert_true(pid >= 0);
    if (pid == 0)
        be_child(told[1]);
    close(told[1]);
    shown[0] = 0;
    await(tty, shown, 256, PROMPT);
    assert_int_equal(write(tty, keys, n), n);
    await(tty, shown, 256, "\n");
    assert_int_equal(read(told[0], &a, sizeof a), sizeof a);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(told[0]);
    close(tty);
    return a;
}

static void keys_become_a_password(void **state)
{
    static const struct {
        const char *keys, *is;
    } cases[] = {
        {"secret\n", "secret"},       {"secret\r", "secret"},         {"\n", ""},
        {"a b\x04", "a b"},           {"wrong\x15right\n", "right"},  {"ab\x7f\x7f\x7f\x08z\n", "z"},
        {"1234567890\n", "1234567"},  {"1234567890\x7f\n", "123456"}, {"p\xc3\xa4ss\n", "p\xc3\xa4ss"},
        {"a\x1a\x1c\n", "a\x1a\x1c"},
    };
    char shown[256];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer a = type(cases[i].keys, strlen(cases[i].keys), shown);
        assert_int_equal(a.rc, strlen(cases[i].is));
        assert_string_equal(a.text, cases[i].is);
        assert_string_equal(shown, PROMPT "\r\n"); // and nothing of what was typed
        assert_true(a.echoes_again);
    }
}

static void control_c_interrupts_and_the_terminal_is_as_it_was(void **state)
{
    char shown[256];
    (void)state;
    struct answer a = type("sec\x03", 4, shown);
    assert_int_equal(a.rc, ASKPASS_INTERRUPTED);
    assert_true(a.echoes_again);
    assert_string_equal(shown, PROMPT "\r\n");
}

// In a session of its own a process has none.
static void without_a_terminal_nobody_is_asked(void **state)
{
    int status;
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char text[CAP];
        setsid();
        _exit(askpass(PROMPT, text, sizeof text) == ASKPASS_NO_TERMINAL ? 7 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_become_a_password),
        cmocka_unit_test(control_c_interrupts_and_the_terminal_is_as_it_was),
        cmocka_unit_test(without_a_terminal_nobody_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
