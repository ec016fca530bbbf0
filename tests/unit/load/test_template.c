// SPDX-License-Identifier: MIT
#include "load/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct template compile(const struct slice *argv, size_t argc, size_t data_bytes, bool keys)
{
    struct template t;
    struct template_conf conf = {.data_bytes = data_bytes, .keys = keys};
    assert_int_equal(template_init(&t, argv, argc, &conf), 0);
    return t;
}

// One request with keys that count up from 0.
static void draws(struct template *t, struct keydist *keys, const char *expected)
{
    char out[512];
    template_lay(t, out);
    template_draw(t, keys, out);
    assert_true(slice_is((struct slice){out, t->len}, expected));
    assert_int_equal(t->wire_len, t->len + t->ncuts * t->value.len);
}

static void no_placeholder(void **state)
{
    (void)state;
    struct keydist keys = keydist_init(100, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct template t = compile((struct slice[]){slice_of("PING")}, 1, 3, true);
    draws(&t, &keys, "*1\r\n$4\r\nPING\r\n");
    assert_int_equal(t.nholes, 0);
    template_reset(&t);
}

static void each_rand_int_is_fresh(void **state)
{
    (void)state;
    struct keydist keys = keydist_init(100, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct template t =
        compile((struct slice[]){slice_of("GET"), slice_of("k:__rand_int__:__rand_int__")}, 2, 3, true);
    draws(&t, &keys, "*2\r\n$3\r\nGET\r\n$27\r\nk:000000000000:000000000001\r\n");
    draws(&t, &keys, "*2\r\n$3\r\nGET\r\n$27\r\nk:000000000002:000000000003\r\n");
    assert_int_equal(t.draws[0], 2);
    template_reset(&t);
}

static void named_keys_are_the_same_in_a_request(void **state)
{
    (void)state;
    struct keydist keys = keydist_init(100, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct template t =
        compile((struct slice[]){slice_of("__rand_1st__"), slice_of("__rand_9th____rand_1st__")}, 2, 3, true);
    keydist_run(&keys, 9, 50);
    draws(&t, &keys, "*2\r\n$12\r\n000000000000\r\n$24\r\n000000000050000000000000\r\n");
    draws(&t, &keys, "*2\r\n$12\r\n000000000001\r\n$24\r\n000000000051000000000001\r\n");
    assert_int_equal(t.draws[1], 1);
    template_reset(&t);
}

static void without_keys_the_text_stays(void **state)
{
    (void)state;
    struct keydist keys = keydist_init(1, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct template t = compile((struct slice[]){slice_of("GET"), slice_of("k:__rand_int__")}, 2, 3, false);
    draws(&t, &keys, "*2\r\n$3\r\nGET\r\n$14\r\nk:__rand_int__\r\n");
    template_reset(&t);
}

static void data_takes_its_length(void **state)
{
    (void)state;
    struct keydist keys = keydist_init(1, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct template t =
        compile((struct slice[]){slice_of("<__data__>"), slice_of("__data____data__"), slice_of("__data_")},
                3, 3, true);
    draws(&t, &keys, "*3\r\n$5\r\n<VXK>\r\n$6\r\nVXKVXK\r\n$7\r\n__data_\r\n");
    template_reset(&t);
}

// The pieces of a request with large values: the shared value is sent from where it lies.
static void large_values_are_cut_out(void **state)
{
    (void)state;
    enum { BYTES = TEMPLATE_SHARE_MIN };
    struct keydist keys = keydist_init(10, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct template t =
        compile((struct slice[]){slice_of("SET"), slice_of("__rand_int__"), slice_of("a__data__b__data__")},
                3, BYTES, true);
    char out[128], head[64];
    struct iovec iov[5] = {0};
    template_lay(&t, out);
    template_draw(&t, &keys, out);
    assert_int_equal(t.ncuts, 2);
    assert_int_equal(template_iov(&t, out, iov), 5);
    int n = snprintf(head, sizeof head, "*3\r\n$3\r\nSET\r\n$12\r\n000000000000\r\n$%d\r\na", 2 * BYTES + 2);
    assert_int_equal(iov[0].iov_len, n);
    assert_memory_equal(iov[0].iov_base, head, n);
    assert_ptr_equal(iov[1].iov_base, t.value.at);
    assert_int_equal(iov[1].iov_len, BYTES);
    assert_memory_equal(iov[2].iov_base, "b", 1);
    assert_int_equal(iov[2].iov_len, 1);
    assert_ptr_equal(iov[3].iov_base, t.value.at);
    assert_memory_equal(iov[4].iov_base, "\r\n", 2);
    assert_int_equal(t.wire_len, (size_t)n + 2 * BYTES + 1 + 2);
    template_reset(&t);
}

static void raw_bytes_go_as_they_are(void **state)
{
    (void)state;
    struct template t;
    struct keydist keys = keydist_init(1, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    assert_int_equal(template_init_raw(&t, slice_of("PING\r\n")), 0);
    draws(&t, &keys, "PING\r\n");
    template_reset(&t);
}

// What a request's slot is, by the key that lies in its bytes.
static uint16_t slot_in(const struct template *t, const char *bytes)
{
    return slot_of((struct slice){bytes + t->key_at, t->key_len});
}

static void of_a_cluster_the_key_is_known_and_tags_are_drawn(void **state)
{
    (void)state;
    static struct {
        struct slice argv[4];
        const char *key; // its length counts
    } cases[] = {
        {{{"GET", 3}, {"k:__rand_int__", 14}}, "k:000000000000"},
        {{{"LPUSH", 5}, {"l:{tag}", 7}, {"v", 1}}, "l:{aaa}"},
        {{{"EVAL", 4}, {"__data__", 8}, {"1", 1}, {"k__rand_1st__", 13}}, "k000000000000"},
        {{{"PING", 4}}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct template t;
        struct template_conf conf = {.data_bytes = TEMPLATE_SHARE_MIN, .keys = true, .slots = true};
        struct keydist keys = keydist_init(100000, &(struct keylaw){0}, 1, (struct deal){1, 1, 0});
        bool seen[SLOTS] = {0};
        unsigned apart = 0;
        size_t argc = 0;
        while (argc < 4 && cases[i].argv[argc].at)
            argc++;
        assert_int_equal(template_init(&t, cases[i].argv, argc, &conf), 0);
        assert_int_equal(t.key_len, strlen(cases[i].key));
        for (int n = 0; n < 1000; n++) {
            char out[512];
            template_lay(&t, out);
            uint16_t slot = template_draw_slot(&t, &keys, out);
            assert_true(slot < SLOTS);
            if (t.key_len)
                assert_int_equal(slot, slot_in(&t, out));
            apart += !seen[slot];
            seen[slot] = true;
        }
        assert_in_range(apart, 900, 1000); // 970 of 1000 draws from 16384, on average
        template_reset(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_placeholder),
        cmocka_unit_test(each_rand_int_is_fresh),
        cmocka_unit_test(named_keys_are_the_same_in_a_request),
        cmocka_unit_test(without_keys_the_text_stays),
        cmocka_unit_test(data_takes_its_length),
        cmocka_unit_test(large_values_are_cut_out),
        cmocka_unit_test(raw_bytes_go_as_they_are),
        cmocka_unit_test(of_a_cluster_the_key_is_known_and_tags_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
