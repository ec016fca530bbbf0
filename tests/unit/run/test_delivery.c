// SPDX-License-Identifier: MIT
// The commands of both ends of a queue or a channel, and what a broker's replies make of them.
#include "run/delivery.h"

#include "load/envelope.h"

#include "planned.h"

#include <stdio.h>
#include <string.h>

#define RUN 0xbeefU

static struct run_conf conf;

// Consumer `number` of so many queues.
static struct delivery_end end_of(enum delivery_kind kind, unsigned queues, unsigned number)
{
    conf = usual();
    conf.delivery = kind;
    conf.queues = queues;
    return (struct delivery_end){.conf = &conf, .run = RUN, .number = number};
}

// The commands as words, with "; " between them.
static void says(struct buf *out, const char *expected)
{
    char text[1024] = "";
    static struct command c;
    struct slice left = buf_unread(out);
    size_t len = 0;
    while (left.len) {
        ssize_t n = command_parse(&c, left.at, left.len);
        assert_true(n > 0);
        for (size_t i = 0; i < c.argc; i++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s",
                                    i     ? " "
                                    : len ? "; "
                                          : "",
                                    (int)c.argv[i].len, c.argv[i].at);
        left = (struct slice){left.at + n, left.len - (size_t)n};
    }
    assert_string_equal(text, expected);
    buf_free(out);
}

static void joins(enum delivery_kind kind, const char *expected, unsigned replies)
{
    struct delivery_end end = end_of(kind, 2, 3);
    struct buf out = {0};
    unsigned n = 99;
    assert_int_equal(delivery_join(&end, &out, &n), 0);
    assert_int_equal(n, replies);
    says(&out, expected);
}

static void takes(enum delivery_kind kind, const char *expected)
{
    struct delivery_end end = end_of(kind, 2, 3);
    struct buf out = {0};
    assert_int_equal(delivery_take(&end, &out), 0);
    says(&out, expected);
}

#define Q "hkv-queue:0000beef:"

// Consumer 3 of two queues is at the second; of channels each hears all.
static void consumers_join_and_take(void **state)
{
    (void)state;
    joins(DELIVERY_LIST, "", 0);
    joins(DELIVERY_MOVE, "", 0);
    joins(DELIVERY_STREAM, "XGROUP CREATE " Q "1 hkv-bench $ MKSTREAM", 1);
    joins(DELIVERY_CHANNEL, "SUBSCRIBE " Q "0; SUBSCRIBE " Q "1", 2);
    joins(DELIVERY_SHARDED, "SSUBSCRIBE " Q "0; SSUBSCRIBE " Q "1", 2);
    takes(DELIVERY_LIST, "BRPOP " Q "1 0");
    takes(DELIVERY_MOVE, "BLMOVE " Q "1 " Q "1:taken RIGHT LEFT 0");
    takes(DELIVERY_STREAM, "XREADGROUP GROUP hkv-bench consumer-3 COUNT 16 BLOCK 0 STREAMS " Q "1 >");
    takes(DELIVERY_CHANNEL, ""); // they come by themselves
    takes(DELIVERY_SHARDED, "");
}

static void acknowledges(enum delivery_kind kind, const char *reply, const char *expected)
{
    struct delivery_end end = end_of(kind, 2, 3);
    struct buf out = {0};
    assert_int_equal(delivery_acknowledge(&end, slice_of(reply), &out), 0);
    says(&out, expected);
}

static void what_was_taken_is_acknowledged_where_that_is_the_custom(void **state)
{
    (void)state;
    acknowledges(DELIVERY_LIST, "*2\r\n$1\r\nq\r\n$1\r\nm\r\n", "");
    acknowledges(DELIVERY_MOVE, "$3\r\na b\r\n", "LREM " Q "1:taken 1 a b");
    acknowledges(DELIVERY_MOVE, "$-1\r\n", "");
    acknowledges(DELIVERY_STREAM,
                 "*1\r\n*2\r\n$1\r\ns\r\n*2\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$2\r\nv1\r\n"
                 "*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\nf\r\n$2\r\nv2\r\n",
                 "XACK " Q "1 hkv-bench 1-0 2-0");
    acknowledges(DELIVERY_STREAM, "*-1\r\n", "");
    acknowledges(DELIVERY_CHANNEL, ">3\r\n$7\r\nmessage\r\n$1\r\nq\r\n$1\r\nm\r\n", "");
}

// As many as one reply can have, and not one less.
static void a_full_batch_is_acknowledged_whole(void **state)
{
    (void)state;
    struct buf reply = {0}, out = {0};
    char expected[512];
    size_t len = (size_t)snprintf(expected, sizeof expected, "XACK " Q "1 hkv-bench");
    buf_printf(&reply, "*1\r\n*2\r\n$1\r\ns\r\n*16\r\n");
    for (int i = 10; i < 26; i++) {
        buf_printf(&reply, "*2\r\n$4\r\n%d-0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n", i);
        len += (size_t)snprintf(expected + len, sizeof expected - len, " %d-0", i);
    }
    struct delivery_end end = end_of(DELIVERY_STREAM, 2, 3);
    assert_int_equal(delivery_acknowledge(&end, buf_unread(&reply), &out), 0);
    says(&out, expected);
    buf_free(&reply);
}

static void a_run_leaves_nothing_behind(void **state)
{
    (void)state;
    struct delivery_end end = end_of(DELIVERY_MOVE, 3, 1);
    struct buf out = {0};
    assert_int_equal(delivery_remove(&end, &out), 0);
    says(&out, "DEL " Q "0 " Q "0:taken; DEL " Q "1 " Q "1:taken; DEL " Q "2 " Q "2:taken");
}

// --- producers ---

static struct ask asked(enum delivery_kind kind, unsigned queues, size_t bytes)
{
    struct ask a;
    end_of(kind, queues, 0);
    conf.data_bytes = bytes;
    assert_int_equal(delivery_ask(&a, &(struct ask_conf){.run = &conf}, RUN), 0);
    return a;
}

// One request, as drawn.
static void sends(const struct ask *a, struct command *c, char *bytes)
{
    struct keydist keys = keydist_init(1000, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct draw d = draw_init(&keys, 1, &(struct deal){1, 1, 0});
    d.envelope = (struct envelope){.run = RUN, .worker = 2, .measured = true, .seq = 41, .due_ns = 1234};
    assert_non_null(a->request.recipe);
    char *end = recipe_write(a->request.recipe, &d, bytes);
    assert_int_equal(command_parse(c, bytes, (size_t)(end - bytes)), end - bytes);
}

static void producers_send_envelopes(void **state)
{
    (void)state;
    static const struct {
        enum delivery_kind kind;
        const char *command, *title, *name;
        char usual;
        size_t argc;
    } all[] = {{DELIVERY_LIST, "LPUSH", "QUEUE (LPUSH to BRPOP)", "queue", ':', 3},
               {DELIVERY_MOVE, "LPUSH", "QUEUE (LPUSH to BLMOVE, LREM)", "queue", ':', 3},
               {DELIVERY_STREAM, "XADD", "QUEUE (XADD to XREADGROUP, XACK)", "queue", '$', 5},
               {DELIVERY_CHANNEL, "PUBLISH", "PUBSUB (PUBLISH to SUBSCRIBE)", "pubsub", ':', 3},
               {DELIVERY_SHARDED, "SPUBLISH", "PUBSUB (SPUBLISH to SSUBSCRIBE)", "pubsub", ':', 3}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        static struct command c;
        static char bytes[4096];
        struct envelope found;
        struct ask a = asked(all[i].kind, 1, 100);
        assert_string_equal(a.title, all[i].title);
        assert_string_equal(a.name, all[i].name);
        assert_int_equal(a.reply.usual, all[i].usual);
        assert_int_equal(a.payload_bytes, 100);
        sends(&a, &c, bytes);
        assert_int_equal(c.argc, all[i].argc);
        assert_true(slice_is(c.argv[0], all[i].command));
        assert_true(slice_is(c.argv[1], Q "0"));
        assert_true(all[i].argc == 3 || (slice_is(c.argv[2], "*") && slice_is(c.argv[3], "message")));
        struct slice payload = c.argv[c.argc - 1];
        assert_int_equal(payload.len, 100);
        assert_int_equal(envelope_find(payload, RUN, &found), ENVELOPE_BYTES);
        assert_true(found.seq == 41 && found.worker == 2 && found.due_ns == 1234 && found.measured);
        ask_reset(&a);
    }
}

static void a_message_is_never_shorter_than_its_envelope(void **state)
{
    (void)state;
    static struct command c;
    static char bytes[4096];
    struct ask a = asked(DELIVERY_LIST, 1, 3);
    assert_int_equal(a.payload_bytes, ENVELOPE_BYTES);
    sends(&a, &c, bytes);
    assert_int_equal(c.argv[2].len, ENVELOPE_BYTES);
    ask_reset(&a);
}

// Drawn by chance, each of them, and none else.
static void several_queues_share_the_messages(void **state)
{
    (void)state;
    static struct command c;
    static char bytes[4096];
    unsigned seen = 0;
    struct ask a = asked(DELIVERY_LIST, 3, 48);
    struct keydist keys = keydist_init(1000, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    struct draw d = draw_init(&keys, 1, &(struct deal){1, 1, 0});
    for (int i = 0; i < 200; i++) {
        char *end = recipe_write(a.request.recipe, &d, bytes);
        assert_int_equal(command_parse(&c, bytes, (size_t)(end - bytes)), end - bytes);
        assert_int_equal(c.argv[1].len, strlen(Q "0"));
        unsigned queue = (unsigned)(c.argv[1].at[c.argv[1].len - 1] - '0');
        assert_in_range(queue, 0, 2);
        seen |= 1U << queue;
    }
    assert_int_equal(seen, 7);
    ask_reset(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consumers_join_and_take),
        cmocka_unit_test(what_was_taken_is_acknowledged_where_that_is_the_custom),
        cmocka_unit_test(a_full_batch_is_acknowledged_whole),
        cmocka_unit_test(a_run_leaves_nothing_behind),
        cmocka_unit_test(producers_send_envelopes),
        cmocka_unit_test(a_message_is_never_shorter_than_its_envelope),
        cmocka_unit_test(several_queues_share_the_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
