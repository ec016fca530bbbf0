// SPDX-License-Identifier: MIT
#include "stats/part.h"

#include "stats/merge.h"
#include "stats/pack_frame.h"

#include "parts.h"

#include <stdio.h>

static struct part *part_of(unsigned i)
{
    struct part *p = calloc(1, sizeof *p);
    assert_non_null(p);
    *p = (struct part){.version = "0.1.0 abc",
                       .part = i,
                       .parts = 2,
                       .first_worker = 2 * i,
                       .clock_unix_ns = UINT64_C(1700000000000000000),
                       .clock_error_ns = 25000,
                       .start_at_ns = 7,
                       .seed = 42,
                       .started_unix_ms = 1700000000123,
                       .target = "127.0.0.1:6379",
                       .server_name = "redis",
                       .server_version = "7.0.15",
                       .engine = "epoll",
                       .wait = "epoll_pwait2",
                       .pipeline_mode = "batch",
                       .note = "note",
                       .ended_with = 4,
                       .ntests = 1,
                       .host = {.name = "one", .cpu = "CPU", .cpus = 8, .cpus_allowed = -1, .load1 = 0.5}};
    p->host.facts[0] = (struct host_fact){"kernel_build", true, "#1"};
    snprintf(p->host.name, sizeof p->host.name, "host%u", i + 1);
    assert_int_equal(buf_append(&p->argv,
                                "hkv-bench\0-n\0"
                                "7",
                                15),
                     0);
    return p;
}

static struct buf packed(const struct part *p, const struct summary *tests)
{
    struct buf b = {0};
    assert_int_equal(part_pack(p, tests, &b), 0);
    return b;
}

static void what_was_packed_is_read(void **state)
{
    (void)state;
    struct part *p = part_of(1), *read = calloc(1, sizeof *read);
    struct summary s = parts_summary(2, 2), back;
    struct buf b = packed(p, &s);
    struct slice tests;
    struct err err = {0};
    struct run_facts facts;
    const char **argv;
    assert_int_equal(part_read(read, buf_unread(&b), &tests, &err), 0);
    assert_string_equal(read->version, "0.1.0 abc");
    assert_true(read->part == 1 && read->parts == 2 && read->first_worker == 2 && read->ntests == 1);
    assert_true(read->clock_unix_ns == p->clock_unix_ns && read->clock_error_ns == 25000);
    assert_true(read->start_at_ns == 7 && read->ended_with == 4 && !read->interrupted);
    assert_true(read->host.cpus == 8 && read->host.cpus_allowed == -1 && read->host.load1 == 0.5);
    assert_string_equal(read->host.facts[0].name, "kernel_build");
    assert_string_equal(read->host.facts[0].text, "#1");
    assert_null(read->host.facts[1].name);
    assert_int_equal(part_facts(read, &facts, &argv), 0);
    assert_int_equal(facts.argc, 3);
    assert_string_equal(facts.argv[1], "-n");
    assert_string_equal(facts.argv[2], "7");
    assert_string_equal(facts.wait, "epoll_pwait2");
    assert_true(facts.seed == 42 && facts.started_unix_ms == 1700000000123);
    assert_int_equal(part_next(&tests, &back, &err), 0);
    assert_int_equal(back.counts.ok, s.counts.ok);
    parts_same_hist(back.latency, s.latency);
    assert_int_equal(tests.len, 0);
    free(argv);
    summary_free(&back);
    summary_free(&s);
    buf_free(&b);
    part_free(read);
    part_free(p);
    free(read);
    free(p);
}

static void every_damage_is_told(void **state)
{
    (void)state;
    struct part *p = part_of(0), *read = calloc(1, sizeof *read);
    struct err err = {0};
    struct slice tests;
    p->ntests = 0;
    struct buf b = packed(p, NULL);
    for (size_t n = 0; n < b.len; n++)
        assert_int_equal(part_read(read, (struct slice){b.at, n}, &tests, &err), -1);
    for (size_t i = 0; i < b.len; i++) {
        b.at[i] ^= 4;
        assert_int_equal(part_read(read, buf_unread(&b), &tests, &err), -1);
        assert_true(err.code == ERR_RUN && err.text[0]);
        b.at[i] ^= 4;
    }
    buf_free(&b);
    part_free(p);
    free(read);
    free(p);
}

// Two parts, the second of which began 250 ms, two rows, after the first by the clock of all: the sum has its
// rows two later, lasts as long as both, and says who they were.
static void parts_are_told_apart_in_the_sum(void **state)
{
    (void)state;
    struct merge m = {0};
    struct err err = {0};
    struct summary out, alone = parts_summary(0, 2);
    for (unsigned i = 0; i < 2; i++) {
        struct part *p = part_of(i);
        struct summary s = parts_summary(2 * i, 2);
        p->clock_unix_ns += i * UINT64_C(250000000);
        assert_int_equal(part_sign(p, &s), 0);
        assert_int_equal(merge_add(&m, &s, &err), 0);
        summary_free(&s);
        part_free(p);
        free(p);
    }
    assert_int_equal(merge_end(&m, &out, &err), 0);
    const struct generators *g = &out.generators;
    assert_true(g->n == 2 && g->asked == 2 && generators_hosts(g) == 2);
    assert_string_equal(g->at[1].host, "host2");
    assert_int_equal(g->at[0].late_ns, 0);
    assert_int_equal(generators_skew(g), 250000002);
    assert_int_equal(generators_clock_error(g), 25000);
    assert_int_equal(out.wall_ns, 250000002 + g->at[1].wall_ns);
    assert_int_equal(out.series.n, alone.series.n + 2);
    assert_int_equal(out.series.rows[0].ok, alone.series.rows[0].ok); // the first had it to itself
    merge_free(&m);
    summary_free(&out);
    summary_free(&alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_is_read),
        cmocka_unit_test(every_damage_is_told),
        cmocka_unit_test(parts_are_told_apart_in_the_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
