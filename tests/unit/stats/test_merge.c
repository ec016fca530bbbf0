// SPDX-License-Identifier: MIT
#include "stats/merge.h"

#include "parts.h"

static void parts_add_up_to_the_whole(void **state)
{
    (void)state;
    struct summary whole = parts_summary(0, 4), a = parts_summary(0, 2), b = parts_summary(2, 1),
                   c = parts_summary(3, 1);
    struct summary *parts[] = {&c, &a, &b}, out;
    struct err err = {0};
    hist_record(whole.latency, 2 * HIST_TOP_NS + 2, 1); // that of b and c
    hist_record(whole.latency, 2 * HIST_TOP_NS + 3, 1);
    hist_record(whole.bounded, 2 * HIST_TOP_NS + 2, 1);
    hist_record(whole.bounded, 2 * HIST_TOP_NS + 3, 1);
    summary_settle(&whole);
    assert_int_equal(merge_parts(&out, parts, 3, &err), 0);
    parts_same_hist(out.latency, whole.latency);
    parts_same_hist(out.bounded, whole.bounded);
    parts_same_hist(out.service, whole.service);
    parts_same_hist(out.lag, whole.lag);
    parts_same_hist(out.wait, whole.wait);
    parts_same_hist(out.wire.whole, whole.wire.whole);
    parts_same_hist(out.read.delay, whole.read.delay);
    parts_same_hist(out.read.whole, whole.read.whole);
    parts_same_hist(out.read.kernel, whole.read.kernel);
    parts_same_hist(out.tls.full, whole.tls.full);
    parts_same_hist(out.tls.resumed, whole.tls.resumed);
    for (int i = 0; i < CONNECTION_PHASES; i++)
        parts_same_hist(out.connections.of[i], whole.connections.of[i]);
    assert_string_equal(out.tls.cipher, "TLS_AES_128_GCM_SHA256");
    assert_string_equal(out.tls.verified, "chain");
    assert_string_equal(out.tls.kernel, "tx");
    parts_same_rows(&out.series, &whole.series, 3);
    assert_memory_equal(&out.counts, &whole.counts, sizeof out.counts);
    assert_int_equal(out.wire.missed, whole.wire.missed);
    assert_int_equal(out.read.missed, whole.read.missed);
    for (int i = 0; i < QUANTILES; i++) {
        assert_int_equal(out.quantiles[i].ns, whole.quantiles[i].ns);
        assert_int_equal(out.quantiles[i].low_ns, whole.quantiles[i].low_ns);
        assert_int_equal(out.quantiles[i].high_ns, whole.quantiles[i].high_ns);
        assert_int_equal(out.quantiles[i].rows, whole.quantiles[i].rows);
    }
    assert_int_equal(out.workers, 4);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(out.shares[i].clients, 12 + i); // in the order of the threads
    summary_free(&out);
    summary_free(&whole);
    summary_free(&a);
    summary_free(&b);
    summary_free(&c);
}

static void sums_and_extremes_are_told_apart(void **state)
{
    (void)state;
    struct summary a = parts_summary(0, 2), b = parts_summary(2, 2), *parts[] = {&a, &b}, out;
    struct err err = {0};
    assert_int_equal(merge_parts(&out, parts, 2, &err), 0);
    assert_true(out.prefilled == 22 && out.wall_ns == 2000000002 && out.bytes_sent == 400 && out.lost == 4);
    assert_true(out.connect_ns == 1000 && out.in_flight == 8 && out.bound_min_ns == 777);
    assert_true(out.outstanding_ns == 3 && out.user_s == 2.5 && out.system_s == 1);
    assert_true(out.pauses == 4 && out.paused_ns == 99 && out.precise && out.hopeless);
    assert_true(out.start_ns == 12345 && out.offset_ns == 678); // of the first: clocks of others are others
    const struct signals *g = &out.signals;
    assert_true(g->steal == 0.03 && g->throttled == 4 && g->cpus == 6 && g->sampled == 4 &&
                g->segments == 2000);
    assert_true(g->retransmitted == 8 && g->receiver_limited == 0.5 && g->rtt_min_us == 20);
    assert_true(g->asked && g->server_thread == 0.75 && g->ceiling_rps == 2e6);
    assert_true(out.verified && out.staleness.behind == 7 && out.staleness.at_least == 1);
    assert_true(hist_count(out.staleness.age) == 2 && hist_min(out.staleness.age) == 1000000 &&
                hist_max(out.staleness.age) == 3000000);
    assert_string_equal(out.title, "GET");
    assert_string_equal(out.waits_by, "epoll_pwait2");
    assert_string_equal(out.note, "interrupted");
    summary_free(&out);
    summary_free(&a);
    summary_free(&b);
}

static void kinds_are_added_up_each(void **state)
{
    (void)state;
    struct summary a = parts_summary(0, 2), b = parts_summary(2, 2), *parts[] = {&a, &b}, out;
    struct err err = {0};
    for (int i = 0; i < 2; i++) {
        parts[i]->kinds = calloc(1, sizeof(struct summary));
        parts[i]->kinds[0] = parts_summary(2 * i, 1);
        parts[i]->nkinds = 1;
    }
    assert_int_equal(merge_parts(&out, parts, 2, &err), 0);
    assert_int_equal(out.nkinds, 1);
    const struct summary *k = &out.kinds[0];
    assert_int_equal(k->counts.ok, a.kinds[0].counts.ok + b.kinds[0].counts.ok);
    assert_int_equal(hist_count(k->latency), hist_count(a.kinds[0].latency) + hist_count(b.kinds[0].latency));
    assert_true(k->quantiles[0].ns > 0);
    assert_string_equal(k->title, "GET");
    summary_free(&out);
    summary_free(&a);
    summary_free(&b);
}

static void the_gravest_ending_is_that_of_the_whole(void **state)
{
    (void)state;
    static const enum ending rising[] = {ENDING_DONE, ENDING_LOST, ENDING_STALLED, ENDING_INTERRUPTED,
                                         ENDING_SKIPPED};
    for (int i = 0; i < 4; i++) {
        struct summary a = parts_summary(0, 2), b = parts_summary(2, 2), *parts[] = {&a, &b}, out;
        struct err err = {0};
        a.ending = rising[i];
        b.ending = rising[i + 1];
        strcpy(a.note, "lesser");
        strcpy(b.note, "graver");
        assert_int_equal(merge_parts(&out, parts, 2, &err), 0);
        assert_int_equal(out.ending, rising[i + 1]);
        assert_string_equal(out.note, "graver");
        summary_free(&out);
        summary_free(&a);
        summary_free(&b);
    }
}

// --- what does not add up ---

static void refused(struct summary *const *parts, size_t n, const char *why)
{
    struct summary out;
    struct err err = {0};
    assert_int_equal(merge_parts(&out, parts, n, &err), -1);
    assert_string_equal(err.text, why);
}

// Of three parts with threads 1, 2, and 3 and 4: those with a bit in `chosen`, in which the second stands
// again where bit 3 is set.
static void refused_of(unsigned chosen, const char *why)
{
    struct summary all[4] = {parts_summary(0, 1), parts_summary(1, 1), parts_summary(2, 2),
                             parts_summary(1, 1)};
    struct summary *parts[4];
    size_t n = 0;
    for (int i = 0; i < 4; i++)
        if (chosen >> i & 1)
            parts[n++] = &all[i];
    refused(parts, n, why);
    for (int i = 0; i < 4; i++)
        summary_free(&all[i]);
}

static void a_part_that_is_missing_or_there_twice_is_told(void **state)
{
    (void)state;
    refused_of(5, "the parts do not add up: thread 2 of the load is in none of them");
    refused_of(6, "the parts do not add up: thread 1 of the load is in none of them");
    refused_of(3, "the parts do not add up: thread 3 of the load is in none of them");
    refused_of(15, "the parts do not add up: thread 2 of the load is in two of them");
    refused(NULL, 0, "there are no parts to add up");
}

static void a_sum_of_what_is_there_says_how_much_is_missing(void **state)
{
    (void)state;
    struct summary a = parts_summary(0, 1), c = parts_summary(2, 1), out;
    struct merge m = {.partial = true};
    struct err err = {0};
    assert_int_equal(merge_add(&m, &a, &err), 0);
    assert_int_equal(merge_add(&m, &c, &err), 0);
    assert_int_equal(merge_end(&m, &out, &err), 0);
    assert_int_equal(m.missing, 2);
    assert_int_equal(out.workers, 2);
    assert_int_equal(out.counts.ok, a.counts.ok + c.counts.ok);
    merge_free(&m);
    summary_free(&out);
    summary_free(&a);
    summary_free(&c);
}

static void parts_of_two_loads_are_told(void **state)
{
    (void)state;
    static const char *const whys[] = {"the parts are of two loads: pipelines of 2 then, 7 now",
                                       "the parts are of two loads: expected the same options for each",
                                       "the parts are of two loads: expected the same options for each",
                                       "the parts are of two tests: GET and SET"};
    for (int i = 0; i < 4; i++) {
        struct summary a = parts_summary(0, 2), b = parts_summary(2, 2), *parts[] = {&a, &b};
        if (i == 0)
            b.load.pipeline = 7;
        b.duration_asked_ns += i == 1;
        if (i == 2) {
            hist_free(b.latency);
            b.latency = hist_new(2);
        }
        if (i == 3)
            b.title = "SET";
        refused(parts, 2, whys[i]);
        summary_free(&a);
        summary_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up_to_the_whole),
        cmocka_unit_test(kinds_are_added_up_each),
        cmocka_unit_test(sums_and_extremes_are_told_apart),
        cmocka_unit_test(the_gravest_ending_is_that_of_the_whole),
        cmocka_unit_test(a_part_that_is_missing_or_there_twice_is_told),
        cmocka_unit_test(a_sum_of_what_is_there_says_how_much_is_missing),
        cmocka_unit_test(parts_of_two_loads_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
