// SPDX-License-Identifier: MIT
#include "run/delivery.h"

#include "load/envelope.h"
#include "resp/bulk.h"
#include "resp/encode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_TEXT 64
#define GROUP "hkv-bench"
#define BATCH_MAX 16 // entries of a stream that one XREADGROUP takes

#define BATCH_TEXT_(n) #n
#define BATCH_TEXT(n) BATCH_TEXT_(n)

static const struct kind {
    const char *put;   // the producers' command
    const char *title; // of the test
    char usual;        // type of a good reply to it
} kinds[] = {
    [DELIVERY_LIST] = {"LPUSH", "QUEUE (LPUSH to BRPOP)", ':'},
    [DELIVERY_MOVE] = {"LPUSH", "QUEUE (LPUSH to BLMOVE, LREM)", ':'},
    [DELIVERY_STREAM] = {"XADD", "QUEUE (XADD to XREADGROUP, XACK)", '$'},
    [DELIVERY_CHANNEL] = {"PUBLISH", "PUBSUB (PUBLISH to SUBSCRIBE)", ':'},
    [DELIVERY_SHARDED] = {"SPUBLISH", "PUBSUB (SPUBLISH to SSUBSCRIBE)", ':'},
};

static struct slice name_of(char dst[NAME_TEXT], uint32_t run, unsigned queue, const char *suffix)
{
    int n = snprintf(dst, NAME_TEXT, "hkv-queue:%08x:%u%s", run, queue, suffix);
    return (struct slice){dst, (size_t)n};
}

// Some of the queues get each message, by chance.
static struct slice names_of(char dst[NAME_TEXT], uint32_t run, unsigned queues)
{
    if (queues == 1)
        return name_of(dst, run, 0, "");
    int n = snprintf(dst, NAME_TEXT, "hkv-queue:%08x:__rand:0:%u__", run, queues - 1);
    return (struct slice){dst, (size_t)n};
}

// A message, and what fills it up to the size that was asked for.
static char *compose(size_t bytes)
{
    static const char placeholder[] = "__hkv_envelope__";
    size_t head = sizeof placeholder - 1, more = bytes > ENVELOPE_BYTES ? bytes - ENVELOPE_BYTES : 0;
    char *text = malloc(head + more + 1);
    if (!text)
        return NULL;
    memcpy(text, placeholder, head);
    memset(text + head, 'x', more);
    text[head + more] = 0;
    return text;
}

static int entitle(struct ask *a, const struct kind *kind, bool publishes)
{
    free(a->title);
    a->title = strdup(kind->title);
    snprintf(a->name, sizeof a->name, "%s", publishes ? "pubsub" : "queue");
    return a->title ? 0 : -ENOMEM;
}

int delivery_ask(struct ask *a, const struct ask_conf *asking, uint32_t run)
{
    const struct run_conf *conf = asking->run;
    const struct kind *kind = &kinds[conf->delivery];
    char name[NAME_TEXT], *text = compose(conf->data_bytes);
    if (!text)
        return -ENOMEM;
    struct slice words[5] = {slice_of(kind->put), names_of(name, run, conf->queues), slice_of(text)};
    size_t n = 3;
    if (conf->delivery == DELIVERY_STREAM) {
        words[2] = slice_of("*");
        words[3] = slice_of("message");
        words[4] = slice_of(text);
        n = 5;
    }
    int rc = ask_words(a, asking, (struct words){.at = words, .n = n});
    a->payload_bytes = conf->data_bytes > ENVELOPE_BYTES ? conf->data_bytes : ENVELOPE_BYTES;
    a->reply.reads = READS_NOTHING;
    a->reply.usual = kind->usual;
    free(text);
    return rc < 0 ? rc : entitle(a, kind, delivery_publishes(conf));
}

// --- consumers ---

static int add(struct buf *out, const struct slice *argv, size_t argc)
{
    int rc = buf_reserve(out, encode_size(argv, argc));
    if (rc == 0)
        out->len = (size_t)(encode_command(out->at + out->len, argv, argc) - out->at);
    return rc;
}

static struct slice own_name(char dst[NAME_TEXT], const struct delivery_end *end, const char *suffix)
{
    return name_of(dst, end->run, end->number % end->conf->queues, suffix);
}

// All channels.
static int subscribe(const struct delivery_end *end, struct buf *out, unsigned *replies)
{
    const char *command = end->conf->delivery == DELIVERY_SHARDED ? "SSUBSCRIBE" : "SUBSCRIBE";
    int rc = 0;
    *replies = end->conf->queues;
    for (unsigned i = 0; rc == 0 && i < end->conf->queues; i++) {
        char name[NAME_TEXT];
        struct slice words[] = {slice_of(command), name_of(name, end->run, i, "")};
        rc = add(out, words, 2);
    }
    return rc;
}

int delivery_join(const struct delivery_end *end, struct buf *out, unsigned *replies)
{
    char name[NAME_TEXT];
    *replies = 0;
    if (delivery_publishes(end->conf))
        return subscribe(end, out, replies);
    if (end->conf->delivery != DELIVERY_STREAM)
        return 0;
    struct slice words[] = {slice_of("XGROUP"), slice_of("CREATE"), own_name(name, end, ""),
                            slice_of(GROUP),    slice_of("$"),      slice_of("MKSTREAM")};
    *replies = 1;
    return add(out, words, 6);
}

static int take_of_stream(const struct delivery_end *end, struct slice queue, struct buf *out)
{
    char own[NAME_TEXT];
    snprintf(own, sizeof own, "consumer-%u", end->number);
    struct slice words[] = {slice_of("XREADGROUP"), slice_of("GROUP"),
                            slice_of(GROUP),        slice_of(own),
                            slice_of("COUNT"),      slice_of(BATCH_TEXT(BATCH_MAX)),
                            slice_of("BLOCK"),      slice_of("0"),
                            slice_of("STREAMS"),    queue,
                            slice_of(">")};
    return add(out, words, sizeof words / sizeof *words);
}

int delivery_take(const struct delivery_end *end, struct buf *out)
{
    char name[NAME_TEXT], other[NAME_TEXT];
    struct slice queue = own_name(name, end, "");
    struct slice pop[] = {slice_of("BRPOP"), queue, slice_of("0")};
    struct slice move[] = {
        slice_of("BLMOVE"), queue,        own_name(other, end, ":taken"), slice_of("RIGHT"),
        slice_of("LEFT"),   slice_of("0")};
    switch (end->conf->delivery) {
    case DELIVERY_LIST:
        return add(out, pop, 3);
    case DELIVERY_MOVE:
        return add(out, move, 6);
    case DELIVERY_STREAM:
        return take_of_stream(end, queue, out);
    default:
        return 0; // they come by themselves
    }
}

// The strings of the reply: its key, then for each entry its id, the name of its field, and what is in it.
static int acknowledge_entries(const struct delivery_end *end, struct slice reply, struct buf *out)
{
    char name[NAME_TEXT];
    struct slice words[3 + BATCH_MAX] = {slice_of("XACK"), own_name(name, end, ""), slice_of(GROUP)};
    struct slice text;
    size_t n = 3;
    for (size_t i = 0; n < 3 + BATCH_MAX && bulk_next(&reply, &text); i++)
        if (i % 3 == 1)
            words[n++] = text;
    return n > 3 ? add(out, words, n) : 0;
}

int delivery_acknowledge(const struct delivery_end *end, struct slice reply, struct buf *out)
{
    char name[NAME_TEXT];
    struct slice text;
    if (end->conf->delivery == DELIVERY_STREAM)
        return acknowledge_entries(end, reply, out);
    if (end->conf->delivery != DELIVERY_MOVE || !bulk_next(&reply, &text))
        return 0;
    struct slice words[] = {slice_of("LREM"), own_name(name, end, ":taken"), slice_of("1"), text};
    return add(out, words, 4);
}

int delivery_remove(const struct delivery_end *end, struct buf *out)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < end->conf->queues; i++) {
        char name[NAME_TEXT], other[NAME_TEXT];
        struct slice words[] = {slice_of("DEL"), name_of(name, end->run, i, ""),
                                name_of(other, end->run, i, ":taken")};
        rc = add(out, words, 3);
    }
    return rc;
}
