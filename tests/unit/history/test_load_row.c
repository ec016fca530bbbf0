// SPDX-License-Identifier: MIT
// The columns that keep a load: what goes in comes out.
#include "history/load_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static sqlite3 *db;

static int open_db(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db) == SQLITE_OK ? 0 : -1;
}

static int close_db(void **state)
{
    (void)state;
    return sqlite3_close(db) == SQLITE_OK ? 0 : -1;
}

// As a row with one column before it.
static struct load kept(const struct load *l)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT 'before', " LOAD_ROW_PLACES, -1, &q, NULL), SQLITE_OK);
    load_row_bind(q, 1, l);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    struct load back = load_row_read(q, 1);
    sqlite3_finalize(q);
    return back;
}

static void same(const struct load *a, const struct load *b)
{
    char why[LOAD_WHY];
    if (load_differs(a, b, why))
        fail_msg("%s", why);
    assert_true(a->rate == b->rate && a->clients == b->clients && a->pipeline == b->pipeline);
    assert_true(a->window == b->window && a->threads == b->threads && a->keepalive == b->keepalive);
    assert_true(a->sequential == b->sequential && a->quickack == b->quickack && a->tls == b->tls);
    assert_true(a->protocol == b->protocol && a->reconnect_every == b->reconnect_every);
    assert_true(a->payload_bytes == b->payload_bytes && a->keyspace == b->keyspace);
    assert_string_equal(a->arrival, b->arrival);
    assert_string_equal(a->key_dist, b->key_dist);
    assert_string_equal(a->workload, b->workload);
    assert_string_equal(a->engine, b->engine);
    assert_string_equal(a->tracking, b->tracking);
}

static const struct load full = {.rate = 12345.678,
                                 .arrival = "poisson",
                                 .key_dist = "zipf:0.99",
                                 .workload = "--value-size 100-500 --nx",
                                 .engine = "uring",
                                 .clients = 50,
                                 .pipeline = 16,
                                 .window = true,
                                 .threads = 4,
                                 .keepalive = 1,
                                 .sequential = 1,
                                 .quickack = 1,
                                 .tls = 1,
                                 .protocol = 3,
                                 .tracking = "bcast",
                                 .reconnect_every = 1000,
                                 .payload_bytes = 41,
                                 .keyspace = INT64_C(10000000000)};

static void every_field_comes_back(void **state)
{
    (void)state;
    struct load back = kept(&full);
    same(&back, &full);
}

static void nothing_is_something_else_than_unknown(void **state)
{
    (void)state;
    struct load none = {0}, unknown = LOAD_UNKNOWN, back = kept(&none);
    same(&back, &none);
    back = kept(&unknown);
    same(&back, &unknown);
    assert_true(back.keepalive == -1 && back.tls == -1 && back.keyspace == -1 && back.payload_bytes == -1);
}

// A text that fills its field is kept whole, and one that another program made longer is cut.
static void texts_fit_where_they_go(void **state)
{
    (void)state;
    struct load l = full;
    memset(l.workload, 'w', sizeof l.workload - 1);
    memset(l.key_dist, 'k', sizeof l.key_dist - 1);
    struct load back = kept(&l);
    same(&back, &l);
    sqlite3_stmt *q = NULL;
    static const char sql[] = "SELECT 0, '', '', 1, 1, 'batch', 1, 1, 0, 0, 0, 0, "
                              "'123456789012345678901234567890123456789012345678901234567890', '', 0, 2, "
                              "'a long word', 0";
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    back = load_row_read(q, 0);
    assert_int_equal(strlen(back.key_dist), sizeof back.key_dist - 1);
    assert_string_equal(back.tracking, "a long ");
    sqlite3_finalize(q);
}

// A file may be anybody's: a number below zero is no number of connections.
static void what_cannot_be_is_nothing(void **state)
{
    (void)state;
    sqlite3_stmt *q = NULL;
    static const char sql[] =
        "SELECT 'x', NULL, NULL, -5, 'many', NULL, -1, NULL, NULL, NULL, NULL, NULL, NULL, "
        "NULL, NULL, -3, NULL, NULL";
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    struct load back = load_row_read(q, 0);
    assert_true(back.rate == 0 && back.clients == 0 && back.pipeline == 0 && back.threads == 0);
    assert_int_equal(back.protocol, 0);
    assert_false(back.window);
    assert_string_equal(back.engine, "");
    sqlite3_finalize(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_comes_back),
        cmocka_unit_test(nothing_is_something_else_than_unknown),
        cmocka_unit_test(texts_fit_where_they_go),
        cmocka_unit_test(what_cannot_be_is_nothing),
    };
    return cmocka_run_group_tests(tests, open_db, close_db);
}
