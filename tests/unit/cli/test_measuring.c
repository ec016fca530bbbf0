// SPDX-License-Identifier: MIT
// The steps of a subcommand that measures, each of which notes that it was there.
#include "cli/measuring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct steps {
    struct session session;
    struct results results;
    struct options o;
    bool help, measured;
    char seen[32];            // p(arsed), o(pened), r(un), t(old), w(ritten)
    const char *fails_at;     // one of those, or NULL
    enum outcome_code raised; // by the run
};

static const char *const usage[] = {"fake [OPTIONS]", NULL};
static const struct opt_table no_options = {.rows = (const struct opt[1]){{0}}, .n = 0};
static const struct manual manual = {
    .name = "fake", .summary = "nothing", .usage = usage, .about = "Nothing.", .own = &no_options};

static int see(struct steps *s, const char *step, struct err *err)
{
    snprintf(s->seen + strlen(s->seen), sizeof s->seen - strlen(s->seen), "%s", step);
    return s->fails_at && strcmp(s->fails_at, step) == 0 ? err_set(err, ERR_CONNECT, "no %s", step) : 0;
}

static int parse(void *own, int argc, char **argv, struct err *err)
{
    struct steps *s = own;
    assert_int_equal(argc, 1);
    assert_string_equal(argv[0], "fake");
    return see(s, "p", err);
}

static int open_it(void *own, struct err *err)
{
    struct steps *s = own;
    assert_true(s->session.stop.fd >= 0); // a signal ends it from now on
    return see(s, "o", err);
}

static bool run(void *own)
{
    struct steps *s = own;
    see(s, "r", &(struct err){0});
    if (s->raised)
        outcome_raise(&s->session.outcome, s->raised, "as the test wants it");
    return s->measured;
}

static int write_it(FILE *out, const void *what, struct err *err)
{
    struct steps *s = (struct steps *)what;
    fprintf(out, "%d", s->session.facts.exit_code);
    return see(s, "w", err);
}

static struct document tell(void *own)
{
    struct steps *s = own;
    see(s, "t", &(struct err){0});
    return (struct document){{.kind = "fake", .facts = &s->session.facts}, write_it, s};
}

static int go(struct steps *s)
{
    char name[] = "fake", *argv[] = {name, NULL};
    struct measuring m = {.manual = &manual,
                          .results = &s->results,
                          .session = &s->session,
                          .o = &s->o,
                          .help = &s->help,
                          .own = s,
                          .parse = parse,
                          .open = open_it,
                          .run = run,
                          .tell = tell};
    return measuring_run(&m, 1, argv);
}

static void each_step_in_its_order(void **state)
{
    (void)state;
    struct steps s = {.measured = true, .o.json = "/dev/null"};
    assert_int_equal(go(&s), OUTCOME_GOOD);
    assert_string_equal(s.seen, "portw");
}

static void no_document_is_written_where_nobody_wants_it(void **state)
{
    (void)state;
    struct steps s = {.measured = true};
    assert_int_equal(go(&s), OUTCOME_GOOD);
    assert_string_equal(s.seen, "port");
}

static void help_is_all(void **state)
{
    (void)state;
    struct steps s = {.help = true};
    assert_int_equal(go(&s), OUTCOME_GOOD);
    assert_string_equal(s.seen, "p");
}

static void what_goes_wrong_is_the_last_step(void **state)
{
    (void)state;
    struct steps parsing = {.fails_at = "p"}, opening = {.fails_at = "o"};
    assert_int_equal(go(&parsing), OUTCOME_CONNECT);
    assert_string_equal(parsing.seen, "p");
    assert_int_equal(go(&opening), OUTCOME_CONNECT);
    assert_string_equal(opening.seen, "po");
}

static void a_file_that_cannot_be_opened_measures_nothing(void **state)
{
    (void)state;
    struct steps s = {.o.json = "/nowhere/at/all"};
    assert_int_equal(go(&s), OUTCOME_USAGE);
    assert_string_equal(s.seen, "po");
}

static void the_document_has_the_code_with_which_it_ends(void **state)
{
    (void)state;
    char path[] = "/tmp/hkv-measuring-XXXXXX", text[8] = "";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct steps s = {.measured = true, .o.json = path, .raised = OUTCOME_DOUBT};
    assert_int_equal(go(&s), OUTCOME_DOUBT);
    FILE *f = fdopen(fd, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    assert_int_equal(atoi(text), OUTCOME_DOUBT);
    fclose(f);
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_in_its_order),
        cmocka_unit_test(no_document_is_written_where_nobody_wants_it),
        cmocka_unit_test(help_is_all),
        cmocka_unit_test(what_goes_wrong_is_the_last_step),
        cmocka_unit_test(a_file_that_cannot_be_opened_measures_nothing),
        cmocka_unit_test(the_document_has_the_code_with_which_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
