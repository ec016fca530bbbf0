// SPDX-License-Identifier: MIT
// Rank 0 with the connections of three others, which the test holds itself: MPI has no part in this.
#include "mpi/side.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define RANKS 4

struct rig {
    struct side side;
    int theirs[RANKS];
};

static int open_rig(void **state)
{
    static struct rig r;
    r.side = (struct side){.ranks = RANKS,
                           .fd = -1,
                           .fds = calloc(RANKS, sizeof(int)),
                           .last = calloc(RANKS, sizeof(struct ranks_live))};
    r.side.fds[0] = r.theirs[0] = -1;
    for (int i = 1; i < RANKS; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
            return -1;
        r.side.fds[i] = pair[0];
        r.theirs[i] = pair[1];
    }
    *state = &r;
    return 0;
}

static int close_rig(void **state)
{
    struct rig *r = *state;
    side_close(&r->side);
    for (int i = 1; i < RANKS; i++)
        if (r->theirs[i] >= 0)
            close(r->theirs[i]);
    return 0;
}

static void tell(const struct rig *r, int rank, uint64_t phase, uint64_t answered)
{
    struct ranks_live x = {phase, answered, 1, 100, 10, 20};
    assert_int_equal(send(r->theirs[rank], &x, sizeof x, 0), sizeof x);
}

static void hang_up(struct rig *r, int rank)
{
    close(r->theirs[rank]);
    r->theirs[rank] = -1;
}

static void the_newest_of_each_rank_is_added_up(void **state)
{
    struct rig *r = *state;
    tell(r, 1, 3, 5);
    tell(r, 1, 3, 7); // the newer one
    tell(r, 2, 3, 100);
    tell(r, 3, 2, 1000); // is not so far
    struct ranks_live sum = side_sum(&r->side, 3);
    assert_int_equal(sum.phase, 3);
    assert_int_equal(sum.answered, 107);
    assert_int_equal(sum.errors, 2);
    assert_int_equal(sum.requests, 200);
    assert_true(sum.rps == 20 && sum.mean_rps == 40);
    assert_int_equal(side_sum(&r->side, 2).answered, 1000);
}

static void a_message_that_is_not_whole_waits(void **state)
{
    struct rig *r = *state;
    struct ranks_live x = {3, 9, 0, 0, 0, 0};
    assert_int_equal(send(r->theirs[1], &x, sizeof x - 1, 0), sizeof x - 1);
    assert_int_equal(side_sum(&r->side, 3).answered, 0);
    assert_int_equal(send(r->theirs[1], (const char *)&x + sizeof x - 1, 1, 0), 1);
    assert_int_equal(side_sum(&r->side, 3).answered, 9);
}

static void the_test_before_is_forgotten(void **state)
{
    struct rig *r = *state;
    tell(r, 1, 3, 5);
    assert_int_equal(side_sum(&r->side, 3).answered, 5);
    side_forget(&r->side);
    assert_int_equal(side_sum(&r->side, 3).answered, 0);
}

static void a_rank_is_gone_when_its_connection_ends(void **state)
{
    struct rig *r = *state;
    assert_true(side_look(&r->side, 2));
    tell(r, 2, 3, 50);
    hang_up(r, 2);
    assert_false(side_look(&r->side, 2));
    assert_int_equal(side_sum(&r->side, 3).answered, 50); // what it told before counts
    assert_true(side_look(&r->side, 1));
}

// Nobody knows of one that never had a connection: it is taken to be there.
static void a_rank_without_a_connection_is_there(void **state)
{
    struct rig *r = *state;
    struct side none = {.ranks = RANKS, .fd = -1};
    assert_true(side_look(&r->side, 0));
    assert_true(side_look(&none, 1));
    assert_true(side_holds(&none));
    assert_int_equal(side_sum(&none, 3).answered, 0);
    side_forget(&none);
    side_close(&none);
}

static void another_rank_sees_whether_rank_0_is_there(void **state)
{
    struct rig *r = *state;
    struct side other = {.rank = 1, .ranks = RANKS, .fd = r->theirs[1]};
    assert_true(side_holds(&other));
    assert_int_equal(send(r->side.fds[1], "x", 1, 0), 1);
    assert_true(side_holds(&other)); // whatever it sent
    close(r->side.fds[1]);
    r->side.fds[1] = -1;
    assert_true(side_holds(&other)); // which is still to be read
    char one;
    assert_int_equal(recv(other.fd, &one, 1, 0), 1);
    assert_false(side_holds(&other));
}

#define with_rig(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_rig(the_newest_of_each_rank_is_added_up),  with_rig(a_message_that_is_not_whole_waits),
        with_rig(the_test_before_is_forgotten),         with_rig(a_rank_is_gone_when_its_connection_ends),
        with_rig(a_rank_without_a_connection_is_there), with_rig(another_rank_sees_whether_rank_0_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
