// SPDX-License-Identifier: MIT
#include "cli/workload_options.h"

#include "base/clock.h"
#include "base/units.h"
#include "load/catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST ((off_t)1 << 30)

// --- keys ---

// --sequential is --key-dist seq by the name that valkey-benchmark gave it.
static int settle_law(struct options_words *w, bool asked, struct err *err)
{
    struct run_conf *run = &w->o.run;
    uint64_t shift_ns = run->keys.shift_ns;
    if (keylaw_parse(w->sequential && !asked ? "seq" : w->law, &run->keys, err) < 0)
        return -1;
    run->keys.shift_ns = shift_ns;
    if (w->sequential && run->keys.kind != KEYLAW_SEQ)
        return err_set(err, ERR_USAGE,
                       "--sequential and --key-dist %s ask for two different things: give one of them",
                       run->keys.text);
    if (shift_ns && run->keys.kind != KEYLAW_HOTSET)
        return err_set(err, ERR_USAGE,
                       "--hotset-shift moves a hot set: give --key-dist hotset:KEYS%%:REQUESTS%% too");
    if (asked && run->keyspace == 0 && run->keys.kind != KEYLAW_UNIFORM)
        return err_set(err, ERR_USAGE, "--key-dist needs keys to draw from: give -r a number above 0");
    return keylaw_check(&run->keys, run->keyspace, err);
}

static int settle_names(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    run->keys_named = run->key_prefix || w->key_format || w->key_size;
    if (!run->keys_named)
        return 0;
    if (run->keyspace == 0)
        return err_set(err, ERR_USAGE, "%s needs keys to name: give -r a number above 0",
                       w->key_size     ? "--key-size"
                       : w->key_format ? "--key-format"
                                       : "--key-prefix");
    if (keyform_parse(run->key_prefix ? run->key_prefix : "", w->key_format ? w->key_format : "key:%012d",
                      &run->keyform, err) < 0)
        return -1;
    return w->key_size ? keyform_pad(&run->keyform, w->key_size, run->keyspace, err) : 0;
}

// --- values ---

static int cannot_read(const char *path, const char *why, struct err *err)
{
    char quoted[128];
    return err_set(err, ERR_USAGE, "--value-data: cannot read %s: %s",
                   slice_quote(slice_of(path), quoted, sizeof quoted), why);
}

static int read_all(int fd, char *at, size_t len)
{
    while (len) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

static int read_file(struct options *o, struct err *err)
{
    struct contents *c = &o->run.contents;
    struct stat st;
    int fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return cannot_read(c->path, strerror(errno), err);
    const char *why = fstat(fd, &st) < 0       ? strerror(errno)
                      : !S_ISREG(st.st_mode)   ? "it is no file"
                      : st.st_size == 0        ? "it is empty"
                      : st.st_size > FILE_MOST ? "it has more than 1 GiB"
                                               : NULL;
    char *bytes = why ? NULL : malloc((size_t)st.st_size);
    int rc = bytes ? read_all(fd, bytes, (size_t)st.st_size) : -ENOMEM;
    close(fd);
    o->owned[OWNED_CONTENTS] = bytes;
    if (why || rc < 0)
        return cannot_read(c->path, why ? why : strerror(-rc), err);
    c->file = (struct slice){bytes, (size_t)st.st_size};
    return 0;
}

static int settle_values(struct options_words *w, bool sized, struct err *err)
{
    struct run_conf *run = &w->o.run;
    if (contents_parse(w->value_data, &run->contents, err) < 0)
        return -1;
    if (sized && w->value_size)
        return err_set(err, ERR_USAGE, "-d and --value-size both say how large values are: give one of them");
    run->values_vary = w->value_size || run->contents.kind != CONTENTS_CONSTANT;
    run->value_sizes = (struct sizes){.lo = (uint32_t)run->data_bytes, .hi = (uint32_t)run->data_bytes};
    if (w->value_size && sizes_parse("--value-size", w->value_size, &run->value_sizes, err) < 0)
        return -1;
    if (w->value_size)
        run->data_bytes = (size_t)lround(sizes_mean(&run->value_sizes));
    return run->contents.kind == CONTENTS_FILE ? read_file(&w->o, err) : 0;
}

static bool expiry_of(const char *text, size_t len, uint32_t *out_ms)
{
    char word[32];
    uint64_t ns;
    if (len == 0 || len >= sizeof word)
        return false;
    memcpy(word, text, len);
    word[len] = 0;
    if (units_parse_duration(word, NS_PER_S, &ns) < 0 || ns < NS_PER_MS || ns / NS_PER_MS > UINT32_MAX)
        return false;
    *out_ms = (uint32_t)(ns / NS_PER_MS);
    return true;
}

static int settle_expiry(const char *text, struct run_conf *run, struct err *err)
{
    char quoted[64];
    if (!text)
        return 0;
    size_t first = strcspn(text, "-");
    const char *second = text[first] ? text + first + 1 : text;
    if (expiry_of(text, first, &run->expire_lo_ms) && expiry_of(second, strlen(second), &run->expire_hi_ms) &&
        run->expire_lo_ms <= run->expire_hi_ms)
        return 0;
    return err_set(err, ERR_USAGE, "--expire: expected a time such as 60s, or two such as 60s-120s, got '%s'",
                   slice_quote(slice_of(text), quoted, sizeof quoted));
}

// What only the test set has.
static int check_set(const struct options *o, struct err *err)
{
    const char *name = o->run.nx ? "--nx" : o->run.expire_hi_ms ? "--expire" : NULL;
    bool set = false;
    for (size_t i = 0; i < catalog_len; i++)
        set |= strcmp(catalog[i].names, "set") == 0 && catalog_selects(o->tests, &catalog[i]);
    if (name && (o->argc || !set))
        return err_set(err, ERR_USAGE, "%s is for the test set: give -t set%s", name,
                       o->argc ? ", or write it into the command" : "");
    return 0;
}

// --- what a load differs by ---

__attribute__((format(printf, 2, 3))) static void add(struct run_conf *run, const char *format, ...)
{
    size_t n = strlen(run->workload);
    va_list args;
    va_start(args, format);
    if (n && n + 1 < sizeof run->workload)
        run->workload[n++] = ' ';
    vsnprintf(run->workload + n, sizeof run->workload - n, format, args);
    va_end(args);
}

static int describe(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    run->workload[0] = 0;
    if (run->keys.shift_ns) {
        char text[UNITS_TEXT];
        add(run, "--hotset-shift %s", units_duration(run->keys.shift_ns, text));
    }
    if (run->key_prefix)
        add(run, "--key-prefix %s", run->key_prefix);
    if (w->key_format)
        add(run, "--key-format %s", w->key_format);
    if (w->key_size)
        add(run, "--key-size %s", w->key_size);
    if (w->value_size)
        add(run, "--value-size %s", w->value_size);
    if (run->contents.kind != CONTENTS_CONSTANT)
        add(run, "--value-data %s", w->value_data);
    if (w->expire)
        add(run, "--expire %s", w->expire);
    if (run->nx)
        add(run, "--nx");
    if (strlen(run->workload) + 1 == sizeof run->workload)
        return err_set(err, ERR_USAGE,
                       "the options of keys and values are too long to be kept: %zu bytes at most",
                       sizeof run->workload - 2);
    return 0;
}

int workload_settle(struct options_words *w, struct workload_given given, struct err *err)
{
    if (settle_law(w, given.law, err) < 0 || settle_names(w, err) < 0 ||
        settle_values(w, given.size, err) < 0 || settle_expiry(w->expire, &w->o.run, err) < 0 ||
        check_set(&w->o, err) < 0)
        return -1;
    return describe(w, err);
}
