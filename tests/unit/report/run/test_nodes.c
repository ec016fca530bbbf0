// SPDX-License-Identifier: MIT
// The nodes of a cluster as text and as JSON.
#include "report/run/nodes.h"

#include "report/run/nodes_json.h"

#include "../fixture.h"
#include "../json_path.h"

static struct hist *latency(uint64_t ns, uint64_t n)
{
    struct hist *h = hist_new(2);
    assert_non_null(h);
    hist_record(h, ns, n);
    return h;
}

// 100000 answers in 0.89 s, of which one node has three quarters though it has half of the slots.
static struct summary of_two_nodes(void)
{
    struct summary s = fixture_set();
    struct node_share a = {"10.0.0.1:7001",       false, 8192, 0.5, {.ok = 74999, .errors = 1, .moved = 3},
                           latency(250000, 74999)};
    struct node_share b = {"10.0.0.2:7002",       false, 8192, 0.5, {.ok = 25000, .asked = 2, .abandoned = 4},
                           latency(400000, 25000)};
    assert_int_equal(node_shares_add(&s.nodes, &a), 0);
    assert_int_equal(node_shares_add(&s.nodes, &b), 0);
    hist_free(a.latency);
    hist_free(b.latency);
    return s;
}

static char *text_of(const struct summary *s)
{
    struct output o;
    output_open(&o);
    nodes_text(o.file, s);
    return output_take(&o);
}

static void one_server_has_no_table(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    char *text = text_of(&s);
    assert_string_equal(text, "");
    json_t *j = nodes_json(&s), *hottest = nodes_json_hottest(&s);
    assert_int_equal(json_array_size(j), 0);
    assert_true(json_is_null(hottest));
    json_decref(j);
    json_decref(hottest);
    free(text);
    summary_free(&s);
}

static void a_row_for_each_node(void **state)
{
    (void)state;
    struct summary s = of_two_nodes();
    char *text = text_of(&s);
    assert_non_null(strstr(text, "  10.0.0.1:7001  primary   8192   50.0%   75.0%      75000      84270 "));
    assert_non_null(strstr(text, "  10.0.0.2:7002  primary   8192   50.0%   25.0%      25000      28090 "));
    assert_non_null(strstr(
        text, "  hottest node: 10.0.0.1:7001, with 75.0% of the requests (50.0% expected by slots)\n"));
    free(text);
    summary_free(&s);
}

static void a_node_without_answers_has_no_latency(void **state)
{
    (void)state;
    struct summary s = of_two_nodes();
    struct node_share idle = {"10.0.0.3:7003", true, 0, 0, {.moved = 1}, NULL};
    assert_int_equal(node_shares_add(&s.nodes, &idle), 0);
    char *text = text_of(&s);
    assert_non_null(strstr(
        text, "  10.0.0.3:7003  replica      0    0.0%    0.0%          0          0        -        -"));
    free(text);
    json_t *j = nodes_json(&s);
    assert_null_at(j, "2.p50_ns");
    assert_text(j, "2.role", "replica");
    json_decref(j);
    summary_free(&s);
}

static void the_same_as_json(void **state)
{
    (void)state;
    struct summary s = of_two_nodes();
    json_t *j = nodes_json(&s), *hottest = nodes_json_hottest(&s);
    assert_text(j, "0.address", "10.0.0.1:7001");
    assert_text(j, "0.role", "primary");
    assert_count(j, "0.slots", 8192);
    assert_real(j, "0.due_share", 0.5);
    assert_real(j, "0.share", 0.75);
    assert_count(j, "0.requests", 75000);
    assert_real(j, "0.rps", 75000 / 0.89);
    assert_count(j, "0.errors", 1);
    assert_count(j, "0.moved", 3);
    assert_count(j, "1.asked", 2);
    assert_count(j, "1.unanswered", 4);
    assert_string_equal(json_string_value(hottest), "10.0.0.1:7001");
    json_decref(j);
    json_decref(hottest);
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_server_has_no_table),
        cmocka_unit_test(a_row_for_each_node),
        cmocka_unit_test(a_node_without_answers_has_no_latency),
        cmocka_unit_test(the_same_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
