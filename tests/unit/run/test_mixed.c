// SPDX-License-Identifier: MIT
#include "run/mixed.h"

#include "planned.h"

#include <string.h>

static struct mixed_kind kinds[3];
static struct mixer mixer;

static void begin(struct mixed *m, struct client *c, struct span *spans)
{
    memset(kinds, 0, sizeof kinds);
    for (int i = 0; i < 3; i++) {
        kinds[i].latency = hist_new(3);
        kinds[i].unfinished = hist_new(3);
    }
    *m = (struct mixed){.n = 3, .mixer = &mixer, .kinds = kinds};
    *c = (struct client){.spans = spans};
}

static void end(void)
{
    for (int i = 0; i < 3; i++) {
        hist_free(kinds[i].latency);
        hist_free(kinds[i].unfinished);
    }
}

// A a b b a c: four spans, the last of which is left to the caller.
static void a_write_is_cut_into_spans_of_one_kind(void **state)
{
    (void)state;
    static uint8_t drawn[] = {0, 0, 1, 1, 0, 2};
    struct span spans[8];
    struct mixed m;
    struct client c;
    begin(&m, &c, spans);
    mixer.drawn = drawn;
    struct span last = mixed_asked(&m, &c, 7, &(struct span){5, 6, 6, 0});
    assert_true(last.from_ns == 5 && last.sent_ns == 6 && last.n == 1 && last.kind == 2);
    assert_true(c.outstanding == 5 && c.tail - c.head == 3);
    static const uint32_t n[] = {2, 2, 1}, kind[] = {0, 1, 0};
    for (int i = 0; i < 3; i++)
        assert_true(spans[i].n == n[i] && spans[i].kind == kind[i] && spans[i].from_ns == 5);
    assert_true(kinds[0].counts.sent == 3 && kinds[1].counts.sent == 2 && kinds[2].counts.sent == 1);
    end();
}

static void what_was_counted_since_is_of_the_kind(void **state)
{
    (void)state;
    struct counts all;
    struct span spans[8], a = {100, 110, 1, 0}, b = {100, 120, 4, 1};
    struct mixed m;
    struct client c;
    begin(&m, &c, spans);
    all = (struct counts){.ok = 1, .hits = 1};
    mixed_answered(&m, &all, &a, 150, 1);
    all = (struct counts){.ok = 3, .hits = 1, .misses = 2, .errors = 2, .errors_ns = 70, .unexpected = 1};
    mixed_answered(&m, &all, &b, 300, 2);
    mixed_unfinished(&m, &(struct span){0, 0, 5, 2}, 1000);
    assert_true(kinds[0].counts.ok == 1 && kinds[0].counts.hits == 1 && kinds[0].counts.errors == 0);
    assert_true(kinds[1].counts.ok == 2 && kinds[1].counts.misses == 2 && kinds[1].counts.hits == 0);
    assert_true(kinds[1].counts.errors == 2 && kinds[1].counts.errors_ns == 70 &&
                kinds[1].counts.unexpected == 1);
    assert_true(kinds[2].counts.abandoned == 5 && hist_count(kinds[2].unfinished) == 5);
    assert_int_equal(hist_max(kinds[0].latency), 50);
    assert_int_equal(hist_count(kinds[1].latency), 2);
    end();
}

// --- of workers that are done ---

static struct plan mix_of(const struct run_conf *conf, struct mix_words *words)
{
    struct plan p;
    struct err err = {0};
    if (plan_command(&p, conf, &nowhere, (struct words){.mix = words}, &err) < 0)
        fail_msg("%s", err.text);
    return p;
}

static void one_kind_has_nothing_of_it(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    struct mixed m = {0};
    struct summary s = {0};
    struct plan p = planned(&conf, "GET");
    assert_int_equal(mixed_open(&m, &p), 0);
    assert_true(m.n == 0 && !m.mixer && !m.kinds && !m.spaces);
    assert_int_equal(mixed_sum(&s, &p, NULL, 0), 0);
    assert_true(s.nkinds == 0 && !s.kinds);
    mixed_close(&m);
    plan_reset(&p);
}

// Two workers: what came of each kind is added up, and the CPU is shared out by answers.
static void kinds_are_summed_over_workers(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    struct mix_words *words;
    struct err err = {0};
    struct mixed m[2] = {{0}};
    const struct mixed *const all[] = {&m[0], &m[1]};
    struct summary s = {.wall_ns = 1000000000, .user_s = 4, .system_s = 2, .counts = {.ok = 35, .errors = 5}};
    conf.digits = 3;
    assert_int_equal(mix_words_parse(&(struct mix_words_asked){.mix = "get:3,set:1"}, &words, &err), 0);
    struct plan p = mix_of(&conf, words);
    assert_int_equal(p.kinds, 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(mixed_open(&m[i], &p), 0);
        mixed_begin(&m[i], &p, 0, 1);
        m[i].kinds[0].counts = (struct counts){.sent = 15, .ok = 15, .hits = 10, .misses = 5};
        m[i].kinds[1].counts = (struct counts){.sent = 6, .ok = 2 + i, .errors = 2 + i, .abandoned = 1};
        hist_record(m[i].kinds[0].latency, 100000 * (i + 1), 15);
        hist_record(m[i].kinds[1].latency, 5000, 2 + i);
        hist_record(m[i].kinds[1].unfinished, 9000000, 1);
    }
    assert_int_equal(mixed_sum(&s, &p, all, 2), 0);
    assert_int_equal(s.nkinds, 2);
    const struct summary *get = &s.kinds[0], *set = &s.kinds[1];
    assert_string_equal(get->title, "GET");
    assert_true(get->reads && !set->reads);
    assert_true(get->counts.ok == 30 && get->counts.hits == 20 && get->counts.misses == 10);
    assert_true(set->counts.ok == 5 && set->counts.errors == 5 && set->counts.abandoned == 2);
    assert_int_equal(hist_count(get->latency), 30);
    assert_in_range(hist_max(get->latency), 200000, 200200);
    assert_true(get->user_s == 3 && get->system_s == 1.5); // 30 of 40 answers
    assert_true(set->user_s == 1 && set->system_s == 0.5);
    assert_non_null(set->bounded); // what had no answer is in its quantiles
    assert_int_equal(hist_count(set->bounded), 7);
    assert_null(get->bounded);
    mixed_begin(&m[0], &p, 0, 1); // another phase knows nothing of this one
    assert_int_equal(m[0].kinds[0].counts.sent, 0);
    assert_int_equal(hist_count(m[0].kinds[1].unfinished), 0);
    summary_free(&s);
    mixed_close(&m[0]);
    mixed_close(&m[1]);
    plan_reset(&p);
    mix_words_free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_cut_into_spans_of_one_kind),
        cmocka_unit_test(what_was_counted_since_is_of_the_kind),
        cmocka_unit_test(one_kind_has_nothing_of_it),
        cmocka_unit_test(kinds_are_summed_over_workers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
