// SPDX-License-Identifier: MIT
// The rows of every option, and what they fill. Checks nothing across rows: options.c does.
#pragma once

#include "cli/assert_options.h"
#include "cli/tag_options.h"
#include "load/mix_words.h"
#include "option/opt_table.h"
#include "run/conf.h"

struct workload_file; // cli/workload_file.h

enum format { FORMAT_TEXT, FORMAT_CLASSIC, FORMAT_QUIET, FORMAT_CSV };

// Whose defaults are in force.
enum persona { PERSONA_HKV, PERSONA_REDIS, PERSONA_VALKEY };

enum { OWNED_URI, OWNED_HOST, OWNED_PASSWORD, OWNED_CONTENTS, OWNED_ADDR_MAP, OWNED_SPACES, OWNED };

struct options {
    struct run_conf run;
    enum persona persona;
    const char *tests; // -t, or NULL: all
    const char *uri;   // -u as given, or NULL
    enum format format;
    const char *json;              // a path, "-" for standard output, or NULL
    const char *html;              // likewise
    const char *series;            // a path, "-" for standard output, or NULL
    const char *hdr;               // prefix of two files, or NULL
    const char *junit;             // a path, "-" for standard output, or NULL
    const char *prometheus, *otlp; // likewise
    bool live;                     // --live
    const char *scrape, *statsd;   // --prometheus and --statsd: addresses, or NULL
    uint64_t linger_ns;            // for one more scrape
    const char *save;              // a history, or NULL
    const char *part;              // a path, "-" for standard output, or NULL
    uint64_t start_at_ns;          // when the load begins, since 1970; 0: at once
    unsigned measure_ranks;        // that make little load and measure
    double measure_rate;           // of each of them
    struct tag_options tags;
    struct assert_options asserts;
    bool strict;       // a doubt is a failure
    bool calibrate;    // weigh a busy client after each test
    bool loop;         // -l
    bool idle;         // -I
    bool prefill_only; // --prefill-only
    bool cleanup;      // --cleanup
    bool stdin_last;   // -x
    bool askpass;      // ask for the password
    bool embedded;     // start and measure the embedded server
    bool ignored_e;    // -e was given
    bool help, version;
    int argc; // the user's own command: what is left of argv
    const char **argv;
    struct mix_words *mix;      // several commands in place of tests and command; or NULL
    struct mix_words *fill;     // what --prefill writes, where the line or a file says it; or NULL
    struct workload_file *file; // --workload, as it was read; or NULL
    char workload_is[64];       // its name, and a number that tells its text from others
    struct dataset *dataset;    // --dataset, as it was read; or NULL
    const char *show_workload;  // a workload to print; or NULL
    char *owned[OWNED];         // copies that run points into: options_free frees them
    struct opt_given given;
};

// Commands, as they are written.
struct mix_wanted {
    const char *mix; // --mix, or NULL
    struct opt_list commands, ratios;
    struct opt_list fills; // --fill
    struct opt_list owns;  // --of
    bool in_turn, transaction;
};

// Of TLS, as it is written.
struct tls_words {
    const char *protocols; // --tls-protocols, or NULL
    bool skip_verify;
};

struct options_words {
    struct options o;
    bool quiet;                                                           // -q
    bool csv;                                                             // --csv
    bool compat;                                                          // --compat
    double rps;                                                           // --rps
    const char *cpus;                                                     // --cpus, or NULL
    const char *until;                                                    // --until-precise, or NULL
    const char *wire;                                                     // --wire-ts, or NULL
    const char *law;                                                      // --key-dist, or NULL
    const char *key_format, *key_size, *value_size, *value_data, *expire; // or NULL
    bool sequential;                                                      // --sequential
    bool cluster_mode;                                                    // --cluster-mode
    enum read_from rfr;
    const char *slots;              // --slots, or NULL
    const char *addr_map;           // --addr-map, or NULL
    bool enable_tracking;           // --enable-tracking
    const char *part_of, *start_at; // or NULL
    struct opt_list tags, asserts;
    struct mix_wanted mix;
    const char *workload;     // --workload, or NULL
    const char *inserts;      // --insert-share, or NULL
    const char *dataset;      // --dataset, or NULL
    uint64_t maxdocs;         // --maxdocs; 0: all
    struct opt_list spaces;   // --space
    const char *replay_speed; // --replay-speed
    unsigned queue, pubsub;   // --queue, --pubsub: places among their names

    struct tls_words tls;
};

extern const struct opt_table options_table;
extern const char *const options_table_queues[]; // names of --queue
