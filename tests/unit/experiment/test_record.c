// SPDX-License-Identifier: MIT
// MONITOR of a server that follows a script: what is written down of it, and what ends it.
#include "experiment/record.h"

#include "null.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECES 8
#define LINE1 "1700000000.1 [0 127.0.0.1:5] \"SET\" \"a\" \"x\\r\\n\""
#define LINE2 "1700000000.2 [0 127.0.0.1:5] \"GET\" \"a\""
#define PIECE_MS 5 // apart, so that most of them arrive apart: whether they do changes nothing

// Answers the first bytes that come with all pieces, and hangs up, or waits until the other side does.
struct script {
    const char *pieces[PIECES];
    bool holds;
    int listener;
    char heard[256];
    pthread_t thread;
};

static void play(struct script *s, int fd)
{
    for (int i = 0; i < PIECES && s->pieces[i]; i++) {
        if (send(fd, s->pieces[i], strlen(s->pieces[i]), MSG_NOSIGNAL) < 0)
            return;
        usleep(PIECE_MS * 1000);
    }
    char rest[64];
    while (s->holds && recv(fd, rest, sizeof rest, 0) > 0)
        ;
}

static void *serve(void *arg)
{
    struct script *s = arg;
    size_t len = 0;
    int fd = accept(s->listener, NULL, NULL);
    if (fd < 0)
        return NULL;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    while (!strstr(s->heard, "MONITOR\r\n")) {
        ssize_t n = recv(fd, s->heard + len, sizeof s->heard - 1 - len, 0);
        if (n <= 0)
            break;
        s->heard[len += (size_t)n] = 0;
    }
    play(s, fd);
    close(fd);
    return NULL;
}

static struct script script;
static struct session session;
static struct workload workload;
static struct server server;
static struct recorded found;
static struct err err;
static char *text;

static void ignore(void *ctx, const char *sentence)
{
    (void)ctx;
    (void)sentence;
}

static int begin(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    (void)state;
    script = (struct script){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (bind(script.listener, (struct sockaddr *)&at, len) < 0 || listen(script.listener, 1) < 0 ||
        getsockname(script.listener, (struct sockaddr *)&at, &len) < 0)
        return -1;
    workload = null_workload(NULL);
    workload.run.engine = ENGINE_EPOLL;
    workload.run.port = ntohs(at.sin_port);
    workload.run.requests = 0;
    session = (struct session){0};
    server = (struct server){0};
    err = (struct err){0};
    session_begin(&session, ignore, NULL);
    return server_begin(&server, &session, &workload, &err);
}

static int end(void **state)
{
    (void)state;
    close(script.listener);
    server_close(&server);
    session_close(&session);
    free(text);
    text = NULL;
    return 0;
}

static int record_to(FILE *out)
{
    assert_int_equal(pthread_create(&script.thread, NULL, serve, &script), 0);
    int rc = record_run(&server, &(struct record_conf){&workload.run, out}, &found, &err);
    shutdown(script.listener, SHUT_RDWR); // where nobody came
    pthread_join(script.thread, NULL);
    return rc;
}

// Answers what record_run does; what was written is in text.
static int record(void)
{
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    int rc = record_to(out);
    fclose(out);
    assert_int_equal(found.bytes, len);
    return rc;
}

static void lines_are_written_as_they_are(void **state)
{
    (void)state;
    script.pieces[0] = "+OK\r\n+" LINE1 "\r\n+" LINE2 "\r\n";
    script.holds = true;
    workload.run.requests = 2;
    assert_int_equal(record(), 0);
    assert_string_equal(text, LINE1 "\n" LINE2 "\n");
    assert_int_equal(found.lines, 2);
    assert_string_equal(script.heard, "*1\r\n$7\r\nMONITOR\r\n");
}

static void lines_that_come_in_pieces_are_whole(void **state)
{
    (void)state;
    static const char *const cut[] = {"+O",          "K\r", "\n+1.5 [0 a",
                                      "] \"GET\"\r", "\n+", "2.5 [0 b] \"PING\"\r\n"};
    memcpy(script.pieces, cut, sizeof cut);
    script.holds = true;
    workload.run.requests = 2;
    assert_int_equal(record(), 0);
    assert_string_equal(text, "1.5 [0 a] \"GET\"\n2.5 [0 b] \"PING\"\n");
}

// A plus begins a line, and nothing else that comes first.
static void a_piece_that_begins_with_a_plus_loses_none(void **state)
{
    (void)state;
    script.pieces[0] = "+OK\r\n+1 \"SET\" \"a";
    script.pieces[1] = "+b\"\r\n";
    script.holds = true;
    workload.run.requests = 1;
    assert_int_equal(record(), 0);
    assert_string_equal(text, "1 \"SET\" \"a+b\"\n");
}

static void no_more_than_were_asked_for(void **state)
{
    (void)state;
    script.pieces[0] = "+OK\r\n+one\r\n+two\r\n+three\r\n";
    script.holds = true;
    workload.run.requests = 1;
    assert_int_equal(record(), 0);
    assert_string_equal(text, "one\n");
    assert_int_equal(found.lines, 1);
}

static void it_lasts_as_long_as_was_asked_for(void **state)
{
    (void)state;
    script.pieces[0] = "+OK\r\n+one\r\n";
    script.holds = true;
    workload.run.duration_ns = 60 * NS_PER_MS;
    assert_int_equal(record(), 0);
    assert_string_equal(text, "one\n");
    assert_true(found.took_ns >= 60 * NS_PER_MS);
}

// What came before stays, and the code is that of a run.
static void a_server_that_goes_leaves_what_it_told(void **state)
{
    (void)state;
    script.pieces[0] = "+OK\r\n+one\r\n+two\r\n+thr";
    assert_int_equal(record(), -1);
    assert_string_equal(text, "one\ntwo\nthr\n"); // the last one as far as it came
    assert_int_equal(found.lines, 3);
    assert_int_equal(err.code, ERR_RUN);
    char says[256];
    snprintf(says, sizeof says, "%s ended MONITOR after 2 commands: ", server.target.addr.text);
    assert_memory_equal(err.text, says, strlen(says));
    assert_true(strlen(err.text) > strlen(says));
}

static void a_server_that_goes_before_is_a_failed_connection(void **state)
{
    (void)state;
    script.pieces[0] = "+O";
    assert_int_equal(record(), -1);
    assert_string_equal(text, "");
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(strstr(err.text, " could not be monitored after 0 commands: "));
    assert_int_equal(found.took_ns, 0);
}

static void a_server_that_says_nothing_is_given_the_grace_time(void **state)
{
    (void)state;
    script.holds = true;
    workload.run.grace_ns = 30 * NS_PER_MS;
    assert_int_equal(record(), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(strstr(err.text, " could not be monitored after 0 commands: no answer came"));
}

static void a_refusal_is_quoted_without_the_password(void **state)
{
    (void)state;
    script.pieces[0] = "-ERR 'sesame' is no password\r\n";
    script.holds = true;
    workload.run.password = "sesame";
    assert_int_equal(record(), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(
        strstr(err.text, " refused MONITOR, or what comes before it: \"ERR '***' is no password\""));
    assert_non_null(strstr(script.heard, "AUTH"));
}

// Its answer is one more than MONITOR's own.
static void a_log_in_is_answered_first(void **state)
{
    (void)state;
    script.pieces[0] = "+OK\r\n";
    script.pieces[1] = "+OK\r\n+one\r\n";
    script.holds = true;
    workload.run.password = "sesame";
    workload.run.requests = 1;
    assert_int_equal(record(), 0);
    assert_string_equal(text, "one\n");
}

static void what_speaks_no_resp_is_refused(void **state)
{
    (void)state;
    script.pieces[0] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    assert_int_equal(record(), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(
        strstr(err.text, " refused MONITOR, or what comes before it: \"HTTP/1.1 400 Bad Request"));
}

static void nobody_there_is_a_failed_connection(void **state)
{
    (void)state;
    shutdown(script.listener, SHUT_RDWR); // refuses from now on
    assert_int_equal(record(), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(strstr(err.text, "Connection refused"));
}

static void a_signal_ends_it_in_good_order(void **state)
{
    (void)state;
    session.stop.signal = SIGINT;
    assert_int_equal(record(), 0);
    assert_string_equal(text, "");
    assert_int_equal(found.lines, 0);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    script.pieces[0] = "+OK\r\n+one\r\n";
    script.holds = true;
    assert_int_equal(record_to(full), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_string_equal(err.text, "the trace could not be written: No space left on device");
    fclose(full);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_are_written_as_they_are),
        TEST(lines_that_come_in_pieces_are_whole),
        TEST(a_piece_that_begins_with_a_plus_loses_none),
        TEST(no_more_than_were_asked_for),
        TEST(it_lasts_as_long_as_was_asked_for),
        TEST(a_server_that_goes_leaves_what_it_told),
        TEST(a_server_that_goes_before_is_a_failed_connection),
        TEST(a_server_that_says_nothing_is_given_the_grace_time),
        TEST(a_refusal_is_quoted_without_the_password),
        TEST(a_log_in_is_answered_first),
        TEST(what_speaks_no_resp_is_refused),
        TEST(nobody_there_is_a_failed_connection),
        TEST(a_signal_ends_it_in_good_order),
        TEST(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
