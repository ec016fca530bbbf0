// SPDX-License-Identifier: MIT
// A subcommand run in this process: what it wrote on standard output and on standard error, and its exit
// code.
#pragma once

#include "line.h"

#include "experiment/outcome.h"

#include <unistd.h>

typedef int command(int argc, char **argv);

struct told {
    int code;
    char *out, *err; // of the last one
};

static struct told told;

// The stream writes into a file of its own until put_back.
static inline FILE *put_away(FILE *stream, int *was)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stream);
    *was = dup(fileno(stream));
    assert_true(*was >= 0 && dup2(fileno(file), fileno(stream)) >= 0);
    return file;
}

static inline char *put_back(FILE *stream, int was, FILE *file)
{
    char *text = NULL;
    size_t cap = 0;
    fflush(stream);
    dup2(was, fileno(stream));
    close(was);
    rewind(file);
    if (getdelim(&text, &cap, 0, file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    return text;
}

static inline int forget(void **state)
{
    (void)state;
    free(told.out);
    free(told.err);
    told = (struct told){0};
    return 0;
}

// The line begins with the subcommand's own name, as cmd_main hands it on.
static inline int tell(command *run, const char *line)
{
    int out, errors, argc = split(line);
    forget(NULL);
    FILE *a = put_away(stdout, &out), *b = put_away(stderr, &errors);
    told.code = run(argc, argv_of);
    told.err = put_back(stderr, errors, b);
    told.out = put_back(stdout, out, a);
    return told.code;
}

static inline void good(command *run, const char *line)
{
    if (tell(run, line) != OUTCOME_GOOD)
        fail_msg("%s: exit code %d: %s", line, told.code, told.err);
}

// One sentence in its name, and nothing else.
static inline void bad(command *run, const char *line, int code, const char *sentence)
{
    char whole[1200];
    const char *name = *line == '-' || strncmp(line, "hkv-bench", 9) == 0 ? "" : line;
    snprintf(whole, sizeof whole, "hkv-bench%s%.*s: %s\n", *name ? " " : "", (int)strcspn(name, " "), name,
             sentence);
    tell(run, line);
    if (strcmp(told.err, whole) != 0)
        fail_msg("%s:\n%sand not\n%s", line, told.err, whole);
    assert_string_equal(told.out, "");
    assert_int_equal(told.code, code);
}

static inline void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static inline unsigned lines_of(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}
