// SPDX-License-Identifier: MIT
// A cluster of nodes that follow a script: who is asked for what, and what becomes of redirections.
#include "run/route.h"

#include "resp/command.h"
#include "run/unfinished.h"
#include "stage.h"

#include <errno.h>
#include <stdio.h>

#define TOOK_NS NS_PER_MS

static struct command command;

// A cluster that a test has set up. owner: who really owns a slot; the map may lag behind.
struct fake {
    struct stage s;
    struct map *map;
    uint16_t owner[SLOTS];
    unsigned silent; // this node never answers; UINT_MAX: all do
    unsigned breaks; // so many sends are unanswered, and their connection breaks
    bool loops;      // each node says that another has it
    bool asks;       // redirects by ASK
    unsigned asked[3], wrong, askings, batches;
    bool told; // ASKING came before
};

static void name(struct addr *a, unsigned i)
{
    assert_int_equal(addr_literal(a, "127.0.0.1", (uint16_t)(7000 + i)), 0);
}

static struct map *map_of(unsigned n)
{
    struct map *m = calloc(1, sizeof *m);
    m->nodes = calloc(n, sizeof *m->nodes);
    m->n = n;
    for (unsigned slot = 0; slot < SLOTS; slot++)
        m->nodes[m->owner[slot] = (uint16_t)(slot * n / SLOTS)].slots++;
    for (unsigned i = 0; i < n; i++)
        name(&m->nodes[i].addr, i);
    return m;
}

static unsigned index_of(const struct conn *c)
{
    const struct client *owner = c->owner;
    return (unsigned)strtoul(strrchr(owner->node->addr.text, ':') + 1, NULL, 10) - 7000;
}

static void answer(struct fake *f, char *to, size_t cap, unsigned at, uint16_t slot)
{
    if (f->loops)
        snprintf(to, cap, "-MOVED %u 127.0.0.1:%u\r\n", slot, 7000 + !at);
    else if (f->owner[slot] == at || f->told)
        snprintf(to, cap, "$1\r\nv\r\n");
    else
        snprintf(to, cap, "-%s %u 127.0.0.1:%u\r\n", f->asks ? "ASK" : "MOVED", slot, 7000 + f->owner[slot]);
    f->told = false;
}

// Answers what is sent as a cluster does, each send by itself.
static int serve(struct engine *e, struct conn *c, unsigned nth)
{
    struct fake *f = e->script->ctx;
    struct client *owner = c->owner;
    char bytes[4096], answers[4096] = "";
    size_t len = 0, at = 0;
    unsigned node = index_of(c);
    for (uint32_t i = 0; i < c->out_n; i++) {
        memcpy(bytes + len, c->out[i].iov_base, c->out[i].iov_len);
        len += c->out[i].iov_len;
    }
    f->batches++;
    while (at < len) {
        ssize_t n = command_parse(&command, bytes + at, len - at);
        assert_true(n > 0);
        at += (size_t)n;
        if (slice_is(command.argv[0], "ASKING")) {
            assert_int_equal(owner->state, CLIENT_ASKING);
            f->told = true;
            f->askings++;
            snprintf(answers + strlen(answers), 6, "+OK\r\n");
            continue;
        }
        uint16_t slot = slot_of(command.argv[1]);
        f->asked[node]++;
        f->wrong += f->map->owner[slot] != node;
        answer(f, answers + strlen(answers), 64, node, slot);
    }
    if (f->breaks && nth % 7 == 6) {
        f->breaks--;
        script_closes(e, c, TOOK_NS, -ECONNRESET);
    } else if (node != f->silent)
        script_says(e, c, TOOK_NS, slice_of(answers));
    return 0;
}

static void begin(struct fake *f, unsigned clients, unsigned pipeline, enum pipeline_mode mode)
{
    f->s = stage_of(clients, pipeline);
    f->s.conf.pipeline_mode = mode;
    f->s.conf.cluster = true;
    f->s.conf.keyspace = 100000;
    f->s.script = (struct script){.send = serve, .ctx = f};
    f->silent = UINT32_MAX;
    f->map = map_of(2);
    memcpy(f->owner, f->map->owner, sizeof f->owner);
}

static void open_it(struct fake *f)
{
    struct stage *s = &f->s;
    s->target = (struct target){.engine = &engine_script, .cluster = f->map};
    script_begin(&s->script);
    assert_int_equal(plan_test(&s->plan, &s->conf, &s->target, &stage_get, &s->err), 0);
    s->crew =
        (struct crew){.plan = &s->plan, .bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .map = f->map};
    assert_int_equal(gate_init(&s->crew.gate, 1), 0);
    assert_int_equal(worker_open(&s->w, &s->crew, 0, &s->err), 0);
    stage_dial(s);
}

static void end(struct fake *f)
{
    stage_close(&f->s);
    map_free(f->map);
}

static void run(struct fake *f, uint64_t requests, uint64_t lasting_ns)
{
    open_it(f);
    stage_load(&f->s, requests, lasting_ns);
    f->s.w.draw.keys = keydist_init(f->s.conf.keyspace, &(struct keylaw){0}, 1, (struct deal){1, 1, 0});
    loop_run(&f->s.w);
}

static void each_key_goes_to_its_owner(void **state)
{
    (void)state;
    static const struct {
        unsigned pipeline;
        enum pipeline_mode mode;
        double rate;
    } ways[] = {{1, PIPELINE_BATCH, 0},    {8, PIPELINE_BATCH, 0},    {8, PIPELINE_WINDOW, 0},
                {1, PIPELINE_BATCH, 3000}, {8, PIPELINE_BATCH, 3000}, {8, PIPELINE_WINDOW, 3000}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct fake f = {0};
        begin(&f, 6, ways[i].pipeline, ways[i].mode);
        f.s.conf.rate = ways[i].rate;
        run(&f, 4000, 0);
        assert_int_equal(f.s.w.rec.counts.ok, 4000);
        assert_int_equal(f.s.w.rec.counts.sent, 4000);
        assert_int_equal(f.wrong, 0);
        assert_int_equal(f.asked[0] + f.asked[1], 4000);
        assert_in_range(f.asked[0], 1800, 2200); // 2000, and six standard deviations
        assert_int_equal(f.s.w.nodes.at[0].counts.ok, f.asked[0]);
        assert_int_equal(hist_count(f.s.w.nodes.at[1].latency), f.asked[1]);
        stage_adds_up(&f.s);
        end(&f);
    }
}

// Nothing but whole batches, but for what is left at the end.
static void a_batch_is_of_one_node(void **state)
{
    (void)state;
    struct fake f = {0};
    begin(&f, 2, 8, PIPELINE_BATCH);
    run(&f, 4000, 0);
    assert_in_range(f.batches, 500, 502);
    end(&f);
}

static void no_more_are_under_way_than_there_are_users(void **state)
{
    (void)state;
    struct fake f = {0};
    begin(&f, 1, 1, PIPELINE_BATCH); // one user, and a connection to each node
    run(&f, 100, 0);
    assert_int_equal(f.s.w.clients_n, 2);
    assert_int_equal(f.s.w.rec.counts.ok, 100);
    assert_in_range(f.s.w.now_ns - f.s.w.start_ns, 100 * TOOK_NS, 110 * TOOK_NS);
    assert_in_range(f.s.script.turns, 100, 400); // it sleeps, though a connection is idle
    end(&f);
}

static void a_node_that_does_not_answer_holds_up_nobody_else(void **state)
{
    (void)state;
    struct fake f = {0};
    begin(&f, 4, 1, PIPELINE_BATCH);
    f.silent = 1;
    f.s.conf.rate = 1000;
    run(&f, UINT64_MAX, 2 * NS_PER_S);
    struct worker *w = &f.s.w;
    assert_int_equal(f.asked[1], 2); // one on each of its connections
    assert_int_equal(w->rec.counts.ok, f.asked[0]);
    assert_in_range(f.asked[0], 800, 1200); // half of what was due
    for (unsigned i = 0; i < w->clients_n; i++)
        unfinished_abandon(w, &w->clients[i], ABANDONED_END);
    route_abandon(w);
    assert_int_equal(w->rec.counts.abandoned, 2);
    assert_in_range(w->rec.counts.unsent, 800, 1200);
    assert_int_equal(hist_count(w->rec.unfinished), w->rec.counts.unsent + 2);
    assert_int_equal(w->outstanding, 0);
    assert_int_equal(w->queued, 0);
    end(&f);
}

// Half of the second node's slots have gone to the first, or are on their way there.
static void redirections_are_followed(void **state)
{
    (void)state;
    for (unsigned way = 0; way < 8; way++) {
        struct fake f = {0};
        begin(&f, 4, way & 2 ? 4 : 1, way & 4 ? PIPELINE_WINDOW : PIPELINE_BATCH);
        f.asks = way & 1;
        for (unsigned slot = SLOTS * 3 / 4; slot < SLOTS; slot++)
            f.owner[slot] = 0;
        run(&f, 2000, 0);
        struct counts *n = &f.s.w.rec.counts;
        assert_int_equal(n->ok, 2000);
        assert_int_equal(n->errors, 0);
        assert_int_equal(n->sent, 2000);
        assert_int_equal(f.asked[0] + f.asked[1], 2000 + n->moved + n->asked);
        assert_int_equal(f.askings, n->asked);
        assert_true(f.asks ? n->asked > 400 && !n->moved : n->moved > 100 && !n->asked);
        assert_int_equal(f.s.crew.map_doubted, !f.asks);
        // The latency is that of both ways.
        assert_in_range(hist_max(f.s.w.rec.latency), 2 * TOOK_NS, 20 * TOOK_NS);
        assert_int_equal(f.s.w.queued, 0);
        stage_adds_up(&f.s);
        end(&f);
    }
}

static void who_is_sent_round_for_ever_gets_an_error(void **state)
{
    (void)state;
    struct fake f = {0};
    begin(&f, 2, 1, PIPELINE_BATCH);
    f.loops = true;
    run(&f, 10, 0);
    struct counts *n = &f.s.w.rec.counts;
    assert_int_equal(n->ok, 0);
    assert_int_equal(n->errors, 10);
    assert_int_equal(n->moved, 10 * (ROUTE_HOPS_MAX + 1));
    assert_true(strstr(f.s.w.rec.tally.kinds[0].first, "MOVED") != NULL);
    end(&f);
}

// The third node is in no map.
static void a_node_that_is_new_gets_connections(void **state)
{
    (void)state;
    struct fake f = {0};
    begin(&f, 6, 1, PIPELINE_BATCH);
    for (unsigned slot = SLOTS / 2; slot < SLOTS; slot++)
        f.owner[slot] = 2;
    run(&f, 2000, 0);
    assert_int_equal(f.s.w.rec.counts.ok, 2000);
    assert_int_equal(f.s.w.rec.counts.errors, 0);
    assert_int_equal(f.s.w.nodes.n, 3);
    assert_in_range(f.asked[2], 800, 1200);
    assert_int_equal(f.s.w.lost, 0);
    end(&f);
}

// After a new map all goes to where it belongs at once, and connections follow.
static void a_newer_map_is_taken_over(void **state)
{
    (void)state;
    struct fake f = {0};
    begin(&f, 6, 1, PIPELINE_BATCH);
    open_it(&f);
    struct map *newer = map_of(3);
    newer->older = f.map;
    f.map = newer;
    memcpy(f.owner, newer->owner, sizeof f.owner);
    f.s.crew.map = newer;
    f.s.crew.maps_read = 1;
    stage_load(&f.s, 3000, 0);
    f.s.w.draw.keys = keydist_init(f.s.conf.keyspace, &(struct keylaw){0}, 1, (struct deal){1, 1, 0});
    loop_run(&f.s.w);
    assert_int_equal(f.s.w.rec.counts.ok, 3000);
    assert_int_equal(f.s.w.rec.counts.moved, 0);
    assert_int_equal(f.wrong, 0);
    assert_in_range(f.asked[2], 800, 1200);
    unsigned have[3] = {0};
    for (unsigned i = 0; i < f.s.w.clients_n; i++)
        have[f.s.w.clients[i].node - f.s.w.nodes.at]++;
    assert_int_equal(have[0], 2);
    assert_int_equal(have[1], 2);
    assert_int_equal(have[2], 2);
    end(&f);
}

// By count and by time, alone and in batches, with and without a rate: each is answered once, by its owner.
static void what_broke_is_asked_again_of_the_owner(void **state)
{
    (void)state;
    for (unsigned mode = 0; mode < 16; mode++) {
        struct fake f = {.breaks = 20};
        begin(&f, 6, mode & 1 ? 8 : 1, mode & 8 ? PIPELINE_WINDOW : PIPELINE_BATCH);
        f.s.conf.rate = mode & 2 ? 3000 : 0;
        f.s.conf.retries = 3;
        f.s.conf.on_disconnect = DISCONNECT_RECONNECT;
        f.s.conf.reconnect_max_ns = 10 * NS_PER_S;
        for (unsigned slot = 0; mode & 4 && slot < 500; slot++)
            f.owner[slot] = 1; // one that is sent again may be redirected too
        run(&f, 4000, 0);
        const struct counts *c = &f.s.w.rec.counts;
        assert_int_equal(f.breaks, 0);
        assert_int_equal(c->ok, 4000);
        assert_int_equal(c->sent, 4000);
        assert_in_range(c->retries, 20, 20 * 8);
        assert_int_equal(f.asked[0] + f.asked[1], 4000 + c->retries + c->moved);
        assert_true(mode & 4 ? c->moved > 0 : !f.wrong);
        assert_int_equal(c->abandoned + c->lost + f.s.w.lost, 0);
        assert_int_equal(f.s.w.outstanding + f.s.w.queued, 0);
        stage_adds_up(&f.s);
        end(&f);
    }
}

// A server that is no cluster is asked as one of one node, so that a window can be sent again.
static void what_broke_of_a_window_is_asked_again_of_the_one_server(void **state)
{
    (void)state;
    for (unsigned mode = 0; mode < 2; mode++) {
        struct fake f = {.breaks = 20};
        begin(&f, 4, 8, PIPELINE_WINDOW);
        map_free(f.map);
        f.map = map_of(1);
        f.map->lone = true;
        memcpy(f.owner, f.map->owner, sizeof f.owner);
        f.s.conf.cluster = false;
        f.s.conf.keepalive = true;
        f.s.conf.rate = mode & 1 ? 3000 : 0;
        f.s.conf.retries = 3;
        f.s.conf.reconnect_max_ns = 10 * NS_PER_S;
        assert_true(run_conf_apart(&f.s.conf));
        run(&f, 4000, 0);
        const struct counts *c = &f.s.w.rec.counts;
        assert_int_equal(c->ok, 4000);
        assert_int_equal(c->sent, 4000);
        assert_in_range(c->retries, 20, 20 * 8);
        assert_int_equal(f.asked[0], 4000 + c->retries);
        assert_int_equal(c->abandoned + c->lost + f.s.w.lost, 0);
        stage_adds_up(&f.s);
        end(&f);
    }
}

// It takes connections and says nothing on them, not even to AUTH; the map then says that the other has its
// slots.
static int is_mute(struct engine *e, struct conn *c, unsigned nth)
{
    struct fake *f = e->script->ctx;
    struct client *owner = c->owner;
    if (index_of(c) == 1 && nth > 300) {
        f->silent = 1;
        return 0;
    }
    if (owner->state != CLIENT_SETTING_UP)
        return serve(e, c, nth);
    script_says(e, c, TOOK_NS, slice_of("+OK\r\n"));
    return 0;
}

static void tells_another_map(struct engine *e)
{
    struct fake *f = e->script->ctx;
    if (!f->s.crew.map_doubted || f->s.crew.maps_read)
        return;
    struct map *newer = map_of(2);
    for (unsigned slot = 0; slot < SLOTS; slot++)
        newer->owner[slot] = f->owner[slot] = 0;
    newer->nodes[0].slots = SLOTS;
    newer->nodes[1].slots = 0;
    newer->older = f->map;
    f->map = newer;
    f->s.crew.map = newer;
    f->s.crew.maps_read = 1;
}

static void a_node_that_falls_silent_and_loses_its_slots_loses_its_connections(void **state)
{
    (void)state;
    for (unsigned mode = 0; mode < 4; mode++) {
        struct fake f = {0};
        begin(&f, 6, mode & 1 ? 8 : 1, PIPELINE_BATCH);
        f.s.script.send = is_mute;
        f.s.script.turn = tells_another_map;
        f.s.conf.password = mode & 2 ? "secret" : NULL;
        f.s.conf.timeout_ns = 100 * NS_PER_MS;
        f.s.conf.retries = 9;
        f.s.conf.on_disconnect = DISCONNECT_RECONNECT;
        f.s.conf.reconnect_max_ns = 10 * NS_PER_S;
        unsigned n = mode & 1 ? 40000 : 8000; // more than a second's
        run(&f, n, 0);
        const struct counts *c = &f.s.w.rec.counts;
        assert_int_equal(f.silent, 1);
        assert_int_equal(f.s.crew.maps_read, 1);
        assert_int_equal(c->ok, n);
        assert_int_equal(c->timeouts + c->lost + f.s.w.lost, 0);
        assert_true(c->retries > 0);
        for (unsigned i = 0; i < f.s.w.clients_n; i++)
            assert_ptr_equal(f.s.w.clients[i].node, f.s.w.nodes.at);
        stage_adds_up(&f.s);
        end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_goes_to_its_owner),
        cmocka_unit_test(a_batch_is_of_one_node),
        cmocka_unit_test(no_more_are_under_way_than_there_are_users),
        cmocka_unit_test(a_node_that_does_not_answer_holds_up_nobody_else),
        cmocka_unit_test(redirections_are_followed),
        cmocka_unit_test(who_is_sent_round_for_ever_gets_an_error),
        cmocka_unit_test(a_node_that_is_new_gets_connections),
        cmocka_unit_test(a_newer_map_is_taken_over),
        cmocka_unit_test(what_broke_is_asked_again_of_the_owner),
        cmocka_unit_test(what_broke_of_a_window_is_asked_again_of_the_one_server),
        cmocka_unit_test(a_node_that_falls_silent_and_loses_its_slots_loses_its_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
