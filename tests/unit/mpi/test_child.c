// SPDX-License-Identifier: MIT
// Loads that are a shell, which says what it was told and ends as it likes.
#include "mpi/child.h"

#include "base/ranks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct child child;
static char why[256];

static void start(const char *script, const struct place *place)
{
    char sh[] = "sh", option[] = "-c", text[512];
    char *argv[] = {sh, option, text, NULL};
    snprintf(text, sizeof text, "%s", script);
    setenv("HKV_BENCH", "/bin/sh", 1);
    assert_int_equal(child_start(&child, argv, place), 0);
}

static void end(void)
{
    why[0] = 0;
    child_end(&child, why, sizeof why);
    assert_true(child.gone);
    assert_int_equal(child.channel.fd, -1);
    close(child.errors);
}

// Of a rank that is not the first: what it said last is what is told of it.
static void its_last_line_says_why(void **state)
{
    static const struct {
        const char *script, *why;
        int code;
    } cases[] = {
        {"echo 'hkv-bench: no server' >&2; exit 2", "no server", 2},
        {"echo first >&2; echo 'hkv-bench run: it failed: why' >&2; exit 1", "it failed: why", 1},
        {"printf 'no name\\n\\n\\n' >&2", "no name", 0},
        {"echo 'the hkv-bench: of others' >&2", "the hkv-bench: of others", 0},
        {"printf 'hkv-bench without a colon' >&2", "hkv-bench without a colon", 0},
        {"exit 3", "the load ended with exit code 3", 3},
        {"echo out; exit 0", "the load ended with exit code 0", 0},
        {"kill -9 $$", "the load was killed by signal 9", -1},
        {"echo 'hkv-bench: said before' >&2; kill -15 $$", "the load was killed by signal 15", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start(cases[i].script, &(struct place){1, 2, -1});
        end();
        assert_string_equal(why, cases[i].why);
        assert_int_equal(WIFEXITED(child.status) ? WEXITSTATUS(child.status) : -1, cases[i].code);
    }
}

// Nobody reads it before the end: a load that says much does not stand still.
static void much_that_is_said_is_no_hindrance(void **state)
{
    (void)state;
    start("i=0; while [ $i -lt 3000 ]; do echo 'a warning of some length, again and again' >&2; "
          "i=$((i+1)); done; exit 7",
          &(struct place){1, 2, -1});
    end();
    assert_int_equal(WEXITSTATUS(child.status), 7);
}

// The shell has no way to speak over a socket but its descriptors.
static void it_has_a_channel_and_knows_its_place(void **state)
{
    static const char script[] = "set -- $" RANKS_VARIABLE "; printf '%s' \"$2 $3 $4\" >&\"$1\"";
    char said[64] = "";
    (void)state;
    start(script, &(struct place){3, 8, -1});
    assert_int_equal(recv(child.channel.fd, said, strlen("3 8 -1"), MSG_WAITALL), strlen("3 8 -1"));
    assert_string_equal(said, "3 8 -1");
    end();
    assert_int_equal(WEXITSTATUS(child.status), 0);
}

// But for rank 0, the load has the socket of the live line, and no other descriptor of the launcher.
static void only_other_ranks_inherit_the_live_line(void **state)
{
    int live[2];
    char said[8] = "";
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, live), 0);
    start("set -- $" RANKS_VARIABLE "; printf live >&\"$4\"", &(struct place){1, 2, live[1]});
    assert_int_equal(recv(live[0], said, 4, MSG_WAITALL), 4);
    assert_string_equal(said, "live");
    end();
    close(live[0]);
    close(live[1]);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, live), 0);
    start("set -- $" RANKS_VARIABLE "; test ! -e /proc/self/fd/\"$4\"", &(struct place){0, 2, live[1]});
    end();
    assert_int_equal(WEXITSTATUS(child.status), 0);
    close(live[0]);
    close(live[1]);
}

static void what_cannot_be_started_is_told(void **state)
{
    char name[] = "x", *argv[] = {name, NULL};
    (void)state;
    setenv("HKV_BENCH", "/nowhere/hkv-bench", 1);
    assert_int_equal(child_start(&child, argv, &(struct place){1, 2, -1}), -ENOENT);
    channel_close(&child.channel);
    close(child.errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_last_line_says_why),
        cmocka_unit_test(much_that_is_said_is_no_hindrance),
        cmocka_unit_test(it_has_a_channel_and_knows_its_place),
        cmocka_unit_test(only_other_ranks_inherit_the_live_line),
        cmocka_unit_test(what_cannot_be_started_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
