// SPDX-License-Identifier: MIT
// What a cluster could not take of a user's command, and replies whose shape is known otherwise.
#include "run/ask.h"

#include "planned.h"

#include <stdio.h>
#include <string.h>

#define WORDS 8

static int check(const struct run_conf *conf, const char *command, struct err *err)
{
    struct slice argv[WORDS];
    size_t n = 0;
    for (const char *at = command; *at; n++) {
        size_t len = strcspn(at, " ");
        argv[n] = (struct slice){at, len};
        at += len + (at[len] == ' ');
    }
    *err = (struct err){0};
    return ask_check(conf, (struct words){.at = argv, .n = n}, err);
}

// Slots: a has 15495, b 3300.
static void a_cluster_takes_keys_of_one_slot(void **state)
{
    static const struct {
        const char *command;
        unsigned first, slots;
        const char *sentence; // NULL: it takes it
    } cases[] = {
        {"GET a", 0, 0, NULL},
        {"MGET a b", 0, 0, NULL}, // both get a tag
        {"MGET {a}1 {a}2", 0, 0, NULL},
        {"MGET {a}1 b", 0, 0,
         "the keys '{a}1' and 'b' lie in different slots, and a cluster takes only keys of one slot: give "
         "them the same tag, e.g. {x}"},
        {"GET {a}__rand_int__", 15000, 1000, NULL},
        {"GET {a}__rand_int__", 0, 15495,
         "--slots: the key '{a}__rand_int__' does not lie in slots 0-15494, or not always"},
        {"GET {__rand_int__}", 0, 100,
         "--slots: the key '{__rand_int__}' does not lie in slots 0-99, or not always"},
        {"PING", 0, 100, NULL},
    };
    struct run_conf conf = usual();
    struct err err;
    (void)state;
    assert_int_equal(check(&conf, "MGET {a}1 b", &err), 0); // one server takes anything
    conf.cluster = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        conf.first_slot = cases[i].first;
        conf.slots = cases[i].slots;
        int rc = check(&conf, cases[i].command, &err);
        if (rc != (cases[i].sentence ? -1 : 0))
            fail_msg("%s: %s", cases[i].command, err.text);
        if (cases[i].sentence) {
            assert_string_equal(err.text, cases[i].sentence);
            assert_int_equal(err.code, ERR_USAGE);
        }
    }
}

static void a_key_acts_on_no_terminal(void **state)
{
    struct run_conf conf = usual();
    struct err err;
    (void)state;
    conf.cluster = true;
    assert_int_equal(check(&conf, "MGET {a}\x1b[2J b", &err), -1);
    assert_null(strchr(err.text, '\x1b'));
}

// What MULTI and EXEC make of a command's reply, and what an engine without a server says in its place.
static void replies_of_a_transaction_have_a_shape_of_their_own(void **state)
{
    static const struct {
        const char *shape, *canned;
    } cases[] = {{"+", "+QUEUED\r\n"}, {"*0", "*0\r\n"}, {"*3", "*3\r\n:1\r\n:1\r\n:1\r\n"}};
    struct run_conf conf = usual();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plan p = planned(&conf, "GET");
        struct ask *a = &p.asks[0];
        assert_int_equal(a->reply.reads, READS_ONE);
        assert_int_equal(ask_replies(a, cases[i].shape), 0);
        assert_int_equal(a->reply.reads, READS_NOTHING); // no hits are told from "+QUEUED"
        assert_int_equal(a->reply.shape.type, cases[i].shape[0]);
        assert_int_equal(a->check, CHECK_NONE);
        assert_int_equal(a->canned_len, strlen(cases[i].canned));
        assert_memory_equal(a->canned, cases[i].canned, a->canned_len);
        plan_reset(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_takes_keys_of_one_slot),
        cmocka_unit_test(a_key_acts_on_no_terminal),
        cmocka_unit_test(replies_of_a_transaction_have_a_shape_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
