// SPDX-License-Identifier: MIT
// Shares of a load, each run by the null engine and packed (experiment/plain_part.c), read from their files
// (experiment/merge_files.c) and added up.
#include "experiment/whole.h"

#include "experiment/plain_part.h"

#include "null.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HOUR_NS (3600 * NS_PER_S)

static char folder[] = "/tmp/hkv-whole-XXXXXX";
static char a[64], b[64], c[64];
static struct err err;

// What came back of it.
struct heard {
    unsigned tests, passes;
    uint64_t ok, generators;
    char said[512];
};

static void tell(void *ctx, const char *sentence)
{
    struct heard *h = ctx;
    snprintf(h->said, sizeof h->said, "%s", sentence);
}

static bool tested(void *ctx, const struct summary *s)
{
    struct heard *h = ctx;
    h->tests++;
    h->ok += s->counts.ok;
    h->generators += s->generators.n;
    return true;
}

static void passed(void *ctx, bool suite)
{
    struct heard *h = ctx;
    assert_true(suite);
    h->passes++;
}

static void asserted(void *ctx, const struct assertion_result *list, size_t n)
{
    (void)ctx;
    (void)list;
    assert_int_equal(n, 0);
}

struct sharing {
    unsigned part, parts;
    uint64_t seed;
    const char *tests;
    unsigned ended_with;
};

// Runs it, and writes what comes of it.
static void write_part(const char *path, struct sharing share)
{
    struct heard h = {0};
    struct plain *p = calloc(1, sizeof *p);
    struct buf bytes = {0};
    assert_non_null(p);
    p->on = (struct plain_events){tested, passed, asserted, &h};
    p->conf.workload = null_workload(share.tests);
    p->conf.workload.run.part = share.part;
    p->conf.workload.run.parts = share.parts;
    p->conf.workload.run.clients = share.parts; // one for each at least
    p->conf.workload.run.seed = share.seed;
    p->conf.doubts_shown = true;
    session_begin(&p->session, tell, &h);
    assert_int_equal(plain_open(p, &err), 0);
    plain_run(p);
    session_settle(&p->session, true);
    p->session.facts.exit_code = (int)share.ended_with;
    assert_int_equal(plain_part_pack(p, &bytes), 0);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
    buf_free(&bytes);
    session_close(&p->session);
    plain_close(p);
    free(p);
}

static int write_parts(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(a, sizeof a, "%s/a", folder);
    snprintf(b, sizeof b, "%s/b", folder);
    snprintf(c, sizeof c, "%s/c", folder);
    write_part(a, (struct sharing){0, 2, 7, "get,set", 0});
    write_part(b, (struct sharing){1, 2, 7, "get,set", 0});
    return 0;
}

static int remove_parts(void **state)
{
    (void)state;
    unlink(a);
    unlink(b);
    unlink(c);
    return rmdir(folder);
}

static struct heard heard;

// Adds them up, and answers the exit code; -1 where they do not add up: err says why.
static int add_up(struct whole_conf conf)
{
    struct plain *p = calloc(1, sizeof *p);
    assert_non_null(p);
    err = (struct err){0};
    heard = (struct heard){0};
    p->on = (struct plain_events){tested, passed, asserted, &heard};
    p->conf.doubts_shown = true;
    session_begin(&p->session, tell, &heard);
    struct whole w = {.plain = p, .conf = conf};
    int rc = whole_open(&w, &err);
    if (rc == 0) {
        assert_int_equal(p->session.facts.seed, 7);
        assert_true(p->session.facts.started_unix_ms > 0);
        rc = whole_take(&w, &err) < 0 ? -1 : p->session.outcome.code;
    }
    session_close(&p->session);
    plain_close(p);
    whole_close(&w);
    free(p);
    return rc;
}

static struct whole_conf of(const char *const *paths, size_t n)
{
    return (struct whole_conf){.paths = paths, .n = n, .skew_ns = HOUR_NS};
}

static void refused(struct whole_conf conf, const char *says)
{
    assert_int_equal(add_up(conf), -1);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
    assert_int_equal(heard.tests, 0); // what does not add up is no result
}

static void shares_make_the_whole_in_any_order(void **state)
{
    (void)state;
    const char *const rising[] = {a, b}, *const falling[] = {b, a};
    assert_int_equal(add_up(of(rising, 2)), 0);
    assert_int_equal(heard.tests, 2);
    assert_int_equal(heard.ok, 200); // 100 of each test, whoever asked them
    assert_int_equal(heard.generators, 4);
    assert_int_equal(heard.passes, 1);
    assert_int_equal(add_up(of(falling, 2)), 0);
    assert_int_equal(heard.ok, 200);
}

static void one_that_is_missing_is_named(void **state)
{
    (void)state;
    const char *const one[] = {b};
    struct whole_conf conf = of(one, 1);
    refused(conf, "1 of 2 parts missing: 1; give their files too, or --partial for what is there");
    conf.partial = true;
    assert_int_equal(add_up(conf), OUTCOME_RUN); // less was asked than should have been
    assert_int_equal(heard.tests, 2);
    assert_true(heard.ok > 0 && heard.ok < 200);
}

static void of_many_that_are_missing_the_first_are_named(void **state)
{
    (void)state;
    const char *const one[] = {c};
    write_part(c, (struct sharing){3, 12, 7, "get", 0});
    refused(of(one, 1), "11 of 12 parts missing: 1, 2, 3, 5, 6, 7, 8, 9 and more; give their files too");
    write_part(c, (struct sharing){8, 9, 7, "get", 0});
    refused(of(one, 1), "8 of 9 parts missing: 1, 2, 3, 4, 5, 6, 7, 8; give their files too");
}

static void one_may_be_there_once(void **state)
{
    (void)state;
    const char *const twice[] = {a, b, a};
    refused(of(twice, 3), "are both part 1 of 2");
}

static void parts_are_of_one_load(void **state)
{
    (void)state;
    const char *const files[] = {a, c};
    write_part(c, (struct sharing){1, 3, 7, "get,set", 0});
    refused(of(files, 2), "they are of two loads");
    write_part(c, (struct sharing){1, 2, 8, "get,set", 0});
    refused(of(files, 2), "parts of a load share one");
    write_part(c, (struct sharing){1, 2, 7, "get", 0});
    refused(of(files, 2), "ended early, with 1 of 2 tests");
    write_part(c, (struct sharing){1, 2, 7, "get,incr", 0});
    refused(of(files, 2), "");
}

static void what_is_no_part_is_named(void **state)
{
    (void)state;
    const char *const files[] = {a, c}, *const nowhere[] = {"/nowhere/x"};
    FILE *f = fopen(c, "w");
    assert_non_null(f);
    fputs("{\"schema_version\": 1}", f);
    fclose(f);
    refused(of(files, 2), c);
    refused(of(nowhere, 1), "/nowhere/x cannot be read: No such file or directory");
}

// By the clocks of their machines, of which this is one.
static void one_that_began_late_is_no_part_of_it(void **state)
{
    (void)state;
    const char *const files[] = {a, b};
    struct whole_conf conf = of(files, 2);
    conf.skew_ns = 0;
    refused(conf, "give all parts one --start-at and set their clocks, or allow it with --max-skew");
}

static void what_was_wrong_with_a_part_is_told(void **state)
{
    (void)state;
    const char *const files[] = {a, c};
    write_part(c, (struct sharing){1, 2, 7, "get,set", OUTCOME_DOUBT});
    assert_int_equal(add_up(of(files, 2)), 0);
    assert_non_null(strstr(heard.said, "ended with exit code 4"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_make_the_whole_in_any_order),
        cmocka_unit_test(one_that_is_missing_is_named),
        cmocka_unit_test(of_many_that_are_missing_the_first_are_named),
        cmocka_unit_test(one_may_be_there_once),
        cmocka_unit_test(parts_are_of_one_load),
        cmocka_unit_test(what_is_no_part_is_named),
        cmocka_unit_test(one_that_began_late_is_no_part_of_it),
        cmocka_unit_test(what_was_wrong_with_a_part_is_told),
    };
    return cmocka_run_group_tests(tests, write_parts, remove_parts);
}
