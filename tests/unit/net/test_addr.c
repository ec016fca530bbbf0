// SPDX-License-Identifier: MIT
#include "net/addr.h"

#include "base/clock.h"
#include "peer.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/un.h>

static void reads_an_ipv4_address(void **state)
{
    (void)state;
    struct addr a;
    struct err err;
    assert_int_equal(addr_tcp(&a, &(struct addr_query){"127.0.0.1", 6379, 0, -1}, &err), 0);
    const struct sockaddr_in *in = (const struct sockaddr_in *)&a.to;
    assert_string_equal(a.text, "127.0.0.1:6379");
    assert_int_equal(a.len, sizeof *in);
    assert_int_equal(in->sin_family, AF_INET);
    assert_int_equal(ntohs(in->sin_port), 6379);
    assert_int_equal(ntohl(in->sin_addr.s_addr), INADDR_LOOPBACK);
    assert_false(addr_is_unix(&a));
}

static void reads_an_ipv6_address(void **state)
{
    (void)state;
    struct addr a;
    struct err err;
    assert_int_equal(addr_tcp(&a, &(struct addr_query){"::1", 65535, 0, -1}, &err), 0);
    const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&a.to;
    assert_string_equal(a.text, "[::1]:65535");
    assert_int_equal(a.len, sizeof *in);
    assert_int_equal(in->sin6_family, AF_INET6);
    assert_int_equal(ntohs(in->sin6_port), 65535);
    assert_memory_equal(&in->sin6_addr, &in6addr_loopback, sizeof in6addr_loopback);
    assert_false(addr_is_unix(&a));
}

// A label of a host name has at most 63 characters: this one is refused before anybody is asked.
static void tells_an_unknown_host(void **state)
{
    (void)state;
    static const char host[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid";
    struct addr a;
    struct err err = {0};
    assert_int_equal(addr_tcp(&a, &(struct addr_query){host, 6379, 0, -1}, &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(strstr(err.text, "cannot find the host 'aaaaaaaa"));
}

static void connects(const struct addr *a, int expected)
{
    int fd = socket(a->to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    int rc = connect(fd, (const struct sockaddr *)&a->to, a->len);
    assert_int_equal(rc < 0 ? errno : 0, expected);
    close(fd);
}

static bool has_localhost(void)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    if (getaddrinfo("localhost", NULL, &hints, &list) != 0)
        return false;
    freeaddrinfo(list);
    return true;
}

// Where localhost is ::1 as well, that address comes first in the list and refuses.
static void takes_the_address_that_accepts(void **state)
{
    (void)state;
    struct place p;
    struct addr a;
    struct err err;
    if (!has_localhost())
        skip();
    place_listen(&p, false, 16);
    uint16_t port = ntohs(((const struct sockaddr_in *)&p.addr.to)->sin_port);
    assert_int_equal(addr_tcp(&a, &(struct addr_query){"localhost", port, NS_PER_S, -1}, &err), 0);
    connects(&a, 0);
    assert_int_equal(strncmp(a.text, "localhost:", 10), 0);
    close(p.fd);
}

// That is found out, and told, by the connections themselves.
static void takes_the_first_where_none_accepts(void **state)
{
    (void)state;
    struct place p;
    struct addr a;
    struct err err;
    if (!has_localhost())
        skip();
    place_bind(&p, false);
    uint16_t port = ntohs(((const struct sockaddr_in *)&p.addr.to)->sin_port);
    assert_int_equal(addr_tcp(&a, &(struct addr_query){"localhost", port, NS_PER_S, -1}, &err), 0);
    connects(&a, ECONNREFUSED);
    close(p.fd);
}

static void takes_a_path(void **state)
{
    (void)state;
    struct addr a;
    struct err err;
    assert_int_equal(addr_unix(&a, "/tmp/some.sock", &err), 0);
    const struct sockaddr_un *un = (const struct sockaddr_un *)&a.to;
    assert_true(addr_is_unix(&a));
    assert_string_equal(un->sun_path, "/tmp/some.sock");
    assert_string_equal(a.text, "/tmp/some.sock");
    assert_int_equal(a.len, sizeof *un);
}

// The length tells where an abstract name ends: it may hold any bytes.
static void takes_an_abstract_name(void **state)
{
    (void)state;
    struct addr a;
    struct err err;
    assert_int_equal(addr_unix(&a, "@name", &err), 0);
    const struct sockaddr_un *un = (const struct sockaddr_un *)&a.to;
    assert_true(addr_is_unix(&a));
    assert_memory_equal(un->sun_path, "\0name", 5);
    assert_int_equal(a.len, offsetof(struct sockaddr_un, sun_path) + 5);
    assert_string_equal(a.text, "@name");
}

static void refuses_paths_that_do_not_fit(void **state)
{
    (void)state;
    char path[109];
    struct addr a;
    struct err err = {0};
    memset(path, 'p', sizeof path);
    path[107] = 0;
    assert_int_equal(addr_unix(&a, path, &err), 0);
    assert_string_equal(a.text, path);
    path[107] = 'p';
    path[108] = 0;
    assert_int_equal(addr_unix(&a, path, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, "a socket path has 1 to 107 bytes, this one has 108");
    assert_int_equal(addr_unix(&a, "", &err), -1);
    assert_string_equal(err.text, "a socket path has 1 to 107 bytes, this one has 0");
}

// --- names, and addresses in digits ---

static void a_name_gives_its_host_back(void **state)
{
    static const struct {
        const char *host, *text, *is;
    } cases[] = {{"127.0.0.1", "127.0.0.1:6379", "127.0.0.1"},
                 {"::1", "[::1]:6379", "::1"},
                 {"fe80::1%eth0", "[fe80::1%eth0]:6379", "fe80::1%eth0"},
                 {"redis.example", "redis.example:6379", "redis.example"},
                 {"", ":6379", ""}};
    char host[sizeof(((struct addr *)0)->text)];
    struct addr a;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        addr_name(&a, cases[i].host, 6379);
        assert_string_equal(a.text, cases[i].text);
        assert_int_equal(a.len, 0); // a name alone is no address
        assert_string_equal(addr_host(&a, host), cases[i].is);
    }
    strcpy(a.text, "/tmp/redis.sock");
    assert_string_equal(addr_host(&a, host), "/tmp/redis.sock");
    addr_name(&a, "::1", 1);
    assert_string_equal(addr_host(&a, a.text), "::1"); // in place
}

static void digits_need_no_lookup(void **state)
{
    static const char *const none[] = {"localhost", "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "[::1]", "::g"};
    struct addr a;
    (void)state;
    assert_int_equal(addr_literal(&a, "10.1.2.3", 7000), 0);
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&a.to;
    assert_int_equal(v4->sin_family, AF_INET);
    assert_int_equal(ntohl(v4->sin_addr.s_addr), 0x0a010203);
    assert_int_equal(ntohs(v4->sin_port), 7000);
    assert_int_equal(a.len, sizeof *v4);
    assert_int_equal(addr_literal(&a, "::1", 7000), 0);
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&a.to;
    assert_int_equal(v6->sin6_family, AF_INET6);
    assert_memory_equal(&v6->sin6_addr, &in6addr_loopback, sizeof in6addr_loopback);
    assert_int_equal(a.len, sizeof *v6);
    assert_string_equal(a.text, "[::1]:7000");
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(addr_literal(&a, none[i], 7000), -EINVAL);
}

static void all_addresses_are_taken_as_far_as_there_is_room(void **state)
{
    struct addr all[4];
    struct err err = {0};
    struct addr_query q = {"127.0.0.1", 6379, 0, -1};
    (void)state;
    assert_int_equal(addr_tcp_all(all, 4, &q, &err), 1); // that accepts nobody counts too
    assert_string_equal(all[0].text, "127.0.0.1:6379");
    assert_int_equal(ntohs(((const struct sockaddr_in *)&all[0].to)->sin_port), 6379);
    assert_int_equal(addr_tcp_all(all, 0, &q, &err), 0);
    q.host = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid";
    assert_int_equal(addr_tcp_all(all, 4, &q, &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);
}

// The user has had enough before it has begun.
static void a_search_that_is_stopped_ends(void **state)
{
    int stop[2];
    struct addr a;
    struct err err = {0};
    (void)state;
    if (!has_localhost())
        skip();
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(stop[1], "", 1), 1);
    assert_int_equal(addr_tcp(&a, &(struct addr_query){"localhost", 6379, NS_PER_S, stop[0]}, &err), -1);
    assert_string_equal(err.text, "interrupted while looking up the host 'localhost'");
    close(stop[0]);
    close(stop[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_an_ipv4_address),
        cmocka_unit_test(reads_an_ipv6_address),
        cmocka_unit_test(tells_an_unknown_host),
        cmocka_unit_test(takes_the_address_that_accepts),
        cmocka_unit_test(takes_the_first_where_none_accepts),
        cmocka_unit_test(takes_a_path),
        cmocka_unit_test(takes_an_abstract_name),
        cmocka_unit_test(refuses_paths_that_do_not_fit),
        cmocka_unit_test(a_name_gives_its_host_back),
        cmocka_unit_test(digits_need_no_lookup),
        cmocka_unit_test(all_addresses_are_taken_as_far_as_there_is_room),
        cmocka_unit_test(a_search_that_is_stopped_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
