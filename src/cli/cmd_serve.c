// SPDX-License-Identifier: MIT
#include "cli/cmd_serve.h"

#include "base/clock.h"
#include "cli/say.h"
#include "option/opt.h"
#include "run/stopper.h"
#include "serve/fault_words.h"
#include "serve/serve.h"

#include <stddef.h>
#include <string.h>

struct serve_options {
    struct serve_conf conf;
    struct fault_words words;
    bool help;
};

#define HOUR (3600 * NS_PER_S)
#define FIELD(f) .offset = offsetof(struct serve_options, f), .size = sizeof(((struct serve_options *)0)->f)

static const struct opt rows[] = {
    {"Server", 'h', "host", OPT_STRING, 0, OPT_OURS, FIELD(conf.host), .lo = 1, .initial = "127.0.0.1",
     .metavar = "HOST", .help = "address to listen on"},
    {"Server", 'p', "port", OPT_COUNT, 0, OPT_OURS, FIELD(conf.port), .hi = 65535, .initial = "6379",
     .metavar = "PORT", .help = "TCP port to listen on; 0 picks a free one"},
    {"Server", 's', "socket", OPT_STRING, 0, OPT_OURS, FIELD(conf.unix_path), .lo = 1, .metavar = "PATH",
     .help = "unix socket to listen on as well"},
    {"TLS", 0, "tls-cert", OPT_STRING, 0, OPT_OURS, FIELD(conf.tls.cert), .lo = 1, .metavar = "FILE",
     .help = "accept TLS connections only, with this certificate and its chain, in PEM"},
    {"TLS", 0, "tls-key", OPT_STRING, 0, OPT_OURS, FIELD(conf.tls.key), .lo = 1, .metavar = "FILE",
     .help = "the certificate's key, in PEM"},
    {"TLS", 0, "tls-ca", OPT_STRING, 0, OPT_OURS, FIELD(conf.tls.ca), .lo = 1, .metavar = "FILE",
     .help = "require client certificates issued by this CA"},
    {"Faults", 0, "delay", OPT_DURATION, 0, OPT_OURS, FIELD(conf.faults.delay_ns), .hi = HOUR, .initial = "0",
     .metavar = "TIME", .help = "delay every reply by this long"},
    {"Faults", 0, "capacity", OPT_STRING, 0, OPT_OURS, FIELD(words.capacity), .lo = 1, .metavar = "N/s",
     .help = "answer one request every 1/N s and queue the others: a server of known capacity"},
    {"Faults", 0, "service", OPT_STRING, 0, OPT_OURS, FIELD(words.service), .lo = 1, .metavar = "LAW:TIME",
     .help =
         "answer one request at a time and queue the others; each takes TIME (fixed:500us) or exponentially "
         "distributed times of that mean (exp:500us): a queue of known latencies (M/D/1, M/M/1)"},
    {"Faults", 0, "slow", OPT_STRING, 0, OPT_OURS, FIELD(words.slow), .lo = 1, .metavar = "P%:TIME",
     .help = "delay this share of the replies, and those behind them on their connection"},
    {"Faults", 0, "stall", OPT_STRING, 0, OPT_OURS, FIELD(words.stall), .lo = 1, .metavar = "TIME/EVERY",
     .help = "stop for TIME every EVERY, e.g. 200ms/1s"},
    {"Faults", 0, "error", OPT_STRING, 0, OPT_OURS, FIELD(words.error), .lo = 1, .metavar = "P%:PREFIX",
     .help = "reply to this share of the requests with an error"},
    {"Faults", 0, "drop-after", OPT_COUNT, 0, OPT_OURS, FIELD(conf.faults.drop_after), .hi = UINT64_MAX,
     .initial = "0", .metavar = "N", .help = "close a connection after this many replies; 0 never does"},
    {"Faults", 0, "mute-after", OPT_COUNT, 0, OPT_OURS, FIELD(conf.faults.mute_after), .hi = UINT64_MAX,
     .initial = "0", .metavar = "N",
     .help = "stop replying on a connection after this many replies; 0 never does"},
    {"Faults", 0, "corrupt", OPT_STRING, 0, OPT_OURS, FIELD(words.values[FAULT_CORRUPT]), .lo = 1,
     .metavar = "P%", .help = "turn one bit of this share of the values that GET reads"},
    {"Faults", 0, "stale", OPT_STRING, 0, OPT_OURS, FIELD(words.values[FAULT_STALE]), .lo = 1,
     .metavar = "P%", .help = "answer this share with what the key had before SET last wrote it"},
    {"Faults", 0, "swap", OPT_STRING, 0, OPT_OURS, FIELD(words.values[FAULT_SWAP]), .lo = 1, .metavar = "P%",
     .help = "answer this share with the value that the connection read before, of another key"},
    {"Faults", 0, "truncate", OPT_STRING, 0, OPT_OURS, FIELD(words.values[FAULT_TRUNCATE]), .lo = 1,
     .metavar = "P%", .help = "leave out the end of this share"},
    {"Faults", 0, "other-key", OPT_STRING, 0, OPT_OURS, FIELD(words.values[FAULT_OTHER]), .lo = 1,
     .metavar = "P%", .help = "answer this share with the value of a key that was not asked for of late"},
    {"Faults", 0, "nagle", OPT_FLAG, 0, OPT_OURS, FIELD(conf.faults.nagle),
     .help = "no TCP_NODELAY, and one write for each reply"},
    {"Faults", 0, "slow-read", OPT_FLAG, 0, OPT_OURS, FIELD(conf.faults.slow_read),
     .help = "read a kilobyte at a time, with pauses"},
    {"Faults", 0, "garbage", OPT_FLAG, 0, OPT_OURS, FIELD(conf.faults.garbage), .help = "send invalid RESP"},
    {"Faults", 0, "key-update", OPT_COUNT, 0, OPT_OURS, FIELD(conf.faults.key_update), .hi = UINT64_MAX,
     .initial = "0", .metavar = "N",
     .help = "with TLS 1.3, update the keys of both sides after every N replies"},
    {"Faults", 0, "seed", OPT_COUNT, 0, OPT_OURS, FIELD(conf.faults.seed), .hi = UINT64_MAX, .initial = "1",
     .metavar = "N", .help = "seed of the faults: the same requests get the same faults"},
    {"Other", 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};

static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

static const char *const usage[] = {"serve [OPTIONS]", NULL};
const struct manual cmd_serve_manual = {
    .name = "serve",
    .summary = "run the embedded server, a target for first tries",
    .usage = usage,
    .about = "A small RESP server inside hkv-bench: a target for first tries and for the tool's own tests. "
             "It is not a database, and its speed says nothing about one. Faults can be injected; INFO "
             "counts them under Faults and is itself spared. SIGINT and SIGTERM end it.",
    .own = &table,
};

static int help(void)
{
    manual_help(&cmd_serve_manual, stdout);
    return 0;
}

static int parse(struct serve_options *o, int argc, char **argv, struct err *err)
{
    struct opt_cursor c = {argc, argv, 1};
    opt_defaults(&table, o, false);
    if (opt_parse(&table, &c, o, false, err) < 0)
        return -1;
    if (c.at < argc)
        return err_set(err, ERR_USAGE, "unexpected argument '%s': serve takes options only", argv[c.at]);
    o->conf.tls.on = o->conf.tls.cert || o->conf.tls.key;
    if (o->conf.tls.ca && !o->conf.tls.on)
        return err_set(err, ERR_USAGE, "--tls-ca: only with --tls-cert and --tls-key: give them too");
    return fault_words_parse(&o->words, &o->conf.faults, err);
}

static void announce(const struct serve_options *o, const struct serve *s)
{
    printf(strchr(o->conf.host, ':') ? "listening on [%s]:%u\n" : "listening on %s:%u\n", o->conf.host,
           serve_port(s));
    if (o->conf.unix_path)
        printf("listening on %s\n", o->conf.unix_path);
    fflush(stdout);
}

int cmd_serve(int argc, char **argv)
{
    struct serve_options o = {0};
    struct serve *server = NULL;
    struct stopper stop;
    struct err err;
    if (parse(&o, argc, argv, &err) < 0)
        return say_error("serve", &err);
    if (o.help)
        return help();
    if (serve_open(&server, &o.conf, &err) < 0)
        return say_error("serve", &err);
    stopper_open(&stop); // before that there is nothing to be put away
    if (serve_start(server) < 0) {
        serve_close(server);
        stopper_close(&stop);
        err_set(&err, ERR_RUN, "the server's thread could not be started");
        return say_error("serve", &err);
    }
    announce(&o, server);
    int signal = stopper_wait(&stop, serve_ended_fd(server), -1);
    int rc = !signal && serve_failed(server, &err) < 0 ? say_error("serve", &err) : 0;
    serve_close(server);
    stopper_close(&stop);
    return rc;
}
