// SPDX-License-Identifier: MIT
#include "net/conn.h"

#include "stream.h"

#include <netinet/tcp.h>
#include <sys/stat.h>

// A connection that stands, and its other end.
static int join(struct conn *c, struct place *p, bool local)
{
    place_listen(p, local, 16);
    assert_int_equal(conn_dial(c, &p->addr), 0);
    int peer = peer_accept(p);
    if (c->connecting) {
        assert_true(peer_waits(c->fd, POLLOUT));
        assert_int_equal(conn_dialled(c), 0);
    }
    assert_false(c->connecting);
    return peer;
}

static void part(struct conn *c, struct place *p, int peer)
{
    conn_close(c);
    close(peer);
    close(p->fd);
}

static void dials_without_delay(void **state)
{
    (void)state;
    struct conn c = {0};
    struct place p;
    int peer = join(&c, &p, false);
    int on = 0;
    socklen_t len = sizeof on;
    char byte;
    assert_int_equal(getsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
    assert_int_not_equal(on, 0);
    assert_int_equal(conn_receive(&c, &byte, 1), -EAGAIN); // it does not block
    part(&c, &p, peer);
}

static void tells_who_refuses(void **state)
{
    (void)state;
    struct conn c = {0};
    struct place p;
    place_bind(&p, false);
    int rc = conn_dial(&c, &p.addr);
    if (rc == 0) {
        assert_true(c.connecting);
        assert_true(peer_waits(c.fd, POLLOUT));
        rc = conn_dialled(&c);
        conn_close(&c);
    }
    assert_int_equal(rc, -ECONNREFUSED);
    assert_int_equal(c.fd, -1);
    close(p.fd);
    place_bind(&p, true);
    assert_int_equal(conn_dial(&c, &p.addr), -ECONNREFUSED);
    assert_int_equal(c.fd, -1);
    close(p.fd);
}

static void dials_a_path(void **state)
{
    (void)state;
    char folder[] = "/tmp/hkv-unit-XXXXXX";
    char path[64];
    struct addr a;
    struct err err;
    struct conn c = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/s", folder);
    assert_int_equal(addr_unix(&a, path, &err), 0);
    assert_int_equal(conn_dial(&c, &a), -ENOENT);
    struct place p = {.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_int_equal(bind(p.fd, (const struct sockaddr *)&a.to, a.len), 0);
    assert_int_equal(listen(p.fd, 16), 0);
    assert_int_equal(conn_dial(&c, &a), 0);
    part(&c, &p, peer_accept(&p));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

// Where a unix socket's queue is full, the call has to be made again: nothing is under way.
static void tells_a_full_backlog(void **state)
{
    (void)state;
    enum { MANY = 16 };
    struct conn c[MANY] = {0};
    struct place p;
    place_listen(&p, true, 1);
    int rc = 0, n = 0;
    while (n < MANY && (rc = conn_dial(&c[n], &p.addr)) == 0)
        n++;
    assert_in_range(n, 1, MANY - 1);
    assert_int_equal(rc, -EAGAIN);
    assert_int_equal(c[n].fd, -1);
    close(peer_accept(&p));
    assert_int_equal(conn_dial(&c[n], &p.addr), 0);
    for (int i = 0; i <= n; i++)
        conn_close(&c[i]);
    close(p.fd);
}

static void sends_pieces_in_order(void **state)
{
    (void)state;
    struct conn c = {0};
    struct place p;
    char got[32] = {0};
    struct iovec pieces[] = {{"", 0}, {"one ", 4}, {"", 0}, {"two ", 4}, {"three", 5}, {"", 0}};
    int peer = join(&c, &p, true);
    c.out = pieces;
    c.out_n = 6;
    assert_int_equal(conn_send(&c), 0);
    assert_int_equal(c.out_n, 0);
    assert_int_equal(recv(peer, got, sizeof got, 0), 13);
    assert_string_equal(got, "one two three");
    assert_int_equal(conn_send(&c), 0); // nothing to send is no failure
    part(&c, &p, peer);
}

// Half as many again as one call to the kernel takes.
static void sends_very_many_pieces(void **state)
{
    (void)state;
    enum { MANY = CONN_PIECES_MAX * 3 / 2 };
    static struct iovec pieces[MANY];
    static char bytes[MANY * 3];
    struct conn c = {0};
    struct place p;
    stream_fill(bytes, 0, sizeof bytes, 7);
    for (size_t i = 0; i < MANY; i++)
        pieces[i] = (struct iovec){bytes + 3 * i, 3};
    int peer = join(&c, &p, true);
    c.out = pieces;
    c.out_n = MANY;
    assert_int_equal(conn_send(&c), 0);
    assert_int_equal(c.out_n, 0);
    size_t got = 0;
    while (got < sizeof bytes && peer_waits(peer, POLLIN))
        got += peer_drinks(peer, got, 7);
    assert_int_equal(got, sizeof bytes);
    part(&c, &p, peer);
}

// What did not go out stays, from the first byte that was not taken.
static void goes_on_where_it_stopped(void **state)
{
    (void)state;
    enum { BYTES = 8 << 20, PIECES = 7 };
    struct iovec pieces[PIECES];
    struct conn c = {0};
    struct place p;
    char *bytes = malloc(BYTES);
    assert_non_null(bytes);
    stream_fill(bytes, 0, BYTES, 3);
    for (size_t i = 0; i < PIECES; i++) {
        size_t at = BYTES / PIECES * i, end = i + 1 < PIECES ? at + BYTES / PIECES : BYTES;
        pieces[i] = (struct iovec){bytes + at, end - at};
    }
    int peer = join(&c, &p, true);
    c.out = pieces;
    c.out_n = PIECES;
    int rc = conn_send(&c);
    assert_int_equal(rc, -EAGAIN);
    size_t got = 0;
    while (got < BYTES && peer_waits(peer, POLLIN)) {
        got += peer_drinks(peer, got, 3);
        if (rc == -EAGAIN)
            rc = conn_send(&c);
    }
    assert_int_equal(got, BYTES);
    assert_int_equal(rc, 0);
    assert_int_equal(c.out_n, 0);
    part(&c, &p, peer);
    free(bytes);
}

static void receives_up_to_the_end(void **state)
{
    (void)state;
    struct conn c = {0};
    struct place p;
    char got[8] = {0};
    int peer = join(&c, &p, true);
    peer_says(peer, "hello");
    assert_int_equal(conn_receive(&c, got, 3), 3);
    assert_int_equal(conn_receive(&c, got + 3, 5), 2);
    assert_string_equal(got, "hello");
    assert_int_equal(conn_receive(&c, got, 8), -EAGAIN);
    shutdown(peer, SHUT_WR);
    assert_int_equal(conn_receive(&c, got, 8), 0);
    part(&c, &p, peer);
}

// No signal: a peer that goes away is an answer like any other.
static void tells_a_broken_connection(void **state)
{
    (void)state;
    struct conn c = {0};
    struct place p;
    char byte;
    struct iovec piece = {"x", 1};
    int peer = join(&c, &p, true);
    c.out = &piece;
    c.out_n = 1;
    assert_int_equal(conn_send(&c), 0);
    close(peer); // with a byte unread: by force
    assert_int_equal(conn_receive(&c, &byte, 1), -ECONNRESET);
    piece = (struct iovec){"y", 1};
    c.out = &piece;
    c.out_n = 1;
    assert_int_equal(conn_send(&c), -EPIPE);
    assert_int_equal(c.out_n, 1);
    conn_close(&c);
    close(p.fd);
}

static void closes_for_the_peer_too(void **state)
{
    (void)state;
    struct conn c = {0};
    struct place p;
    int peer = join(&c, &p, false);
    int other = dup(c.fd); // as an io_uring that still has a request under way
    c.blocked = true;
    conn_close(&c);
    assert_true(peer_is_left(peer));
    assert_int_equal(c.fd, -1);
    assert_false(c.blocked);
    conn_close(&c); // once more does no harm
    assert_int_equal(c.fd, -1);
    close(other);
    close(peer);
    close(p.fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dials_without_delay),
        cmocka_unit_test(tells_who_refuses),
        cmocka_unit_test(dials_a_path),
        cmocka_unit_test(tells_a_full_backlog),
        cmocka_unit_test(sends_pieces_in_order),
        cmocka_unit_test(sends_very_many_pieces),
        cmocka_unit_test(goes_on_where_it_stopped),
        cmocka_unit_test(receives_up_to_the_end),
        cmocka_unit_test(tells_a_broken_connection),
        cmocka_unit_test(closes_for_the_peer_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
