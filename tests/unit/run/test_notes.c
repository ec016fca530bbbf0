// SPDX-License-Identifier: MIT
#include "run/notes.h"

#include "planned.h"

static struct plan plan_of(struct run_conf *conf, unsigned pipeline)
{
    *conf = usual();
    conf->verify = true;
    conf->pipeline = pipeline;
    conf->keyspace = 1000;
    conf->seed = 7;
    conf->values_vary = true;
    conf->contents.kind = CONTENTS_SELF;
    conf->value_sizes = (struct sizes){.lo = 64, .hi = 64};
    conf->data_bytes = 64;
    return planned(conf, "SET");
}

static void each_key_of_each_name_has_its_place(void **state)
{
    (void)state;
    struct run_conf conf;
    struct plan p = plan_of(&conf, 1);
    assert_int_equal(p.names.n, 1);
    struct notes_keys *keys = notes_keys(&p);
    assert_non_null(keys);
    memset(keys->versions[0], 0, 1000 * sizeof *keys->versions[0]); // there is room for all of them
    notes_keys_free(keys, &p);
    plan_reset(&p);
}

static void a_ring_holds_twice_what_is_under_way(void **state)
{
    (void)state;
    static const struct {
        unsigned pipeline, ring;
    } all[] = {{1, 16}, {8, 16}, {9, 32}, {100, 256}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct run_conf conf;
        struct plan p = plan_of(&conf, all[i].pipeline);
        struct notes_keys *keys = notes_keys(&p);
        struct notes *n;
        assert_int_equal(notes_open(&n, &p, keys, 0, 3), 0);
        assert_int_equal(n->n, 3);
        assert_true(n->ring + 1 >= 2 * plan_upkeep_depth(&p));
        assert_true(n->ring + 1 >= all[i].ring);
        assert_int_equal((n->ring + 1) & n->ring, 0); // a power of two
        assert_ptr_equal(n->keys, keys);
        notes_close(n);
        notes_keys_free(keys, &p);
        plan_reset(&p);
    }
}

// No two workers write as the same one, nor do two runs.
static void workers_are_told_apart(void **state)
{
    (void)state;
    struct run_conf conf, other;
    struct plan p = plan_of(&conf, 1), q = plan_of(&other, 1);
    struct notes *a, *b, *c;
    other.seed = 8;
    struct notes_keys *keys = notes_keys(&p);
    assert_int_equal(notes_open(&a, &p, keys, 0, 1), 0);
    assert_int_equal(notes_open(&b, &p, keys, 1, 1), 0);
    assert_int_equal(notes_open(&c, &q, keys, 0, 1), 0);
    assert_int_not_equal(a->writer, b->writer);
    assert_int_not_equal(a->writer, c->writer);
    assert_int_not_equal(a->owner, b->owner);
    notes_close(a);
    notes_close(b);
    notes_close(c);
    notes_close(NULL);
    notes_keys_free(keys, &p);
    notes_keys_free(NULL, &p);
    plan_reset(&p);
    plan_reset(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_of_each_name_has_its_place),
        cmocka_unit_test(a_ring_holds_twice_what_is_under_way),
        cmocka_unit_test(workers_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
