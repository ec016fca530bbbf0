// SPDX-License-Identifier: MIT
#include "base/build.h"
#include "cli/bench.h"
#include "cli/cmd.h"
#include "cli/options_doc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_version(const struct options *o)
{
    static const char *const names[] = {[PERSONA_HKV] = "hkv-bench",
                                        [PERSONA_REDIS] = "redis-benchmark",
                                        [PERSONA_VALKEY] = "valkey-benchmark"};
    printf("%s %s\n", names[o->persona], build.version);
    if (o->persona == PERSONA_HKV)
        printf("commit %s, %s, %s%s%s\nengines: %s%s%sepoll, null\nHdrHistogram_c: %s\n",
               build.git[0] ? build.git : "unknown", build.compiler, build.type,
               build.sanitize[0] ? ", sanitizers " : "", build.sanitize,
               build.liburing[0] ? "io_uring (liburing " : "", build.liburing, build.liburing[0] ? "), " : "",
               build.histogram);
}

// Tests that nobody has are an error; redis-benchmark ignores them, and so do scripts for it.
static int check_tests(const struct bench *b, struct err *err)
{
    const struct options *o = &b->o;
    if (o->tests && o->argc)
        outcome_say(&b->session.outcome, "-t is ignored: a command was given");
    if (options_check_tests(o, err) == 0)
        return 0;
    if (o->persona == PERSONA_HKV || !catalog_unknown(o->tests).len) // nothing at all is asked for
        return -1;
    outcome_say(&b->session.outcome, "%s", err->text);
    return 0;
}

// Until its end, or until a signal comes: -EINTR.
static int read_all(int fd, struct buf *in, const struct stopper *stop)
{
    ssize_t n = 1;
    while (n > 0) {
        int rc = buf_reserve(in, 65536);
        if (rc < 0)
            return rc;
        if (stopper_wait(stop, fd, -1))
            return -EINTR;
        n = read(fd, in->at + in->len, 65536);
        if (n < 0)
            return -errno;
        in->len += (size_t)n;
    }
    return 0;
}

// The user's command, the word from standard input behind it where -x asks for one.
static int take_command(struct bench *b, struct err *err)
{
    if (!b->o.argc)
        return 0;
    b->command = calloc((size_t)b->o.argc + 1, sizeof *b->command);
    if (!b->command)
        return err_set(err, ERR_RUN, "not enough memory for the command");
    while (b->words < (size_t)b->o.argc) {
        b->command[b->words] = slice_of(b->o.argv[b->words]);
        b->words++;
    }
    if (!b->o.stdin_last)
        return 0;
    int rc = read_all(STDIN_FILENO, &b->last_word, &b->session.stop);
    if (rc == -EINTR)
        return err_set(err, ERR_RUN, "-x: interrupted while reading standard input");
    if (rc < 0)
        return err_set(err, ERR_USAGE, "-x: standard input cannot be read: %s", strerror(-rc));
    b->command[b->words++] = buf_unread(&b->last_word);
    return 0;
}

static int prepare(struct bench *b, struct err *err)
{
    return check_tests(b, err) < 0 ? -1 : take_command(b, err);
}

static int run(struct bench *b, int argc, char **argv)
{
    struct err err = {0};
    results_begin(&b->results, &b->session, NULL);
    if (options_parse(&b->o, argc, argv, &err) < 0) {
        outcome_fail(&b->session.outcome, &err);
        return b->session.outcome.code;
    }
    if (b->o.version || b->o.help) {
        b->o.version ? print_version(&b->o) : options_doc_help(stdout, b->o.persona);
        output_flush(&b->session.outcome);
        return b->session.outcome.code;
    }
    stopper_open(&b->session.stop);
    if (prepare(b, &err) < 0 || bench_open(b, argc, argv, &err) < 0)
        outcome_fail(&b->session.outcome, &err);
    else
        bench_run(b);
    return bench_close(b);
}

int cmd_run(int argc, char **argv)
{
    struct bench *b = calloc(1, sizeof *b); // too large for a stack
    if (!b)
        return say_no_memory(NULL);
    int code = run(b, argc, argv);
    free(b);
    return code;
}
