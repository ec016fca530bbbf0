// SPDX-License-Identifier: MIT
#include "stats/pack.h"

#include "parts.h"

#include <math.h>

static struct buf packed(const struct summary *s)
{
    struct buf b = {0};
    assert_int_equal(pack_summary(s, &b), 0);
    return b;
}

static void same_load(const struct load *a, const struct load *b)
{
    assert_true(a->rate == b->rate && a->clients == b->clients && a->pipeline == b->pipeline);
    assert_true(a->window == b->window && a->threads == b->threads && a->keepalive == b->keepalive);
    assert_true(a->sequential == b->sequential && a->quickack == b->quickack);
    assert_int_equal(a->tls, b->tls);
    assert_int_equal(a->protocol, b->protocol);
    assert_string_equal(a->tracking, b->tracking);
    assert_true(a->reconnect_every == b->reconnect_every);
    assert_true(a->payload_bytes == b->payload_bytes && a->keyspace == b->keyspace);
    assert_string_equal(a->arrival, b->arrival);
    assert_string_equal(a->engine, b->engine);
    assert_string_equal(a->key_dist, b->key_dist);
    assert_string_equal(a->workload, b->workload);
}

static void same_signals(const struct signals *a, const struct signals *b)
{
    assert_true(a->steal == b->steal && a->throttled == b->throttled && a->cpus == b->cpus);
    assert_true(a->sampled == b->sampled && a->segments == b->segments);
    assert_true(a->retransmitted == b->retransmitted && a->receiver_limited == b->receiver_limited);
    assert_true(a->sender_limited == b->sender_limited && a->rtt_min_us == b->rtt_min_us);
    assert_true(a->asked == b->asked && a->local == b->local && a->cpu_known == b->cpu_known);
    assert_true(a->server_cores == b->server_cores && a->server_thread == b->server_thread);
    assert_true(a->server_queued == b->server_queued && a->shared_cpus == b->shared_cpus);
    assert_true(a->aof == b->aof && a->saved == b->saved && a->evicted == b->evicted);
    assert_true(a->commands == b->commands && a->ceiling_rps == b->ceiling_rps);
}

static void same_plain(const struct summary *a, const struct summary *b)
{
    assert_string_equal(a->test, b->test);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->cure, b->cure);
    assert_string_equal(a->note, b->note);
    assert_string_equal(a->waits_by, b->waits_by);
    assert_true(a->ending == b->ending && a->requests_asked == b->requests_asked);
    assert_true(a->duration_asked_ns == b->duration_asked_ns && a->warmup_ns == b->warmup_ns);
    assert_true(a->ramp_ns == b->ramp_ns && a->prefilled == b->prefilled && a->reads == b->reads);
    assert_true(a->wall_ns == b->wall_ns && a->bytes_sent == b->bytes_sent && a->lost == b->lost);
    assert_true(a->connect_ns == b->connect_ns && a->in_flight == b->in_flight);
    assert_true(a->bound_min_ns == b->bound_min_ns && a->outstanding_ns == b->outstanding_ns);
    assert_true(a->interval_ns == b->interval_ns && a->start_ns == b->start_ns);
    assert_true(a->offset_ns == b->offset_ns && a->user_s == b->user_s && a->system_s == b->system_s);
    assert_true(a->pauses == b->pauses && a->paused_ns == b->paused_ns);
    assert_true(a->until_precise == b->until_precise && a->precise == b->precise);
    assert_true(a->hopeless == b->hopeless && a->wire.missed == b->wire.missed &&
                a->read.missed == b->read.missed);
    assert_memory_equal(&a->counts, &b->counts, sizeof a->counts);
    assert_memory_equal(&a->tally, &b->tally, sizeof a->tally);
}

static void same_shares(const struct summary *a, const struct summary *b)
{
    assert_true(a->first_worker == b->first_worker && a->workers == b->workers);
    for (unsigned i = 0; i < a->workers; i++) {
        const struct thread_share *x = &a->shares[i], *y = &b->shares[i];
        assert_true(x->clients == y->clients && x->answered == y->answered && x->user_s == y->user_s);
        assert_true(x->system_s == y->system_s && x->queued_s == y->queued_s && x->spun_s == y->spun_s);
        assert_true(x->preempted == y->preempted);
    }
}

static void same_quantiles(const struct summary *a, const struct summary *b)
{
    for (int i = 0; i < QUANTILES; i++) {
        const struct quantile *x = &a->quantiles[i], *y = &b->quantiles[i];
        assert_true(x->ns == y->ns && x->low_ns == y->low_ns && x->high_ns == y->high_ns);
        assert_true(x->rows == y->rows && x->worth == y->worth && x->at_least == y->at_least);
        assert_true(x->few == y->few && x->unstable == y->unstable && x->has_interval == y->has_interval);
    }
}

static void same(const struct summary *a, const struct summary *b)
{
    same_plain(a, b);
    same_load(&a->load, &b->load);
    same_signals(&a->signals, &b->signals);
    same_shares(a, b);
    parts_same_hist(a->latency, b->latency);
    parts_same_hist(a->bounded, b->bounded);
    parts_same_hist(a->service, b->service);
    parts_same_hist(a->lag, b->lag);
    parts_same_hist(a->wait, b->wait);
    parts_same_hist(a->wire.send, b->wire.send);
    parts_same_hist(a->tls.full, b->tls.full);
    parts_same_hist(a->tls.resumed, b->tls.resumed);
    assert_string_equal(a->tls.protocol, b->tls.protocol);
    assert_string_equal(a->tls.cipher, b->tls.cipher);
    assert_string_equal(a->tls.verified, b->tls.verified);
    assert_string_equal(a->tls.kernel, b->tls.kernel);
    parts_same_hist(a->wire.wire, b->wire.wire);
    parts_same_hist(a->wire.wake, b->wire.wake);
    parts_same_hist(a->wire.whole, b->wire.whole);
    parts_same_hist(a->read.delay, b->read.delay);
    parts_same_hist(a->read.whole, b->read.whole);
    parts_same_hist(a->read.kernel, b->read.kernel);
    parts_same_hist(a->staleness.age, b->staleness.age);
    assert_true(a->staleness.behind == b->staleness.behind && a->staleness.at_least == b->staleness.at_least);
    assert_true(a->verified && b->verified);
    parts_same_rows(&a->warm, &b->warm, 3);
    parts_same_rows(&a->series, &b->series, 3);
    same_quantiles(a, b);
    assert_int_equal(a->nkinds, b->nkinds);
    for (unsigned i = 0; i < a->nkinds; i++) {
        same_plain(&a->kinds[i], &b->kinds[i]);
        parts_same_hist(a->kinds[i].latency, b->kinds[i].latency);
        same_quantiles(&a->kinds[i], &b->kinds[i]);
    }
}

static void what_was_packed_is_read_without_loss(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 4; first += 2) {
        struct summary s = parts_summary(first, 2), read;
        s.kinds = calloc(2, sizeof *s.kinds);
        s.kinds[0] = parts_summary(1, 1);
        s.kinds[1] = parts_summary(2, 1);
        s.nkinds = 2;
        struct err err = {0};
        struct buf b = packed(&s);
        assert_int_equal(pack_read(&read, buf_unread(&b), &err), 0);
        same(&s, &read);
        struct buf again = packed(&read);
        assert_int_equal(again.len, b.len);
        assert_memory_equal(again.at, b.at, b.len);
        buf_free(&again);
        buf_free(&b);
        summary_free(&s);
        summary_free(&read);
    }
}

// A test that was skipped has next to nothing; the closed loop has no lag.
static void what_is_not_there_stays_away(void **state)
{
    (void)state;
    struct summary bare = {.test = "x", .title = "", .ending = ENDING_SKIPPED}, read;
    struct err err = {0};
    struct buf b = packed(&bare);
    assert_int_equal(pack_read(&read, buf_unread(&b), &err), 0);
    assert_true(!read.latency && !read.bounded && !read.lag && !read.wire.whole && !read.shares &&
                !read.waits_by);
    assert_int_equal(read.ending, ENDING_SKIPPED);
    summary_free(&read);
    buf_free(&b);
    bare.latency = hist_new(3);
    b = packed(&bare);
    assert_int_equal(pack_read(&read, buf_unread(&b), &err), 0);
    assert_int_equal(hist_count(read.latency), 0);
    summary_free(&read);
    summary_free(&bare);
    buf_free(&b);
}

static void bytes_of_others_stand_before_it(void **state)
{
    (void)state;
    struct summary s = parts_summary(2, 2), read;
    struct err err = {0};
    struct buf b = {0};
    assert_int_equal(buf_append(&b, "mine", 4), 0);
    assert_int_equal(pack_summary(&s, &b), 0);
    buf_take(&b, 4);
    assert_int_equal(pack_read(&read, buf_unread(&b), &err), 0);
    same(&s, &read);
    summary_free(&read);
    summary_free(&s);
    buf_free(&b);
}

// --- what is refused ---

static void refused(struct slice bytes, const char *why)
{
    struct summary read;
    struct err err = {0};
    char *copy = malloc(bytes.len + 1); // of their own size, so that whoever reads beyond them is found out
    memcpy(copy, bytes.at, bytes.len);
    assert_int_equal(pack_read(&read, (struct slice){copy, bytes.len}, &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    if (!strstr(err.text, why))
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
    free(copy);
}

// Small enough to be tried at each byte.
static struct buf small_part(void)
{
    struct summary s = {.test = "get", .title = "GET", .latency = hist_new(2), .load.threads = 1};
    for (int i = 0; i < 20; i++)
        hist_record(s.latency, 1000 + 777 * i, 1 + i);
    struct buf b = packed(&s);
    summary_free(&s);
    return b;
}

static void no_truncation_is_taken(void **state)
{
    (void)state;
    struct buf b = small_part();
    refused((struct slice){b.at, 0}, "got nothing");
    for (size_t n = 1; n < b.len; n++)
        refused((struct slice){b.at, n}, "got one that is cut short");
    assert_int_equal(buf_append(&b, "x", 1), 0);
    refused(buf_unread(&b), "got one with bytes behind its end");
    buf_free(&b);
}

static void no_changed_byte_is_taken(void **state)
{
    (void)state;
    struct buf b = small_part();
    for (size_t i = 0; i < b.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            b.at[i] = (char)(b.at[i] ^ 1 << bit);
            refused(buf_unread(&b), i < 4    ? "got something else"
                                    : i < 8  ? "run the same version everywhere"
                                    : i < 16 ? "got one "
                                             : "got one that was changed on its way");
            b.at[i] = (char)(b.at[i] ^ 1 << bit);
        }
    buf_free(&b);
}

// With a sum that fits, as a fault of the writer would have it: nothing breaks, and what is taken can be
// packed.
static void no_nonsense_breaks_it(void **state)
{
    (void)state;
    struct buf b = small_part();
    unsigned taken = 0, not_taken = 0;
    for (size_t i = PACK_HEAD_BYTES; i < b.len - PACK_SUM_BYTES; i++)
        for (int value = 0; value < 256; value += 51) {
            char was = b.at[i];
            b.at[i] = (char)value;
            uint64_t sum = pack_frame_sum((struct slice){b.at, b.len - PACK_SUM_BYTES});
            for (int k = 0; k < 8; k++)
                b.at[b.len - 8 + (size_t)k] = (char)(sum >> 8 * k);
            struct summary read;
            struct err err = {0};
            if (pack_read(&read, buf_unread(&b), &err) == 0) {
                struct buf again = packed(&read);
                buf_free(&again);
                summary_free(&read);
                taken++;
            } else {
                assert_non_null(strstr(err.text, "figures do not fit together"));
                not_taken++;
            }
            b.at[i] = was;
        }
    assert_true(taken > 100 && not_taken > 100);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_is_read_without_loss),
        cmocka_unit_test(what_is_not_there_stays_away),
        cmocka_unit_test(bytes_of_others_stand_before_it),
        cmocka_unit_test(no_truncation_is_taken),
        cmocka_unit_test(no_changed_byte_is_taken),
        cmocka_unit_test(no_nonsense_breaks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
