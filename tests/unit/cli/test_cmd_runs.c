// SPDX-License-Identifier: MIT
// Subcommands from their words to their reports, with the null engine: what goes where, and with which code.
#include "cli/cmd_compare.h"
#include "cli/cmd_history.h"
#include "cli/cmd_merge.h"
#include "cli/cmd_report.h"
#include "cli/cmd_run.h"
#include "cli/cmd_sweep.h"

#include "told.h"

#include <dirent.h>

#define RUN "hkv-bench --engine null -n 100 -c 2 "
#define SWEEP "sweep clients --engine null --points 1,2 --passes 1 --trial 100ms --idle 0 -t get "
#define COMPARE                                                                                              \
    "compare a=127.0.0.1:1 b=127.0.0.1:2 --engine null --blocks 2 --slot 100ms --warmup 0 --idle 0 "         \
    "--margin throughput=90% -t get "

static char folder[64];
static char made[512];

static int open_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/hkv-cmd-XXXXXX");
    return mkdtemp(folder) ? clean(state) : -1;
}

static int close_folder(void **state)
{
    DIR *d = opendir(folder);
    char path[400];
    if (!d)
        return -1;
    for (struct dirent *e; (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        unlink(path);
    }
    closedir(d);
    forget(state);
    return rmdir(folder);
}

// The line with the folder in the place of each @.
static const char *in_folder(const char *line)
{
    size_t n = 0;
    for (; *line; line++) {
        size_t len = *line == '@' ? strlen(folder) : 1;
        assert_true(n + len < sizeof made);
        memcpy(made + n, *line == '@' ? folder : line, len);
        n += len;
    }
    made[n] = 0;
    return made;
}

static char *file_of(const char *name)
{
    char path[96];
    char *text = NULL;
    size_t cap = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(getdelim(&text, &cap, 0, f) > 0);
    fclose(f);
    return text;
}

static void does(command *run, const char *line)
{
    good(run, in_folder(line));
}

static void is_document(const char *text, const char *kind)
{
    char part[64];
    size_t n = strlen(text);
    snprintf(part, sizeof part, "\"kind\": \"%s\"", kind);
    assert_true(n > 2 && text[0] == '{' && strcmp(text + n - 2, "}\n") == 0);
    has(text, part);
    has(text, "\"exit_code\": 0");
}

// --- a plain run ---

static void each_form_of_a_run_has_its_lines_and_no_others(void **state)
{
    (void)state;
    does(cmd_run, RUN "-t set,get --csv");
    assert_int_equal(lines_of(told.out), 3);
    assert_memory_equal(told.out, "\"test\",\"rps\"", 12);
    has(told.out, "\n\"SET\",");
    has(told.out, "\n\"GET\",");
    does(cmd_run, RUN "-t set,get -q");
    assert_memory_equal(told.out, "SET: ", 5);
    has(told.out, "\nGET: ");
    has(told.out, " requests per second");
    does(cmd_run, RUN "-t get");
    has(told.out, "GET");
    assert_string_equal(told.err, "");
}

static void a_document_has_standard_output_for_itself(void **state)
{
    (void)state;
    does(cmd_run, RUN "-t get --json -");
    is_document(told.out, "run");
    does(cmd_run, RUN "-t get --series -");
    assert_memory_equal(told.out, "test,phase,start_s,", 19);
    for (const char *line = strchr(told.out, '\n'); line[1]; line = strchr(line + 1, '\n'))
        assert_memory_equal(line + 1, "get,", 4);
    does(cmd_sweep, SWEEP "--json -");
    is_document(told.out, "sweep");
    does(cmd_compare, COMPARE "--json -");
    is_document(told.out, "compare");
}

static void a_file_gets_what_standard_output_would_have(void **state)
{
    (void)state;
    does(cmd_run, RUN "-t get --json @/run.json --html @/run.html");
    has(told.out, "GET"); // the report stays
    char *json = file_of("run.json"), *html = file_of("run.html");
    is_document(json, "run");
    has(html, "<html");
    free(json);
    free(html);
}

static void an_assertion_that_fails_is_told_and_kept(void **state)
{
    (void)state;
    assert_int_equal(tell(cmd_run, in_folder(RUN "-t get --assert get.rps<1 --assert rps>0 --json @/a.json")),
                     OUTCOME_ASSERT);
    assert_string_equal(told.err, "hkv-bench: 1 of 2 assertions failed\n");
    has(told.out, "FAIL get.rps<1");
    has(told.out, "PASS rps>0");
    char *json = file_of("a.json");
    has(json, "\"exit_code\": 10");
    free(json);
}

// What cannot be written is told before anything is measured, and nothing is left behind.
static void an_output_that_cannot_be_measures_nothing(void **state)
{
    static const char *const outputs[] = {"--json", "--html", "--series", "--part", "--otlp", "--save"};
    char line[160];
    (void)state;
    for (size_t i = 0; i < LEN(outputs); i++) {
        snprintf(line, sizeof line, RUN "-t get %s /nowhere/at/all", outputs[i]);
        assert_int_equal(tell(cmd_run, line), OUTCOME_USAGE);
        assert_int_equal(lines_of(told.err), 1);
        has(told.err, "/nowhere/at/all");
        assert_string_equal(told.out, "");
    }
    assert_int_equal(tell(cmd_sweep, SWEEP "--json /nowhere/at/all"), OUTCOME_USAGE);
    assert_string_equal(told.err,
                        "hkv-bench sweep: cannot write to '/nowhere/at/all': No such file or directory\n");
    assert_int_equal(tell(cmd_compare, COMPARE "--json /nowhere/at/all"), OUTCOME_USAGE);
    assert_int_equal(lines_of(told.err), 1);
}

// --- experiments ---

static void a_sweep_has_a_row_for_each_point(void **state)
{
    (void)state;
    does(cmd_sweep, SWEEP "--csv");
    assert_int_equal(lines_of(told.out), 3);
    does(cmd_sweep, SWEEP);
    has(told.out, "GET");
}

static void a_comparison_ends_as_it_finds(void **state)
{
    (void)state;
    does(cmd_compare, COMPARE "--save @/c.db"); // no difference is as large as nine tenths
    has(told.out, "GET");
    has(told.err, "1 test, 2 blocks of 4 slots each: estimated ");
    does(cmd_history, "history @/c.db list");
    has(told.out, " a, b ");
}

// --- parts ---

static void parts_are_added_up_as_one_run(void **state)
{
    (void)state;
    does(cmd_run, RUN "-t get --part @/a --part-of 1/2");
    does(cmd_run, RUN "-t get --part @/b --part-of 2/2");
    does(cmd_merge, "merge @/b @/a --max-skew 1h --csv");
    assert_int_equal(lines_of(told.out), 2);
    has(told.out, "\n\"GET\",");
    does(cmd_merge, "merge @/a @/b --max-skew 1h --json - --tag commit=abc");
    is_document(told.out, "run");
    has(told.out, "\"commit\"");
    bad(cmd_merge, in_folder("merge @/a --max-skew 1h"), OUTCOME_RUN,
        "1 of 2 parts missing: 2; give their files too, or --partial for what is there");
    assert_int_equal(tell(cmd_merge, in_folder("merge @/a --partial --csv")), OUTCOME_RUN);
    assert_int_equal(lines_of(told.out), 2); // it is reported all the same
    has(told.err, "1 of 2 generators missing");
}

// --- what is kept ---

static void keep_two(void)
{
    does(cmd_run, RUN "-t get -q --save @/h.db --json @/1.json --tag commit=one");
    does(cmd_run, RUN "-t get -q --save @/h.db --tag commit=two");
}

static void a_history_tells_what_was_kept(void **state)
{
    (void)state;
    keep_two();
    does(cmd_history, "history @/h.db list --json");
    assert_int_equal(told.out[0], '{');
    does(cmd_history, "history @/h.db list --metric get.p99");
    has(told.out, "commit=one");
    has(told.out, "commit=two");
    does(cmd_history, "history @/h.db list --tag commit=two");
    assert_null(strstr(told.out, "commit=one"));
    does(cmd_history, "history @/h.db export 1");
    char *json = file_of("1.json");
    assert_string_equal(told.out, json);
    free(json);
    does(cmd_history, "history @/h.db show last");
    has(told.out, "run 2, ");
    has(told.out, "\nget ");
    does(cmd_history, "history @/h.db diff 1 last");
    has(told.out, "get");
    does(cmd_history, "history @/h.db export last --format bmf");
    assert_int_equal(told.out[0], '{');
    does(cmd_history, "history @/h.db export all --format otava");
    assert_int_equal(lines_of(told.out), 3); // a head, and both
    does(cmd_history, "history @/h.db trend --metric get.rps --fail-on-regression");
    has(told.out, "get");
}

static void what_was_deleted_is_gone_and_nothing_else_is(void **state)
{
    (void)state;
    keep_two();
    does(cmd_history, "history @/h.db delete 1");
    assert_string_equal(told.out, "");
    assert_int_not_equal(tell(cmd_history, in_folder("history @/h.db show 1")), OUTCOME_GOOD);
    assert_int_equal(lines_of(told.err), 1);
    assert_string_equal(told.out, "");
    does(cmd_history, "history @/h.db show 2");
    assert_int_not_equal(tell(cmd_history, in_folder("history @/h.db export all --format bmf")),
                         OUTCOME_GOOD); // all are for one form
    assert_int_equal(lines_of(told.err), 1);
}

static void pages_are_made_of_files_and_of_runs(void **state)
{
    (void)state;
    keep_two();
    does(cmd_report, "report @/1.json @/h.db:2 --html @/page.html");
    assert_string_equal(told.out, "");
    char *page = file_of("page.html");
    has(page, "<html");
    free(page);
    does(cmd_report, "report @/h.db:last --html -");
    has(told.out, "<html");
    does(cmd_history, "history @/h.db diff 1 2 --html -");
    has(told.out, "<html");
    does(cmd_history, "history @/h.db trend --html @/page.html");
    page = file_of("page.html");
    has(page, "\"trend\"");
    free(page);
}

// Everything is read before a page is begun: a wrong word leaves a former one as it was.
static void a_page_is_only_replaced_by_a_whole_one(void **state)
{
    (void)state;
    keep_two();
    does(cmd_report, "report @/1.json --html @/page.html");
    char *before = file_of("page.html");
    assert_int_not_equal(tell(cmd_report, in_folder("report @/1.json @/h.db:99 --html @/page.html")), 0);
    assert_int_not_equal(tell(cmd_history, in_folder("history @/h.db show 99 --html @/page.html")), 0);
    char *after = file_of("page.html");
    assert_string_equal(after, before);
    free(before);
    free(after);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_form_of_a_run_has_its_lines_and_no_others),
        TEST(a_document_has_standard_output_for_itself),
        TEST(a_file_gets_what_standard_output_would_have),
        TEST(an_assertion_that_fails_is_told_and_kept),
        TEST(an_output_that_cannot_be_measures_nothing),
        TEST(a_sweep_has_a_row_for_each_point),
        TEST(a_comparison_ends_as_it_finds),
        TEST(parts_are_added_up_as_one_run),
        TEST(a_history_tells_what_was_kept),
        TEST(what_was_deleted_is_gone_and_nothing_else_is),
        TEST(pages_are_made_of_files_and_of_runs),
        TEST(a_page_is_only_replaced_by_a_whole_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
