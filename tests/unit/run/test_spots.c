// SPDX-License-Identifier: MIT
#include "stage.h"

#include "stats/validity.h"

static const struct test plain_set = {
    .names = "set", .title = "SET", .command = "SET key:__rand_int__ __data__", .reply = "+"};

static void keys_by(struct run_conf *conf, const char *law)
{
    struct err err;
    assert_int_equal(keylaw_parse(law, &conf->keys, &err), 0);
}

static void sizes_by(struct run_conf *conf, const char *law)
{
    struct err err;
    conf->values_vary = true;
    assert_int_equal(sizes_parse("--value-size", law, &conf->value_sizes, &err), 0);
}

// What the worker's sample says of the load.
static struct validity judged(const struct worker *w)
{
    struct summary s = {.counts = {.sent = 1, .ok = 1}};
    struct validity v;
    spots_add(&s.evidence, &w->spots, 0);
    validity_of(&s, &v);
    return v;
}

static const struct drawn *keys_seen(const struct stage *s)
{
    return &s->w.spots.kinds[0].seen_keys;
}

// A whole run by one worker; another law than the one that its sample is held against, where there is one.
static struct validity ran(struct stage *s, const char *law, const char *other)
{
    keys_by(&s->conf, law);
    stage_open(s, &plain_set);
    struct err err;
    if (other)
        assert_int_equal(keylaw_parse(other, &s->plan.asks->keys, &err), 0);
    phases_main(&s->w);
    stage_adds_up(s);
    return judged(&s->w);
}

static struct stage stage_for(uint64_t requests)
{
    struct stage s = stage_of(4, 3);
    s.conf.requests = requests;
    s.script.takes_ns = 20000;
    return s;
}

static void each_law_passes(void **state)
{
    (void)state;
    static const char *const laws[] = {"uniform", "zipf",       "zipf:0.4", "hotset:5%:95%",
                                       "gauss",   "latest:1.1", "exp",      "seq"};
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        for (int open = 0; open < 2; open++) {
            struct stage s = stage_for(3000);
            s.conf.rate = open ? 100000 : 0;
            struct validity v = ran(&s, laws[i], NULL);
            assert_int_equal(v.checks[VALID_KEYS].state, VALIDITY_PASS);
            assert_true(keys_seen(&s)->read >= SPOTS_IN_A_ROW && keys_seen(&s)->strays == 0);
            assert_int_equal(counts_answered(&s.w.rec.counts), 3000);
            stage_close(&s);
        }
}

// The law that is drawn from is not the one that is named.
static void another_law_is_found(void **state)
{
    (void)state;
    static const char *const planted[][2] = {{"zipf", "uniform"},        {"uniform", "zipf"},
                                             {"zipf:0.99", "zipf:1.3"},  {"latest", "zipf"},
                                             {"gauss", "gauss:50%:10%"}, {"hotset:5%:95%", "hotset:5%:85%"},
                                             {"exp:10%", "exp:5%"},      {"seq", "uniform"}};
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        struct stage s = stage_for(3000);
        struct validity v = ran(&s, planted[i][0], planted[i][1]);
        assert_int_equal(v.checks[VALID_KEYS].state, VALIDITY_FAIL);
        assert_true(v.invalid);
        stage_close(&s);
    }
}

static void sizes_are_seen_too(void **state)
{
    (void)state;
    for (int other = 0; other < 2; other++) {
        struct stage s = stage_for(3000);
        sizes_by(&s.conf, "100-500");
        keys_by(&s.conf, "zipf");
        stage_open(&s, &plain_set);
        if (other)
            assert_int_equal(sizes_parse("-d", "100-450", &s.plan.asks->request.recipe->values.sizes, &s.err),
                             0);
        phases_main(&s.w);
        struct validity v = judged(&s.w);
        assert_int_equal(v.checks[VALID_SIZES].state, other ? VALIDITY_FAIL : VALIDITY_PASS);
        assert_int_equal(v.checks[VALID_KEYS].state, VALIDITY_PASS);
        stage_close(&s);
    }
}

// After the sample the worker asks as it did before: at once, where the loop is closed.
static void a_sample_ends(void **state)
{
    (void)state;
    struct stage s = stage_for(100000);
    s.conf.keyspace = 1000;
    ran(&s, "uniform", NULL);
    assert_true(s.w.eager && !s.w.special && s.w.spots.left == 0);
    assert_true(keys_seen(&s)->read < 100000 / 4); // the others were not looked at
    assert_true(keys_seen(&s)->read >= 2 * SPOTS_IN_A_ROW);
    stage_close(&s);
}

// The warm-up and the prefill are no part of it.
static void only_what_is_measured_is_seen(void **state)
{
    (void)state;
    struct stage s = stage_for(100);
    s.conf.warmup_ns = 50 * NS_PER_MS;
    ran(&s, "uniform", NULL);
    assert_int_equal(keys_seen(&s)->read, 100);
    stage_close(&s);
}

static void when_it_is_due(void **state)
{
    (void)state;
    static const uint64_t ms[] = {0, 50, 99, 100, 150, 200, 399, 401, 5000, 5100, 6400};
    static const bool due[] = {true, false, false, true, false, true, false, true, true, false, true};
    struct stage s = stage_for(1);
    stage_open(&s, &plain_set);
    spots_begin(&s.w.spots, true);
    for (size_t i = 0; i < sizeof ms / sizeof *ms; i++)
        assert_int_equal(spots_due(&s.w.spots, ms[i] * NS_PER_MS), due[i]);
    spots_begin(&s.w.spots, false);
    assert_false(spots_due(&s.w.spots, 0));
    stage_close(&s);
}

// One whole sample of the law that s has, by another seed. Whether it is blamed.
static bool blamed_with(struct stage *s, uint64_t seed)
{
    enum { DRAWS = 2 * SPOTS_IN_A_ROW };
    struct share mine = plan_share(&s->plan, 0, 0);
    struct keydist keys = keydist_init(s->conf.keyspace, &s->conf.keys, seed, mine.deal);
    s->w.draw = draw_init(&keys, seed, &mine.deal);
    spots_begin(&s->w.spots, true);
    for (int k = 0; k < DRAWS / 16; k++) {
        client_write(s->w.clients, &s->plan.asks->request, &s->w.draw, 16);
        spots_look(&s->w.spots, &s->plan, s->w.clients, &s->w.draw, 16);
    }
    assert_int_equal(keys_seen(s)->read, DRAWS);
    return judged(&s->w).invalid;
}

// Whole samples of four laws by the generator itself, with another seed each: 4,000 clean runs.
static void a_clean_run_is_hardly_ever_blamed(void **state)
{
    (void)state;
    enum { SEEDS = 1000 };
    static const char *const laws[] = {"uniform", "zipf", "gauss", "hotset:10%:90%"};
    unsigned blamed = 0;
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        struct stage s = stage_of(1, 16);
        keys_by(&s.conf, laws[i]);
        sizes_by(&s.conf, "10-90");
        stage_open(&s, &plain_set);
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            blamed += blamed_with(&s, seed);
        stage_close(&s);
    }
    assert_true(blamed <= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_law_passes),
        cmocka_unit_test(another_law_is_found),
        cmocka_unit_test(sizes_are_seen_too),
        cmocka_unit_test(a_sample_ends),
        cmocka_unit_test(only_what_is_measured_is_seen),
        cmocka_unit_test(when_it_is_due),
        cmocka_unit_test(a_clean_run_is_hardly_ever_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
