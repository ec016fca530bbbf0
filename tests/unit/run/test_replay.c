// SPDX-License-Identifier: MIT
// A trace that a thread reads ahead: what of it is handed over, when that is due, and what is refused.
#include "run/replay.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/hkv-replay-XXXXXX";
static struct run_conf conf;
static struct replayed told;

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static struct replay *reading(const char *text, double speed)
{
    struct replay *r;
    struct err err = {0};
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    conf.replay.path = path;
    conf.replay.speed = speed;
    if (replay_open(&r, &conf, &err) < 0)
        fail_msg("%s", err.text);
    return r;
}

// The next request, to be freed; NULL at the end of the trace.
static struct replay_entry *next(struct replay *r)
{
    struct replay_entry *e = NULL;
    enum replay_next what;
    while ((what = replay_take(r, &e)) == REPLAY_NOT_YET)
        usleep(100);
    return what == REPLAY_TAKEN ? e : NULL;
}

static void gives(struct replay *r, uint64_t due_ns, const char *bytes)
{
    struct replay_entry *e = next(r);
    assert_non_null(e);
    assert_int_equal(e->due_ns, due_ns);
    if (!slice_is((struct slice){e->bytes, e->len}, bytes))
        fail_msg("%.*s", (int)e->len, e->bytes);
    free(e);
}

static void ends(struct replay *r)
{
    assert_null(next(r));
    replay_tell(r, &told);
    replay_close(r);
    conf = (struct run_conf){0};
}

#define GET_A "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"

static void lines_are_due_as_they_were_sent(void **state)
{
    (void)state;
    struct replay *r = reading("100.5,GET,a\n"
                               "100.75,GET,a\n"
                               "101.5,SET,a,\"x\"\"y\"\n",
                               2);
    gives(r, 0, GET_A); // the trace begins with its first request
    gives(r, 125000000, GET_A);
    gives(r, 500000000, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\nx\"y\r\n");
    ends(r);
    assert_int_equal(told.lines, 3);
    assert_int_equal(told.backwards, 0);
    assert_int_equal(replayed_unusable(&told), 0);
    assert_string_equal(told.commands[0].name, "get");
    assert_string_equal(told.commands[1].name, "set");
    assert_string_equal(told.error, "");
    assert_true(told.speed == 2);
}

static void without_a_speed_all_is_due_at_once(void **state)
{
    (void)state;
    struct replay *r = reading("1,GET,a\n9,GET,a\n", 0);
    gives(r, 0, GET_A);
    gives(r, 0, GET_A);
    ends(r);
}

// Lines of several clients may be a little out of order: none is due before another that was read earlier.
static void time_never_goes_backwards(void **state)
{
    (void)state;
    struct replay *r = reading("5,GET,a\n7,GET,a\n6,GET,a\n8,GET,a\n", 1);
    gives(r, 0, GET_A);
    gives(r, UINT64_C(2000000000), GET_A);
    gives(r, UINT64_C(2000000000), GET_A);
    gives(r, UINT64_C(3000000000), GET_A);
    ends(r);
    assert_int_equal(told.backwards, 1);
}

static void what_cannot_be_sent_is_told_by_reason_and_line(void **state)
{
    (void)state;
    struct replay *r = reading("OK\n"
                               "1339518083.1 [0 127.0.0.1:60866] \"BLPOP\" \"q\" \"0\"\n"
                               "1339518083.2 [3 127.0.0.1:60866] \"GET\" \"b\"\n"
                               "1339518083.3 [0 lua] \"GET\" \"b\"\n"
                               "rubbish\n"
                               "1339518083.4 [0 127.0.0.1:60866] \"FLUSHALL\"\n"
                               "1339518083.5 [0 127.0.0.1:60866] \"MULTI\"\n"
                               "\n"
                               "1339518084.0 [0 127.0.0.1:60866] \"GET\" \"a\"",
                               1);
    gives(r, 0, GET_A); // what was refused before it does not count; nor is its line's end needed
    ends(r);
    static const struct {
        enum replay_fault fault;
        uint64_t line;
        const char *sample;
    } all[] = {{REPLAY_BLOCKING, 2, "BLPOP"},    {REPLAY_DATABASE, 3, "GET"},   {REPLAY_SCRIPT, 4, "GET"},
               {REPLAY_MALFORMED, 5, "rubbish"}, {REPLAY_ADMIN, 6, "FLUSHALL"}, {REPLAY_STATE, 7, "MULTI"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_int_equal(told.unusable[all[i].fault].count, 1);
        assert_int_equal(told.unusable[all[i].fault].first, all[i].line);
        assert_string_equal(told.unusable[all[i].fault].sample, all[i].sample);
    }
    assert_int_equal(told.lines, 7); // a blank one and the OK are none
    assert_int_equal(replayed_unusable(&told), 6);
}

static void the_database_that_is_meant_and_administration_may_be_sent(void **state)
{
    (void)state;
    conf.dbnum = 3;
    conf.replay.admin = true;
    struct replay *r = reading("1 [3 127.0.0.1:1] \"FLUSHALL\"\n1 [0 127.0.0.1:1] \"GET\" \"a\"\n", 1);
    gives(r, 0, "*1\r\n$8\r\nFLUSHALL\r\n");
    ends(r);
    assert_int_equal(told.unusable[REPLAY_DATABASE].count, 1);
    assert_int_equal(told.unusable[REPLAY_ADMIN].count, 0);
}

static void so_many_requests_and_no_more(void **state)
{
    (void)state;
    conf.requests = 2;
    struct replay *r = reading("1,NOSUCH,a\nrubbish\n1,GET,a\n1,GET,a\n1,GET,a\n", 1);
    struct replay_entry *first = next(r);
    assert_non_null(first);
    free(first);
    gives(r, 0, GET_A);
    ends(r);
    assert_int_equal(told.lines, 3);
}

// More than is read ahead, by a reader that has to wait for room again and again: each line once, in order.
static void a_long_trace_goes_through_a_bounded_ring(void **state)
{
    (void)state;
    enum { N = 20000 };
    char *text = malloc(N * 32), *at = text;
    assert_non_null(text);
    for (int i = 0; i < N; i++)
        at += snprintf(at, 32, "%d,GET,key:%06d\n", i, i);
    struct replay *r = reading(text, 1);
    for (int i = 0; i < N; i++) {
        char bytes[64];
        snprintf(bytes, sizeof bytes, "*2\r\n$3\r\nGET\r\n$10\r\nkey:%06d\r\n", i);
        gives(r, (uint64_t)i * 1000000000, bytes);
    }
    ends(r);
    assert_int_equal(told.lines, N);
    free(text);
}

// Whoever does not want the rest of it gets away, though the reader waits for room; or for its file.
static void it_can_be_left_at_any_time(void **state)
{
    (void)state;
    enum { N = 10000 };
    char *text = malloc(N * 16), *at = text;
    assert_non_null(text);
    for (int i = 0; i < N; i++)
        at += snprintf(at, 16, "%d,GET,a\n", i);
    struct replay *r = reading(text, 1);
    gives(r, 0, GET_A);
    replay_close(r);
    free(text);
    char fifo[64];
    struct err err = {0};
    snprintf(fifo, sizeof fifo, "%s.fifo", path);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    int writer = open(fifo, O_RDWR | O_CLOEXEC); // which says nothing
    conf.replay.path = fifo;
    assert_int_equal(replay_open(&r, &conf, &err), 0);
    struct replay_entry *e;
    assert_int_equal(replay_take(r, &e), REPLAY_NOT_YET);
    replay_tell(r, &told);
    assert_int_equal(told.late, 1); // a sender found that it was not read so far
    replay_close(r);
    replay_close(NULL);
    close(writer);
    unlink(fifo);
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    struct replay *r = (struct replay *)&told;
    struct err err = {0};
    conf.replay.path = "/nowhere/a\x1b.trace";
    assert_int_equal(replay_open(&r, &conf, &err), -1);
    assert_null(r);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, "--replay: cannot read /nowhere/a\\x1b.trace: No such file or directory");
    conf.replay.path = "/tmp";
    assert_int_equal(replay_open(&r, &conf, &err), -1);
    assert_string_equal(err.text, "--replay: cannot read /tmp: Is a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_due_as_they_were_sent),
        cmocka_unit_test(without_a_speed_all_is_due_at_once),
        cmocka_unit_test(time_never_goes_backwards),
        cmocka_unit_test(what_cannot_be_sent_is_told_by_reason_and_line),
        cmocka_unit_test(the_database_that_is_meant_and_administration_may_be_sent),
        cmocka_unit_test(so_many_requests_and_no_more),
        cmocka_unit_test(a_long_trace_goes_through_a_bounded_ring),
        cmocka_unit_test(it_can_be_left_at_any_time),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
