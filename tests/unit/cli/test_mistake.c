// SPDX-License-Identifier: MIT
// Lines that would be carried out and cannot be meant, and those near to them that are.
#include "cli/mistake.h"

#include "cli/manuals.h"

#include "line.h"

static int look(const char *line)
{
    struct opt_cursor c = {.at = 1, .argv = argv_of};
    c.argc = split(line);
    const struct manual *m = manuals_find(argv_of[0]);
    err = (struct err){0};
    bool commands = !m || m->rest;
    return mistake_find(m ? m : manuals[0], c, commands, &err);
}

static void passes(const char *line)
{
    if (look(line) < 0)
        fail_msg("%s: %s", line, err.text);
}

static void is_refused(const char *line, const char *sentence)
{
    if (look(line) == 0)
        fail_msg("%s was let through", line);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, sentence);
}

static void a_slip_in_a_subcommand_is_no_command(void **state)
{
    (void)state;
    is_refused(
        "hkv-bench comapre a=1 b=2",
        "unknown subcommand 'comapre': did you mean compare? (a command of that name stands behind --)");
    is_refused("hkv-bench -p 7000 swep clients",
               "unknown subcommand 'swep': did you mean sweep? (a command of that name stands behind --)");
    is_refused(
        "hkv-bench satur --slo p99=1ms",
        "unknown subcommand 'satur': did you mean saturate? (a command of that name stands behind --)");
    is_refused("hkv-bench -p 7000 compare a=1 b=2",
               "compare: a subcommand stands first, as in hkv-bench compare; a command of that name stands "
               "behind --");
    passes("hkv-bench -- comapre a b");
    passes("hkv-bench -p 7000 -- compare a b");
}

static void commands_are_commands(void **state)
{
    static const char *const lines[] = {
        "hkv-bench",
        "hkv-bench GET x",
        "hkv-bench set key:__rand_int__ v",
        "hkv-bench -r 10k HGET h:__rand_int__ field",
        "hkv-bench PFMERGE a b",
        "hkv-bench compact",
        "hkv-bench HELLO 3",
        "hkv-bench SAVE",
        "hkv-bench -q FT.SEARCH i x",
        "hkv-bench json.get k",
        "hkv-bench -q PING",
        "hkv-bench 3 GET __key__ ; SET __key__ x", // a count
        "hkv-bench GET compare",
        "compare a=1 b=2 -t get",
        "compare a=1 b=2 --markdown --github",
        "compare 7000 unix:/tmp/a.json GET __key__",
        "sweep clients GET x",
        "saturate --slo p99=1ms SET __key__ x",
        "history runs.db list",
        "merge a.part b.json",
        "merge --partial a.part --json out.json -q b.part",
        "record -p 7000 --user ann trace.log",
    };
    (void)state;
    for (size_t i = 0; i < LEN(lines); i++)
        passes(lines[i]);
}

static void what_a_flag_does_not_take_is_no_command(void **state)
{
    (void)state;
    is_refused(
        "compare a=1 b=2 --markdown cmp.md",
        "--markdown takes no value, and 'cmp.md' would be sent to the server as a command: leave it out, "
        "or send the report there with >");
    is_refused(
        "hkv-bench -q out/report",
        "-q takes no value, and 'out/report' would be sent to the server as a command: leave it out, or "
        "send the report there with >");
    is_refused("hkv-bench --prefill 1000 -t get",
               "--prefill takes no value, and '1000' would be sent to the server as a command: leave it out");
    is_refused(
        "hkv-bench -p 7000 8000",
        "unexpected argument '8000': it would be sent to the server as a command; if it is one, put -- "
        "before it");
    is_refused(
        "saturate --slo p99=1ms out.json",
        "unexpected argument 'out.json': it would be sent to the server as a command; if it is one, put "
        "-- before it");
    passes("compare a=1 b=2 --markdown -- cmp.md");
}

static void an_option_of_another_subcommand_is_told(void **state)
{
    (void)state;
    is_refused("hkv-bench --slo p99=1ms -t get",
               "unknown option --slo: it is an option of compare and saturate (see hkv-bench help)");
    is_refused("saturate --slo p99=1ms --blocks 8",
               "unknown option --blocks: it is an option of compare (see hkv-bench help)");
    is_refused("history runs.db list --baseline x:1",
               "unknown option --baseline: it is an option of compare (see hkv-bench help)");
    is_refused("hkv-bench --slo=p99=1ms",
               "unknown option --slo: it is an option of compare and saturate (see hkv-bench help)");
    passes("hkv-bench --no-such-option 1"); // the parser says so
    passes("hkv-bench --slots 0-5 --cluster");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_in_a_subcommand_is_no_command),
        cmocka_unit_test(commands_are_commands),
        cmocka_unit_test(what_a_flag_does_not_take_is_no_command),
        cmocka_unit_test(an_option_of_another_subcommand_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
