// SPDX-License-Identifier: MIT
// The one table of options: parser, --help and docs/options.md come from its rows.
#pragma once

#include "base/err.h"
#include "cli/marks.h"
#include "run/conf.h"

#include <stdio.h>

enum format { FORMAT_TEXT, FORMAT_CLASSIC, FORMAT_QUIET, FORMAT_CSV };

// Whose defaults are in force.
enum persona { PERSONA_HKV, PERSONA_REDIS, PERSONA_VALKEY };

struct options {
    struct run_conf run;
    enum persona persona;
    const char *tests; // -t, or NULL: all
    const char *uri;   // -u as given, or NULL
    enum format format;
    const char *json;   // a path, "-" for standard output, or NULL
    const char *series; // a path, "-" for standard output, or NULL
    const char *hdr;    // prefix of two files, or NULL
    const char *save;   // a history, or NULL
    struct marks marks; // --tag, --assert
    bool strict;        // a doubt is a failure
    bool calibrate;     // weigh the client before each test
    bool loop;          // -l
    bool idle;          // -I
    bool stdin_last;    // -x
    bool embedded;      // start and measure the embedded server
    bool ignored_e;     // -e was given
    bool help, version;
    int argc; // the user's own command: what is left of argv
    const char **argv;
    char *owned[3]; // copies that run points into: options_free frees them
};

// Reads argv (argv[0] included) into o, defaults first, and overwrites the passwords in argv with x, so that
// ps does not show them. 0, or -1 with err (ERR_USAGE) and nothing to free. After 0 with o->help or
// o->version set, nothing else was checked.
int options_parse(struct options *o, int argc, char **argv, struct err *err);

// Whether all names of -t are those of tests. 0, or -1 with err, which names the nearest one.
int options_check_tests(const struct options *o, struct err *err);

// Frees what options_parse allocated: copies of the host, the user and the password.
void options_free(struct options *o);

void options_help(FILE *out, enum persona persona); // --help
void options_markdown(FILE *out);                   // docs/options.md, whole
