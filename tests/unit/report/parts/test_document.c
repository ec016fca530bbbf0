// SPDX-License-Identifier: MIT
#include "report/parts/document.h"

#include "../fixture.h"
#include "../json_path.h"

static json_t *loaded(struct output *o)
{
    char *text = output_take(o);
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    free(text);
    return j;
}

static void has_names(const json_t *j, const char *const *names)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)j, name, value)
    {
        assert_non_null(*names);
        assert_string_equal(name, *names++);
    }
    assert_null(*names);
}

// What is a kind's own stands between the parts of the head, and the head is the same for all.
static void every_kind_has_the_same_head(void **state)
{
    (void)state;
    static const char *const names[] = {"schema_version",
                                        "kind",
                                        "tool",
                                        "started",
                                        "command_line",
                                        "setup",
                                        "environment",
                                        "environment_end",
                                        "environment_changes",
                                        "selftest",
                                        "servers",
                                        "tests",
                                        "judged",
                                        "interrupted",
                                        "exit_code",
                                        NULL};
    struct run_facts facts = fixture_facts();
    struct output o;
    struct err err;
    facts.interrupted = true;
    facts.exit_code = 130;
    output_open(&o);
    struct document d = {.kind = "later",
                         .setup = FIELDS{{"setup", json_true()}, {0}},
                         .servers = FIELDS{{"servers", json_true()}, {0}},
                         .tests = json_array(),
                         .judged = FIELDS{{"judged", json_true()}, {0}}};
    assert_int_equal(document_write(o.file, &facts, &d, &err), 0);
    json_t *j = loaded(&o);
    has_names(j, names);
    assert_text(j, "kind", "later");
    assert_bool(j, "interrupted", true);
    assert_count(j, "exit_code", 130);
    json_decref(j);
}

static void trials_of_one_server(void **state)
{
    (void)state;
    static const char *const names[] = {"schema_version",      "kind",      "tool",        "started",
                                        "command_line",        "tags",      "engine",      "wait",
                                        "pipeline_mode",       "seed",      "environment", "environment_end",
                                        "environment_changes", "selftest",  "server",      "tests",
                                        "interrupted",         "exit_code", NULL};
    struct run_facts facts = fixture_facts();
    struct output o;
    struct err err;
    output_open(&o);
    assert_int_equal(document_write_trials(o.file, "sweep", &facts, json_array(), &err), 0);
    json_t *j = loaded(&o);
    has_names(j, names);
    assert_null_at(j, "environment_end");
    json_decref(j);
}

// A value that memory did not suffice for makes the whole missing, and a sentence.
static void a_missing_part_is_told(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct output o;
    struct err err = {0};
    output_open(&o);
    assert_int_equal(document_write_trials(o.file, "sweep", &facts, NULL, &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    char *text = output_take(&o);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_the_same_head),
        cmocka_unit_test(trials_of_one_server),
        cmocka_unit_test(a_missing_part_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
