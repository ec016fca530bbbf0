// SPDX-License-Identifier: MIT
// What is made of a value that was read: one worker with --verify, whose requests and answers the test makes.
#include "run/verify.h"

#include "stage.h"

#include "load/proof.h"

#define BYTES 64

static const struct test stage_mget = {.names = "mget",
                                       .title = "MGET",
                                       .command = "MGET k:__rand_int__ k:__rand_int__ k:__rand_int__",
                                       .reply = "*"};

// A worker that reads what the upkeep writes: one connection, or two.
struct reader {
    struct stage s;
    struct notes_keys *keys;
    struct client *c, *other;
};

static void begin(struct reader *r, const struct test *row)
{
    struct stage *s = &r->s;
    *s = stage_of(2, 4);
    s->conf.verify = s->conf.prefill = s->conf.values_vary = true;
    s->conf.contents.kind = CONTENTS_SELF;
    s->conf.value_sizes = (struct sizes){.lo = BYTES, .hi = BYTES};
    s->conf.data_bytes = BYTES;
    stage_plan(s, row);
    r->keys = notes_keys(&s->plan);
    assert_non_null(r->keys);
    s->crew = (struct crew){
        .plan = &s->plan, .versions = r->keys, .bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    assert_int_equal(gate_init(&s->crew.gate, 1), 0);
    assert_int_equal(worker_open(&s->w, &s->crew, 0, &s->err), 0);
    r->c = &s->w.clients[0];
    r->other = &s->w.clients[1];
}

static void end(struct reader *r)
{
    struct stage *s = &r->s;
    worker_close(&s->w);
    notes_keys_free(r->keys, &s->plan); // as many as the plan has names
    gate_reset(&s->crew.gate);
    close(s->crew.bell_fd);
    plan_reset(&s->plan);
    script_end();
}

// Asks for key `number` and those behind it.
static struct slice asks(struct reader *r, struct client *c, const struct ask *a, uint64_t number)
{
    struct worker *w = &r->s.w;
    w->asks = a;
    struct deal all = {1, 1, 0};
    struct keydist keys = keydist_init(1000, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, all);
    w->draw = draw_init(&keys, 1, &all);
    keydist_run(&w->draw.keys, 0, number);
    verify_write(w, c, 1);
    assert_int_equal(c->conn.asks, 1);
    assert_int_equal(c->conn.out_n, 1);
    return (struct slice){c->iov[0].iov_base, c->iov[0].iov_len};
}

// What SET of the key says now, which ends in its value.
static void writes(struct reader *r, struct client *c, uint64_t number, char value[BYTES])
{
    struct slice request = asks(r, c, &r->s.plan.upkeep.at[0], number);
    struct proof p;
    assert_true(request.len > BYTES + 2);
    memcpy(value, request.at + request.len - BYTES - 2, BYTES);
    assert_int_equal(proof_read((struct slice){value, BYTES}, &p), PROOF_WHOLE);
    assert_int_equal(p.number, number);
}

static void reads(struct reader *r, struct client *c, uint64_t number)
{
    asks(r, c, r->s.plan.asks, number);
}

// Whether the reply, which comes in one piece, may count as ok.
static bool takes(struct reader *r, struct client *c, struct slice reply)
{
    struct resp_parser parser = {0};
    struct resp_reply out;
    assert_int_equal(parse_reply(&parser, reply.at, reply.len, &out), reply.len);
    return verify_reply(&r->s.w, c, reply, &out, 1000);
}

static bool takes_line(struct reader *r, struct client *c, const char *line)
{
    return takes(r, c, slice_of(line));
}

// A bulk string of n bytes.
static struct slice bulk(const char *value, size_t n)
{
    static char text[256];
    int head = snprintf(text, sizeof text, "$%zu\r\n", n);
    memcpy(text + head, value, n);
    memcpy(text + head + n, "\r\n", 2);
    return (struct slice){text, (size_t)head + n + 2};
}

static bool finds(struct reader *r, struct client *c, const char *value, size_t n)
{
    return takes(r, c, bulk(value, n));
}

static void stores(struct reader *r, struct client *c, uint64_t number, char value[BYTES])
{
    writes(r, c, number, value);
    assert_true(takes_line(r, c, "+OK\r\n"));
}

// What it is tallied as, which is the one error so far.
static void told(const struct reader *r, const uint64_t *counter, const char *text)
{
    const struct recorder *rec = &r->s.w.rec;
    assert_int_equal(*counter, 1);
    assert_int_equal(rec->counts.errors, 1);
    assert_int_equal(counts_wrong_values(&rec->counts), 1);
    assert_string_equal(rec->tally.kinds[0].first, text);
    assert_int_equal(r->c->node->counts.errors, 1);
}

static void what_was_written_is_what_is_read(void **state)
{
    (void)state;
    struct reader r;
    char value[BYTES];
    begin(&r, &stage_get);
    stores(&r, r.c, 7, value);
    reads(&r, r.c, 7);
    assert_true(finds(&r, r.c, value, BYTES));
    reads(&r, r.other, 7);
    assert_true(finds(&r, r.other, value, BYTES));
    reads(&r, r.c, 8);
    assert_true(takes_line(&r, r.c, "$-1\r\n")); // a miss is for others to judge
    reads(&r, r.c, 8);
    assert_true(takes_line(&r, r.c, "-ERR no\r\n"));
    assert_int_equal(r.s.w.rec.counts.checked, 2);
    assert_int_equal(r.s.w.rec.counts.unchecked, 0);
    assert_int_equal(r.s.w.rec.counts.errors, 0);
    end(&r);
}

static void a_bit_and_an_end_that_are_missing(void **state)
{
    (void)state;
    struct reader r;
    char value[BYTES];
    begin(&r, &stage_get);
    stores(&r, r.c, 7, value);
    value[BYTES - 1] ^= 1;
    reads(&r, r.c, 7);
    assert_false(finds(&r, r.c, value, BYTES));
    told(&r, &r.s.w.rec.counts.corrupted, "CORRUPTED value of key 7: its 64 bytes fit no checksum");
    end(&r);
    begin(&r, &stage_get);
    stores(&r, r.c, 7, value);
    reads(&r, r.c, 7);
    assert_false(finds(&r, r.c, value, 50));
    told(&r, &r.s.w.rec.counts.truncated, "TRUNCATED value of key 7: it ends after 50 bytes");
    end(&r);
}

static void a_value_of_nobody(void **state)
{
    (void)state;
    struct reader r;
    char value[BYTES];
    begin(&r, &stage_get);
    reads(&r, r.c, 7);
    assert_true(finds(&r, r.c, "hello", 5)); // from before the run: nothing can be said of it
    assert_int_equal(r.s.w.rec.counts.checked, 0);
    assert_int_equal(r.s.w.rec.counts.unchecked, 1);
    stores(&r, r.c, 7, value);
    reads(&r, r.c, 7);
    assert_false(finds(&r, r.c, "hello", 5));
    told(&r, &r.s.w.rec.counts.corrupted, "CORRUPTED value of key 7: its 5 bytes are none of this run's");
    end(&r);
}

// A version that was replaced before it was read is stale; one that was replaced meanwhile is not.
static void an_old_version_is_stale_once_its_successor_was_answered(void **state)
{
    (void)state;
    struct reader r;
    char first[BYTES], second[BYTES];
    begin(&r, &stage_get);
    stores(&r, r.c, 7, first);
    reads(&r, r.other, 7);
    stores(&r, r.c, 7, second);
    assert_true(finds(&r, r.other, first, BYTES));
    reads(&r, r.other, 7);
    assert_true(finds(&r, r.other, second, BYTES));
    reads(&r, r.other, 7);
    assert_false(finds(&r, r.other, first, BYTES));
    told(&r, &r.s.w.rec.counts.stale,
         "STALE value of key 7: version 1, though version 2 was written before it was read");
    end(&r);
}

// On its own connection a read finds what was written before it, answered or not: it comes later.
static void a_read_behind_a_write_finds_it(void **state)
{
    (void)state;
    struct reader r;
    char first[BYTES], second[BYTES];
    begin(&r, &stage_get);
    stores(&r, r.c, 7, first);
    writes(&r, r.c, 7, second);
    reads(&r, r.c, 7);
    reads(&r, r.other, 7);
    assert_true(finds(&r, r.other, first, BYTES)); // by another connection it may be overtaken
    assert_true(takes_line(&r, r.c, "+OK\r\n"));
    assert_false(finds(&r, r.c, first, BYTES));
    assert_int_equal(r.s.w.rec.counts.stale, 1);
    end(&r);
}

// Whether a write that was never answered was done, nobody knows: both may be found.
static void an_abandoned_write_may_have_been_done_or_not(void **state)
{
    (void)state;
    struct reader r;
    char first[BYTES], second[BYTES];
    begin(&r, &stage_get);
    stores(&r, r.c, 7, first);
    writes(&r, r.c, 7, second);
    verify_abandon(&r.s.w, r.c);
    reads(&r, r.c, 7);
    assert_true(finds(&r, r.c, first, BYTES));
    reads(&r, r.c, 7);
    assert_true(finds(&r, r.c, second, BYTES));
    writes(&r, r.c, 8, first);
    assert_true(takes_line(&r, r.c, "-OOM no\r\n")); // refused: what is there stays
    reads(&r, r.c, 8);
    assert_true(takes_line(&r, r.c, "$-1\r\n"));
    assert_int_equal(r.s.w.rec.counts.errors, 0); // of the values
    end(&r);
}

static void another_key_is_wrong_or_was_asked_for_beside_it(void **state)
{
    (void)state;
    struct reader r;
    char seven[BYTES], eight[BYTES];
    begin(&r, &stage_get);
    stores(&r, r.other, 7, seven);
    stores(&r, r.other, 8, eight); // by the other connection
    reads(&r, r.c, 7);
    assert_false(finds(&r, r.c, eight, BYTES));
    told(&r, &r.s.w.rec.counts.wrong_key, "WRONGKEY: the value of key 8 came for key 7");
    end(&r);
    begin(&r, &stage_get);
    stores(&r, r.other, 7, seven);
    stores(&r, r.other, 8, eight);
    reads(&r, r.c, 7);
    reads(&r, r.c, 8);
    assert_false(finds(&r, r.c, eight, BYTES));
    told(&r, &r.s.w.rec.counts.crossed,
         "CROSSED reply: the value of key 8 came for key 7, and was asked for beside it");
    end(&r);
}

static void a_reply_in_parts_is_put_together(void **state)
{
    (void)state;
    for (size_t cut = 1; cut < BYTES + 6; cut += 7) {
        struct reader r;
        char value[BYTES];
        begin(&r, &stage_get);
        stores(&r, r.c, 7, value);
        for (int bad = 0; bad < 2; bad++) {
            value[10] ^= (char)bad;
            struct slice reply = bulk(value, BYTES);
            struct resp_parser parser = {0};
            struct resp_reply out;
            reads(&r, r.c, 7);
            assert_int_equal(parse_reply(&parser, reply.at, cut, &out), RESP_MORE);
            verify_part(&r.s.w, r.c, (struct slice){reply.at, cut});
            reply = (struct slice){reply.at + cut, reply.len - cut};
            assert_int_equal(parse_reply(&parser, reply.at, reply.len, &out), reply.len);
            assert_int_equal(verify_reply(&r.s.w, r.c, reply, &out, 1000), !bad);
        }
        end(&r);
    }
}

// Three keys in one command, the last of which is not there.
static bool finds_three(struct reader *r, const char *a, const char *b)
{
    static char text[512];
    size_t n = (size_t)snprintf(text, sizeof text, "*3\r\n");
    const char *const values[] = {a, b};
    for (int i = 0; i < 2; i++) {
        struct slice one = bulk(values[i], BYTES);
        memcpy(text + n, one.at, one.len);
        n += one.len;
    }
    memcpy(text + n, "$-1\r\n", 5);
    return takes(r, r->c, (struct slice){text, n + 5});
}

static void each_of_several_keys_is_checked_in_its_place(void **state)
{
    (void)state;
    struct reader r;
    char seven[BYTES], eight[BYTES];
    begin(&r, &stage_mget);
    stores(&r, r.other, 7, seven);
    stores(&r, r.other, 8, eight);
    reads(&r, r.c, 7);
    assert_true(finds_three(&r, seven, eight));
    assert_int_equal(r.s.w.rec.counts.checked, 2);
    reads(&r, r.c, 7);
    assert_false(finds_three(&r, eight, seven)); // both are there, each in the other's place
    told(&r, &r.s.w.rec.counts.crossed,
         "CROSSED reply: the value of key 8 came for key 7, and was asked for beside it");
    reads(&r, r.c, 7);
    eight[50] ^= 4;
    assert_false(finds_three(&r, seven, eight));
    assert_int_equal(r.s.w.rec.counts.corrupted, 1);
    end(&r);
}

// From now on what client c reads is of a replica, of which is known when versions were replaced.
static void is_replica(struct reader *r)
{
    struct worker *w = &r->s.w;
    unsigned names = r->s.plan.names.n;
    r->keys->moments = calloc(names + 1, sizeof(struct moments *));
    for (unsigned i = 0; i < names; i++)
        r->keys->moments[i] = calloc(1000, sizeof *r->keys->moments[i]);
    assert_int_equal(staleness_init(&w->verify->stale, 3), 0);
    r->c->node->replica = true;
}

// So long a request takes to its answer, by finds() and takes_line().
#define TOOK_NS 1000

// The value of the key that replaces all others at_ns.
static void stores_at(struct reader *r, uint64_t number, uint64_t at_ns, char value[BYTES])
{
    r->other->spans[0].sent_ns = at_ns - TOOK_NS;
    stores(r, r->other, number, value);
}

static void reads_at(struct reader *r, uint64_t number, uint64_t at_ns)
{
    r->c->spans[0].sent_ns = at_ns;
    reads(r, r->c, number);
}

static void a_replica_may_be_behind_and_by_how_much_is_told(void **state)
{
    (void)state;
    struct reader r;
    char first[BYTES], second[BYTES], third[BYTES];
    begin(&r, &stage_get);
    is_replica(&r);
    const struct staleness *stale = &r.s.w.verify->stale;
    stores_at(&r, 7, 1 * NS_PER_MS, first);
    reads_at(&r, 7, 2 * NS_PER_MS);
    assert_true(finds(&r, r.c, first, BYTES));
    assert_int_equal(hist_count(stale->age), 0);
    stores_at(&r, 7, 10 * NS_PER_MS, second);
    stores_at(&r, 7, 15 * NS_PER_MS, third);
    reads_at(&r, 7, 30 * NS_PER_MS);
    assert_true(finds(&r, r.c, first, BYTES)); // since its successor was acknowledged
    assert_int_equal(hist_count(stale->age), 1);
    assert_int_equal(hist_max(stale->age), 20 * NS_PER_MS);
    assert_int_equal(stale->behind, 2);
    reads_at(&r, 7, 30 * NS_PER_MS);
    assert_true(finds(&r, r.c, second, BYTES));
    assert_int_equal(hist_min(stale->age), 15 * NS_PER_MS);
    reads_at(&r, 7, 31 * NS_PER_MS);
    assert_true(finds(&r, r.c, third, BYTES));
    const struct counts *c = &r.s.w.rec.counts;
    assert_int_equal(c->replica_values, 4);
    assert_int_equal(c->replica_stale, 2);
    assert_int_equal(c->checked, 4);
    assert_int_equal(c->errors + counts_wrong_values(c) + stale->at_least, 0);
    end(&r);
}

// One that was replaced only after the read had left is not stale.
static void what_was_replaced_meanwhile_is_not_stale(void **state)
{
    (void)state;
    struct reader r;
    char first[BYTES], second[BYTES];
    begin(&r, &stage_get);
    is_replica(&r);
    stores_at(&r, 7, 1 * NS_PER_MS, first);
    reads_at(&r, 7, 2 * NS_PER_MS);
    stores_at(&r, 7, 3 * NS_PER_MS, second);
    assert_true(finds(&r, r.c, first, BYTES));
    assert_int_equal(r.s.w.rec.counts.replica_stale, 0);
    end(&r);
}

// What is wrong otherwise is wrong of a replica too; what is nobody's may be from before this run.
static void a_replica_has_no_other_excuse(void **state)
{
    (void)state;
    struct reader r;
    char seven[BYTES], eight[BYTES];
    begin(&r, &stage_get);
    is_replica(&r);
    stores_at(&r, 7, 1 * NS_PER_MS, seven);
    stores_at(&r, 8, 1 * NS_PER_MS, eight);
    reads_at(&r, 7, 2 * NS_PER_MS);
    assert_true(finds(&r, r.c, "hello", 5));
    assert_int_equal(r.s.w.rec.counts.unchecked, 1);
    reads_at(&r, 7, 2 * NS_PER_MS);
    assert_false(finds(&r, r.c, eight, BYTES));
    seven[BYTES - 1] ^= 1;
    reads_at(&r, 7, 2 * NS_PER_MS);
    assert_false(finds(&r, r.c, seven, BYTES));
    reads_at(&r, 7, 2 * NS_PER_MS);
    assert_false(finds(&r, r.c, seven, 50));
    const struct counts *c = &r.s.w.rec.counts;
    assert_int_equal(c->wrong_key, 1);
    assert_int_equal(c->corrupted, 1);
    assert_int_equal(c->truncated, 1);
    assert_int_equal(c->replica_stale, 0);
    assert_int_equal(c->replica_values, 3);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_what_is_read),
        cmocka_unit_test(a_bit_and_an_end_that_are_missing),
        cmocka_unit_test(a_value_of_nobody),
        cmocka_unit_test(an_old_version_is_stale_once_its_successor_was_answered),
        cmocka_unit_test(a_read_behind_a_write_finds_it),
        cmocka_unit_test(an_abandoned_write_may_have_been_done_or_not),
        cmocka_unit_test(another_key_is_wrong_or_was_asked_for_beside_it),
        cmocka_unit_test(a_reply_in_parts_is_put_together),
        cmocka_unit_test(each_of_several_keys_is_checked_in_its_place),
        cmocka_unit_test(a_replica_may_be_behind_and_by_how_much_is_told),
        cmocka_unit_test(what_was_replaced_meanwhile_is_not_stale),
        cmocka_unit_test(a_replica_has_no_other_excuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
