// SPDX-License-Identifier: MIT
// A load that several processes send a part of each: what they send together, and how they wait for each
// other.
#include "run/run.h"

#include "stage.h"

#include <errno.h>
#include <signal.h>

#define REQUESTS 2000

// Every request that was sent, by its key.
struct sent {
    pthread_mutex_t lock;
    unsigned n;
    unsigned long keys[2 * REQUESTS];
};

struct part {
    struct stage s;
    struct sent *sent;
    struct summary sum;
};

static int notes(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    struct sent *all = e->script->ctx;
    char text[256] = "";
    for (unsigned i = 0; i < c->out_n; i++)
        strncat(text, c->out[i].iov_base, c->out[i].iov_len);
    const char *key = strstr(text, "k:");
    pthread_mutex_lock(&all->lock);
    if (key && all->n < 2 * REQUESTS)
        all->keys[all->n++] = strtoul(key + 2, NULL, 10);
    pthread_mutex_unlock(&all->lock);
    script_answers(e, c, NS_PER_US);
    return 0;
}

// Runs part `part` of `parts`. watch: who is asked before the load begins.
static int run_part(struct part *p, unsigned part, unsigned parts, const struct watcher *watch)
{
    struct stopper stop;
    stage_plan(&p->s, &stage_get);
    plan_part(&p->s.plan, part, parts);
    assert_int_equal(stopper_open(&stop), 0);
    int rc = (run_test)(&p->s.plan, &stop, watch, &p->sum, &p->s.err);
    stopper_close(&stop);
    assert_int_equal(p->s.script.misused, 0);
    return rc;
}

static void end_part(struct part *p)
{
    summary_free(&p->sum);
    plan_reset(&p->s.plan);
    script_end();
}

static int by_key(const void *a, const void *b)
{
    unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;
    return x < y ? -1 : x > y;
}

// What `parts` processes send in all, sorted.
static void collect(struct sent *all, unsigned parts, const struct run_conf *conf)
{
    static const struct watcher nobody = {0};
    static const char *const values[] = {"$1\r\nx\r\n"};
    unsigned clients = 0, workers = 0;
    *all = (struct sent){.lock = PTHREAD_MUTEX_INITIALIZER};
    for (unsigned i = 0; i < parts; i++) {
        struct part p = {.s = stage_of(conf->clients, conf->pipeline)};
        p.s.conf = *conf;
        p.s.script = (struct script){.send = notes, .ctx = all, .answers = values, .answers_n = 1};
        assert_int_equal(run_part(&p, i, parts, &nobody), 0);
        assert_int_equal(p.sum.load.clients, conf->clients); // the load is described as a whole
        assert_int_equal(p.sum.load.threads, conf->threads);
        assert_int_equal(p.sum.first_worker, workers);
        workers += p.sum.workers;
        for (unsigned k = 0; k < p.sum.workers; k++)
            clients += p.sum.shares[k].clients;
        end_part(&p);
    }
    assert_int_equal(workers, conf->threads);
    assert_int_equal(clients, conf->clients);
    qsort(all->keys, all->n, sizeof all->keys[0], by_key);
}

static void parts_send_what_one_process_sends(void **state)
{
    (void)state;
    static struct sent whole, parted;
    for (int how = 0; how < 3; how++) {
        struct run_conf conf = stage_of(11, 1).conf;
        conf.threads = 4;
        conf.requests = REQUESTS;
        conf.keys.kind = how == 1 ? KEYLAW_SEQ : KEYLAW_UNIFORM;
        conf.keyspace = how == 1 ? REQUESTS : 1000000;
        conf.rate = how == 2 ? 1e5 : 0;
        collect(&whole, 1, &conf);
        assert_int_equal(whole.n, REQUESTS);
        assert_true(whole.keys[0] != whole.keys[REQUESTS - 1]);
        for (unsigned parts = 2; parts <= 4; parts++) {
            collect(&parted, parts, &conf);
            assert_int_equal(parted.n, REQUESTS);
            assert_memory_equal(parted.keys, whole.keys, REQUESTS * sizeof whole.keys[0]);
        }
    }
}

// --- before the load begins ---

struct asked {
    struct part *part;
    unsigned times, dials, sends;
    int answer;
    bool interrupt;
    uint64_t after_ns, at_ns; // the load begins so much later: no earlier than then
};

static int asks(void *ctx, struct stopper *stop, uint64_t *at_ns, struct err *err)
{
    struct asked *a = ctx;
    a->times++;
    a->dials = a->part->s.script.dials;
    a->sends = a->part->s.script.sends;
    if (a->interrupt) {
        raise(SIGINT);
        assert_true(stopper_wait(stop, -1, 10000));
    }
    a->at_ns = a->after_ns ? clock_ns() + a->after_ns : 0; // by the script's clock
    *at_ns = a->at_ns;
    return a->answer ? err_set(err, ERR_RUN, "part 2 of 2 did not come") : 0;
}

static int run_asked(struct part *p, struct asked *a)
{
    static struct sent sent;
    sent = (struct sent){.lock = PTHREAD_MUTEX_INITIALIZER};
    static const char *const values[] = {"$1\r\nx\r\n"};
    *p = (struct part){.s = stage_of(6, 1)};
    p->s.conf.threads = 3;
    p->s.conf.requests = REQUESTS;
    p->s.script = (struct script){.send = notes, .ctx = &sent, .answers = values, .answers_n = 1};
    a->part = p;
    return run_part(p, 0, 1, &(struct watcher){.ready = asks, .ready_ctx = a});
}

static void the_load_waits_until_it_may_begin(void **state)
{
    (void)state;
    struct part p;
    struct asked a = {0};
    assert_int_equal(run_asked(&p, &a), 0);
    assert_int_equal(a.times, 1);
    assert_int_equal(a.dials, 6); // all connections stood
    assert_int_equal(a.sends, 0); // and nothing had been asked
    assert_int_equal(p.sum.counts.ok, REQUESTS);
    end_part(&p);
}

static void the_load_begins_at_the_moment_that_is_named(void **state)
{
    (void)state;
    struct part p;
    struct asked a = {.after_ns = 100 * NS_PER_US}; // for which nobody sleeps: that goes by another clock
    assert_int_equal(run_asked(&p, &a), 0);
    assert_true(a.at_ns > 0 && p.sum.start_ns >= a.at_ns);
    end_part(&p);
}

static void a_load_that_may_not_begin_is_no_result(void **state)
{
    (void)state;
    struct part p;
    struct asked a = {.answer = -1};
    assert_int_equal(run_asked(&p, &a), -1);
    assert_int_equal(p.s.script.sends, 0);
    assert_string_equal(p.s.err.text, "part 2 of 2 did not come");
    end_part(&p);
}

static void a_signal_ends_the_wait(void **state)
{
    (void)state;
    struct part p;
    struct asked a = {.interrupt = true};
    assert_int_equal(run_asked(&p, &a), 0);
    assert_int_equal(p.s.script.sends, 0);
    assert_int_equal(p.sum.ending, ENDING_INTERRUPTED);
    end_part(&p);
}

static int refuses(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    script_closes(e, c, 0, -ECONNREFUSED);
    return 0;
}

static void nobody_waits_for_a_worker_that_cannot_connect(void **state)
{
    (void)state;
    struct part p = {.s = stage_of(6, 1)};
    struct asked a = {.part = &p};
    p.s.conf.threads = 3;
    p.s.conf.requests = REQUESTS;
    p.s.script = (struct script){.dial = refuses};
    assert_int_equal(run_part(&p, 0, 1, &(struct watcher){.ready = asks, .ready_ctx = &a}), -1);
    assert_int_equal(p.s.err.code, ERR_CONNECT);
    end_part(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_send_what_one_process_sends),
        cmocka_unit_test(the_load_waits_until_it_may_begin),
        cmocka_unit_test(the_load_begins_at_the_moment_that_is_named),
        cmocka_unit_test(a_load_that_may_not_begin_is_no_result),
        cmocka_unit_test(a_signal_ends_the_wait),
        cmocka_unit_test(nobody_waits_for_a_worker_that_cannot_connect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
