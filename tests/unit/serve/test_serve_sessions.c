// SPDX-License-Identifier: MIT
// Its connections, as they come, ask and go.
#include "serve/serve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static struct serve *server;
static struct err err;

static int begin(void **state)
{
    struct serve_conf conf = {.host = "127.0.0.1"};
    (void)state;
    err = (struct err){0};
    return serve_open(&server, &conf, &err) < 0 ? -1 : serve_start(server);
}

static int end(void **state)
{
    (void)state;
    serve_close(server);
    return 0;
}

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons(serve_port(server))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    return fd;
}

// A short answer to a line.
static const char *ask(int fd, const char *line)
{
    static char text[4096];
    assert_int_equal(send(fd, line, strlen(line), MSG_NOSIGNAL), strlen(line));
    ssize_t n = recv(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static void it_answers_at_a_port_that_was_free(void **state)
{
    (void)state;
    assert_true(serve_port(server) > 0);
    assert_null(serve_certificate(server)); // it speaks plainly
    int fd = dial();
    assert_string_equal(ask(fd, "PING\r\n"), "+PONG\r\n");
    assert_int_equal(serve_failed(server, &err), 0);
    close(fd);
}

static void a_port_that_is_taken_is_refused(void **state)
{
    struct serve *second;
    struct serve_conf conf = {.host = "127.0.0.1", .port = serve_port(server)};
    (void)state;
    assert_int_equal(serve_open(&second, &conf, &err), -1);
    assert_int_not_equal(err.code, ERR_NONE);
    assert_non_null(strstr(err.text, "in use"));
}

static void one_that_never_served_is_closed_too(void **state)
{
    struct serve *idle;
    struct serve_conf conf = {.host = "127.0.0.1"};
    (void)state;
    assert_int_equal(serve_open(&idle, &conf, &err), 0);
    assert_int_not_equal(serve_port(idle), serve_port(server));
    serve_close(idle);
}

static void a_path_beside_the_port_is_removed_at_the_end(void **state)
{
    struct serve *both;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char path[] = "/tmp/hkv-serve-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(path));
    snprintf(to.sun_path, sizeof to.sun_path, "%s/s", path);
    struct serve_conf conf = {.host = "127.0.0.1", .unix_path = to.sun_path};
    assert_int_equal(serve_open(&both, &conf, &err), 0);
    assert_int_equal(serve_start(both), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_string_equal(ask(fd, "PING\r\n"), "+PONG\r\n");
    serve_close(both);
    close(fd);
    assert_int_equal(rmdir(path), 0); // nothing is left in it
}

static bool connected(int fd, unsigned n)
{
    char line[40];
    snprintf(line, sizeof line, "connected_clients:%u\r\n", n);
    return strstr(ask(fd, "INFO\r\n"), line) != NULL;
}

// The server's own end of a connection, which lives in this process.
static int other_end(int fd)
{
    struct sockaddr_in mine = {0}, peer = {0};
    socklen_t len = sizeof mine;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&mine, &len), 0);
    for (int i = 0; i < 256; i++) {
        len = sizeof peer;
        if (getpeername(i, (struct sockaddr *)&peer, &len) == 0 && peer.sin_family == AF_INET &&
            peer.sin_port == mine.sin_port)
            return i;
    }
    fail_msg("nobody is at the other end");
    return -1;
}

// As while another program is started: for a moment it has all descriptors, and what is closed here is not
// wholly closed.
static void a_connection_that_ended_is_not_looked_at_again(void **state)
{
    (void)state;
    int first = dial(), second = dial();
    assert_string_equal(ask(first, "PING\r\n"), "+PONG\r\n");
    assert_true(connected(second, 2));
    int kept = (int)syscall(SYS_dup, other_end(first)); // behind the back of ThreadSanitizer
    assert_true(kept >= 0);
    close(first);
    for (int i = 0; i < 20000 && !connected(second, 1); i++)
        ;
    for (int i = 0; i < 100; i++) // turns of its loop
        assert_true(connected(second, 1));
    int third = dial();
    assert_string_equal(ask(third, "PING\r\n"), "+PONG\r\n");
    assert_true(connected(second, 2));
    close(kept);
    close(third);
    close(second);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_answers_at_a_port_that_was_free),
        TEST(a_port_that_is_taken_is_refused),
        TEST(one_that_never_served_is_closed_too),
        TEST(a_path_beside_the_port_is_removed_at_the_end),
        TEST(a_connection_that_ended_is_not_looked_at_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
