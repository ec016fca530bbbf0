// SPDX-License-Identifier: MIT
#include "stats/outage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)
#define STEP_MS 125
#define START_MS 1000000

// A run of 10 s in rows of 125 ms: 1000 requests are due a second, and each is answered after usual_ms, but
// for those of [down_ms, up_ms), answered at up_ms, and those up to good_ms, which take ten times as long.
struct rig {
    struct recorder rec;
    struct series rows;
};

static void set_up(struct rig *r, uint64_t usual_ms, uint64_t down_ms, uint64_t up_ms, uint64_t good_ms)
{
    *r = (struct rig){0};
    assert_int_equal(recorder_init(&r->rec, 3, true), 0);
    assert_int_equal(series_init(&r->rows, &r->rec, STEP_MS * MS), 0);
    series_reset(&r->rows, STEP_MS * MS);
    for (uint64_t at = 0; at < 10000; at++) {
        if (at && at % STEP_MS == 0)
            assert_int_equal(series_mark(&r->rows, &r->rec, 0), 0);
        series_due(&r->rows, at * MS, 1);
        r->rec.counts.sent++;
        if (at >= down_ms && at < up_ms)
            continue;
        for (uint64_t late = down_ms; at == up_ms && late < up_ms; late++)
            recorder_ok(&r->rec, (up_ms - late) * MS, 1);
        recorder_ok(&r->rec, (at >= up_ms && at < good_ms ? 10 : 1) * usual_ms * MS, 1);
    }
    assert_int_equal(series_end(&r->rows, &r->rec, 0, 10000 * MS), 0);
}

static void tear_down(struct rig *r)
{
    series_free(&r->rows);
    recorder_free(&r->rec);
}

static struct outages found(const struct rig *r, struct gap *list, size_t n)
{
    struct outage_run run = {.rows = &r->rows,
                             .like = r->rec.latency,
                             .start_ns = START_MS * MS,
                             .end_ns = (START_MS + 10000) * MS,
                             .served_ns = 1000.0 * MS};
    struct outages out;
    struct gaps common = {.list = list, .n = n};
    for (size_t i = 0; i < n; i++) {
        list[i].from_ns += START_MS * MS;
        list[i].owed_ns += START_MS * MS;
        list[i].to_ns += list[i].to_ns == GAPS_OPEN ? 0 : START_MS * MS;
    }
    assert_int_equal(outages_of(&out, &common, &run), 0);
    return out;
}

static void says_from_when_how_long_what_was_missed_and_when_all_was_well(void **state)
{
    (void)state;
    struct rig r;
    set_up(&r, 1, 3010, 5020, 6000);
    struct gap g = {3010 * MS, 3010 * MS, 5020 * MS, false, 0};
    struct outages o = found(&r, &g, 1);
    assert_int_equal(o.n, 1);
    assert_int_equal(o.list[0].start_ns, 3010 * MS);
    assert_int_equal(o.list[0].length_ns, 2010 * MS);
    assert_int_equal(o.list[0].missed, 2010);
    assert_true(o.list[0].ended && o.list[0].recovered && !o.list[0].broke);
    assert_int_equal(o.list[0].recovered_ns, (6000 - 5020) * MS); // a row begins there
    assert_int_equal(outages_within(&o, 3000 * MS, 3125 * MS), 115 * MS);
    assert_int_equal(outages_within(&o, 0, 3000 * MS), 0);
    assert_int_equal(outages_within(&o, 0, 10000 * MS), 2010 * MS);
    char text[OUTAGE_TEXT];
    assert_string_equal(outage_text(&o.list[0], true, text),
                        "no reply for 2.01 s, starting at 3.01 s; scheduled requests missed: 2010; p99 back "
                        "to normal after another 0.98 s");
    assert_string_equal(outage_text(&o.list[0], false, text),
                        "no reply for 2.01 s, starting at 3.01 s; p99 back to normal after another 0.98 s");
    tear_down(&r);
}

static void nobody_missed_an_answer_that_was_not_owed(void **state)
{
    (void)state;
    struct rig r;
    set_up(&r, 1, 3000, 5000, 5000);
    struct gap g = {3000 * MS, 4000 * MS, 5000 * MS, false, 0};
    struct outages o = found(&r, &g, 1);
    assert_int_equal(o.list[0].start_ns, 4000 * MS);
    assert_int_equal(o.list[0].missed, 1000);
    tear_down(&r);
}

// A server without answers for long is out at once when connections broke, else by what is usual there.
static void how_long_is_long_goes_by_what_is_usual(void **state)
{
    (void)state;
    static const struct {
        uint64_t usual_ms, length_ms;
        bool broke, out;
    } all[] = {
        {1, 120, true, true},    {1, 90, true, false},   {1, 120, false, false}, {1, 260, false, true},
        {50, 260, false, false}, {50, 600, false, true}, {50, 120, true, true},
    };
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        struct rig r;
        set_up(&r, all[i].usual_ms, 3000, 3000 + all[i].length_ms, 3000);
        struct gap g = {3000 * MS, 3000 * MS, (3000 + all[i].length_ms) * MS, all[i].broke, 0};
        struct outages o = found(&r, &g, 1);
        assert_int_equal(o.n, all[i].out);
        tear_down(&r);
    }
}

// Where all rows suffer from it, the time between answers says what is usual.
static void a_backlog_is_not_what_is_usual(void **state)
{
    (void)state;
    for (unsigned busy = 0; busy < 2; busy++) {
        struct rig r;
        set_up(&r, 100, 3000, 3500, 3000);
        struct gap g = {3000 * MS, 3000 * MS, 3500 * MS, false, 0};
        struct gaps common = {.list = &g, .n = 1};
        struct outage_run run = {.rows = &r.rows,
                                 .like = r.rec.latency,
                                 .end_ns = 10000 * MS,
                                 .served_ns = busy ? 5.0 * MS : 500.0 * MS};
        struct outages o;
        assert_int_equal(outages_of(&o, &common, &run), 0);
        assert_int_equal(o.n, busy);
        tear_down(&r);
    }
}

static void an_outage_to_the_end_has_no_recovery(void **state)
{
    (void)state;
    struct rig r;
    set_up(&r, 1, 8000, 10000, 10000);
    struct gap g = {8000 * MS, 8000 * MS, GAPS_OPEN, true, 0};
    struct outages o = found(&r, &g, 1);
    assert_int_equal(o.list[0].length_ns, 2000 * MS);
    assert_int_equal(o.list[0].missed, 2000);
    assert_false(o.list[0].ended || o.list[0].recovered);
    char text[OUTAGE_TEXT];
    assert_string_equal(
        outage_text(&o.list[0], true, text),
        "no reply for 2.00 s, starting at 8.00 s until the end; scheduled requests missed: 2000");
    tear_down(&r);
}

// Nine of ten rows before it were no better; where there was none, nobody knows.
static void one_from_the_start_on_has_nothing_to_go_back_to(void **state)
{
    (void)state;
    struct rig r;
    set_up(&r, 1, 0, 2000, 2000);
    struct gap g = {0, 0, 2000 * MS, false, 0};
    struct outages o = found(&r, &g, 1);
    assert_int_equal(o.list[0].start_ns, 0);
    assert_true(o.list[0].ended && !o.list[0].recovered);
    tear_down(&r);
}

static void the_longest_are_kept(void **state)
{
    (void)state;
    struct rig r;
    struct gap list[OUTAGES_MAX + 4];
    set_up(&r, 1, 0, 0, 0);
    for (unsigned i = 0; i < OUTAGES_MAX + 4; i++) {
        uint64_t at_ns = i * 490 * MS;
        list[i] = (struct gap){at_ns, at_ns, at_ns + (260 + (i * 7) % 20) * MS, false, 0};
    }
    struct outages o = found(&r, list, OUTAGES_MAX + 4);
    assert_int_equal(o.n, OUTAGES_MAX);
    assert_int_equal(o.more, 4);
    for (unsigned i = 0; i < o.n; i++) {
        assert_true(o.list[i].length_ns >= 264 * MS);
        assert_true(i == 0 || o.list[i].start_ns > o.list[i - 1].start_ns);
    }
    tear_down(&r);
}

static struct outage window(uint64_t start_ms, uint64_t length_ms, const char *node)
{
    struct outage o = {.start_ns = start_ms * MS, .length_ns = length_ms * MS, .ended = true, .broke = true};
    snprintf(o.node, sizeof o.node, "%s", node);
    return o;
}

static void parts_of_a_load_are_out_where_both_are(void **state)
{
    (void)state;
    struct outages a = {.n = 2, .list = {window(1000, 1000, ""), window(5000, 500, "")}};
    struct outages b = {.n = 1, .list = {window(1200, 1000, "")}};
    a.list[0].missed = 500;
    a.list[0].recovered_ns = 100 * MS;
    b.list[0].missed = 300;
    b.list[0].recovered_ns = 200 * MS;
    a.list[0].recovered = b.list[0].recovered = true;
    a.list[0].broke = false;
    outages_join(&a, &b);
    assert_int_equal(a.n, 1);
    assert_int_equal(a.list[0].start_ns, 1200 * MS);
    assert_int_equal(a.list[0].length_ns, 800 * MS);
    assert_int_equal(a.list[0].missed, 800);
    assert_int_equal(a.list[0].recovered_ns, 400 * MS);
    assert_true(a.list[0].broke && a.list[0].recovered && a.list[0].ended);
}

// One that is out in a part is out in all, where it is in each or nobody is served there.
static void parts_have_a_node_out_in_common(void **state)
{
    (void)state;
    struct outages a = {.n = 2, .list = {window(1000, 1000, "x:1"), window(5000, 1000, "")}};
    struct outages b = {.n = 2, .list = {window(1500, 1000, "x:1"), window(5500, 100, "y:2")}};
    outages_join(&a, &b);
    assert_int_equal(a.n, 2);
    assert_string_equal(a.list[0].node, "x:1");
    assert_int_equal(a.list[0].length_ns, 500 * MS);
    assert_string_equal(a.list[1].node, "y:2");
    assert_int_equal(a.list[1].length_ns, 100 * MS);
    struct outages c = {.n = 1, .list = {window(1000, 1000, "z:3")}};
    outages_join(&a, &c);
    assert_int_equal(a.n, 0);
}

static void a_node_is_named_unless_all_were_out_with_it(void **state)
{
    (void)state;
    struct outages all = {.n = 1, .list = {window(3000, 1000, "")}};
    struct outages nodes[2] = {
        {.n = 2, .list = {window(1000, 500, "x:1"), window(3010, 980, "x:1")}},
        {.n = 1, .list = {window(3000, 1000, "y:2")}},
    };
    struct outages out = all;
    outages_take_nodes(&out, nodes, 2);
    assert_int_equal(out.n, 2);
    assert_string_equal(out.list[0].node, "x:1"); // in order, and that of all is told once
    assert_string_equal(out.list[1].node, "");
    char text[OUTAGE_TEXT];
    assert_string_equal(
        outage_text(&out.list[0], false, text),
        "no reply from x:1 for 0.50 s, starting at 1.00 s; p99 not back to normal by the end");
    assert_int_equal(outages_within(&out, 0, 10000 * MS), 1000 * MS);
    assert_int_equal(outages_within_nodes(&out, 1100 * MS, 10000 * MS), 400 * MS);
    nodes[1].n = 0; // it had nothing to answer: nobody else was out
    out = all;
    outages_take_nodes(&out, nodes, 2);
    assert_int_equal(out.n, 3);
    assert_true(outages_broken_s(&out) > 1.499 && outages_broken_s(&out) < 1.501); // each time once
}

static void what_a_node_missed_is_its_own(void **state)
{
    (void)state;
    struct rig r;
    set_up(&r, 1, 3000, 5000, 5000);
    struct gap g = {START_MS * MS + 3000 * MS, START_MS * MS + 3000 * MS, START_MS * MS + 5000 * MS, true,
                    667};
    struct gaps common = {.list = &g, .n = 1};
    struct outage_run run = {.rows = &r.rows,
                             .like = r.rec.latency,
                             .start_ns = START_MS * MS,
                             .end_ns = (START_MS + 10000) * MS,
                             .served_ns = 1000.0 * MS,
                             .node = "x:1"};
    struct outages o;
    assert_int_equal(outages_of(&o, &common, &run), 0);
    assert_int_equal(o.list[0].missed, 667);
    assert_string_equal(o.list[0].node, "x:1");
    tear_down(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_from_when_how_long_what_was_missed_and_when_all_was_well),
        cmocka_unit_test(nobody_missed_an_answer_that_was_not_owed),
        cmocka_unit_test(how_long_is_long_goes_by_what_is_usual),
        cmocka_unit_test(a_backlog_is_not_what_is_usual),
        cmocka_unit_test(an_outage_to_the_end_has_no_recovery),
        cmocka_unit_test(one_from_the_start_on_has_nothing_to_go_back_to),
        cmocka_unit_test(the_longest_are_kept),
        cmocka_unit_test(parts_of_a_load_are_out_where_both_are),
        cmocka_unit_test(parts_have_a_node_out_in_common),
        cmocka_unit_test(a_node_is_named_unless_all_were_out_with_it),
        cmocka_unit_test(what_a_node_missed_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
