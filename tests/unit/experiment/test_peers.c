// SPDX-License-Identifier: MIT
// A rank that leads, and its launcher as the other end of a channel. Process-wide, as there is one launcher
// or none: the tests go on in one order, before there is one, with it, and once it is gone.
#include "experiment/peers.h"

#include "base/channel.h"
#include "base/clock.h"
#include "base/ranks.h"
#include "stats/pack.h"

#include "../stats/parts.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct channel launcher = {.fd = -1};
static int own_fd, live_ours, live_theirs;
static struct stopper stop = {.fd = -1}; // nobody signals
static struct err err;
static const struct err fine;

static int open_launcher(void **state)
{
    int pair[2], live[2];
    (void)state;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, live) < 0)
        return -1;
    own_fd = pair[0];
    launcher.fd = pair[1];
    live_ours = live[0];
    live_theirs = live[1];
    return 0;
}

static int close_launcher(void **state)
{
    (void)state;
    channel_close(&launcher);
    close(own_fd);
    close(live_ours);
    close(live_theirs);
    return 0;
}

static void say(char type, uint64_t number, const char *bytes)
{
    assert_int_equal(channel_send(&launcher, type, number, slice_of(bytes)), 0);
}

static struct message heard(char type)
{
    struct message m = {0};
    assert_int_equal(channel_receive(&launcher, &m, -1, 0), 1);
    assert_int_equal(m.type, type);
    return m;
}

static void assert_silence(void)
{
    struct message m;
    assert_int_equal(channel_receive(&launcher, &m, -1, 0), 0);
}

static void say_summary(char type, uint64_t number, const struct summary *s)
{
    struct buf bytes = {0};
    assert_int_equal(pack_summary(s, &bytes), 0);
    assert_int_equal(channel_send(&launcher, type, number, buf_unread(&bytes)), 0);
    buf_free(&bytes);
}

// --- without a launcher ---

static void alone_everything_is_decided_here(void **state)
{
    static const char *const none[] = {"", "x", "3", "3 0", "3 0 4", "3 0 4 x"};
    struct err failed = {.code = ERR_RUN, .text = "it failed"};
    (void)state;
    unsetenv(RANKS_VARIABLE);
    assert_false(peers_find().any);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        setenv(RANKS_VARIABLE, none[i], 1);
        assert_false(peers_find().any);
    }
    assert_true(peers_lead());
    uint64_t before = clock_ns(), now = peers_clock();
    assert_in_range(now, before, clock_ns());
    assert_int_equal(peers_meet(&fine, &stop, &err), 0);
    assert_int_equal(peers_meet(&failed, &stop, &err), -1);
    assert_string_equal(err.text, "it failed");
    peers_leave(); // there is nothing to leave
    assert_int_equal(peers_check(&err), 0);
    assert_silence();
}

// --- with one ---

static void the_environment_tells_of_the_others(void **state)
{
    char text[64];
    (void)state;
    snprintf(text, sizeof text, "%d 0 5 %d", own_fd, live_ours);
    setenv(RANKS_VARIABLE, text, 1);
    struct peers p = peers_find();
    assert_true(p.any && p.live && !p.measures);
    assert_int_equal(p.rank, 0);
    assert_int_equal(p.ranks, 5);
    assert_int_equal(p.part, 0);
    assert_int_equal(p.parts, 5);
    assert_int_equal(peers_clock(), 1);     // as of no test yet, and the same for all
    setenv(RANKS_VARIABLE, "99 3 4 -1", 1); // it is asked once
    assert_int_equal(peers_find().rank, 0);
}

static void the_last_ranks_measure(void **state)
{
    (void)state;
    peers_split(2);
    struct peers p = peers_find();
    assert_false(p.measures);
    assert_int_equal(p.part, 0);
    assert_int_equal(p.parts, 3);
    peers_split(0);
    assert_int_equal(peers_find().parts, 5);
}

static void all_begin_when_it_says(void **state)
{
    uint64_t at_ns = 0;
    (void)state;
    say(RANKS_LIVE, 0, ""); // of the live line, and too short for one: passed over
    say(RANKS_GO, 123456789, "");
    assert_int_equal(peers_ready(NULL, &stop, &at_ns, &err), 0);
    assert_int_equal(at_ns, 123456789);
    assert_int_equal(heard(RANKS_READY).number, 0); // it makes the load
    assert_silence();
}

static void a_test_that_cannot_begin_ends_with_the_reason(void **state)
{
    uint64_t at_ns = 7;
    (void)state;
    say(RANKS_STOP, 0, "rank 3 on b: no memory");
    assert_int_equal(peers_ready(NULL, &stop, &at_ns, &err), -1);
    assert_string_equal(err.text, "rank 3 on b: no memory");
    say(RANKS_MEET, 0, ""); // no word for this place
    assert_int_equal(peers_ready(NULL, &stop, &at_ns, &err), -1);
    assert_string_equal(err.text, "the launcher of this rank is gone");
    assert_int_equal(at_ns, 7);
    heard(RANKS_READY), heard(RANKS_READY);
}

static void a_signal_ends_the_wait_for_the_start(void **state)
{
    int pipe_of[2];
    uint64_t at_ns = 7;
    (void)state;
    assert_int_equal(pipe(pipe_of), 0);
    assert_int_equal(write(pipe_of[1], "", 1), 1);
    struct stopper signalled = {.fd = pipe_of[0], .signal = SIGINT};
    assert_int_equal(peers_ready(NULL, &signalled, &at_ns, &err), 0);
    assert_int_equal(at_ns, 7);
    heard(RANKS_READY);
    close(pipe_of[0]);
    close(pipe_of[1]);
}

// What was measured here goes out, and what all had comes back in its place.
static void a_part_becomes_the_whole(void **state)
{
    struct summary part = parts_summary(0, 2), whole = parts_summary(0, 4), told;
    struct part p;
    struct slice tests;
    (void)state;
    say(RANKS_MEET, 1, ""); // of a test that was ended
    say_summary(RANKS_WHOLE, 4242, &whole);
    assert_int_equal(peers_joined(NULL, &part, &stop, &err), 0);
    assert_int_equal(part.workers, 4);
    assert_int_equal(part.counts.ok, whole.counts.ok);
    parts_same_hist(part.latency, whole.latency);
    assert_null(part.light);
    assert_int_equal(peers_clock(), 4242);
    struct message m = heard(RANKS_PART);
    assert_int_equal(part_read(&p, m.bytes, &tests, &err), 0);
    assert_int_equal(p.part, 0);
    assert_int_equal(p.parts, 5);
    assert_int_equal(p.ntests, 1);
    assert_int_equal(part_next(&tests, &told, &err), 0);
    assert_int_equal(told.workers, 2);
    summary_free(&told);
    part_free(&p);
    summary_free(&part);
    summary_free(&whole);
}

static void what_ranks_that_only_measure_had_stands_beside_it(void **state)
{
    struct summary part = parts_summary(0, 1), whole = parts_summary(0, 4), light = parts_summary(2, 2);
    (void)state;
    say_summary(RANKS_LIGHT, 0, &whole); // of a test before, which was given up
    say_summary(RANKS_LIGHT, 0, &light);
    say_summary(RANKS_WHOLE, 5000, &whole);
    assert_int_equal(peers_joined(NULL, &part, &stop, &err), 0);
    assert_non_null(part.light);
    assert_int_equal(part.light->workers, 2);
    assert_int_equal(part.workers, 4);
    heard(RANKS_PART);
    summary_free(&part);
    summary_free(&whole);
    summary_free(&light);
}

static void what_is_no_result_is_refused(void **state)
{
    struct summary part = parts_summary(0, 1);
    (void)state;
    say(RANKS_WHOLE, 5001, "no result");
    assert_int_equal(peers_joined(NULL, &part, &stop, &err), -1);
    assert_int_equal(part.workers, 1); // its own is still there
    heard(RANKS_PART);
    say(RANKS_LIGHT, 0, "none either");
    assert_int_equal(peers_joined(NULL, &part, &stop, &err), 0); // rank 0 reports what it has
    assert_int_equal(part.generators.n, 1);
    heard(RANKS_PART);
    say(RANKS_STOP, 0, "rank 2: gone");
    assert_int_equal(peers_joined(NULL, &part, &stop, &err), -1); // unless it is told not to
    assert_string_equal(err.text, "rank 2: gone");
    heard(RANKS_PART);
    summary_free(&part);
}

// --- meetings ---

static void all_learn_how_it_went(void **state)
{
    struct err failed = {.code = ERR_CONNECT, .text = "no server"};
    (void)state;
    say(RANKS_MEET, 6000, "");
    assert_int_equal(peers_meet(&fine, &stop, &err), 0);
    assert_int_equal(peers_clock(), 6000);
    assert_int_equal(heard(RANKS_MEET).bytes.len, 0);
    say(RANKS_MEET, 6001, "rank 0 could not"); // it went well here, and did not there
    assert_int_equal(peers_meet(&fine, &stop, &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_string_equal(err.text, "rank 0 could not");
    assert_int_equal(peers_clock(), 6001);
    heard(RANKS_MEET);
    say(RANKS_MEET, 6002, "no server"); // its own failure keeps its kind
    assert_int_equal(peers_meet(&failed, &stop, &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    struct message m = heard(RANKS_MEET);
    assert_int_equal(m.bytes.len, strlen("no server"));
    assert_memory_equal(m.bytes.at, "no server", m.bytes.len);
}

// --- the live line ---

static struct progress progress_of(uint64_t answered)
{
    return (struct progress){.phase = PHASE_MEASURE,
                             .answered = answered,
                             .requests = 1000,
                             .rps = 10,
                             .mean_rps = 20,
                             .live = {.p50_ns = 5, .p99_ns = 6, .errors = 1}};
}

static void say_live(enum phase phase, uint64_t answered)
{
    struct ranks_live sum = {phase, answered, 2, 4000, 30, 40};
    struct slice bytes = {(const char *)&sum, sizeof sum};
    assert_int_equal(channel_send(&launcher, RANKS_LIVE, 0, bytes), 0);
}

static void the_line_is_of_all_ranks_in_this_phase(void **state)
{
    struct progress p = progress_of(100);
    (void)state;
    say_live(PHASE_WARMUP, 777); // still of the phase before
    peers_add_live(&p);
    assert_int_equal(p.answered, 100);
    assert_int_equal(p.live.errors, 1);
    assert_int_equal(p.live.p99_ns, 0); // of one rank, which is not that of all
    assert_int_equal(heard(RANKS_LIVE).bytes.len, sizeof(struct ranks_live));
    say_live(PHASE_MEASURE, 1);
    say_live(PHASE_MEASURE, 300); // the newest counts
    p = progress_of(100);
    peers_add_live(&p);
    assert_int_equal(p.answered, 400);
    assert_int_equal(p.requests, 5000);
    assert_int_equal(p.live.errors, 3);
    assert_true(p.rps == 40 && p.mean_rps == 60);
    heard(RANKS_LIVE);
}

static void other_ranks_tell_of_theirs_without_waiting(void **state)
{
    struct progress p = progress_of(100);
    struct ranks_live told = {0};
    (void)state;
    peers_tell_live(NULL, &p);
    assert_int_equal(recv(live_theirs, &told, sizeof told, MSG_DONTWAIT), sizeof told);
    assert_int_equal(told.phase, PHASE_MEASURE);
    assert_int_equal(told.answered, 100);
    assert_int_equal(told.errors, 1);
    for (int i = 0; i < 100000; i++) // far more than a socket holds
        peers_tell_live(NULL, &p);
    while (recv(live_theirs, &told, sizeof told, MSG_DONTWAIT) > 0)
        ;
    peers_tell_live(NULL, &p); // whoever could not take one is told no more
    assert_int_equal(recv(live_theirs, &told, sizeof told, MSG_DONTWAIT), -1);
}

// --- and once it is gone ---

static void without_the_launcher_rank_0_reports_what_it_has(void **state)
{
    struct summary part = parts_summary(0, 2);
    uint64_t at_ns;
    (void)state;
    channel_close(&launcher);
    assert_int_equal(peers_ready(NULL, &stop, &at_ns, &err), -1);
    assert_string_equal(err.text, "the launcher of this rank is gone");
    assert_int_equal(peers_joined(NULL, &part, &stop, &err), 0);
    assert_int_equal(part.generators.n, 1);
    assert_int_equal(part.generators.asked, 5); // and says how many it should have been
    assert_int_equal(peers_meet(&fine, &stop, &err), -1);
    assert_string_equal(err.text, "the launcher of this rank is gone");
    summary_free(&part);
}

static void whoever_left_takes_part_in_nothing_more(void **state)
{
    (void)state;
    peers_leave();
    assert_int_equal(peers_check(&err), -1);
    assert_int_equal(peers_meet(&fine, &stop, &err), -1);
    assert_string_equal(err.text, "a test before could not be held by this rank");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone_everything_is_decided_here),
        cmocka_unit_test(the_environment_tells_of_the_others),
        cmocka_unit_test(the_last_ranks_measure),
        cmocka_unit_test(all_begin_when_it_says),
        cmocka_unit_test(a_test_that_cannot_begin_ends_with_the_reason),
        cmocka_unit_test(a_signal_ends_the_wait_for_the_start),
        cmocka_unit_test(a_part_becomes_the_whole),
        cmocka_unit_test(what_ranks_that_only_measure_had_stands_beside_it),
        cmocka_unit_test(what_is_no_result_is_refused),
        cmocka_unit_test(all_learn_how_it_went),
        cmocka_unit_test(the_line_is_of_all_ranks_in_this_phase),
        cmocka_unit_test(other_ranks_tell_of_theirs_without_waiting),
        cmocka_unit_test(without_the_launcher_rank_0_reports_what_it_has),
        cmocka_unit_test(whoever_left_takes_part_in_nothing_more),
    };
    return cmocka_run_group_tests(tests, open_launcher, close_launcher);
}
