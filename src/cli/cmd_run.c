// SPDX-License-Identifier: MIT
#include "cli/cmd_run.h"

#include "base/build.h"
#include "cli/options_doc.h"
#include "cli/part_options.h"
#include "cli/run_report.h"
#include "cli/tls_options.h"
#include "cli/workload_file.h"
#include "export/endpoint.h"
#include "view/screen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
    struct plain plain;
    struct run_report report;
    struct options o;
    struct slice *command; // the user's own
    struct buf last_word;  // -x: the word of it that came from standard input
};

static void print_version(const struct options *o)
{
    static const char *const names[] = {[PERSONA_HKV] = "hkv-bench",
                                        [PERSONA_REDIS] = "redis-benchmark",
                                        [PERSONA_VALKEY] = "valkey-benchmark"};
    printf("%s %s\n", names[o->persona], build.version);
    if (o->persona == PERSONA_HKV)
        printf("commit %s, %s, %s%s%s\nengines: %s%s%sepoll, null\nTLS: %s%s\nlive view: %s%s\nlive metrics: "
               "%s%s\n"
               "HdrHistogram_c: %s\n",
               build.git[0] ? build.git : "unknown", build.compiler, build.type,
               build.sanitize[0] ? ", sanitizers " : "", build.sanitize,
               build.liburing[0] ? "io_uring (liburing " : "", build.liburing, build.liburing[0] ? "), " : "",
               build.openssl[0] ? "OpenSSL " : "none", build.openssl,
               screen_version()[0] ? "ncurses " : "none", screen_version(),
               endpoint_version()[0] ? "libmicrohttpd " : "none", endpoint_version(), build.histogram);
}

// Tests that nobody has are an error; redis-benchmark ignores them, and so do scripts for it.
static int check_tests(const struct run *r, struct err *err)
{
    const struct options *o = &r->o;
    const struct outcome *outcome = &r->plain.session.outcome;
    if (o->tests && o->argc)
        outcome_say(outcome, "-t is ignored: a command was given");
    if (options_check_tests(o, err) == 0)
        return 0;
    if (o->persona == PERSONA_HKV || !catalog_unknown(o->tests).len) // nothing at all is asked for
        return -1;
    outcome_say(outcome, "%s", err->text);
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

// -x: one word more.
static int take_last_word(struct run *r, struct err *err)
{
    int rc = read_all(STDIN_FILENO, &r->last_word, &r->plain.session.stop);
    if (rc == -EINTR)
        return err_set(err, ERR_RUN, "-x: interrupted while reading standard input");
    if (rc < 0)
        return err_set(err, ERR_USAGE, "-x: standard input cannot be read: %s", strerror(-rc));
    r->command[r->plain.conf.workload.command.n++] = buf_unread(&r->last_word);
    return 0;
}

// What the options ask for, as the run takes it.
static int prepare(struct run *r, struct err *err)
{
    const struct options *o = &r->o;
    r->plain.conf = (struct plain_conf){.compat = o->persona != PERSONA_HKV,
                                        .redis = o->persona == PERSONA_REDIS,
                                        .strict = o->strict,
                                        .loop = o->loop,
                                        .start_at_ns = o->start_at_ns,
                                        .idle = o->idle,
                                        .cleans = o->cleanup,
                                        .asserts = o->asserts.at,
                                        .nasserts = o->asserts.n};
    r->plain.on = run_report_events(&r->report);
    r->command = options_command(o, err);
    if (!r->command || part_options_check(o, err) < 0 || tls_options_idle(o, err) < 0 ||
        check_tests(r, err) < 0)
        return -1;
    r->plain.conf.workload = options_workload(o, (struct words){.at = r->command, .n = (size_t)o->argc});
    return o->stdin_last ? take_last_word(r, err) : 0;
}

// What those tools say of a cluster before its tests, in each of their formats. Scripts read it.
static void print_cluster(const struct run *r)
{
    const struct map *map = r->plain.server.map;
    bool redis = r->o.persona == PERSONA_REDIS;
    unsigned asked = 0, first = redis || r->o.run.read_from != READ_FROM_REPLICA ? 0 : map->primaries;
    unsigned end = redis || r->o.run.read_from == READ_FROM_PRIMARY ? map->primaries : map->n;
    static const char *const roles[] = {
        [READ_FROM_PRIMARY] = "primary", [READ_FROM_REPLICA] = "replica", [READ_FROM_ANY] = "cluster"};
    printf("Cluster has %u %s nodes:\n\n", end - first, redis ? "master" : roles[r->o.run.read_from]);
    for (unsigned i = first; i < end; i++, asked++) {
        const struct map_node *node = &map->nodes[i];
        if (redis)
            printf("Master %u: ", asked);
        else
            printf("Node %u(%s): ", asked, node->replica ? "Replica" : "Primary");
        printf("%s%s%s\n", node->id, node->id[0] ? " " : "", node->addr.text);
    }
    printf("\n");
    fflush(stdout);
}

static int measure(struct run *r, struct err *err)
{
    if (prepare(r, err) < 0 || plain_open(&r->plain, err) < 0 || run_report_open(&r->report, err) < 0)
        return -1;
    if (r->o.idle) {
        printf("Creating %u idle connections and waiting forever (Ctrl+C when done)\n", r->o.run.clients);
        fflush(stdout);
    }
    if (r->o.persona != PERSONA_HKV && r->report.reporter && r->plain.server.map)
        print_cluster(r);
    plain_run(&r->plain);
    return 0;
}

static int run(struct run *r, int argc, char **argv)
{
    struct err err = {0};
    struct session *session = &r->plain.session;
    r->report = (struct run_report){.o = &r->o, .run = &r->plain};
    results_begin(&r->report.results, session, NULL);
    if (options_parse(&r->o, argc, argv, &err) < 0) {
        outcome_fail(&session->outcome, &err);
        return session->outcome.code;
    }
    if (r->o.version || r->o.help) {
        r->o.version ? print_version(&r->o)
                     : options_doc_help(stdout, r->o.persona, r->o.persona != PERSONA_HKV);
        output_flush(&session->outcome);
        return session->outcome.code;
    }
    if (r->o.show_workload) {
        if (workload_file_show(r->o.show_workload, stdout, &err) < 0)
            outcome_fail(&session->outcome, &err);
        output_flush(&session->outcome);
        return session->outcome.code;
    }
    session->facts = options_facts(&r->o, argc, argv);
    stopper_open(&session->stop);
    if (measure(r, &err) < 0) {
        workload_file_blame(r->o.file, &err);
        outcome_fail(&session->outcome, &err);
    }
    return run_report_close(&r->report);
}

int cmd_run(int argc, char **argv)
{
    struct run *r = calloc(1, sizeof *r); // too large for a stack
    if (!r)
        return say_no_memory(NULL);
    int code = run(r, argc, argv);
    plain_close(&r->plain);
    free(r->command);
    buf_free(&r->last_word);
    options_free(&r->o);
    free(r);
    return code;
}
