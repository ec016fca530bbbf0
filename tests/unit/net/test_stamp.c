// SPDX-License-Identifier: MIT
#include "net/stamp.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int here, there; // a TCP connection of this machine

static int open_both(void **state)
{
    (void)state;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    here = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr *)&at, &len) < 0 ||
        connect(here, (struct sockaddr *)&at, sizeof at) < 0)
        return -1;
    there = accept(listener, NULL, NULL);
    close(listener);
    return there < 0;
}

static int close_both(void **state)
{
    (void)state;
    close(here);
    close(there);
    return 0;
}

static ssize_t send_text(struct stamp *s, const char *text)
{
    struct iovec iov = {(void *)text, strlen(text)};
    return stamp_send(here, s, &(struct msghdr){.msg_iov = &iov, .msg_iovlen = 1});
}

// By the machine's clock, which nobody sets while this runs.
static void bytes_have_the_time_at_which_they_came(void **state)
{
    (void)state;
    struct stamp s;
    char byte;
    assert_int_equal(stamp_on(here, &s, false), 0);
    uint64_t before_ns = clock_real_ns();
    assert_int_equal(write(there, "x", 1), 1);
    assert_int_equal(stamp_receive(here, &s, &byte, 1), 1);
    assert_int_equal(byte, 'x');
    assert_true(s.arrived_ns == 0 ||
                (s.arrived_ns + NS_PER_MS >= before_ns && s.arrived_ns <= clock_real_ns()));
}

static void a_send_is_stamped_where_it_was_asked_for(void **state)
{
    (void)state;
    struct stamp s;
    char bytes[16];
    assert_int_equal(stamp_on(here, &s, true), 0);
    assert_true(s.sends && s.sent == 0 && !s.asked);
    assert_int_equal(send_text(&s, "abc"), 3);
    assert_false(s.asked);
    s.next = true;
    uint64_t before_ns = clock_real_ns();
    assert_int_equal(send_text(&s, "defgh"), 5);
    assert_true(s.asked && !s.next && !s.given);
    assert_int_equal(s.sent, 8);
    assert_int_equal(s.key, 7); // the last byte of that one
    assert_int_equal(read(there, bytes, sizeof bytes) > 0, 1);
    poll(&(struct pollfd){.fd = here, .events = POLLPRI}, 1, 1000);
    stamp_collect(here, &s);
    assert_true(!s.given || (s.left_ns + NS_PER_MS >= before_ns && s.left_ns <= clock_real_ns()));
}

// As the kernel lays it beside received bytes.
static void a_note_is_read_for_its_software_stamp(void **state)
{
    (void)state;
    _Alignas(struct cmsghdr) char control[STAMP_CONTROL] = {0};
    struct scm_timestamping t = {.ts = {{.tv_sec = 5, .tv_nsec = 7}}};
    struct msghdr m = {.msg_control = control, .msg_controllen = CMSG_SPACE(sizeof t)};
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    *h = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SO_TIMESTAMPING, .cmsg_len = CMSG_LEN(sizeof t)};
    memcpy(CMSG_DATA(h), &t, sizeof t);
    struct stamp s = {0};
    stamp_arrived(&s, control, m.msg_controllen);
    assert_true(s.arrived_ns == UINT64_C(5000000007));
    stamp_arrived(&s, control, 0); // without a note nothing is known
    assert_int_equal(s.arrived_ns, 0);
    h->cmsg_type = SO_TIMESTAMPING + 1;
    stamp_arrived(&s, control, m.msg_controllen);
    assert_int_equal(s.arrived_ns, 0);
}

static void what_is_no_socket_has_none(void **state)
{
    (void)state;
    struct stamp s;
    assert_true(stamp_on(-1, &s, false) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_have_the_time_at_which_they_came, open_both, close_both),
        cmocka_unit_test_setup_teardown(a_send_is_stamped_where_it_was_asked_for, open_both, close_both),
        cmocka_unit_test(a_note_is_read_for_its_software_stamp),
        cmocka_unit_test(what_is_no_socket_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
