// SPDX-License-Identifier: MIT
// Parts of a response time in JSON: known samples, and null where nothing was measured.
#include "report/run/parts_json.h"

#include "../fixture.h"
#include "../json_path.h"

static void nothing_measured_is_null(void **state)
{
    struct summary s = fixture_set();
    struct hist *empty = hist_new(3);
    json_t *all[] = {parts_json(NULL),        parts_json(empty),         parts_json_wire(&s),
                     parts_json_schedule(&s), parts_json_read_delay(&s), parts_json_tls(&s.tls)};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof(json_t *); i++) {
        assert_true(json_is_null(all[i]));
        json_decref(all[i]);
    }
    hist_free(empty);
    summary_free(&s);
}

static void a_part_in_short(void **state)
{
    struct hist *h = hist_new(3);
    (void)state;
    hist_record(h, 1000, 90);
    hist_record(h, 2000, 9);
    hist_record(h, 4000, 1);
    json_t *j = parts_json(h);
    assert_count(j, "min", 1000);
    assert_real(j, "mean", (90 * 1000 + 9 * 2000 + 4000) / 100.0);
    assert_count(j, "p50", 1000);
    assert_count(j, "p90", 1000);
    assert_in_range(json_integer_value(at(j, "p99")), 2000, 2001); // as three digits know it
    assert_in_range(json_integer_value(at(j, "p99_9")), 4000, 4003);
    assert_in_range(json_integer_value(at(j, "max")), 4000, 4003);
    json_decref(j);
    hist_free(h);
}

// 1 us to send, 297 us of network and server, 2 us to wake up: a hundredth is the client's.
static void the_wire_by_the_kernels_stamps(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    assert_int_equal(wiretimes_init(&s.wire), 0);
    json_t *j = parts_json_wire(&s);
    assert_count(j, "samples", 0);
    assert_null_at(j, "send_ns");
    assert_null_at(j, "client_share_p50");
    assert_null_at(j, "observer_effect");
    json_decref(j);
    s.wire.missed = 3;
    wiretimes_record(&s.wire, 10000, 11000, 308000, 310000);
    j = parts_json_wire(&s);
    assert_count(j, "samples", 1);
    assert_count(j, "missed", 3);
    assert_count(j, "send_ns.p50", 1000);
    assert_in_range(json_integer_value(at(j, "wire_ns.p50")), 296900, 297300);
    assert_in_range(json_integer_value(at(j, "wake_ns.p50")), 2000, 2001);
    double share = json_real_value(at(j, "client_share_p99")),
           effect = json_real_value(at(j, "observer_effect"));
    assert_true(share > 0.0099 && share < 0.0101);
    assert_true(effect > 0.199 && effect < 0.201); // 300 us, where all took 250
    json_decref(j);
    summary_free(&s);
}

// With a rate, a sample is held against what the server took, not against what was waited for a turn.
static void an_open_loop_compares_service_times(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    assert_int_equal(wiretimes_init(&s.wire), 0);
    wiretimes_record(&s.wire, 10000, 11000, 308000, 310000);
    s.service = hist_new(3);
    hist_record(s.service, 150000, 10);
    json_t *j = parts_json_wire(&s);
    double effect = json_real_value(at(j, "observer_effect"));
    assert_true(effect > 0.99 && effect < 1.01);
    json_decref(j);
    summary_free(&s);
}

static void punctuality(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    s.punctual = (struct punctuality){1000, 2000000, 0.25, 1.5, 0.5};
    json_t *j = parts_json_schedule(&s);
    assert_count(j, "requests", 1000);
    assert_count(j, "tick_ns", 2000000);
    assert_real(j, "ks_distance", 0.25);
    assert_real(j, "due_dispersion", 1.5);
    assert_real(j, "sent_dispersion", 0.5);
    json_decref(j);
    summary_free(&s);
}

// Shares of a few samples say nothing; those of many are told.
static void the_reading_of_replies(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    assert_int_equal(readtimes_init(&s.read), 0);
    s.read.missed = 2;
    readtimes_record(&s.read, 100000, 20000, 1);
    json_t *j = parts_json_read_delay(&s);
    assert_count(j, "samples", 1);
    assert_count(j, "missed", 2);
    assert_null_at(j, "share_p50");
    assert_null_at(j, "share_p99");
    json_decref(j);
    readtimes_record(&s.read, 100000, 20000, 9999);
    j = parts_json_read_delay(&s);
    assert_count(j, "samples", 10000);
    double share = json_real_value(at(j, "share_p50"));
    assert_true(share > 0.199 && share < 0.201);
    assert_in_range(json_integer_value(at(j, "kernel_latency_ns.p99")), 80000, 80100);
    json_decref(j);
    summary_free(&s);
}

static void handshakes(void **state)
{
    struct summary s = fixture_tls();
    (void)state;
    json_t *j = parts_json_tls(&s.tls);
    assert_text(j, "protocol", "TLSv1.3");
    assert_text(j, "cipher", "TLS_AES_256_GCM_SHA384");
    assert_text(j, "verified", "nothing");
    assert_count(j, "handshakes", 51);
    assert_real(j, "resumed_share", 1 / 51.0);
    assert_in_range(json_integer_value(at(j, "full_ns.p50")), 2000000, 2010000);
    assert_null(json_object_get(j, "ktls"));
    json_decref(j);
    strcpy(s.tls.kernel, "tx");
    j = parts_json_tls(&s.tls);
    assert_text(j, "ktls", "tx");
    json_decref(j);
    summary_free(&s);
    s = fixture_set();
    assert_int_equal(handshakes_init(&s.tls), 0); // TLS, and no connection came to anything
    j = parts_json_tls(&s.tls);
    assert_count(j, "handshakes", 0);
    assert_null_at(j, "resumed_share");
    assert_null_at(j, "full_ns");
    json_decref(j);
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_measured_is_null),
        cmocka_unit_test(a_part_in_short),
        cmocka_unit_test(the_wire_by_the_kernels_stamps),
        cmocka_unit_test(an_open_loop_compares_service_times),
        cmocka_unit_test(punctuality),
        cmocka_unit_test(the_reading_of_replies),
        cmocka_unit_test(handshakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
