// SPDX-License-Identifier: MIT
// Messages to consumers, as text and as JSON.
#include "report/run/delivery_text.h"

#include "report/run/delivery_json.h"

#include "../fixture.h"
#include "../json_path.h"

// 990 of 1,000 messages came: 900 in 2 ms, 90 in 40 ms.
static struct summary delivering(void)
{
    struct summary s = {0};
    assert_int_equal(delivery_init(&s.delivery, 3), 0);
    s.delivery.sent = s.delivery.expected = 1000;
    s.delivery.delivered = 990;
    s.delivery.consumers = 4;
    s.delivery.queues = 2;
    s.delivery.cpu_s = 1.5;
    s.delivery.seconds = 6;
    hist_record(s.delivery.latency, 2000000, 900);
    hist_record(s.delivery.latency, 40000000, 90);
    return s;
}

static void says(const struct summary *s, const char *expected)
{
    struct output o;
    output_open(&o);
    delivery_text(o.file, s);
    char *text = output_take(&o);
    assert_string_equal(text, expected);
    free(text);
}

#define LATENCY "  end-to-end ms p50 2.00  p99 40.0  p99.9 40.0  max 40.0  (from due to delivery)\n"

static void what_came_and_what_is_lost(void **state)
{
    (void)state;
    struct summary s = delivering();
    says(&s, LATENCY "  delivered    990 of 1,000 to 4 consumers, 10 lost\n");
    s.delivery.delivered = 1000;
    s.delivery.consumers = 1;
    says(&s, LATENCY "  delivered    1,000 of 1,000 to 1 consumer, 0 lost\n");
    s.delivery.duplicates = 1234;
    s.delivery.gone = 1;
    says(&s, LATENCY "  delivered    1,000 of 1,000 to 1 consumer, 0 lost, 1,234 delivered twice, 1 consumer "
                     "lost\n");
    s.delivery.duplicates = 0;
    s.delivery.gone = 2;
    says(&s, LATENCY "  delivered    1,000 of 1,000 to 1 consumer, 0 lost, 2 consumers lost\n");
    delivery_free(&s.delivery);
}

static void nothing_that_came_has_no_latency(void **state)
{
    (void)state;
    struct summary s = delivering();
    hist_reset(s.delivery.latency);
    s.delivery.delivered = 0;
    says(&s, "  delivered    0 of 1,000 to 4 consumers, 1,000 lost\n");
    delivery_free(&s.delivery);
    struct summary none = {0};
    says(&none, ""); // a load without consumers
}

static void a_loss_is_red_and_its_absence_green(void **state)
{
    (void)state;
    struct summary s = delivering();
    for (int lost = 0; lost < 2; lost++) {
        struct output o;
        s.delivery.delivered = lost ? 999 : 1000;
        output_open(&o);
        delivery_text(o.file, &s);
        assert_int_equal(fclose(o.file), 0);
        assert_non_null(
            strstr(o.text, lost ? PAINT_BAD "1 lost" PAINT_OFF "\n" : PAINT_GOOD "0 lost" PAINT_OFF "\n"));
        free(o.text);
    }
    delivery_free(&s.delivery);
}

static void as_json(void **state)
{
    (void)state;
    struct summary s = delivering(), none = {0};
    s.delivery.duplicates = 3;
    s.delivery.gone = 1;
    snprintf(s.delivery.why, sizeof s.delivery.why, "consumer 2: \xff");
    json_t *j = delivery_json(&s);
    assert_count(j, "consumers", 4);
    assert_count(j, "queues", 2);
    assert_count(j, "sent", 1000);
    assert_count(j, "expected", 1000);
    assert_count(j, "delivered", 990);
    assert_count(j, "lost", 10);
    assert_count(j, "duplicates", 3);
    assert_count(j, "lost_consumers", 1);
    assert_count(j, "latency_ns.min", 2000000);
    assert_count(j, "latency_ns.max", 40000000);
    assert_real(j, "consumers_busy", 0.25);
    assert_text(j, "note", "consumer 2: \\xff");
    json_decref(j);
    hist_reset(s.delivery.latency);
    s.delivery.seconds = 0; // ended before it began: no division by that
    j = delivery_json(&s);
    assert_null_at(j, "latency_ns");
    assert_real(j, "consumers_busy", 0);
    json_decref(j);
    j = delivery_json(&none);
    assert_true(json_is_null(j));
    json_decref(j);
    delivery_free(&s.delivery);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_and_what_is_lost),
        cmocka_unit_test(nothing_that_came_has_no_latency),
        cmocka_unit_test(a_loss_is_red_and_its_absence_green),
        cmocka_unit_test(as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
