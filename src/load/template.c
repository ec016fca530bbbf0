// SPDX-License-Identifier: MIT
#include "load/template.h"

#include "base/buf.h"
#include "load/proof.h"
#include "load/spelt.h"
#include "load/value.h"
#include "resp/encode.h"

#include <errno.h>
#include <stdlib.h>

#define DATA "__data__"

// A key placeholder at s: its kind, or -1. All are as long as the digits that take their place.
static int placeholder_kind(struct slice s)
{
    static const char *const names[KEYDIST_NAMES] = {
        "__rand_int__", "__rand_1st__", "__rand_2nd__", "__rand_3rd__", "__rand_4th__",
        "__rand_5th__", "__rand_6th__", "__rand_7th__", "__rand_8th__", "__rand_9th__"};
    for (int i = 0; i < KEYDIST_NAMES; i++)
        if (slice_starts(s, names[i]))
            return i;
    return -1;
}

static int add_hole(struct template *t, size_t at, int kind)
{
    struct template_hole *holes = realloc(t->holes, (t->nholes + 1) * sizeof *holes);
    if (!holes)
        return -ENOMEM;
    t->holes = holes;
    holes[t->nholes++] = (struct template_hole){(uint32_t)at, (uint8_t)kind};
    t->kinds |= (uint16_t)(1u << kind);
    t->draws[kind] = kind ? 1 : t->draws[kind] + 1;
    return 0;
}

static int add_cut(struct template *t, size_t at)
{
    uint32_t *cuts = realloc(t->cuts, (t->ncuts + 1) * sizeof *cuts);
    if (!cuts)
        return -ENOMEM;
    t->cuts = cuts;
    cuts[t->ncuts++] = (uint32_t)at;
    return 0;
}

static int add_tag(struct template *t, size_t at)
{
    uint32_t *all = realloc(t->tag_at, (t->ntags + 1) * sizeof *all);
    if (!all)
        return -ENOMEM;
    t->tag_at = all;
    all[t->ntags++] = (uint32_t)at;
    return t->tags ? 0 : tags_new(&t->tags);
}

static int add_header(struct buf *out, char type, size_t n)
{
    char head[RESP_HEAD_MAX];
    char *end = encode_head(head, type, n);
    return buf_append(out, head, (size_t)(end - head));
}

// How long arg is once __data__ has become data_bytes.
static size_t expanded_len(struct slice arg, size_t data_bytes)
{
    size_t len = arg.len;
    for (const char *at; (at = slice_find(arg, DATA));
         arg = (struct slice){at + 8, arg.len - (size_t)(at + 8 - arg.at)})
        len = len - 8 + data_bytes;
    return len;
}

static int add_holes(struct template *t, size_t at, struct slice text)
{
    for (size_t i = 0; i + DIGITS_LEN <= text.len; i++) {
        int kind = placeholder_kind((struct slice){text.at + i, text.len - i});
        if (kind < 0)
            continue;
        int rc = add_hole(t, at + i, kind);
        if (rc < 0)
            return rc;
        i += DIGITS_LEN - 1;
    }
    return 0;
}

static int add_tags(struct template *t, size_t at, struct slice text)
{
    struct slice rest = text;
    for (const char *tag; (tag = slice_find(rest, TAG));
         rest = (struct slice){tag + 1, text.len - (size_t)(tag + 1 - text.at)}) {
        int rc = add_tag(t, at + (size_t)(tag + 1 - text.at));
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int add_text(struct template *t, struct buf *out, struct slice text, const struct template_conf *conf)
{
    int rc = conf->keys ? add_holes(t, out->len, text) : 0;
    if (rc == 0 && conf->slots)
        rc = add_tags(t, out->len, text);
    return rc < 0 ? rc : buf_append(out, text.at, text.len);
}

static int add_data(struct template *t, struct buf *out)
{
    if (t->value.len >= TEMPLATE_SHARE_MIN)
        return add_cut(t, out->len);
    return buf_append(out, t->value.at, t->value.len);
}

static int add_argument(struct template *t, struct buf *out, struct slice arg,
                        const struct template_conf *conf)
{
    int rc = add_header(out, '$', expanded_len(arg, t->value.len));
    while (rc == 0 && arg.len) {
        const char *at = slice_find(arg, DATA);
        size_t before = at ? (size_t)(at - arg.at) : arg.len;
        rc = add_text(t, out, (struct slice){arg.at, before}, conf);
        if (rc == 0 && at)
            rc = add_data(t, out);
        size_t passed = at ? before + strlen(DATA) : before;
        arg = (struct slice){arg.at + passed, arg.len - passed};
    }
    return rc < 0 ? rc : buf_append(out, "\r\n", 2);
}

static void set_key(struct template *t, size_t end, size_t len)
{
    t->key_at = (uint32_t)(end - len);
    t->key_len = (uint32_t)len;
}

// Where the one number of the one key is that has a tag.
static void find_digits(struct template *t, const struct keyed *keyed)
{
    size_t first = keyed_first(keyed);
    uint32_t n = 0, at = 0;
    if (!t->key_len || !t->ntags || keyed_next(keyed, first))
        return;
    for (uint32_t i = 0; i < t->nholes; i++)
        if (t->holes[i].at >= t->key_at && t->holes[i].at < t->key_at + t->key_len) {
            at = t->holes[i].at;
            n++;
        }
    t->digits_at = n == 1 ? at : 0;
}

// The template takes over out's memory.
static int finish(struct template *t, struct buf *out, int rc)
{
    if (rc == 0 && out->len > INT32_MAX)
        rc = -E2BIG;
    t->bytes = out->at;
    t->len = (uint32_t)out->len;
    t->wire_len = t->len + t->ncuts * t->value.len;
    if (rc < 0)
        template_reset(t);
    return rc;
}

static int fill_value(struct template *t, size_t data_bytes)
{
    char *value = malloc(data_bytes + 1);
    if (!value)
        return -ENOMEM;
    value_fill(value, data_bytes);
    t->value = (struct contents_pool){value, data_bytes};
    return 0;
}

// What values say of whose they are, beside the number of the key.
static int find_name(struct recipe_conf *conf, struct slice key)
{
    struct slice plain = spelt_plain(key, conf->digits);
    if (!plain.at)
        return -ENOMEM;
    conf->name = proof_name(plain);
    free((char *)plain.at);
    return 0;
}

// Requests that differ in length: as long as the longest, for whoever makes room for them.
static int init_recipe(struct template *t, const struct slice *argv, size_t argc,
                       const struct recipe_conf *conf, size_t data_bytes)
{
    struct recipe_values values = *conf->values;
    int rc = values.pool.at ? 0 : fill_value(t, data_bytes);
    if (!values.pool.at)
        values.pool = t->value;
    struct recipe_conf filled = *conf;
    filled.values = &values;
    t->recipe = calloc(1, sizeof *t->recipe);
    if (rc == 0 && values.self && argc > 1)
        rc = find_name(&filled, argv[1]);
    if (rc == 0)
        rc = t->recipe ? recipe_init(t->recipe, argv, argc, &filled) : -ENOMEM;
    if (rc < 0) {
        template_reset(t);
        return rc;
    }
    t->len = (uint32_t)t->recipe->most;
    t->wire_len = t->len;
    memcpy(t->draws, t->recipe->draws, sizeof t->draws);
    t->ntags = t->recipe->slots.tagged;
    t->digits_at = t->recipe->slots.settled;
    return 0;
}

static struct recipe_values values_of(const struct template_conf *conf)
{
    uint32_t size = (uint32_t)conf->data_bytes;
    return conf->values ? *conf->values : (struct recipe_values){.sizes = {.lo = size, .hi = size}};
}

int template_init(struct template *t, const struct slice *argv, size_t argc, const struct template_conf *conf)
{
    const struct recipe_values values = values_of(conf);
    const struct recipe_conf recipe = {.key = conf->key,
                                       .values = &values,
                                       .digits = conf->keys,
                                       .dataset = conf->dataset,
                                       .same = conf->same,
                                       .first_slot = conf->first_slot,
                                       .nslots = !conf->slots   ? 0
                                                 : conf->nslots ? conf->nslots
                                                                : SLOTS};
    *t = (struct template){0};
    if (conf->key && (conf->varies || conf->same || recipe_needed(argv, argc, &recipe)))
        return init_recipe(t, argv, argc, &recipe, conf->data_bytes);
    int rc = fill_value(t, conf->data_bytes);
    if (rc < 0)
        return rc;
    struct buf out = {0};
    struct keyed keyed = conf->slots ? keyed_of(argv, argc) : (struct keyed){0};
    size_t key = keyed_first(&keyed);
    if (rc == 0)
        rc = buf_append(&out, conf->before.at, conf->before.len);
    if (rc == 0)
        rc = add_header(&out, '*', argc);
    for (size_t i = 0; rc == 0 && i < argc; i++) {
        uint32_t cuts = t->ncuts;
        rc = add_argument(t, &out, argv[i], conf);
        if (i == key && key && t->ncuts == cuts) // one with a value in it that lies elsewhere is no key
            set_key(t, out.len - 2, expanded_len(argv[i], t->value.len));
    }
    if (rc == 0)
        find_digits(t, &keyed);
    t->first_slot = (uint16_t)conf->first_slot;
    t->slots = conf->nslots ? conf->nslots : SLOTS;
    return finish(t, &out, rc);
}

int template_init_raw(struct template *t, struct slice bytes)
{
    *t = (struct template){.slots = SLOTS};
    struct buf out = {0};
    int rc = buf_append(&out, bytes.at, bytes.len);
    return finish(t, &out, rc);
}

void template_reset(struct template *t)
{
    if (t->recipe)
        recipe_free(t->recipe);
    free(t->recipe);
    free(t->bytes);
    free(t->holes);
    free(t->cuts);
    free(t->tag_at);
    free(t->tags);
    free(t->value.at);
    *t = (struct template){0};
}
