// SPDX-License-Identifier: MIT
// What is known of the requests of a cluster, from their tickets to their answers: one worker, whose requests
// and answers the test makes.
#include "run/verify_ticket.h"

#include "run/verify.h"
#include "stage.h"

#define BYTES 64

struct reader {
    struct stage s;
    struct notes_keys *keys;
    struct map map;
    struct client *c;
    struct ticket *t;
};

static void begin(struct reader *r)
{
    struct stage *s = &r->s;
    *s = stage_of(2, 4);
    s->conf.verify = s->conf.prefill = s->conf.values_vary = true;
    s->conf.contents.kind = CONTENTS_SELF;
    s->conf.value_sizes = (struct sizes){.lo = BYTES, .hi = BYTES};
    s->conf.data_bytes = BYTES;
    stage_plan(s, &stage_get);
    r->keys = notes_keys(&s->plan);
    assert_non_null(r->keys);
    s->crew = (struct crew){
        .plan = &s->plan, .versions = r->keys, .bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    assert_int_equal(gate_init(&s->crew.gate, 1), 0);
    assert_int_equal(worker_open(&s->w, &s->crew, 0, &s->err), 0);
    s->w.map = &r->map; // as far as --verify looks
    s->w.asks = s->plan.upkeep.at;
    r->c = s->w.clients;
    r->t = calloc(1, sizeof *r->t + 512);
    assert_non_null(r->t);
}

static void end(struct reader *r)
{
    struct stage *s = &r->s;
    free(r->t);
    worker_close(&s->w);
    notes_keys_free(r->keys, &s->plan);
    gate_reset(&s->crew.gate);
    close(s->crew.bell_fd);
    plan_reset(&s->plan);
    script_end();
}

static struct version_key *key(const struct reader *r, uint64_t number)
{
    return &r->keys->versions[0][number];
}

static void draws(struct reader *r, uint64_t number)
{
    struct worker *w = &r->s.w;
    struct deal all = {1, 1, 0};
    struct keydist keys = keydist_init(1000, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, all);
    w->draw = draw_init(&keys, 1, &all);
    keydist_run(&w->draw.keys, 0, number);
    verify_ticket_before(w, r->t, &w->draw);
    r->t->len = (uint32_t)(recipe_write(w->asks->request.recipe, &w->draw, r->t->bytes) - r->t->bytes);
    verify_ticket_drawn(r->t, &w->draw);
    assert_int_equal(r->t->number, number);
}

static void takes(struct reader *r, const char *line)
{
    struct resp_parser parser = {0};
    struct resp_reply out;
    struct slice reply = slice_of(line);
    assert_int_equal(parse_reply(&parser, reply.at, reply.len, &out), reply.len);
    assert_true(verify_reply(&r->s.w, r->c, reply, &out, 1000));
}

static void a_write_counts_once_it_was_answered(void **state)
{
    (void)state;
    struct reader r;
    begin(&r);
    draws(&r, 7);
    assert_int_equal(key(&r, 7)->open, 1);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "+OK\r\n");
    assert_int_equal(key(&r, 7)->open, 0);
    assert_int_equal(key(&r, 7)->floor, 1);
    end(&r);
}

// Of two that were drawn at once nobody knows by which connections they leave, and in which order.
static void nothing_is_said_of_two_at_once(void **state)
{
    (void)state;
    struct reader r;
    begin(&r);
    draws(&r, 7);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    draws(&r, 7);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "+OK\r\n");
    takes(&r, "+OK\r\n");
    assert_int_equal(key(&r, 7)->open, 0);
    assert_int_equal(key(&r, 7)->floor, 1);
    draws(&r, 7);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "+OK\r\n");
    assert_int_equal(key(&r, 7)->floor, 3);
    end(&r);
}

// It is under way all the time: what is written meanwhile may be written over by it.
static void a_redirected_write_is_still_under_way(void **state)
{
    (void)state;
    struct reader r;
    begin(&r);
    draws(&r, 7);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "-MOVED 1 127.0.0.1:2\r\n");
    *r.t = (struct ticket){.len = r.t->len};
    verify_ticket_redirected(&r.s.w, r.c, r.t);
    assert_int_equal(r.t->number, 7);
    assert_int_equal(r.t->replaces, 1);
    assert_int_equal(key(&r, 7)->open, 1);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "+OK\r\n");
    assert_int_equal(key(&r, 7)->open, 0);
    assert_int_equal(key(&r, 7)->floor, 1);
    end(&r);
}

static void one_that_was_refused_or_never_left_has_written_nothing(void **state)
{
    (void)state;
    struct reader r;
    begin(&r);
    draws(&r, 7);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "-OOM no\r\n");
    verify_ticket_refused(&r.s.w, r.c);
    assert_int_equal(key(&r, 7)->open, 0);
    assert_int_equal(key(&r, 7)->floor, 0);
    draws(&r, 7);
    verify_ticket_dropped(&r.s.w, r.t);
    assert_int_equal(key(&r, 7)->open, 0);
    assert_int_equal(key(&r, 7)->floor, 0);
    draws(&r, 7);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "+OK\r\n");
    assert_int_equal(key(&r, 7)->floor, 3);
    end(&r);
}

// Of two that a connection broke with, the first leaves once more and the other has no answer.
static void what_was_lost_leaves_again_or_stays(void **state)
{
    (void)state;
    struct reader r;
    begin(&r);
    draws(&r, 7);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    draws(&r, 8);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    verify_ticket_again(&r.s.w, r.c, r.t);
    assert_int_equal(r.t->number, 7);
    assert_int_equal(key(&r, 7)->open, 2); // it may be done twice
    verify_ticket_stays(&r.s.w, r.c);
    verify_ticket_leaves(&r.s.w, r.c, r.t);
    takes(&r, "-ERR no\r\n"); // to 8
    verify_ticket_refused(&r.s.w, r.c);
    assert_int_equal(key(&r, 8)->open, 0);
    takes(&r, "+OK\r\n"); // to 7
    assert_int_equal(key(&r, 7)->open, 1);
    assert_int_equal(key(&r, 7)->floor, 1);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_counts_once_it_was_answered),
        cmocka_unit_test(nothing_is_said_of_two_at_once),
        cmocka_unit_test(a_redirected_write_is_still_under_way),
        cmocka_unit_test(one_that_was_refused_or_never_left_has_written_nothing),
        cmocka_unit_test(what_was_lost_leaves_again_or_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
