// SPDX-License-Identifier: MIT
#include "serve/listen.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct err err;

static void a_free_port_is_told(void **state)
{
    (void)state;
    uint16_t port = 0;
    int fd = listen_tcp("127.0.0.1", &port, &err);
    assert_true(fd >= 0);
    assert_int_not_equal(port, 0);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&to, sizeof to), 0);
    close(client);
    close(fd);
}

static void a_port_that_is_taken_is_refused(void **state)
{
    (void)state;
    uint16_t port = 0;
    char says[160];
    int fd = listen_tcp("127.0.0.1", &port, &err);
    assert_true(fd >= 0);
    uint16_t same = port;
    assert_int_equal(listen_tcp("127.0.0.1", &same, &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    snprintf(says, sizeof says,
             "cannot listen on 127.0.0.1 port %u: Address already in use (-p 0 picks a free port)", port);
    assert_string_equal(err.text, says);
    close(fd);
}

static void a_host_that_is_none_is_refused(void **state)
{
    (void)state;
    uint16_t port = 0;
    assert_int_equal(listen_tcp("127.0.0.1.5", &port, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "cannot listen on '127.0.0.1.5': "));
}

static void a_unix_socket_is_where_nothing_was(void **state)
{
    (void)state;
    char folder[] = "/tmp/hkv-listen-XXXXXX", path[64], says[128];
    struct stat s;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/s", folder);
    int fd = listen_unix(path, &err);
    assert_true(fd >= 0);
    assert_int_equal(stat(path, &s), 0);
    assert_true(S_ISSOCK(s.st_mode));
    assert_int_equal(listen_unix(path, &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    snprintf(says, sizeof says, "cannot listen on %s: something is there already; remove it first", path);
    assert_string_equal(err.text, says);
    close(fd);
    unlink(path);
    rmdir(folder);
    assert_int_equal(listen_unix(path, &err), -1); // the folder is gone
    assert_non_null(strstr(err.text, "No such file or directory"));
}

static void a_path_has_a_greatest_length(void **state)
{
    (void)state;
    char path[160] = "/";
    memset(path + 1, 'x', sizeof path - 2);
    assert_int_equal(listen_unix(path, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "a unix socket's path has at most 107 bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_free_port_is_told),
        cmocka_unit_test(a_port_that_is_taken_is_refused),
        cmocka_unit_test(a_host_that_is_none_is_refused),
        cmocka_unit_test(a_unix_socket_is_where_nothing_was),
        cmocka_unit_test(a_path_has_a_greatest_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
