// SPDX-License-Identifier: MIT
#include "cli/options_table.h"

#include "base/clock.h"
#include "run/login.h"

#define FIELD(f) .offset = offsetof(struct options_words, f), .size = sizeof(((struct options_words *)0)->f)
#define HOUR (3600 * NS_PER_S)

// Who else has the option.
#define MEMTIER "memtier"
#define VALKEY "valkey"
#define BOTH "redis, valkey"

static const char where[] = "Server";
static const char tls[] = "TLS";
static const char load[] = "Load";
static const char keys[] = "Keys and values";
static const char measure[] = "Measuring";
static const char report[] = "Report";
static const char parts[] = "Several generators";
static const char other[] = "Other";

// In the order of enum format and enum pipeline_mode.
static const char *const formats[] = {[FORMAT_TEXT] = "text",
                                      [FORMAT_CLASSIC] = "classic",
                                      [FORMAT_QUIET] = "quiet",
                                      [FORMAT_CSV] = "csv",
                                      NULL};
static const char *const pipeline_modes[] = {[PIPELINE_BATCH] = "batch", [PIPELINE_WINDOW] = "window", NULL};

static const char *const arrivals[] = {[ARRIVAL_POISSON] = "poisson", [ARRIVAL_CONSTANT] = "constant", NULL};

static const char *const read_froms[] = {
    [READ_FROM_PRIMARY] = "primary", [READ_FROM_REPLICA] = "replica", [READ_FROM_ANY] = "any", NULL};
static const char *const rfrs[] = {
    [READ_FROM_PRIMARY] = "no", [READ_FROM_REPLICA] = "yes", [READ_FROM_ANY] = "all", NULL};
static const char *const tls_versions[] = {[TLS_ANY] = "any", [TLS_1_2] = "1.2", [TLS_1_3] = "1.3", NULL};

static const char *const disconnects[] = {
    [DISCONNECT_AUTO] = "auto", [DISCONNECT_RECONNECT] = "reconnect", [DISCONNECT_STOP] = "stop", NULL};

static const char *const engines[] = {
    [ENGINE_AUTO] = "auto", [ENGINE_URING] = "uring", [ENGINE_EPOLL] = "epoll", [ENGINE_NULL] = "null", NULL};

const char *const options_table_queues[] = {"off", "list", "blmove", "stream", NULL};
static const char *const pubsubs[] = {"off", "channel", "sharded", NULL};

static const char *const resolves[] = {"first", "all", NULL};
static const char *const nodelays[] = {"yes", "no", NULL};
static const char *const closes[] = {"fin", "rst", NULL};

static const struct opt rows[] = {
    // Server
    {where, 'h', "host", OPT_STRING, OPT_BRIEF, BOTH, FIELD(o.run.host), .lo = 1, .initial = "127.0.0.1",
     .metavar = "HOST",
     .help = "name or address of the server; an IPv6 address may stand in brackets; or unix:/path"},
    {where, 'p', "port", OPT_COUNT, OPT_STRICT | OPT_BRIEF, BOTH, FIELD(o.run.port), .lo = 1, .hi = 65535,
     .initial = "6379", .metavar = "PORT", .help = "TCP port of the server"},
    {where, 's', "socket", OPT_STRING, 0, BOTH, FIELD(o.run.unix_path), .lo = 1, .metavar = "PATH",
     .help = "unix socket of the server, instead of host and port"},
    {where, 'u', NULL, OPT_STRING, 0, BOTH, FIELD(o.uri), .lo = 1, .metavar = "URI",
     .help = "redis://[user:password@]host[:port][/db], or valkey://; rediss:// and valkeys:// connect by "
             "TLS, unix://[user:password@]/path[?db=N] is a unix socket; -h, -p, -a, --user and --dbnum take "
             "precedence over its parts"},
    {where, 'a', "password", OPT_STRING, OPT_BRIEF, BOTH, FIELD(o.run.password), .metavar = "PASSWORD",
     .help = "send AUTH on each connection; without it, the password of the URI or of the environment "
             "variable HKV_BENCH_AUTH or REDISCLI_AUTH is used"},
    {where, 0, "user", OPT_STRING, 0, BOTH, FIELD(o.run.user), .lo = 1, .metavar = "NAME",
     .help = "name for AUTH; needs a password"},
    {where, 0, "dbnum", OPT_COUNT, 0, BOTH, FIELD(o.run.dbnum), .hi = INT32_MAX, .initial = "0",
     .metavar = "DB", .help = "SELECT this database on each connection"},
    {where, 0, "cluster", OPT_FLAG, OPT_BRIEF, BOTH, FIELD(o.run.cluster),
     .help = "the server is a cluster; -h names any of its nodes, or several separated by commas, e.g. "
             "a:7001,b:7001. Each key goes to the node that owns it; -c, -n and --rate are totals"},
    {where, 0, "cluster-mode", OPT_FLAG, 0, OPT_OURS, FIELD(cluster_mode),
     .help = "another name of --cluster"},
    {where, 0, "read-from", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.read_from), .names = read_froms,
     .initial = "primary", .metavar = "WHO",
     .help = "with --cluster, which nodes serve reads: primary, replica, or any (all nodes of a shard in "
             "turn); writes go to primaries"},
    {where, 0, "rfr", OPT_ENUM, 0, VALKEY, FIELD(rfr), .names = rfrs, .initial = "no", .metavar = "MODE",
     .help = "--read-from by the names of valkey-benchmark: no, yes, all"},
    {where, 0, "slots", OPT_STRING, 0, OPT_OURS, FIELD(slots), .lo = 1, .metavar = "FIRST-LAST",
     .help = "with --cluster, use only keys of these slots, e.g. 0-5460; keys without a hash tag get one"},
    {where, 0, "topology-refresh", OPT_DURATION, 0, OPT_OURS, FIELD(o.run.refresh_ns), .hi = HOUR,
     .initial = "60s", .metavar = "TIME",
     .help = "with --cluster, refresh its topology this often, not only after a redirection or a broken "
             "connection; 0 never does"},
    {where, 0, "addr-map", OPT_STRING, 0, OPT_OURS, FIELD(addr_map), .lo = 1, .metavar = "FROM=TO,...",
     .help = "with --cluster, translate the addresses that nodes announce, e.g. "
             "172.17.0.2:6379=127.0.0.1:7001; ports may be left out on both sides"},
    {where, 0, "resolve", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.resolve_all), .names = resolves,
     .initial = "first", .metavar = "WHICH",
     .help = "addresses of a host name: the first that accepts, or all, over which connections are spread in "
             "turn"},
    {where, 0, "source-addr", OPT_STRING, 0, OPT_OURS, FIELD(o.run.source_addrs), .lo = 1,
     .metavar = "A,B,...",
     .help = "local addresses that connections come from, in turn: each has local ports of its own"},
    {where, 0, "nodelay", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.nagle), .names = nodelays, .initial = "yes",
     .metavar = "yes|no", .help = "TCP_NODELAY on each connection; no leaves Nagle's algorithm on"},
    {where, 0, "mptcp", OPT_FLAG, 0, VALKEY, FIELD(o.run.mptcp),
     .help = "use Multipath TCP if the kernel supports it"},
    {where, 0, "close", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.reset), .names = closes, .initial = "fin",
     .metavar = "fin|rst",
     .help = "how connections are closed: by FIN, which leaves the port in TIME_WAIT for a minute, or by "
             "RST, which frees it at once"},
    {where, '3', "resp3", OPT_FLAG, 0, BOTH, FIELD(o.run.resp3),
     .help = "speak RESP3: HELLO 3 on each connection before the clock, with the password in it"},
    {where, 0, "askpass", OPT_FLAG, 0, OPT_OURS, FIELD(o.askpass),
     .help = "ask for the password on the terminal"},
    {where, 0, "tracking", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.tracking), .names = login_tracking_names,
     .initial = "off", .metavar = "MODE",
     .help = "CLIENT TRACKING on each connection, and count the invalidations: on, of the keys that it has "
             "read; bcast, of all keys; optin, with CLIENT CACHING YES before each read; needs -3"},
    {where, 0, "enable-tracking", OPT_FLAG, 0, BOTH, FIELD(enable_tracking), .help = "--tracking on"},
    {where, 0, "client-name", OPT_STRING, 0, OPT_OURS, FIELD(o.run.client_name), .lo = 1, .metavar = "NAME",
     .help = "CLIENT SETNAME on each connection"},
    {where, 0, "client-info", OPT_FLAG, 0, OPT_OURS, FIELD(o.run.client_info),
     .help = "CLIENT SETINFO on each connection: this program's name and version"},
    {where, 0, "embedded", OPT_FLAG, OPT_BRIEF, OPT_OURS, FIELD(o.embedded),
     .help = "start the embedded server on a free port, measure it and stop it; for a first try, not a real "
             "target"},

    // TLS
    {tls, 0, "tls", OPT_FLAG, OPT_BRIEF, BOTH, FIELD(o.run.tls.on),
     .help = "connect by TLS, as rediss:// and valkeys:// do; certificate and host name are verified"},
    {tls, 0, "sni", OPT_STRING, 0, BOTH, FIELD(o.run.tls.sni), .lo = 1, .metavar = "NAME",
     .help = "server name to request and to verify (default: the host of -h)"},
    {tls, 0, "cacert", OPT_STRING, 0, BOTH, FIELD(o.run.tls.cacert), .lo = 1, .metavar = "FILE",
     .help = "CA certificates to trust, in PEM; without it and --cacertdir, those of the system"},
    {tls, 0, "cacertdir", OPT_STRING, 0, BOTH, FIELD(o.run.tls.cacertdir), .lo = 1, .metavar = "DIR",
     .help = "directory of CA certificates to trust, as openssl rehash prepares it"},
    {tls, 0, "cert", OPT_STRING, 0, BOTH, FIELD(o.run.tls.cert), .lo = 1, .metavar = "FILE",
     .help = "client certificate with its chain, in PEM"},
    {tls, 0, "key", OPT_STRING, 0, BOTH, FIELD(o.run.tls.key), .lo = 1, .metavar = "FILE",
     .help = "its key, in PEM; the password of an encrypted one comes from the environment variable "
             "HKV_BENCH_KEY_PASSWORD, or the terminal"},
    {tls, 0, "insecure", OPT_FLAG, 0, BOTH, FIELD(o.run.tls.insecure),
     .help = "verify nothing; the report says so"},
    {tls, 0, "tls-ciphers", OPT_STRING, 0, BOTH, FIELD(o.run.tls.ciphers), .lo = 1, .metavar = "LIST",
     .help = "ciphers of TLS 1.2 to offer, by OpenSSL's names"},
    {tls, 0, "tls-ciphersuites", OPT_STRING, 0, BOTH, FIELD(o.run.tls.ciphersuites), .lo = 1,
     .metavar = "LIST", .help = "cipher suites of TLS 1.3 to offer"},
    {tls, 0, "tls-min", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.tls.min), .names = tls_versions, .initial = "any",
     .metavar = "VERSION", .help = "oldest TLS version to accept: 1.2 or 1.3; any means 1.2"},
    {tls, 0, "tls-max", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.tls.max), .names = tls_versions, .initial = "any",
     .metavar = "VERSION", .help = "newest TLS version to accept"},
    {tls, 0, "tls-protocols", OPT_STRING, OPT_ALSO, MEMTIER, FIELD(tls.protocols), .lo = 1, .metavar = "LIST",
     .help = "memtier's form of --tls-min and --tls-max, e.g. TLSv1.2,TLSv1.3"},
    {tls, 0, "tls-skip-verify", OPT_FLAG, OPT_ALSO, MEMTIER, FIELD(tls.skip_verify),
     .help = "memtier's name of --insecure"},
    {tls, 0, "ktls", OPT_FLAG, 0, OPT_OURS, FIELD(o.run.tls.ktls),
     .help = "have the kernel encrypt what is sent (kTLS); OpenSSL decrypts what comes; needs the kernel's "
             "module tls"},

    // Load
    {load, 'n', "requests", OPT_COUNT, OPT_BRIEF, BOTH, FIELD(o.run.requests), .lo = 1, .hi = 1000000000000,
     .compat = "100000", .metavar = "N",
     .help = "requests of each test, in all and exactly; without -n and --duration, each test runs for 5s"},
    {load, 'c', "clients", OPT_COUNT, OPT_BRIEF, BOTH, FIELD(o.run.clients), .lo = 1, .hi = 1000000,
     .initial = "50", .metavar = "N", .help = "parallel connections, in all"},
    {load, 'P', "pipeline", OPT_COUNT, OPT_BRIEF, BOTH, FIELD(o.run.pipeline), .lo = 1, .hi = 1000000,
     .initial = "1", .metavar = "N", .help = "requests in flight on each connection"},
    {load, 0, "pipeline-mode", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.pipeline_mode), .names = pipeline_modes,
     .initial = "batch", .metavar = "MODE",
     .help = "batch writes -P requests and waits for all replies; window sends the next request as each "
             "reply arrives"},
    {load, 0, "threads", OPT_COUNT, OPT_BRIEF, BOTH, FIELD(o.run.threads), .hi = 500, .initial = "0",
     .metavar = "N", .help = "worker threads that share the connections; 0 and 1 both mean one"},
    {load, 0, "engine", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.engine), .names = engines, .initial = "auto",
     .metavar = "NAME",
     .help = "I/O engine: auto uses io_uring where the kernel allows it, else epoll; null needs no server "
             "and replies in memory, which shows the client's own ceiling"},
    {load, 0, "cpus", OPT_STRING, 0, OPT_OURS, FIELD(cpus), .lo = 1, .metavar = "LIST",
     .help = "CPUs for the worker threads, one each in turn, e.g. 1,3-5"},
    {load, 'k', NULL, OPT_BOOL, 0, BOTH, FIELD(o.run.keepalive), .hi = 1, .initial = "1", .metavar = "0|1",
     .help = "1 keeps connections open; 0 opens a new one for each batch: in the closed loop before it is "
             "sent, with --rate when it is due, so that its latency holds that too"},
    {load, 0, "on-disconnect", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.on_disconnect), .names = disconnects,
     .initial = "auto", .compat = "stop", .metavar = "WHAT",
     .help =
         "when a connection breaks during the run: reconnect opens it again, and its unanswered requests are "
         "lost; stop goes on with the others; auto reconnects in a run by time (--duration, --until-precise, "
         "compare, saturate, sweep) and in the open loop (--rate), and stops in a closed loop by -n"},
    {load, 0, "retry", OPT_COUNT, 0, OPT_OURS, FIELD(o.run.retries), .hi = 100, .initial = "0",
     .metavar = "N",
     .help =
         "send a request again, up to N times, that a broken connection or --timeout took: where the command "
         "is idempotent, as GET and SET are and INCR is not; its latency counts from the first time"},
    {load, 0, "reconnect-max", OPT_DURATION, 0, OPT_OURS, FIELD(o.run.reconnect_max_ns), .lo = NS_PER_MS,
     .hi = 720 * HOUR, .initial = "60s", .metavar = "TIME",
     .help = "give up on a broken connection after trying to reconnect for this long"},
    {load, 0, "reconnect-every", OPT_COUNT, 0, OPT_OURS, FIELD(o.run.reconnect_every), .hi = 1000000000,
     .initial = "0", .metavar = "N",
     .help = "close each connection after N replies and open a new one instead; the report shows how long "
             "each step of that took. 0 never does"},
    {load, 0, "connect-only", OPT_FLAG, 0, OPT_OURS, FIELD(o.run.connect_only),
     .help = "open and close connections, and ask nothing: -n and --rate count connections, -c are under way "
             "at a time, and a latency is what TCP, TLS, HELLO and AUTH take together"},
    {load, 0, "rate", OPT_RATE, OPT_BRIEF, OPT_OURS, FIELD(o.run.rate), .hi = 1000000000, .initial = "0",
     .metavar = "RATE",
     .help = "open loop: offer this many requests per second, over all connections, on a schedule that does "
             "not wait for replies; latency counts from the scheduled send time. 0 is the closed loop, as "
             "fast as replies arrive"},
    {load, 0, "arrival", OPT_ENUM, 0, OPT_OURS, FIELD(o.run.arrival), .names = arrivals, .initial = "poisson",
     .compat = "constant", .metavar = "NAME",
     .help = "arrival process of the open loop: poisson (random, like independent users) or constant; with "
             "-P in batch mode, batches of -P requests arrive this way"},
    {load, 0, "ramp", OPT_DURATION, 0, OPT_OURS, FIELD(o.run.ramp_ns), .hi = 720 * HOUR, .initial = "0",
     .metavar = "TIME", .help = "raise --rate linearly from 0 for this long at the start of the warm-up"},
    {load, 0, "quickack", OPT_FLAG, 0, OPT_OURS, FIELD(o.run.quickack),
     .help = "TCP_QUICKACK around each send and receive: avoids delayed ACKs of this machine, at two system "
             "calls per request"},
    {load, 0, "rps", OPT_RATE, 0, VALKEY, FIELD(rps), .hi = 1000000000, .initial = "0", .metavar = "RATE",
     .help = "another name of --rate"},
    {load, 0, "duration", OPT_DURATION, OPT_BRIEF, VALKEY, FIELD(o.run.duration_ns), .hi = 720 * HOUR,
     .initial = "0", .metavar = "TIME", .help = "run each test for this long, instead of -n; 0 runs by -n"},
    {load, 0, "warmup", OPT_DURATION, 0, VALKEY, FIELD(o.run.warmup_ns), .hi = 720 * HOUR, .initial = "0",
     .metavar = "TIME", .help = "run each test for this long before anything is counted"},
    {load, 0, "queue", OPT_ENUM, 0, OPT_OURS, FIELD(queue), .names = options_table_queues, .initial = "off",
     .metavar = "KIND",
     .help = "send messages to consumers and measure the time from due to delivery: list (LPUSH to BRPOP), "
             "blmove (LPUSH to BLMOVE and LREM) or stream (XADD to XREADGROUP and XACK); -c are the "
             "producers, -d the size of a message (docs/queues.md)"},
    {load, 0, "pubsub", OPT_ENUM, 0, OPT_OURS, FIELD(pubsub), .names = pubsubs, .initial = "off",
     .bare = "channel", .metavar = "[=KIND]",
     .help = "like --queue, by channels, where every consumer gets every message: channel (PUBLISH to "
             "SUBSCRIBE) or "
             "sharded (SPUBLISH to SSUBSCRIBE)"},
    {load, 0, "consumers", OPT_COUNT, 0, OPT_OURS, FIELD(o.run.consumers), .lo = 1, .hi = 100000,
     .initial = "10", .metavar = "N", .help = "consumers of --queue or --pubsub, each with a connection"},
    {load, 0, "queues", OPT_COUNT, 0, OPT_OURS, FIELD(o.run.queues), .lo = 1, .hi = 10000, .initial = "1",
     .metavar = "N", .help = "lists, streams or channels that the messages are spread over at random"},
    {load, 0, "replay", OPT_STRING, 0, OPT_OURS, FIELD(o.run.replay.path), .lo = 1, .metavar = "FILE",
     .help = "send the commands of a trace, each when it is due: what MONITOR prints (hkv-bench record) or "
             "CSV of TIME,COMMAND,ARGUMENT,... (docs/replay.md); - is standard input"},
    {load, 0, "replay-speed", OPT_STRING, 0, OPT_OURS, FIELD(replay_speed), .lo = 1, .initial = "1x",
     .metavar = "FACTOR",
     .help = "how fast the trace's times pass: 2x is twice as fast; max ignores them and sends as fast as "
             "replies arrive"},
    {load, 0, "replay-allow-admin", OPT_FLAG, 0, OPT_OURS, FIELD(o.run.replay.admin),
     .help = "also send lines that administer the server, such as FLUSHALL, SHUTDOWN and CONFIG SET; without "
             "it they are left out and counted"},

    // Keys and values
    {keys, 't', "tests", OPT_STRING, OPT_BRIEF, BOTH, FIELD(o.tests), .metavar = "LIST",
     .help = "only these tests, e.g. set,get,lrange_100; without it, all"},
    {keys, 0, "mix", OPT_STRING, 0, OPT_OURS, FIELD(mix.mix), .lo = 1, .metavar = "TEST:WEIGHT,...",
     .help = "one workload of several tests, each request drawn by weight, e.g. set:1,get:9"},
    {keys, 0, "command", OPT_LIST, 0, OPT_OURS, FIELD(mix.commands), .lo = 1, .metavar = "WORDS",
     .help = "one workload of several commands of your own, quoted as in redis-cli, with __key__, __data__ "
             "and other words (docs/workloads.md); may be repeated"},
    {keys, 0, "ratio", OPT_LIST, 0, OPT_OURS, FIELD(mix.ratios), .lo = 1, .metavar = "WEIGHT",
     .help = "the weight of the --command before it; 1 without any"},
    {keys, 0, "of", OPT_LIST, 0, OPT_OURS, FIELD(mix.owns), .lo = 1, .metavar = "NAME:--OPTION=VALUE",
     .help = "keys and values of one command of the mix alone, by its name in reports, e.g. "
             "get:--key-dist=zipf; may be repeated"},
    {keys, 0, "space", OPT_LIST, 0, OPT_OURS, FIELD(spaces), .lo = 1, .metavar = "N:KEYS[:LAW]",
     .help = "the keys that __key:N__ and __rand_Nth__ are drawn from, and how, e.g. 2:10k:zipf; without it "
             "those of -r; may be repeated"},
    {keys, 0, "dataset", OPT_STRING, 0, VALKEY, FIELD(dataset), .lo = 1, .metavar = "FILE",
     .help = "a table whose rows requests take in turn, as __field:NAME__ of a column: CSV, or TSV by the "
             "end .tsv of its name; its first line names the columns"},
    {keys, 0, "maxdocs", OPT_COUNT, 0, VALKEY, FIELD(maxdocs), .hi = UINT64_C(1000000000), .initial = "0",
     .metavar = "N", .help = "use only the first N rows of --dataset; 0 uses all"},
    {keys, 0, "in-turn", OPT_FLAG, 0, OPT_OURS, FIELD(mix.in_turn),
     .help = "send the commands of the mix one after the other, each as often as its weight, instead of "
             "drawing them; so do several at the end, as in SET __key__ x ';' 3 GET __key__"},
    {keys, 0, "transaction", OPT_FLAG, 0, MEMTIER, FIELD(mix.transaction),
     .help = "send the commands in turn, with MULTI before them and EXEC behind"},
    {keys, 0, "workload", OPT_STRING, 0, OPT_OURS, FIELD(workload), .lo = 1, .metavar = "FILE|NAME",
     .help = "a workload from a YAML file, or one that is built in, e.g. ycsb-a (docs/workloads.md); options "
             "beside it take precedence over its own"},
    {keys, 0, "show-workload", OPT_STRING, 0, OPT_OURS, FIELD(o.show_workload), .lo = 1, .metavar = "NAME",
     .help = "print a workload that is built in, to start a file from, and exit; list prints their names"},
    {keys, 'r', "keyspace", OPT_COUNT, OPT_BRIEF, BOTH, FIELD(o.run.keyspace), .hi = 999999999999,
     .initial = "100000", .compat = "0", .metavar = "KEYS",
     .help = "draw keys, members and scores from this many; 0 uses the one literal key of the test"},
    {keys, 0, "key-dist", OPT_STRING, 0, OPT_OURS, FIELD(law), .lo = 1, .initial = "uniform",
     .metavar = "LAW",
     .help = "how keys are drawn: uniform, zipf[:EXPONENT], hotset:KEYS%:REQUESTS%, gauss[:MEAN:SD], "
             "latest[:EXPONENT], exp[:MEAN], seq or seq-parallel (docs/workloads.md)"},
    {keys, 0, "hotset-shift", OPT_DURATION, 0, OPT_OURS, FIELD(o.run.keys.shift_ns), .lo = 100 * NS_PER_MS,
     .hi = 720 * HOUR, .metavar = "TIME",
     .help = "move the hot set of --key-dist hotset to other keys this often"},
    {keys, 0, "key-prefix", OPT_STRING, 0, OPT_OURS, FIELD(o.run.key_prefix), .lo = 1, .metavar = "TEXT",
     .help = "prefix of the tests' keys"},
    {keys, 0, "key-format", OPT_STRING, 0, OPT_OURS, FIELD(key_format), .lo = 1, .metavar = "TEXT",
     .help = "format of key names (default key:%012d); %d or %0Nd is the number"},
    {keys, 0, "key-size", OPT_STRING, 0, OPT_OURS, FIELD(key_size), .lo = 1, .metavar = "SIZES",
     .help = "pad key names to this many bytes, with the forms of --value-size; the same key always gets the "
             "same size"},
    {keys, 0, "sequential", OPT_FLAG, 0, VALKEY, FIELD(sequential),
     .help = "use the keys of -r in order instead of at random (same as --key-dist seq)"},
    {keys, 0, "prefill", OPT_FLAG, OPT_BRIEF, OPT_OURS, FIELD(o.run.prefill),
     .help = "write every key of -r once before the run, so that reads hit"},
    {keys, 0, "fill", OPT_LIST, 0, OPT_OURS, FIELD(mix.fills), .lo = 1, .metavar = "WORDS",
     .help = "a command for --prefill to send once for each key, instead of SET of the keys that are read, "
             "e.g. 'HSET __key__ field __data__'; may be repeated"},
    {keys, 0, "insert-share", OPT_STRING, 0, OPT_OURS, FIELD(inserts), .lo = 1, .metavar = "PERCENT",
     .help =
         "of the requests that write, this share adds a key behind those of -r, so that they become more; "
         "uniform and latest draw from these too"},
    {keys, 0, "prefill-only", OPT_FLAG, 0, OPT_OURS, FIELD(o.prefill_only),
     .help = "only write those keys, and report how long it took"},
    {keys, 0, "cleanup", OPT_FLAG, 0, OPT_OURS, FIELD(o.cleanup),
     .help =
         "after all tests, delete the keys that they and --prefill write, whoever wrote them, and no others"},
    {keys, 'd', "size", OPT_BYTES, OPT_BRIEF, BOTH, FIELD(o.run.data_bytes), .lo = 1, .hi = 1 << 30,
     .initial = "3", .metavar = "BYTES", .help = "size of a value"},
    {keys, 0, "value-size", OPT_STRING, 0, OPT_OURS, FIELD(value_size), .lo = 1, .metavar = "SIZES",
     .help = "sizes of values, drawn for each request: 100-500, 32:60,1024:30,64KiB:10 (size:weight), or "
             "lognormal:MU:SIGMA of the logarithm"},
    {keys, 0, "value-data", OPT_STRING, 0, OPT_OURS, FIELD(value_data), .lo = 1, .initial = "constant",
     .metavar = "KIND",
     .help =
         "contents of values: constant, random (different in each), self (random, with a header that names "
         "key, "
         "writer and version), compress:RATIO (compressible by this ratio) or file:PATH (any piece of it)"},
    {keys, 0, "verify", OPT_FLAG, 0, OPT_OURS, FIELD(o.run.verify),
     .help =
         "write values that name their key and version (--value-data self) and check every value that "
         "GET, GETEX, GETDEL and MGET read against what this run wrote; exit code 5 where one is wrong; with "
         "--read-from, tell how old the values of replicas are"},
    {keys, 0, "expire", OPT_STRING, 0, OPT_OURS, FIELD(expire), .lo = 1, .metavar = "TIME[-TIME]",
     .help = "expire SET keys after this long, or after a random time between two"},
    {keys, 0, "nx", OPT_FLAG, 0, OPT_OURS, FIELD(o.run.nx), .help = "use SET ... NX"},
    {keys, 'x', NULL, OPT_FLAG, 0, BOTH, FIELD(o.stdin_last),
     .help = "read standard input to its end and use it as the last argument of the command"},
    {keys, 0, "seed", OPT_COUNT, 0, BOTH, FIELD(o.run.seed), .hi = UINT64_MAX, .initial = "0", .metavar = "N",
     .help = "seed of the random numbers: the same seed and --threads draw the same keys; 0 picks one and "
             "reports "
             "it"},

    // Measuring
    {measure, 0, "precision", OPT_COUNT, 0, BOTH, FIELD(o.run.digits), .hi = 4, .initial = "3",
     .metavar = "DIGITS", .help = "significant digits of the latency histogram; 0 means 1"},
    {measure, 0, "grace", OPT_DURATION, 0, OPT_OURS, FIELD(o.run.grace_ns), .lo = NS_PER_MS, .hi = HOUR,
     .initial = "5s", .metavar = "TIME", .help = "end the run when no reply has arrived for this long"},
    {measure, 0, "timeout", OPT_DURATION, 0, OPT_OURS, FIELD(o.run.timeout_ns), .hi = HOUR, .initial = "0",
     .metavar = "TIME",
     .help = "time out a request that has no reply this long after it was sent: it counts as a timeout, "
             "enters the quantiles as at least this long, and its connection is reopened; 0 never does"},
    {measure, 0, "until-precise", OPT_STRING, 0, OPT_OURS, FIELD(until), .lo = 1,
     .metavar = "[QUANTILE=]ERROR",
     .help =
         "end each test once the 95% CI of a quantile (p99 by default) is within this much of it on each "
         "side, e.g. 5% or p50=1%; it takes enough samples, and three checks in a row; --duration is then "
         "the limit (default 120s)"},
    {measure, 0, "wire-ts", OPT_STRING, 0, OPT_OURS, FIELD(wire), .lo = 1, .bare = "1/256",
     .metavar = "[=1/N]",
     .help = "have the kernel timestamp one request in N (default 256) as it leaves and as its reply "
             "arrives, to show the client's share of the latency; TCP only"},
    {measure, 0, "no-probe", OPT_UNFLAG, 0, OPT_OURS, FIELD(o.run.probe),
     .help = "skip the INFO before and after each test that identifies the server and its work"},
    {measure, 0, "no-calibration", OPT_UNFLAG, 0, OPT_OURS, FIELD(o.calibrate),
     .help = "skip the 5 ms after a test with a busy client in which the null engine measures the client's "
             "own ceiling"},
    {measure, 0, "strict", OPT_FLAG, 0, OPT_OURS, FIELD(o.strict),
     .help = "exit with code 4 if there is any warning about a result"},
    {measure, 0, "assert", OPT_LIST, OPT_BRIEF, OPT_OURS, FIELD(asserts), .lo = 1, .metavar = "DEMAND",
     .help = "exit with code 10 if a metric is not as required, e.g. 'get.p99<1ms', 'set.rps>100k' or "
             "'errors==0'; may be repeated; sweep holds each point against it"},
    {measure, 'l', NULL, OPT_FLAG, 0, BOTH, FIELD(o.loop), .help = "repeat the tests forever"},
    {measure, 'I', NULL, OPT_FLAG, 0, BOTH, FIELD(o.idle),
     .help = "open the connections, leave them idle and wait"},

    // Report
    {report, 0, "format", OPT_ENUM, 0, OPT_OURS, FIELD(o.format), .names = formats, .initial = "text",
     .compat = "classic", .metavar = "NAME",
     .help = "form of the report; classic, quiet and csv are those of redis-benchmark"},
    {report, 'q', "quiet", OPT_FLAG, OPT_BRIEF, BOTH, FIELD(quiet),
     .help = "one line per test (same as --format quiet)"},
    {report, 0, "csv", OPT_FLAG, 0, BOTH, FIELD(csv), .help = "one CSV row per test (same as --format csv)"},
    {report, 0, "html", OPT_STRING, OPT_BRIEF, OPT_OURS, FIELD(o.html), .lo = 1, .metavar = "FILE",
     .help = "also write the results as one self-contained HTML page with charts; - is standard output, "
             "instead of the text"},
    {report, 0, "json", OPT_STRING, OPT_BRIEF, OPT_OURS, FIELD(o.json), .lo = 1, .metavar = "FILE",
     .help = "also write the results to this file as JSON; - is standard output"},

    {report, 0, "interval", OPT_DURATION, 0, OPT_OURS, FIELD(o.run.interval_ns), .lo = 100 * NS_PER_MS,
     .hi = 60 * NS_PER_S, .initial = "1s", .metavar = "TIME", .help = "length of an interval of --series"},
    {report, 0, "series", OPT_STRING, 0, OPT_OURS, FIELD(o.series), .lo = 1, .metavar = "FILE",
     .help = "write throughput and latency of each interval to this file as CSV; - is standard output"},
    {report, 0, "hdr", OPT_STRING, 0, OPT_OURS, FIELD(o.hdr), .lo = 1, .metavar = "PREFIX",
     .help =
         "write HdrHistogram files: PREFIX.hlog with the intervals of all tests, PREFIX.TEST.hgrm with the "
         "distribution of each"},

    {report, 'i', "live", OPT_FLAG, OPT_BRIEF, OPT_OURS, FIELD(o.live),
     .help = "show the run full-screen while it goes on; rate and latency over time, a heat map, quantiles, "
             "errors; "
             "q ends it with a report, space freezes the picture, l makes the latency scale logarithmic"},
    {report, 0, "prometheus", OPT_STRING, 0, OPT_OURS, FIELD(o.scrape), .lo = 1, .metavar = "[ADDR:]PORT",
     .help =
         "serve live metrics at http://ADDR:PORT/metrics while the run goes on, in Prometheus' text format, "
         "or with "
         "native histograms for who asks for protobuf; ADDR is 127.0.0.1 by default, port 0 is any free one"},
    {report, 0, "prometheus-linger", OPT_DURATION, 0, OPT_OURS, FIELD(o.linger_ns), .hi = HOUR,
     .initial = "15s", .metavar = "TIME",
     .help =
         "where they were scraped, wait at most this long at the end for the scrape of the final figures"},
    {report, 0, "statsd", OPT_STRING, 0, OPT_OURS, FIELD(o.statsd), .lo = 1, .metavar = "HOST:PORT",
     .help = "send live metrics there once a second as statsd datagrams"},
    {report, 0, "junit", OPT_STRING, 0, OPT_OURS, FIELD(o.junit), .lo = 1, .metavar = "FILE",
     .help = "write what became of each --assert to this file as JUnit XML; - is standard output"},
    {report, 0, "prometheus-file", OPT_STRING, 0, OPT_OURS, FIELD(o.prometheus), .lo = 1, .metavar = "FILE",
     .help = "at the end write exact counters and latency histograms of all tests to this file in "
             "Prometheus' text "
             "format"},
    {report, 0, "otlp", OPT_STRING, 0, OPT_OURS, FIELD(o.otlp), .lo = 1, .metavar = "FILE",
     .help = "at the end write them to this file as OpenTelemetry metrics (OTLP/JSON)"},
    {report, 0, "save", OPT_STRING, OPT_BRIEF, OPT_OURS, FIELD(o.save), .lo = 1, .metavar = "DB",
     .help = "save the results to this history, created if missing; see hkv-bench history --help"},
    {report, 0, "tag", OPT_LIST, 0, OPT_OURS, FIELD(tags), .lo = 1, .metavar = "KEY=VALUE",
     .help = "tag the results, e.g. commit=1a2b3c4, for --save and --json; may be repeated"},

    // Several generators
    {parts, 0, "part", OPT_STRING, 0, OPT_OURS, FIELD(o.part), .lo = 1, .metavar = "FILE",
     .help = "write all that was measured to this file without loss, for hkv-bench merge; - is standard "
             "output"},
    {parts, 0, "part-of", OPT_STRING, 0, OPT_OURS, FIELD(part_of), .lo = 1, .metavar = "I/N",
     .help =
         "with --part, run the I-th of N shares of the load: -c, -n, --rate and the keys of --prefill are "
         "of all shares together, --threads of each; the seed is 1 unless --seed says another"},
    {parts, 0, "start-at", OPT_STRING, 0, OPT_OURS, FIELD(start_at), .lo = 1, .metavar = "TIME",
     .help = "connect and prefill, then begin the first test at this moment, e.g. 2026-01-31T12:00:00Z or in "
             "seconds since 1970; the report says how late it began"},
    {parts, 0, "measure-ranks", OPT_COUNT, 0, OPT_OURS, FIELD(o.measure_ranks), .hi = 1000, .initial = "0",
     .metavar = "N",
     .help =
         "with hkv-bench-mpi: the last N ranks make next to no load and measure latencies; the others make "
         "the load, and the report has the latencies of both"},
    {parts, 0, "measure-rate", OPT_RATE, 0, OPT_OURS, FIELD(o.measure_rate), .hi = 1000000, .initial = "1k",
     .metavar = "RATE", .help = "requests a second of each of them, at random moments (Poisson)"},

    // Other
    {other, 0, "compat", OPT_FLAG, 0, OPT_OURS, FIELD(compat),
     .help = "use the defaults and the report of redis-benchmark, and clamp numbers out of range, as when "
             "called by its name"},
    {other, 0, "help", OPT_FLAG, OPT_BRIEF, BOTH, FIELD(o.help),
     .help = "print the options that most people want and exit; --help all prints every option"},
    {other, 'v', "version", OPT_FLAG, OPT_BRIEF, BOTH, FIELD(o.version),
     .help = "print the version and exit"},
    {other, 'e', NULL, OPT_FLAG, OPT_ALSO, BOTH, FIELD(o.ignored_e),
     .help = "without effect, accepted for old scripts"},
};

_Static_assert(sizeof rows / sizeof *rows <= OPT_ROWS_MAX, "opt.h says how many rows there may be");

static const char *const transports[] = {"--rdma", NULL};
static const char *const valkeys[] = {"--fuzz",          "--fuzz-mode",         "--fuzz-loglevel",
                                      "--num-functions", "--num-keys-in-fcall", NULL};

static const struct opt_absent absent[] = {
    {transports, "connections are plain TCP or a unix socket (-s)"},
    {valkeys, "the tests of -t and commands of your own, with __rand_int__ and __data__, are what there is"},
    {0},
};

const struct opt_table options_table = {.rows = rows,
                                        .n = sizeof rows / sizeof *rows,
                                        .absent = absent,
                                        .given = offsetof(struct options_words, o.given)};
