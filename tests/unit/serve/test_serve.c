// SPDX-License-Identifier: MIT
// The embedded server as a whole, in its own thread, on free ports of this machine.
#include "serve/serve.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_S 20 // for what is there at once

static const struct serve_conf usual = {.host = "127.0.0.1"};

static struct serve *opened(const struct serve_conf *conf)
{
    struct serve *s = NULL;
    struct err err = {0};
    if (serve_open(&s, conf, &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

static struct serve *serving(const struct serve_conf *conf)
{
    struct serve *s = opened(conf);
    assert_int_equal(serve_start(s), 0);
    return s;
}

static int patient(int fd)
{
    const struct timeval t = {.tv_sec = PATIENCE_S};
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    return fd;
}

static int dialled(const struct serve *s)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(serve_port(s)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = patient(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

// Up to n bytes; fewer at the end of the connection.
static size_t heard(int fd, char *dst, size_t n)
{
    size_t all = 0;
    ssize_t more;
    while (all < n && (more = read(fd, dst + all, n - all)) > 0)
        all += (size_t)more;
    return all;
}

static void answers(int fd, const char *asks, const char *reply)
{
    char got[256];
    size_t n = strlen(reply);
    assert_true(n < sizeof got);
    assert_int_equal(write(fd, asks, strlen(asks)), strlen(asks));
    got[heard(fd, got, n)] = 0;
    assert_string_equal(got, reply);
}

static void connections_share_the_keys_and_nothing_else(void **state)
{
    (void)state;
    struct serve *s = serving(&usual);
    int a = dialled(s), b = dialled(s);
    assert_true(serve_port(s) > 0);
    assert_null(serve_certificate(s));
    answers(a, "SET k 1\r\n", "+OK\r\n");
    answers(b, "GET k\r\n", "$1\r\n1\r\n");
    answers(b, "SELECT 3\r\n", "+OK\r\n");
    answers(b, "GET k\r\n", "$-1\r\n");
    answers(a, "GET k\r\n", "$1\r\n1\r\n");
    close(a);
    answers(b, "PING\r\n", "+PONG\r\n"); // the other's end is not its own
    close(b);
    serve_close(s);
}

static void a_close_ends_every_connection(void **state)
{
    (void)state;
    enum { N = 100 };
    struct serve *s = serving(&usual);
    int fds[N];
    char byte;
    for (int i = 0; i < N; i++) {
        fds[i] = dialled(s);
        answers(fds[i], "PING\r\n", "+PONG\r\n");
    }
    for (int i = 0; i < N; i += 3) // in an order of their own
        close(fds[i]);
    for (int i = 1; i < N; i += 3)
        answers(fds[i], "PING\r\n", "+PONG\r\n");
    serve_close(s);
    for (int i = 0; i < N; i++)
        if (i % 3) {
            assert_true(read(fds[i], &byte, 1) <= 0);
            close(fds[i]);
        }
}

static void it_closes_though_it_never_began(void **state)
{
    (void)state;
    struct serve *s = opened(&usual);
    int fd = dialled(s); // in the backlog
    serve_close(s);
    char byte;
    assert_true(read(fd, &byte, 1) <= 0);
    close(fd);
}

static void a_unix_socket_is_gone_with_it(void **state)
{
    (void)state;
    char folder[] = "/tmp/hkv-serve-XXXXXX";
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    assert_non_null(mkdtemp(folder));
    snprintf(to.sun_path, sizeof to.sun_path, "%s/s", folder);
    struct serve *s = serving(&(struct serve_conf){.host = "127.0.0.1", .unix_path = to.sun_path});
    int by_path = patient(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), by_port = dialled(s);
    assert_int_equal(connect(by_path, (struct sockaddr *)&to, sizeof to), 0);
    answers(by_path, "SET k v\r\n", "+OK\r\n");
    answers(by_port, "GET k\r\n", "$1\r\nv\r\n"); // it is one server
    serve_close(s);
    assert_int_equal(access(to.sun_path, F_OK), -1);
    assert_int_equal(rmdir(folder), 0);
    close(by_path);
    close(by_port);
}

static void nothing_has_failed_while_it_serves(void **state)
{
    (void)state;
    struct err err = {0};
    struct serve *s = serving(&usual);
    int fd = dialled(s);
    answers(fd, "PING\r\n", "+PONG\r\n");
    struct pollfd p = {.fd = serve_ended_fd(s), .events = POLLIN};
    assert_int_equal(poll(&p, 1, 0), 0);
    assert_int_equal(serve_failed(s, &err), 0);
    assert_int_equal(err.code, ERR_NONE);
    close(fd);
    serve_close(s);
}

static void what_cannot_be_listened_on_is_told(void **state)
{
    (void)state;
    struct serve *s = opened(&usual), *other = NULL;
    struct err err = {0};
    const struct serve_conf taken = {.host = "127.0.0.1", .port = serve_port(s)};
    assert_int_equal(serve_open(&other, &taken, &err), -1);
    assert_null(other);
    assert_true(err.code != ERR_NONE && strstr(err.text, "Address already in use"));
    err = (struct err){0};
    const struct serve_conf lost = {.host = "127.0.0.1", .unix_path = "/nowhere/at/all"};
    assert_int_equal(serve_open(&other, &lost, &err), -1);
    assert_true(err.code != ERR_NONE && strstr(err.text, "/nowhere/at/all"));
    serve_close(s);
}

// --- without descriptors ---

// Of four that wait there is room for two; the others are told so by an end, and nobody is kept from the
// loop.
static void those_for_whom_there_is_no_descriptor_are_turned_away(void **state)
{
    (void)state;
    struct serve *s = opened(&usual);
    struct rlimit before, few;
    int fds[4], answered = 0, ended = 0;
    for (int i = 0; i < 4; i++) {
        fds[i] = dialled(s);
        assert_int_equal(write(fds[i], "PING\r\n", 6), 6);
    }
    int first = dup(STDERR_FILENO), second = dup(STDERR_FILENO);
    close(first);
    close(second);
    assert_int_equal(second, first + 1);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){(rlim_t)first + 2, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    int started = serve_start(s);
    for (int i = 0; i < 4; i++) {
        char got[8] = "";
        bool well = heard(fds[i], got, 7) == 7 && strcmp(got, "+PONG\r\n") == 0;
        answered += well;
        ended += !well && (recv(fds[i], got, 1, 0) == 0 || errno == ECONNRESET); // and no silence
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(started, 0);
    assert_int_equal(answered, 2);
    assert_int_equal(ended, 2);
    int later = dialled(s); // there is room again
    answers(later, "PING\r\n", "+PONG\r\n");
    close(later);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    serve_close(s);
}

// --- faults ---

static void replies_that_are_held_back_come_in_their_order(void **state)
{
    (void)state;
    struct serve_conf conf = usual;
    conf.faults.delay_ns = 20 * NS_PER_MS;
    struct serve *s = serving(&conf);
    int fd = dialled(s);
    uint64_t from_ns = clock_ns();
    answers(fd, "SET a 1\r\nGET a\r\nPING\r\n", "+OK\r\n$1\r\n1\r\n+PONG\r\n");
    assert_true(clock_ns() - from_ns >= conf.faults.delay_ns); // never sooner
    close(fd);
    serve_close(s);
}

// Some answers wait for as long as it stands still, and others come behind them.
static void it_stands_still_and_goes_on(void **state)
{
    (void)state;
    struct serve_conf conf = usual;
    conf.faults.stall_ns = 50 * NS_PER_MS;
    conf.faults.stall_every_ns = 50 * NS_PER_MS;
    struct serve *s = serving(&conf);
    int fd = dialled(s);
    for (unsigned stalls = 0; stalls < 2;) { // for ever, where it does not
        uint64_t from_ns = clock_ns();
        answers(fd, "PING\r\n", "+PONG\r\n");
        stalls += clock_ns() - from_ns >= 25 * NS_PER_MS;
    }
    close(fd);
    serve_close(s);
}

static void a_slow_reader_reads_all_of_it(void **state)
{
    (void)state;
    enum { N = 500 };
    struct serve_conf conf = usual;
    conf.faults.slow_read = true;
    struct serve *s = serving(&conf);
    int fd = dialled(s);
    for (int i = 0; i < N; i++)
        assert_int_equal(write(fd, "PING\r\n", 6), 6);
    static char got[N * 7];
    assert_int_equal(heard(fd, got, sizeof got), sizeof got);
    for (int i = 0; i < N; i++)
        assert_memory_equal(got + (size_t)i * 7, "+PONG\r\n", 7);
    close(fd);
    serve_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_share_the_keys_and_nothing_else),
        cmocka_unit_test(a_close_ends_every_connection),
        cmocka_unit_test(it_closes_though_it_never_began),
        cmocka_unit_test(a_unix_socket_is_gone_with_it),
        cmocka_unit_test(nothing_has_failed_while_it_serves),
        cmocka_unit_test(what_cannot_be_listened_on_is_told),
        cmocka_unit_test(those_for_whom_there_is_no_descriptor_are_turned_away),
        cmocka_unit_test(replies_that_are_held_back_come_in_their_order),
        cmocka_unit_test(it_stands_still_and_goes_on),
        cmocka_unit_test(a_slow_reader_reads_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
