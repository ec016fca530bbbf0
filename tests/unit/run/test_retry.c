// SPDX-License-Identifier: MIT
// --retry: what is sent again, how often, and when not (retry.c, link.c, expire.c).
#include "run/retry.h"

#include "stage.h"

#include <errno.h>

static const struct test counting = {
    .names = "incr", .title = "INCR", .command = "INCR k:__rand_int__", .reply = ":"};
static const struct test setting = {
    .names = "set", .title = "SET", .command = "SET k:__rand_int__ v", .reply = "+"};

static struct stage retrying(unsigned clients, unsigned pipeline, unsigned times)
{
    struct stage s = stage_of(clients, pipeline);
    s.conf.on_disconnect = DISCONNECT_RECONNECT;
    s.conf.reconnect_max_ns = 10 * NS_PER_S;
    s.conf.retries = times;
    return s;
}

static void run(struct stage *s, const struct test *row, uint64_t requests)
{
    stage_open(s, row);
    stage_dial(s);
    stage_load(s, requests, 0);
    loop_run(&s->w);
    stage_adds_up(s);
}

// What a connection sends, in one piece.
static size_t bytes_of(const struct conn *c, char *dst, size_t room)
{
    size_t n = 0;
    for (uint32_t i = 0; i < c->out_n; i++) {
        assert_true(n + c->out[i].iov_len < room);
        memcpy(dst + n, c->out[i].iov_base, c->out[i].iov_len);
        n += c->out[i].iov_len;
    }
    dst[n] = 0;
    return n;
}

static unsigned broken_every; // so many sends
static unsigned answers_before;
static char written[4096], again[4096]; // by the send that broke, and by the one after it

static int breaks_at_times(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth % broken_every != broken_every - 1) {
        if (nth && nth % broken_every == 0)
            bytes_of(c, again, sizeof again);
        script_answers(e, c, NS_PER_MS);
        return 0;
    }
    bytes_of(c, written, sizeof written);
    for (unsigned i = 0; i < answers_before; i++)
        script_says(e, c, NS_PER_MS, slice_of("+OK\r\n"));
    script_closes(e, c, NS_PER_MS, -ECONNRESET);
    return 0;
}

static void what_broke_is_answered_by_the_next_connection(void **state)
{
    (void)state;
    for (unsigned mode = 0; mode < 16; mode++) {
        unsigned each = mode & 1 ? 4 : 1;
        struct stage s = retrying(1, each, 1);
        s.conf.rate = mode & 2 ? 1000 : 0;
        s.conf.keepalive = !(mode & 4) || mode & 2; // -k 0 of the open loop has no --retry
        if (mode & 8) { // the set-up of a connection leaves the requests as they are
            s.conf.password = "secret";
            s.conf.dbnum = 3;
        }
        s.script.send = breaks_at_times;
        broken_every = mode & 8 && mode & 4 ? 10 : 9;
        answers_before = each - 1;
        run(&s, &setting, 400);
        const struct counts *c = &s.w.rec.counts;
        assert_int_equal(c->ok, 400);
        assert_int_equal(c->sent, 400);
        assert_true(c->retries > 0 || (mode & 8 && mode & 4));
        assert_int_equal(c->abandoned + c->lost + s.w.lost, 0);
        if (!(mode & 8)) { // of a write only the last had no answer
            assert_true(strlen(again) == strlen(written) / each);
            assert_string_equal(again, written + strlen(written) - strlen(again));
        }
        stage_close(&s);
    }
}

static int always_breaks(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 1)
        script_answers(e, c, NS_PER_MS);
    else
        script_closes(e, c, NS_PER_MS, 0);
    return 0;
}

static void it_is_sent_again_so_often(void **state)
{
    (void)state;
    for (unsigned times = 1; times < 4; times++) {
        struct stage s = retrying(1, 1, times);
        s.script.send = always_breaks;
        run(&s, &setting, 5);
        assert_int_equal(s.w.rec.counts.ok, 1);
        assert_int_equal(s.w.rec.counts.lost, 4);
        assert_int_equal(s.w.rec.counts.retries, 4 * times);
        assert_int_equal(s.script.sends, 1 + 4 * (1 + times));
        stage_close(&s);
    }
}

static int is_mute_for_two(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth != 5 && nth != 6)
        script_answers(e, c, NS_PER_MS);
    return 0;
}

static void what_timed_out_is_sent_again_and_counts_from_the_first_time(void **state)
{
    (void)state;
    for (unsigned times = 1; times < 3; times++) {
        struct stage s = retrying(1, 1, times);
        s.conf.on_disconnect = DISCONNECT_STOP;
        s.conf.timeout_ns = 100 * NS_PER_MS;
        s.script.send = is_mute_for_two;
        run(&s, &setting, 20);
        const struct counts *c = &s.w.rec.counts;
        assert_int_equal(c->retries, times);
        assert_int_equal(c->timeouts, times == 1);
        assert_int_equal(c->ok, 20 - c->timeouts);
        if (times == 2)
            assert_true(hist_max(s.w.rec.latency) > 200 * NS_PER_MS);
        else
            assert_true(hist_max(s.w.rec.unfinished) > 198 * NS_PER_MS);
        stage_close(&s);
    }
}

static void the_last_request_is_sent_again_too(void **state)
{
    (void)state;
    struct stage s = retrying(1, 1, 2);
    s.conf.timeout_ns = 100 * NS_PER_MS;
    s.script.send = is_mute_for_two;
    run(&s, &setting, 6);
    assert_int_equal(s.w.rec.counts.ok, 6);
    stage_close(&s);
}

static void what_is_not_idempotent_is_lost(void **state)
{
    (void)state;
    struct stage s = retrying(1, 1, 3);
    s.script.answers = (const char *const[]){":1\r\n"};
    s.script.answers_n = 1;
    s.script.send = breaks_at_times;
    broken_every = 10;
    answers_before = 0;
    run(&s, &counting, 100);
    assert_int_equal(s.w.rec.counts.lost, 10);
    assert_int_equal(s.w.rec.counts.retries, 0);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_broke_is_answered_by_the_next_connection),
        cmocka_unit_test(it_is_sent_again_so_often),
        cmocka_unit_test(what_timed_out_is_sent_again_and_counts_from_the_first_time),
        cmocka_unit_test(the_last_request_is_sent_again_too),
        cmocka_unit_test(what_is_not_idempotent_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
