// SPDX-License-Identifier: MIT
#include "run/plan.h"

#include "base/buf.h"
#include "base/clock.h"
#include "load/value.h"
#include "resp/encode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define STEP_MIN_NS (100 * NS_PER_MS)
#define TITLE_WORD 128 // bytes of a word that a title has whole
#define TITLE_CUT 24   // of a longer one
#define WORDS_MAX 32   // arguments of the longest row of the catalogue, MSET with 10 keys: 21

static int no_memory(struct err *err)
{
    return err_set(err, ERR_RUN, "not enough memory to prepare the requests");
}

static int add_command(struct buf *b, const struct slice *argv, size_t argc)
{
    size_t n = resp_encode_size(argv, argc);
    int rc = buf_reserve(b, n);
    if (rc == 0) {
        resp_encode(b->at + b->len, argv, argc);
        b->len += n;
    }
    return rc;
}

static int compile_setup(struct plan *p)
{
    const struct run_conf *conf = p->conf;
    struct buf b = {0};
    int rc = 0;
    if (conf->password) {
        struct slice auth[3] = {slice_of("AUTH")};
        size_t argc = 1;
        if (conf->user)
            auth[argc++] = slice_of(conf->user);
        auth[argc++] = slice_of(conf->password);
        rc = add_command(&b, auth, argc);
        p->setup_replies++;
    }
    if (rc == 0 && conf->dbnum) {
        char number[16];
        snprintf(number, sizeof number, "%u", conf->dbnum);
        struct slice select[2] = {slice_of("SELECT"), slice_of(number)};
        rc = add_command(&b, select, 2);
        p->setup_replies++;
    }
    if (rc == 0)
        rc = template_init_raw(&p->setup, buf_unread(&b));
    buf_free(&b);
    return rc;
}

// Rows are shorter than the interval that is shown, so that a short run has enough of them to tell chance
// from change.
static uint64_t step_of(uint64_t interval_ns)
{
    while (interval_ns >= 2 * STEP_MIN_NS && interval_ns % 2 == 0)
        interval_ns /= 2;
    return interval_ns;
}

static int begin(struct plan *p, const struct run_conf *conf, const struct target *target)
{
    *p = (struct plan){.conf = conf, .target = target};
    p->clients = conf->clients;
    if (conf->requests && conf->requests < p->clients)
        p->clients = (unsigned)conf->requests;
    p->step_ns = step_of(conf->interval_ns);
    p->threads = conf->threads ? conf->threads : 1;
    if (p->threads > p->clients)
        p->threads = p->clients;
    return compile_setup(p);
}

// The write that makes the keys which argv reads: only where argv's first argument holds one key to fill in.
static int compile_fill(struct plan *p, const struct slice *argv, size_t argc, const struct template_conf *tc)
{
    bool fits = argc >= 2 && catalog_reads_strings(argv[0]) && slice_find(argv[1], "__rand_");
    if (!p->conf->prefill || !fits)
        return 0;
    struct slice set[3] = {slice_of("SET"), argv[1], slice_of("__data__")};
    return template_init(&p->fill, set, 3, tc);
}

static int add_value(struct buf *b, size_t n)
{
    int rc = buf_printf(b, "$%zu\r\n", n);
    if (rc == 0)
        rc = buf_reserve(b, n + 2);
    if (rc < 0)
        return rc;
    value_fill(b->at + b->len, n);
    memcpy(b->at + b->len + n, "\r\n", 2);
    b->len += n + 2;
    return 0;
}

// What a server would answer: a value to a read, OK or a number to all else.
static int compile_canned(struct plan *p, size_t argc)
{
    struct buf b = {0};
    size_t values = p->reads == READS_MANY ? argc - 1 : p->reads == READS_ONE;
    int rc = 0;
    if (p->reads == READS_NOTHING)
        rc = buf_printf(&b, p->shape.type == ':' ? ":1\r\n" : "+OK\r\n");
    else if (p->reads == READS_MANY || p->shape.type == '*')
        rc = buf_printf(&b, "*%zu\r\n", values);
    for (size_t i = 0; rc == 0 && i < values; i++)
        rc = add_value(&b, p->conf->data_bytes);
    p->canned = b.at;
    p->canned_len = b.len;
    return rc;
}

static int compile(struct plan *p, const struct slice *argv, size_t argc)
{
    struct template_conf tc = {.data_bytes = p->conf->data_bytes, .keys = p->conf->keyspace > 0};
    p->reads = catalog_reads(argv[0]);
    int rc = template_init(&p->ask, argv, argc, &tc);
    if (rc == 0)
        rc = compile_fill(p, argv, argc, &tc);
    return rc < 0 ? rc : compile_canned(p, argc);
}

static int compile_raw(struct plan *p, const char *bytes)
{
    int rc = template_init_raw(&p->ask, slice_of(bytes));
    return rc < 0 ? rc : compile_canned(p, 1);
}

static size_t split_words(const char *text, struct slice *words)
{
    size_t n = 0;
    while (*text && n < WORDS_MAX) {
        size_t len = strcspn(text, " ");
        words[n++] = (struct slice){text, len};
        text += len + (text[len] == ' ');
    }
    return n;
}

int plan_test(struct plan *p, const struct run_conf *conf, const struct target *target,
              const struct test *row, struct err *err)
{
    struct slice words[WORDS_MAX] = {0};
    const char *command = row->one_key && conf->keyspace == 0 ? row->one_key : row->command;
    size_t argc = split_words(command, words);
    int rc = begin(p, conf, target);
    snprintf(p->test, sizeof p->test, "%.*s", (int)strcspn(row->names, ","), row->names);
    p->payload_bytes = conf->data_bytes;
    p->raw = row->raw;
    p->shape = shape_of(row->reply);
    p->title = strdup(row->title);
    if (rc == 0 && p->title)
        rc = row->raw ? compile_raw(p, command) : compile(p, words, argc);
    if (rc == 0 && p->title)
        return 0;
    plan_reset(p);
    return no_memory(err);
}

// A word as a title has it: one that is long (-x) by its beginning and its length.
static int add_word(struct buf *b, struct slice word)
{
    char quoted[TITLE_CUT + 8];
    if (word.len <= TITLE_WORD)
        return buf_append(b, word.at, word.len);
    slice_quote((struct slice){word.at, TITLE_CUT}, quoted, sizeof quoted);
    return buf_printf(b, "\"%s...\" (%zu bytes)", quoted, word.len);
}

static char *join(const struct slice *argv, size_t argc)
{
    struct buf b = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < argc; i++) {
        rc = i ? buf_append(&b, " ", 1) : 0;
        if (rc == 0)
            rc = add_word(&b, argv[i]);
    }
    if (rc == 0)
        rc = buf_append(&b, "", 1);
    if (rc < 0)
        buf_free(&b);
    return b.at;
}

int plan_command(struct plan *p, const struct run_conf *conf, const struct target *target, struct words words,
                 struct err *err)
{
    int rc = begin(p, conf, target);
    strcpy(p->test, "command");
    p->title = join(words.at, words.n);
    if (rc == 0 && p->title)
        rc = compile(p, words.at, words.n);
    p->payload_bytes = p->ask.wire_len;
    if (rc == 0 && p->title)
        return 0;
    plan_reset(p);
    return rc == -E2BIG ? err_set(err, ERR_USAGE, "the command is too long: a request has at most 2 GiB")
                        : no_memory(err);
}

int plan_idle(struct plan *p, const struct run_conf *conf, const struct target *target, struct err *err)
{
    int rc = begin(p, conf, target);
    strcpy(p->test, "idle");
    p->idle = true;
    p->clients = conf->clients;
    return rc < 0 ? no_memory(err) : 0;
}

void plan_reset(struct plan *p)
{
    template_reset(&p->ask);
    template_reset(&p->fill);
    template_reset(&p->setup);
    free(p->title);
    free(p->canned);
    *p = (struct plan){0};
}

struct share plan_share(const struct plan *p, unsigned part, uint64_t total)
{
    struct deal deal = {p->clients, p->threads, part};
    struct share s = {.deal = deal, .clients = (unsigned)deal_clients(&deal), .requests = UINT64_MAX};
    if (total) {
        s.first = deal_before(&deal, part, total);
        s.requests = deal_count(&deal, total);
    }
    return s;
}

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t plan_out_bytes(const struct plan *p)
{
    size_t request = max_size(p->ask.len, p->fill.len);
    return max_size(request * p->conf->pipeline, p->setup.len);
}

size_t plan_out_pieces(const struct plan *p)
{
    size_t cuts = max_size(p->ask.ncuts, p->fill.ncuts);
    return cuts ? (2 * cuts + 1) * p->conf->pipeline : 1;
}
