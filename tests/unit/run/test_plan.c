// SPDX-License-Identifier: MIT
#include "planned.h"

#include "run/plan_out.h"

static void answers(const struct plan *p, const char *expected)
{
    assert_true(slice_is((struct slice){p->asks->canned, p->asks->canned_len}, expected));
}

// --- shares ---

static void check_shares(unsigned clients, unsigned threads, uint64_t total)
{
    const struct plan p = {.clients = clients, .threads = threads};
    uint64_t requests = 0;
    unsigned has = 0;
    for (unsigned part = 0; part < threads; part++) {
        struct share s = plan_share(&p, part, total);
        assert_int_equal(s.first, requests); // where the former ended
        assert_in_range(s.clients, clients / threads, clients / threads + 1);
        uint64_t fair = (uint64_t)((unsigned __int128)total * s.clients / clients);
        assert_in_range(s.requests > fair ? s.requests - fair : fair - s.requests, 0, 2);
        requests += s.requests;
        has += s.clients;
    }
    assert_int_equal(requests, total);
    assert_int_equal(has, clients);
}

static void shares_add_up(void **state)
{
    (void)state;
    static const unsigned clients[] = {1, 2, 3, 7, 50, 97, 10000};
    static const unsigned threads[] = {1, 2, 3, 4, 7, 16, 64};
    static const uint64_t totals[] = {1, 2, 50, 99, 100000, 99999989, UINT64_MAX - 1};
    for (size_t c = 0; c < sizeof clients / sizeof *clients; c++)
        for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
            for (size_t n = 0; n < sizeof totals / sizeof *totals && threads[t] <= clients[c]; n++)
                check_shares(clients[c], threads[t], totals[n]);
}

static void shares_of_no_total_have_no_end(void **state)
{
    (void)state;
    const struct plan p = {.clients = 50, .threads = 4};
    struct share s = plan_share(&p, 3, 0);
    assert_int_equal(s.first, 0);
    assert_true(s.requests == UINT64_MAX);
    assert_int_equal(s.clients, 13); // 12, 13, 12, 13
}

static void takes(uint64_t requests, unsigned clients, unsigned threads, const unsigned expected[2])
{
    struct run_conf conf = usual();
    conf.requests = requests;
    conf.clients = clients;
    conf.threads = threads;
    struct plan p = planned(&conf, "SET");
    assert_int_equal(p.clients, expected[0]);
    assert_int_equal(p.threads, expected[1]);
    plan_reset(&p);
}

static void opens_no_more_than_needed(void **state)
{
    (void)state;
    takes(100, 50, 4, (const unsigned[]){50, 4});
    takes(20, 50, 4, (const unsigned[]){20, 4});
    takes(3, 50, 4, (const unsigned[]){3, 3});
    takes(0, 50, 4, (const unsigned[]){50, 4}); // by time
    takes(100, 2, 8, (const unsigned[]){2, 2});
    takes(100, 50, 0, (const unsigned[]){50, 1});
}

// --- requests ---

static void compiles_rows(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    struct plan p = planned(&conf, "SET");
    assert_string_equal(p.title, "SET");
    assert_string_equal(p.test, "set");
    assert_int_equal(p.payload_bytes, 3);
    assert_int_equal(p.asks->reply.reads, READS_NOTHING);
    assert_false(p.asks->raw);
    assert_false(p.idle);
    assert_ptr_equal(p.conf, &conf);
    assert_ptr_equal(p.target, &nowhere);
    asks(&p.asks->request, "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000000\r\n$3\r\nVXK\r\n");
    answers(&p, "+OK\r\n");
    plan_reset(&p);
    p = planned(&conf, "GET");
    asks(&p.asks->request, "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000000\r\n");
    assert_int_equal(p.asks->reply.reads, READS_ONE);
    answers(&p, "$3\r\nVXK\r\n");
    plan_reset(&p);
    p = planned(&conf, "ZADD");
    asks(&p.asks->request,
         "*4\r\n$4\r\nZADD\r\n$6\r\nmyzset\r\n$12\r\n000000000000\r\n$20\r\nelement:000000000001\r\n");
    plan_reset(&p);
    p = planned(&conf, "MGET (10 keys)");
    assert_int_equal(p.asks->reply.reads, READS_MANY);
#define VALUE "$3\r\nVXK\r\n"
    answers(&p, "*10\r\n" VALUE VALUE VALUE VALUE VALUE VALUE VALUE VALUE VALUE VALUE);
    plan_reset(&p);
}

static void compiles_inline_commands(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    conf.prefill = true;
    struct plan p = planned(&conf, "PING_INLINE");
    assert_true(p.asks->raw);
    asks(&p.asks->request, "PING\r\n");
    answers(&p, "+OK\r\n");
    assert_int_equal(p.upkeep.n, 0);
    plan_reset(&p);
}

// Words of the row, which a server must find again as arguments.
static size_t words_of(const char *command)
{
    size_t n = 1;
    for (; *command; command++)
        n += *command == ' ';
    return n;
}

static void every_row_is_one_whole_request(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    static struct command c;
    for (size_t i = 0; i < 2 * catalog_len; i++) {
        const struct test *test = &catalog[i / 2];
        struct err err;
        struct plan p;
        struct resp_parser parser = {0};
        struct resp_reply reply;
        conf.keyspace = i % 2 ? 100000 : 0;
        assert_int_equal(plan_test(&p, &conf, &nowhere, test, &err), 0);
        assert_int_equal(command_parse(&c, p.asks->request.bytes, p.asks->request.len),
                         p.asks->request.wire_len);
        assert_int_equal(c.argc, words_of(test->command));
        assert_int_equal(parse_reply(&parser, p.asks->canned, p.asks->canned_len, &reply),
                         p.asks->canned_len);
        plan_reset(&p);
    }
}

// -r 0: the placeholder's own text is the key, the same in each request.
static void one_key_is_literal(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    conf.keyspace = 0;
    struct plan p = planned(&conf, "SET");
    assert_int_equal(p.asks->request.nholes, 0);
    asks(&p.asks->request, "*3\r\n$3\r\nSET\r\n$16\r\nkey:__rand_int__\r\n$3\r\nVXK\r\n");
    plan_reset(&p);
    p = planned(&conf, "ZADD");
    assert_int_equal(p.asks->request.nholes, 0);
    asks(&p.asks->request, "*4\r\n$4\r\nZADD\r\n$6\r\nmyzset\r\n$1\r\n0\r\n$20\r\nelement:__rand_int__\r\n");
    plan_reset(&p);
    p = commanded(&conf, (const char *const[]){"GET", "k__rand_1st__", NULL});
    asks(&p.asks->request, "*2\r\n$3\r\nGET\r\n$13\r\nk__rand_1st__\r\n");
    plan_reset(&p);
}

static void compiles_commands(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    const char *const words[] = {"set", "a b:__rand_int__", "x__data__y", "", NULL};
    static const char wire[] = "*4\r\n$3\r\nset\r\n$16\r\na b:000000000000\r\n$5\r\nxVXKy\r\n$0\r\n\r\n";
    struct plan p = commanded(&conf, words);
    assert_string_equal(p.title, "set a b:__rand_int__ x__data__y ");
    assert_string_equal(p.test, "command");
    asks(&p.asks->request, wire);
    assert_int_equal(p.payload_bytes, sizeof wire - 1); // as redis-benchmark: what goes over the wire
    assert_int_equal(p.asks->reply.reads, READS_NOTHING);
    answers(&p, "+OK\r\n");
    plan_reset(&p);
    conf.data_bytes = 0;
    p = commanded(&conf, (const char *const[]){"hget", "h", "f", NULL});
    assert_int_equal(p.asks->reply.reads, READS_ONE);
    answers(&p, "$0\r\n\r\n");
    plan_reset(&p);
}

// --- set-up ---

static void sets_up(const struct run_conf *conf, unsigned replies, const char *expected)
{
    struct plan p = planned(conf, "GET");
    assert_int_equal(p.setup_replies, replies);
    assert_int_equal(p.setup.wire_len, strlen(expected));
    if (replies)
        asks(&p.setup, expected);
    plan_reset(&p);
}

static void signs_in_and_selects(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    sets_up(&conf, 0, "");
    conf.dbnum = 15;
    sets_up(&conf, 1, "*2\r\n$6\r\nSELECT\r\n$2\r\n15\r\n");
    conf.password = "__rand_int__"; // a password is no place for keys
    sets_up(&conf, 2, "*2\r\n$4\r\nAUTH\r\n$12\r\n__rand_int__\r\n*2\r\n$6\r\nSELECT\r\n$2\r\n15\r\n");
    conf.dbnum = 0;
    conf.user = "bob";
    conf.password = "";
    sets_up(&conf, 1, "*3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$0\r\n\r\n");
    conf.password = NULL; // a name alone signs nobody in
    sets_up(&conf, 0, "");
}

static void says_hello(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    conf.resp3 = true;
    sets_up(&conf, 1, "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n");
    conf.password = "pw";
    conf.dbnum = 2;
    sets_up(&conf, 2,
            "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$2\r\npw\r\n"
            "*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n");
    conf.user = "bob";
    conf.dbnum = 0;
    conf.client_name = "me";
    conf.tracking = TRACKING_ON;
    sets_up(&conf, 3,
            "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$2\r\npw\r\n"
            "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$2\r\nme\r\n"
            "*3\r\n$6\r\nCLIENT\r\n$8\r\nTRACKING\r\n$2\r\nON\r\n");
    conf = usual();
    conf.tracking = TRACKING_BCAST;
    sets_up(&conf, 1, "*4\r\n$6\r\nCLIENT\r\n$8\r\nTRACKING\r\n$2\r\nON\r\n$5\r\nBCAST\r\n");
}

// A read is told apart by what goes before it, which has no answer; a write is not.
static void opts_in_before_reads_alone(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    conf.keyspace = 0;
    conf.tracking = TRACKING_OPTIN;
    struct plan p = commanded(&conf, (const char *const[]){"GET", "k", NULL});
    asks(&p.asks->request, "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n"
                           "*3\r\n$6\r\nCLIENT\r\n$7\r\nCACHING\r\n$3\r\nYES\r\n"
                           "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    plan_reset(&p);
    p = commanded(&conf, (const char *const[]){"INCR", "k", NULL});
    asks(&p.asks->request, "*2\r\n$4\r\nINCR\r\n$1\r\nk\r\n");
    plan_reset(&p);
}

static void idles(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    struct plan p;
    struct err err;
    conf.requests = 1; // of no matter here
    conf.dbnum = 3;
    assert_int_equal(plan_idle(&p, &conf, &nowhere, &err), 0);
    assert_true(p.idle);
    assert_string_equal(p.test, "idle");
    assert_int_equal(p.clients, 50);
    assert_int_equal(p.kinds, 0);
    assert_int_equal(p.setup_replies, 1);
    plan_reset(&p);
}

// --- room ---

static void knows_the_room_it_needs(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    conf.pipeline = 16;
    struct plan p = planned(&conf, "SET");
    assert_int_equal(p.asks->request.len, 45);
    assert_int_equal(plan_out_bytes(&p), 16 * 45);
    assert_int_equal(plan_out_pieces(&p), 1);
    plan_reset(&p);
    conf.data_bytes = 5000; // sent from where it lies: no room, but pieces before and after it
    p = planned(&conf, "SET");
    assert_int_equal(p.asks->request.wire_len, 5000 + 45);
    assert_int_equal(plan_out_bytes(&p), 16 * 45);
    assert_int_equal(plan_out_pieces(&p), 16 * 3);
    plan_reset(&p);
    p = planned(&conf, "MSET (10 keys)");
    assert_int_equal(plan_out_pieces(&p), 16 * 21);
    plan_reset(&p);
}

// The longest of what a connection ever sends is not always the test's own request.
static void has_room_for_setup_and_prefill(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    conf.password = "a password that is longer than any of the requests of this test would ever be";
    struct plan p = planned(&conf, "GET");
    assert_true(p.setup.len > p.asks->request.len);
    assert_int_equal(plan_out_bytes(&p), p.setup.len);
    plan_reset(&p);
    conf.password = NULL;
    conf.prefill = true;
    conf.pipeline = 4;
    p = planned(&conf, "GET");
    assert_int_equal(plan_out_bytes(&p), 4 * 45); // SET of 3 bytes
    plan_reset(&p);
    conf.data_bytes = 5000;
    p = planned(&conf, "GET");
    assert_int_equal(p.asks->request.ncuts, 0);
    assert_int_equal(plan_out_pieces(&p), 4 * 3);
    plan_reset(&p);
    conf.keepalive = true; // else each connection carries -P requests alone
    p = planned(&conf, "GET");
    assert_int_equal(plan_upkeep_depth(&p), 4);
    plan_reset(&p);
    conf.data_bytes = 3;
    p = planned(&conf, "GET");
    assert_int_equal(plan_upkeep_depth(&p), 64);
    assert_int_equal(plan_out_bytes(&p), 64 * 45);
    plan_reset(&p);
}

static void reset_leaves_nothing(void **state)
{
    (void)state;
    static const struct plan nothing;
    struct run_conf conf = usual();
    conf.password = "p";
    conf.prefill = true;
    struct plan p = planned(&conf, "GET");
    plan_reset(&p);
    assert_null(p.title);
    assert_null(p.asks);
    assert_null(p.upkeep.at);
    assert_null(p.setup.bytes);
    assert_int_equal(p.clients, nothing.clients);
    plan_reset(&p); // twice does no harm
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(shares_of_no_total_have_no_end),
        cmocka_unit_test(opens_no_more_than_needed),
        cmocka_unit_test(compiles_rows),
        cmocka_unit_test(compiles_inline_commands),
        cmocka_unit_test(every_row_is_one_whole_request),
        cmocka_unit_test(one_key_is_literal),
        cmocka_unit_test(compiles_commands),
        cmocka_unit_test(signs_in_and_selects),
        cmocka_unit_test(says_hello),
        cmocka_unit_test(opts_in_before_reads_alone),
        cmocka_unit_test(idles),
        cmocka_unit_test(knows_the_room_it_needs),
        cmocka_unit_test(has_room_for_setup_and_prefill),
        cmocka_unit_test(reset_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
