// SPDX-License-Identifier: MIT
// Golden screens of 80x24 and 200x50: HKV_WRITE_GOLDEN=1 takes what is drawn for right, for whoever reads the
// difference then.
#include "view/panel_capacity.h"
#include "view/panel_compare.h"
#include "view/panel_run.h"
#include "view/panel_sweep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- screens ---

static char *text_of(const struct canvas *c)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    for (unsigned row = 0; row < c->rows; row++) {
        unsigned end = c->columns;
        while (end && strcmp(canvas_at(c, row, end - 1)->text, " ") == 0)
            end--;
        for (unsigned column = 0; column < end; column++)
            fputs(canvas_at(c, row, column)->text, out);
        fputc('\n', out);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static void assert_golden(const char *text, const char *name, unsigned rows)
{
    char path[512], *golden = NULL;
    size_t cap = 0;
    snprintf(path, sizeof path, "%s/golden/%s_%u.txt", TEST_DATA, name, rows);
    FILE *f = fopen(path, getenv("HKV_WRITE_GOLDEN") ? "w+" : "r");
    if (!f)
        fail_msg("%s is missing", path);
    if (getenv("HKV_WRITE_GOLDEN")) {
        fputs(text, f);
        rewind(f);
    }
    assert_true(getdelim(&golden, &cap, 0, f) > 0);
    fclose(f);
    assert_string_equal(text, golden);
    free(golden);
}

typedef void draw_panel(struct panel *p, const struct glance *g);

// At both sizes; and at some that are too small for anything, without harm.
static void draw_all(draw_panel *draw, const struct glance *g, const char *name)
{
    static const unsigned sizes[][2] = {{24, 80}, {50, 200}, {1, 1}, {3, 200}, {12, 20}, {13, 50}, {50, 10}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct canvas c;
        assert_int_equal(canvas_init(&c, sizes[i][0], sizes[i][1], true), 0);
        struct panel p = {.canvas = &c, .left_s = -1};
        draw(&p, g);
        char *text = text_of(&c);
        if (i < 2)
            assert_golden(text, name, sizes[i][0]);
        free(text);
        canvas_free(&c);
    }
}

// --- what is shown: known values ---

// 20 s of 10,000 req/s that double half way, at 80 µs, with 1 in 50 at 2 ms in the second half.
static void fill(struct timeline *t)
{
    struct buf cells = {0};
    struct hist *h = hist_new(3);
    assert_int_equal(timeline_init(t, 3), 0);
    for (unsigned i = 0; i < 80; i++) {
        uint64_t n = i < 40 ? 2500 : 5000, slow = i < 40 ? 0 : n / 50;
        hist_reset(h);
        hist_record(h, 80000, n - slow);
        if (slow)
            hist_record(h, 2000000, slow);
        cells.len = 0;
        assert_int_equal(hist_cells(h, &cells), 0);
        timeline_add(t, i * TIMELINE_BIN_NS, n, i == 60 ? 3 : 0, (struct slice){cells.at, cells.len});
    }
    hist_free(h);
    buf_free(&cells);
}

static struct glance glance_of(void)
{
    struct glance g = {.test = "get",
                       .title = "GET",
                       .target = "127.0.0.1:6379",
                       .phase = "measuring",
                       .measuring = true,
                       .counts = true,
                       .clients = 50,
                       .pipeline = 1,
                       .threads = 2,
                       .elapsed_ns = UINT64_C(20000000000),
                       .done = 0.25,
                       .rps = 20012,
                       .mean_rps = 15000,
                       .p50_ns = 80100,
                       .p99_ns = 2010000,
                       .ok = 300000,
                       .errors = 3,
                       .client_busy = 0.31,
                       .server_busy = 0.97};
    fill(&g.line);
    strcpy(g.tally.kinds[0].prefix, "OOM");
    g.tally.kinds[0].count = 3;
    return g;
}

static void draw_run(struct panel *p, const struct glance *g)
{
    panel_run(p, g);
}

static void a_run(void **state)
{
    struct glance g = glance_of();
    (void)state;
    draw_all(draw_run, &g, "run");
    timeline_free(&g.line);
}

static void draw_frozen(struct panel *p, const struct glance *g)
{
    p->frozen = p->log = true;
    panel_run(p, g);
}

static void a_run_of_a_mix_frozen_with_a_logarithmic_scale(void **state)
{
    struct glance g = glance_of();
    struct glance_part parts[] = {{"SET", 30000, 0, hist_new(3)}, {"GET", 270000, 3, hist_new(3)}};
    (void)state;
    hist_record(parts[0].latency, 90000, 30000);
    hist_record(parts[1].latency, 80000, 270000);
    g.commands = parts;
    g.ncommands = 2;
    g.rate = 20000;
    g.server_busy = 0.5;
    draw_all(draw_frozen, &g, "mix");
    hist_free(parts[0].latency);
    hist_free(parts[1].latency);
    timeline_free(&g.line);
}

static void nothing_is_known_yet(void **state)
{
    struct glance g = {
        .title = "PING_INLINE", .phase = "connecting", .done = -1, .client_busy = -1, .server_busy = -1};
    (void)state;
    assert_int_equal(timeline_init(&g.line, 3), 0);
    draw_all(draw_run, &g, "begin");
    timeline_free(&g.line);
}

// --- comparison: six blocks AB of which B is a tenth slower ---

static struct comparison_block blocks[6];

static struct comparison comparison_of(void)
{
    struct comparison c = {.test = "get",
                           .title = "GET",
                           .targets = 2,
                           .names = {"stable", "candidate"},
                           .n = 6,
                           .blocks = blocks};
    for (int m = 0; m < COMPARISON_METRICS; m++)
        c.margins[m] = comparison_metrics[m].margin;
    for (unsigned k = 0; k < 6; k++) {
        blocks[k].n = 2;
        for (unsigned t = 0; t < 2; t++) {
            struct comparison_slot *s = &blocks[k].slots[t];
            *s = (struct comparison_slot){.target = t, .answered = 1000};
            for (int m = 0; m < COMPARISON_METRICS; m++)
                s->value[m] = 100000 * (t ? 0.9 + 0.005 * k : 1);
        }
    }
    return c;
}

static void draw_compare(struct panel *p, const struct glance *g)
{
    struct comparison c = comparison_of();
    struct contrast all[COMPARISON_METRICS];
    comparison_judge(&c, 1, all);
    p->what = "block 7, slot 1 of 2: 127.0.0.1:6379";
    p->left_s = 75;
    panel_compare(p, &c, &all[c.primary], g);
}

static void a_comparison(void **state)
{
    struct glance g = glance_of();
    (void)state;
    draw_all(draw_compare, &g, "compare");
    timeline_free(&g.line);
}

// --- a search ---

static void draw_capacity(struct panel *p, const struct glance *g)
{
    static const struct {
        double rate;
        enum saturation_outcome outcome;
    } found[] = {{20000, SATURATION_PASS}, {110000, SATURATION_FAIL}, {60000, SATURATION_PASS},
                 {80000, SATURATION_FAIL}, {70000, SATURATION_VOID},  {70000, SATURATION_PASS}};
    struct capacity_trial trials[6] = {{0}};
    struct capacity c = {.title = "GET", .trials = trials, .n = 6};
    struct saturation_limit limit = {0.01, 0.001};
    saturation_init(&c.search, 110000, 0, &limit, 1);
    for (unsigned i = 0; i < 6; i++) {
        trials[i].rate = found[i].rate;
        trials[i].outcome = found[i].outcome;
    }
    p->what = "trial 7 (rough), 75000 req/s";
    panel_capacity(p, &c, g);
}

static void a_search(void **state)
{
    struct glance g = glance_of();
    (void)state;
    draw_all(draw_capacity, &g, "capacity");
    timeline_free(&g.line);
}

// --- a sweep of clients, in two passes ---

static void draw_sweep(struct panel *p, const struct glance *g)
{
    static const double clients[] = {8, 1, 64, 4, 1};
    struct sweep_point points[5] = {{0}};
    struct sweep s = {.kind = SWEEP_CLIENTS, .title = "GET", .points = points, .n = 5};
    for (unsigned i = 0; i < 5; i++) {
        points[i].x = clients[i];
        points[i].rps = 10000 * sqrt(clients[i]);
        points[i].quantiles[QUANTILE_P99].ns = (uint64_t)(clients[i] * 50000);
    }
    p->what = "point 6 of 8, clients 4";
    panel_sweep(p, &s, g);
}

static void a_sweep(void **state)
{
    struct glance g = glance_of();
    (void)state;
    draw_all(draw_sweep, &g, "sweep");
    timeline_free(&g.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run),
        cmocka_unit_test(a_run_of_a_mix_frozen_with_a_logarithmic_scale),
        cmocka_unit_test(nothing_is_known_yet),
        cmocka_unit_test(a_comparison),
        cmocka_unit_test(a_search),
        cmocka_unit_test(a_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
