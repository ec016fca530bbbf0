// SPDX-License-Identifier: MIT
#include "cli/workload_file.h"

#include "cli/options.h"
#include "workload/presets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/hkv-workload-XXXXXX", words_of[48][96];
static char *argv_of[48];
static struct options o;
static struct err err;

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    options_free(&o);
    return unlink(path);
}

static void write_file(const char *text)
{
    FILE *out = fopen(path, "we");
    fputs(text, out);
    fclose(out);
}

// "FILE" in the line is the file's path.
static int parse(const char *line)
{
    char text[512];
    int argc = 0;
    options_free(&o);
    err = (struct err){0};
    snprintf(text, sizeof text, "hkv-bench %s", line);
    for (char *save, *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        snprintf(words_of[argc], sizeof words_of[argc], "%s", strcmp(w, "FILE") == 0 ? path : w);
        argv_of[argc] = words_of[argc];
        argc++;
    }
    argv_of[argc] = NULL;
    return options_parse(&o, argc, argv_of, &err);
}

static void ok(const char *line)
{
    if (parse(line) < 0)
        fail_msg("%s: %s", line, err.text);
}

static void fills_what_the_line_leaves_out(void **state)
{
    (void)state;
    write_file("options: {keyspace: 5k, clients: 7, size: 10, rate: 100, nx: no, sequential: yes}\n"
               "commands:\n  - {name: read, command: GET __key__, ratio: 9}\n  - SET __key__ 'a b'\n"
               "fill: [HSET __key__ f __data__]\n");
    ok("--workload FILE");
    assert_true(o.run.keyspace == 5000 && o.run.clients == 7 && o.run.data_bytes == 10 && o.run.rate == 100);
    assert_true(!o.run.nx && o.run.keys.kind == KEYLAW_SEQ);
    assert_int_equal(o.mix->n, 2);
    assert_string_equal(o.mix->at[0].name, "read");
    assert_true(o.mix->at[0].weight == 9 && o.mix->at[1].weight == 1);
    assert_string_equal(o.mix->at[1].name, "set");
    assert_memory_equal(o.mix->at[1].words.at[2].at, "a b", 3);
    assert_int_equal(o.run.fills->n, 1);
    assert_non_null(strstr(o.run.workload, "--workload hkv-workload-"));
}

static void the_line_wins(void **state)
{
    (void)state;
    ok("--workload FILE -r 20 -c 3 --value-size 5-9 --rps 50 --key-dist zipf --fill SET");
    assert_true(o.run.keyspace == 20 && o.run.clients == 3 && o.run.rate == 50);
    assert_true(o.run.value_sizes.lo == 5 && o.run.value_sizes.hi == 9 && o.run.keys.kind == KEYLAW_ZIPF);
    assert_int_equal(o.run.fills->at[0].words.n, 1);
    assert_int_equal(parse("--workload FILE -t get"), -1);
    assert_non_null(strstr(err.text, "says what is sent: leave out -t"));
    assert_int_equal(parse("--workload FILE --mix set,get"), -1);
    assert_non_null(strstr(err.text, "leave out --mix"));
    assert_int_equal(parse("--workload FILE PING"), -1);
    assert_non_null(strstr(err.text, "leave out the command at the end"));
}

static void commands_with_options_of_their_own(void **state)
{
    (void)state;
    write_file("options: {keyspace: 100, key-dist: zipf, size: 10}\n"
               "commands:\n  - GET __key__\n"
               "  - {command: SET __key__ __data__, keyspace: 50, key-dist: uniform, value-size: 5-9}\n"
               "  - {command: SETEX __key__ 5 __data__, insert-share: 25%, size: 6}\n");
    ok("--workload FILE");
    const struct mix_word *at = o.mix->at;
    assert_null(at[0].own);
    assert_true(at[1].own->keyspace == 50 && at[1].own->keys.kind == KEYLAW_UNIFORM);
    assert_true(at[1].own->values_vary && at[1].own->value_sizes.hi == 9);
    assert_true(at[2].own->keyspace == 100 && at[2].own->keys.kind == KEYLAW_ZIPF);
    assert_true(at[2].own->inserts == 0.25 && at[2].own->data_bytes == 6 && !at[2].own->values_vary);
    assert_true(o.run.inserts == 0 && o.run.keyspace == 100 && o.run.data_bytes == 10);
}

// LINE:COLUMN: sentence, behind the file's name.
static void refused(const char *text, const char *says)
{
    char expected[512];
    write_file(text);
    snprintf(expected, sizeof expected, "%s:%s", path, says);
    if (parse("--workload FILE") == 0)
        fail_msg("taken: %s", text);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, expected);
}

static void each_fault_with_its_place(void **state)
{
    (void)state;
    refused("options:\n  keyspac: 5\n", "2:3: unknown option 'keyspac': did you mean keyspace?");
    refused("options:\n  password: x\n",
            "2:3: 'password' is no part of a workload: give it on the command line");
    refused("options:\n  x: yes\n", "2:3: 'x' is no part of a workload: give it on the command line");
    refused("options:\n  clients: none\n",
            "2:12: --clients: expected an integer from 1 to 1M, such as 1000 or 10k, got 'none'");
    refused("options:\n  nx: 5\n", "2:7: nx: expected yes or no, got '5'");
    refused("commands:\n  - ratio: 5\n", "2:5: expected 'command' with the words to send, as in redis-cli");
    refused("commands:\n  - GET x\n  - command: GET 'x\n",
            "3:14: command: expected words with their quotes closed, e.g. redis-cli, got 'GET 'x'");
    refused("commands:\n  - {command: GET x, ratio: 0}\n",
            "2:29: --ratio: expected a weight from 1 to 1000000, got '0'");
    refused("commands:\n  - {command: GET x, name: A}\n",
            "2:28: name: expected a name of up to 23 small letters, digits, - and _ that no other command "
            "has, got 'A'");
    refused("commands:\n  - GET x\n  - command: GET __key__\n    key-dist: zip\n",
            "4:5: --key-dist: expected uniform, zipf, hotset, gauss, latest, exp, seq or seq-parallel, got "
            "'zip'");
    refused("commands:\n  - command: GET __key__\n    clients: 5\n",
            "3:5: expected command, ratio, name, after, or an option of its keys and values, got 'clients'");
    refused("commands:\n  - command: GET __key__\n    frob: 5\n",
            "3:5: expected command, ratio, name, after, or an option of its keys and values, got 'frob'");
    refused("commands:\n  - command: GET __key__\n    ratoi: 5\n",
            "3:5: expected command, ratio, name, after, or an option of its keys and values, got 'ratoi': "
            "did you "
            "mean ratio?");
    refused("fill:\n  - {command: GET x, ratio: 5}\n",
            "2:22: what fills is sent once for each key: leave out ratio, name and after");
    refused("commands:\n  - GET x\n  - {command: SET x y, after: get, ratio: 5}\n",
            "3:36: what follows another is sent as often as that: leave out ratio");
    refused("commands:\n  - {command: SET x y, after: set}\n  - GET x\n",
            "2:31: after: expected the name of a command before it that no other follows, got 'set'");
    refused("commands:\n  - GET x\n  - {command: SET x y, after: get}\n  - {command: DEL x, after: get}\n",
            "4:29: after: expected the name of a command before it that no other follows, got 'get'");
    refused("options: [\n", "2:1: no YAML: did not find expected node content");
}

// Of options that do not go together, that which the sentence names first.
static void contradictions_with_their_place(void **state)
{
    (void)state;
    refused("options:\n  size: 10\n  key-dist: zip\ncommands: [GET x]\n",
            "3:13: --key-dist: expected uniform, zipf, hotset, gauss, latest, exp, seq or seq-parallel, got "
            "'zip'");
    refused("options:\n  pipeline-mode: batch\n  P: 4\n  reconnect-every: 6\ncommands: [GET x]\n",
            "4:20: --reconnect-every: expected a multiple of -P, whose 4 requests leave together, got 6 (or "
            "give --pipeline-mode window)");
    refused(
        "options:\n  reconnect-every: 5\n  k: 0\ncommands: [GET x]\n",
        "3:3: -k 0 opens a new connection for each batch, --reconnect-every after several: leave out one of "
        "them");
    refused("options:\n  consumers: 3\n", "2:3: --consumers needs --queue or --pubsub: add one of them");
    refused("options:\n  queue: list\ncommands: [GET x]\n",
            "2:3: --queue sets what is sent: leave out what says which commands are sent (--workload, or a "
            "sequence)");
    write_file(
        "options:\n  reconnect-every: 5\ncommands: [GET x]\n"); // of the two that it names, one is the file's
    assert_int_equal(parse("--workload FILE -k 0"), -1);
    assert_non_null(strstr(err.text, ":2:3: -k 0 opens"));
    assert_int_equal(parse("--workload FILE --reconnect-every 6 -k 0"), -1); // all of it is the line's
    assert_int_equal(strncmp(err.text, "-k 0 opens", 10), 0);
}

static void no_such_workload(void **state)
{
    (void)state;
    assert_int_equal(parse("--workload ycsb-g"), -1);
    assert_non_null(
        strstr(err.text, "--workload: expected a file or a workload that is built in, got 'ycsb-g': No such "
                         "file or directory; did you mean ycsb-"));
}

static void all_that_are_built_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < presets_len; i++) {
        char line[64];
        snprintf(line, sizeof line, "--workload %s", presets[i].name);
        ok(line);
        assert_true((o.mix && o.mix->n) || o.run.delivery);
    }
}

// --- those that are built in ---

static char *shown(const char *name, int rc)
{
    static char *text; // which the compiler would take to be gone
    static size_t len;
    FILE *out = open_memstream(&text, &len);
    err = (struct err){0};
    assert_int_equal(workload_file_show(name, out, &err), rc);
    fclose(out);
    return text;
}

static void each_is_shown_as_it_would_be_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < presets_len; i++) {
        char *text = shown(presets[i].name, 0);
        assert_string_equal(text, presets[i].text);
        write_file(text); // and works as a file of the user's
        ok("--workload FILE");
        free(text);
    }
}

// A line for each: its name, and what it is.
static void the_list_names_them_all(void **state)
{
    (void)state;
    char *text = shown("list", 0), *at = text;
    for (size_t i = 0; i < presets_len; i++) {
        size_t n = strlen(presets[i].name);
        assert_memory_equal(at, presets[i].name, n);
        assert_int_equal(at[n], ' ');
        assert_true(strcspn(at, "\n") > 30);
        at += strcspn(at, "\n") + 1;
    }
    assert_string_equal(at, "");
    free(text);
}

static void what_is_no_workload_is_refused(void **state)
{
    static const struct {
        const char *name, *sentence;
    } cases[] = {
        {"ycsb-x",
         "--show-workload: expected a workload that is built in, got 'ycsb-x'; did you mean ycsb-a"},
        {"nothing-like-it", "--show-workload: expected a workload that is built in, got 'nothing-like-it'; "
                            "--show-workload list names them all"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = shown(cases[i].name, -1);
        assert_string_equal(text, "");
        assert_string_equal(err.text, cases[i].sentence);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_what_the_line_leaves_out),
        cmocka_unit_test(the_line_wins),
        cmocka_unit_test(commands_with_options_of_their_own),
        cmocka_unit_test(each_fault_with_its_place),
        cmocka_unit_test(contradictions_with_their_place),
        cmocka_unit_test(no_such_workload),
        cmocka_unit_test(all_that_are_built_in),
        cmocka_unit_test(each_is_shown_as_it_would_be_written),
        cmocka_unit_test(the_list_names_them_all),
        cmocka_unit_test(what_is_no_workload_is_refused),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
