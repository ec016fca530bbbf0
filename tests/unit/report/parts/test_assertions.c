// SPDX-License-Identifier: MIT
#include "../fixture.h"
#include "report/parts/assertions.h"
#include "report/run/run_json.h"

#include <jansson.h>

static struct assertion demands[3];
static struct summary set;
static struct assertion_result results[3];

static size_t judged(void)
{
    static const char *const texts[] = {"p99<1ms", "errors==0", "get.hits>=99%"};
    struct err err;
    set = fixture_set();
    summary_settle(&set);
    for (int i = 0; i < 3; i++)
        assert_int_equal(assertion_parse(texts[i], &demands[i], &err), 0);
    return assertion_judge(demands, 3, &set, 1, results);
}

static void as_text(void **state)
{
    (void)state;
    struct output o;
    output_open(&o);
    assertions_text(o.file, results, judged());
    char *text = output_take(&o);
    assert_string_equal(text, "PASS p99<1ms (SET: 400µs)\nPASS errors==0 (SET: 0)\n"
                              "FAIL get.hits>=99% (not measured)\n");
    free(text);
    summary_free(&set);
}

static void as_json(void **state)
{
    (void)state;
    static const struct run_tag tags[] = {{"commit", "1a\xff"}, {"b", ""}};
    struct run_facts facts = fixture_facts();
    struct err err = {0};
    struct output o;
    facts.nassertions = judged();
    facts.assertions = results;
    facts.tags = tags;
    facts.ntags = 2;
    output_open(&o);
    assert_int_equal(run_json(o.file, &facts, &set, 1, &err), 0);
    char *text = output_take(&o);
    json_t *whole = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *list = json_object_get(whole, "assertions");
    assert_int_equal(json_array_size(list), 3);
    static const char *const expected[] = {
        "{\"assertion\": \"p99<1ms\", \"test\": \"set\", \"metric\": \"p99\", \"value\": 400127.0,"
        " \"at_least\": false, \"held\": true}",
        "{\"assertion\": \"errors==0\", \"test\": \"set\", \"metric\": \"errors\", \"value\": 0,"
        " \"at_least\": false, \"held\": true}",
        "{\"assertion\": \"get.hits>=99%\", \"test\": null, \"metric\": \"hits\", \"value\": null,"
        " \"at_least\": false, \"held\": false}"};
    for (size_t i = 0; i < 3; i++) {
        json_t *one = json_loads(expected[i], 0, NULL);
        if (!json_equal(one, json_array_get(list, i)))
            fail_msg("%s", json_dumps(json_array_get(list, i), 0));
        json_decref(one);
    }
    json_t *kept = json_loads("{\"commit\": \"1a\\\\xff\", \"b\": \"\"}", 0, NULL);
    assert_true(json_equal(kept, json_object_get(whole, "tags")));
    json_decref(kept);
    json_decref(whole);
    free(text);
    summary_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_text),
        cmocka_unit_test(as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
