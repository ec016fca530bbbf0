// SPDX-License-Identifier: MIT
#include "load/recipe.h"

#include "base/buf.h"
#include "load/digits.h"
#include "load/proof.h"
#include "resp/encode.h"

#include <errno.h>
#include <stdlib.h>

#define NUMBER_MAX 20
#define SAME KEYDIST_NAMES // the name of the key that the request before had
#define HEAD_USUAL 5       // "$12\r\n"

// --- placeholders ---

// "NAME" or "NAME:n" with n from 1 to 9, between underscores.
static size_t named(struct slice s, const char *name, struct recipe_piece *out)
{
    size_t n = strlen(name);
    if (!slice_starts(s, name))
        return 0;
    bool numbered = s.len > n + 1 && s.at[n] == ':' && s.at[n + 1] >= '1' && s.at[n + 1] <= '9';
    out->name = numbered ? (uint8_t)(s.at[n + 1] - '0') : 0;
    n += numbered ? 2 : 0;
    return slice_starts((struct slice){s.at + n, s.len - n}, "__") ? n + 2 : 0;
}

static size_t digits_at(struct slice s, uint64_t *out)
{
    size_t n = 0;
    for (*out = 0; n < s.len && n < 18 && s.at[n] >= '0' && s.at[n] <= '9'; n++)
        *out = *out * 10 + (uint64_t)(s.at[n] - '0');
    return n;
}

// "__rand:1:100__"
static size_t ranged(struct slice s, struct recipe_piece *out)
{
    static const char begin[] = "__rand:";
    size_t at = sizeof begin - 1, n;
    if (!slice_starts(s, begin))
        return 0;
    n = digits_at((struct slice){s.at + at, s.len - at}, &out->lo);
    at += n;
    if (!n || at >= s.len || s.at[at] != ':')
        return 0;
    at++;
    n = digits_at((struct slice){s.at + at, s.len - at}, &out->hi);
    at += n;
    bool whole = n && out->lo <= out->hi && slice_starts((struct slice){s.at + at, s.len - at}, "__");
    return whole ? at + 2 : 0;
}

// "__field:name__"
static size_t field(struct slice s, struct recipe_piece *out)
{
    static const char begin[] = "__field:";
    const size_t n = sizeof begin - 1;
    if (!slice_starts(s, begin))
        return 0;
    const char *end = slice_find((struct slice){s.at + n, s.len - n}, "__");
    if (!end || end == s.at + n)
        return 0;
    out->lo = n;
    out->hi = (uint64_t)(end - s.at) - n;
    return (size_t)(end - s.at) + 2;
}

// "__rand_int__", "__rand_1st__": all are as long as their digits.
static size_t classic(struct slice s, struct recipe_piece *out)
{
    static const char *const names[KEYDIST_NAMES] = {
        "__rand_int__", "__rand_1st__", "__rand_2nd__", "__rand_3rd__", "__rand_4th__",
        "__rand_5th__", "__rand_6th__", "__rand_7th__", "__rand_8th__", "__rand_9th__"};
    for (uint8_t i = 0; i < KEYDIST_NAMES; i++)
        if (slice_starts(s, names[i])) {
            out->name = i;
            return DIGITS_LEN;
        }
    return 0;
}

size_t recipe_placeholder(struct slice s, struct recipe_piece *out)
{
    static const struct {
        const char *text;
        enum recipe_kind kind;
    } plain[] = {{"__data__", RECIPE_DATA},
                 {"__seq__", RECIPE_SEQ},
                 {"__now__", RECIPE_NOW},
                 {"__cursor__", RECIPE_CURSOR},
                 {"__hkv_envelope__", RECIPE_ENVELOPE}};
    size_t n;
    *out = (struct recipe_piece){0};
    if (!slice_starts(s, "__"))
        return 0;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (slice_starts(s, plain[i].text)) {
            out->kind = plain[i].kind;
            return strlen(plain[i].text);
        }
    out->kind = RECIPE_KEY;
    if ((n = named(s, "__key", out)) > 0)
        return n;
    out->kind = RECIPE_RANGE;
    if ((n = ranged(s, out)) > 0)
        return n;
    out->kind = RECIPE_FIELD;
    if ((n = field(s, out)) > 0)
        return n;
    out->kind = RECIPE_DIGITS;
    return classic(s, out);
}

static bool values_vary(const struct recipe_values *v)
{
    return v->anywhere || sizes_vary(&v->sizes);
}

// The column of a field, or -1 where it stays as it is.
static int column_of(struct slice s, const struct recipe_piece *p, const struct dataset *d)
{
    return d ? dataset_column(d, (struct slice){s.at + p->lo, (size_t)p->hi}) : -1;
}

static bool needs(const struct recipe_piece *p, const struct recipe_conf *conf)
{
    switch (p->kind) {
    case RECIPE_RANGE:
    case RECIPE_SEQ:
    case RECIPE_NOW:
    case RECIPE_CURSOR:
    case RECIPE_ENVELOPE:
        return true;
    case RECIPE_FIELD:
        return conf->dataset != NULL;
    case RECIPE_KEY:
        return !keyform_fixed(conf->key);
    case RECIPE_DATA:
        return values_vary(conf->values);
    default:
        return false;
    }
}

bool recipe_needed(const struct slice *argv, size_t argc, const struct recipe_conf *conf)
{
    for (size_t i = 0; i < argc; i++)
        for (size_t at = 0; at < argv[i].len; at++) {
            struct recipe_piece p;
            if (recipe_placeholder((struct slice){argv[i].at + at, argv[i].len - at}, &p) && needs(&p, conf))
                return true;
        }
    return false;
}

// --- compiling ---

static int add_piece(struct recipe *r, const struct recipe_piece *p)
{
    struct recipe_piece *all = realloc(r->pieces, (r->npieces + 1) * sizeof *all);
    if (!all)
        return -ENOMEM;
    r->pieces = all;
    all[r->npieces++] = *p;
    return 0;
}

static int add_step(struct recipe *r, const struct recipe_step *s)
{
    struct recipe_step *all = realloc(r->steps, (r->nsteps + 1) * sizeof *all);
    if (!all)
        return -ENOMEM;
    r->steps = all;
    all[r->nsteps++] = *s;
    return 0;
}

static size_t most_of(const struct recipe *r, const struct recipe_piece *p)
{
    switch (p->kind) {
    case RECIPE_TEXT:
        return p->len;
    case RECIPE_DIGITS:
        return DIGITS_LEN;
    case RECIPE_KEY:
        return keyform_most(&r->key);
    case RECIPE_DATA:
        return r->values.sizes.hi;
    case RECIPE_FIELD:
        return r->rows->most[p->lo];
    case RECIPE_ENVELOPE:
        return ENVELOPE_BYTES;
    default:
        return NUMBER_MAX;
    }
}

static bool has_number(const struct recipe_piece *p)
{
    return p->kind == RECIPE_DIGITS || p->kind == RECIPE_KEY;
}

static void note_draw(struct recipe *r, const struct recipe_piece *p)
{
    r->now |= p->kind == RECIPE_NOW;
    r->scans |= p->kind == RECIPE_CURSOR;
    r->same |= has_number(p) && p->name == SAME;
    if (!has_number(p) || p->name == SAME)
        return;
    r->names |= (uint16_t)(1u << p->name);
    r->draws[p->name] = p->name ? 1 : r->draws[0] + 1;
}

// A placeholder that is filled, at the start of s; its length, or 0.
static size_t filled(struct slice s, const struct recipe_conf *conf, struct recipe_piece *out)
{
    size_t n = recipe_placeholder(s, out);
    if (!n || (out->kind == RECIPE_DIGITS && !conf->digits))
        return 0;
    if (out->kind != RECIPE_FIELD)
        return n;
    int column = column_of(s, out, conf->dataset);
    out->lo = column < 0 ? 0 : (uint64_t)column;
    return column < 0 ? 0 : n;
}

// The next piece of an argument: a placeholder, or the text up to the next one.
static size_t next_piece(struct slice s, const struct recipe_conf *conf, struct recipe_piece *out)
{
    for (size_t at = 0; at < s.len; at++) {
        size_t n = filled((struct slice){s.at + at, s.len - at}, conf, out);
        if (n) {
            if (at == 0)
                return n;
            *out = (struct recipe_piece){.len = (uint32_t)at};
            return at;
        }
    }
    *out = (struct recipe_piece){.len = (uint32_t)s.len};
    return s.len;
}

static int add_pieces(struct recipe *r, struct buf *text, struct slice arg, const struct recipe_conf *conf)
{
    int rc = 0;
    while (rc == 0 && arg.len) {
        struct recipe_piece p;
        size_t n = next_piece(arg, conf, &p);
        if (p.kind == RECIPE_FIELD)
            r->rows = conf->dataset;
        if (conf->same && has_number(&p) && p.name == 0)
            p.name = SAME;
        if (p.kind == RECIPE_TEXT) {
            p.at = (uint32_t)text->len;
            rc = buf_append(text, arg.at, n);
        }
        if (rc == 0)
            rc = add_piece(r, &p);
        note_draw(r, &p);
        r->most += most_of(r, &p);
        arg = (struct slice){arg.at + n, arg.len - n};
    }
    return rc;
}

// Whole arguments as they stand follow each other in one step.
static int add_raw(struct recipe *r, struct buf *text, const char *bytes, size_t n)
{
    struct recipe_step *last = r->nsteps ? &r->steps[r->nsteps - 1] : NULL;
    int rc = 0;
    if (last && !last->n && last->at + last->len == text->len)
        last->len += (uint32_t)n;
    else
        rc = add_step(r, &(struct recipe_step){.at = (uint32_t)text->len, .len = (uint32_t)n});
    r->most += n;
    return rc < 0 ? rc : buf_append(text, bytes, n);
}

static int add_head(struct recipe *r, struct buf *text, char type, size_t n)
{
    char head[RESP_HEAD_MAX];
    return add_raw(r, text, head, (size_t)(encode_head(head, type, n) - head));
}

static bool all_text(struct slice arg, const struct recipe_conf *conf)
{
    struct recipe_piece p;
    return next_piece(arg, conf, &p) == arg.len && p.kind == RECIPE_TEXT;
}

static int add_argument(struct recipe *r, struct buf *text, struct slice arg, const struct recipe_conf *conf)
{
    if (all_text(arg, conf)) {
        int rc = add_head(r, text, '$', arg.len);
        if (rc == 0)
            rc = add_raw(r, text, arg.at, arg.len);
        return rc < 0 ? rc : add_raw(r, text, "\r\n", 2);
    }
    struct recipe_step s = {.first = r->npieces};
    int rc = add_pieces(r, text, arg, conf);
    s.n = r->npieces - s.first;
    r->most += RESP_HEAD_MAX + 2;
    return rc < 0 ? rc : add_step(r, &s);
}

// The placeholder of a key's one number.
static bool is_varying(struct slice key, bool digits, size_t *at, unsigned *n)
{
    bool varies = false;
    *n = 0;
    for (size_t i = 0, len; i < key.len; i += len ? len : 1) {
        struct recipe_piece p;
        len = recipe_placeholder((struct slice){key.at + i, key.len - i}, &p);
        if (!len || (p.kind == RECIPE_DIGITS && !digits))
            continue;
        *at = p.kind == RECIPE_DIGITS ? i : 0;
        *n += 1;
        varies = true;
    }
    return varies;
}

static int find_slots(struct recipe *r, const struct slice *argv, size_t argc, const struct recipe_conf *conf)
{
    struct recipe_slots *s = &r->slots;
    if (!conf->nslots)
        return 0;
    *s = (struct recipe_slots){
        .keyed = keyed_of(argv, argc), .first = (uint16_t)conf->first_slot, .n = conf->nslots};
    size_t first = keyed_first(&s->keyed), at = 0;
    unsigned n = 0;
    s->tagged = first && slice_find(argv[first], TAG);
    if (!s->tagged)
        return 0;
    s->settled = is_varying(argv[first], conf->digits, &at, &n) && !keyed_next(&s->keyed, first);
    s->digits = s->settled && n == 1 ? at : 0;
    return tags_new(&s->tags);
}

int recipe_init(struct recipe *r, const struct slice *argv, size_t argc, const struct recipe_conf *conf)
{
    struct buf text = {0};
    *r = (struct recipe){.key = *conf->key, .values = *conf->values, .name = conf->name};
    int rc = add_head(r, &text, '*', argc);
    for (size_t i = 0; rc == 0 && i < argc; i++)
        rc = add_argument(r, &text, argv[i], conf);
    r->text = text.at;
    if (rc == 0)
        rc = find_slots(r, argv, argc, conf);
    return rc == 0 && r->most > INT32_MAX ? -E2BIG : rc;
}

void recipe_free(struct recipe *r)
{
    free(r->text);
    free(r->pieces);
    free(r->steps);
    free(r->slots.tags);
    *r = (struct recipe){0};
}

// --- writing ---

static char *write_number(char *dst, uint64_t n)
{
    char digits[NUMBER_MAX];
    int i = NUMBER_MAX;
    do
        digits[--i] = (char)('0' + n % 10);
    while (n /= 10);
    memcpy(dst, digits + i, (size_t)(NUMBER_MAX - i));
    return dst + NUMBER_MAX - i;
}

static void say_itself(const struct recipe *r, struct draw *d, char *value, size_t n)
{
    struct draw_self *s = &d->self;
    s->last = s->keys ? versions_write(&s->keys[d->number], s->owner)
                      : (struct version_write){.version = ++s->count};
    proof_write(value, n, &(struct proof){d->number, s->last.version, r->name, s->writer});
}

static char *write_data(const struct recipe *r, struct draw *d, char *dst)
{
    const struct recipe_values *v = &r->values;
    size_t n = sizes_vary(&v->sizes) ? sizes_draw(&v->sizes, &d->values) : v->sizes.lo;
    size_t from = v->anywhere ? rng_below(&d->values, v->pool.len - n + 1) : 0;
    memcpy(dst, v->pool.at + from, n);
    if (v->self)
        say_itself(r, d, dst, n);
    return dst + n;
}

// The number of a key, which values may have to tell.
static uint64_t number_of(struct draw *d, const struct recipe_piece *p, const uint64_t *names)
{
    return d->number = p->name ? names[p->name] : keydist_next(&d->keys, 0);
}

static char *write_field(const struct recipe *r, const struct draw *d, const struct recipe_piece *p,
                         char *dst)
{
    if (!r->rows)
        BUG("a field of no table");
    struct slice cell = dataset_cell(r->rows, d->row, (unsigned)p->lo);
    memcpy(dst, cell.at, cell.len);
    return dst + cell.len;
}

static char *write_piece(const struct recipe *r, struct draw *d, const struct recipe_piece *p, char *dst,
                         const uint64_t *names)
{
    switch (p->kind) {
    case RECIPE_TEXT:
        memcpy(dst, r->text + p->at, p->len);
        return dst + p->len;
    case RECIPE_DIGITS:
        digits_write(dst, number_of(d, p, names));
        return dst + DIGITS_LEN;
    case RECIPE_KEY:
        return keyform_write(&r->key, number_of(d, p, names), dst);
    case RECIPE_DATA:
        return write_data(r, d, dst);
    case RECIPE_RANGE:
        return write_number(dst, p->lo + rng_below(&d->values, p->hi - p->lo + 1));
    case RECIPE_SEQ:
        d->seq += d->step;
        return write_number(dst, d->seq - d->step);
    case RECIPE_NOW:
        return write_number(dst, d->unix_ms);
    case RECIPE_CURSOR:
        return write_number(dst, d->cursor);
    case RECIPE_FIELD:
        return write_field(r, d, p, dst);
    case RECIPE_ENVELOPE:
        dst = envelope_write(&d->envelope, dst);
        d->envelope.seq++;
        return dst;
    }
    return dst;
}

// The bytes first, behind the usual room for their length, which is known only then.
static char *write_argument(const struct recipe *r, struct draw *d, const struct recipe_step *s, char *dst,
                            const uint64_t *names)
{
    char head[RESP_HEAD_MAX], *at = dst + HEAD_USUAL;
    for (uint32_t i = 0; i < s->n; i++)
        at = write_piece(r, d, &r->pieces[s->first + i], at, names);
    size_t len = (size_t)(at - dst - HEAD_USUAL);
    size_t n = (size_t)(encode_head(head, '$', len) - head);
    if (n != HEAD_USUAL)
        memmove(dst + n, dst + HEAD_USUAL, len);
    memcpy(dst, head, n);
    memcpy(dst + n + len, "\r\n", 2);
    return dst + n + len + 2;
}

char *recipe_write(const struct recipe *r, struct draw *d, char *dst)
{
    uint64_t names[KEYDIST_NAMES + 1];
    char *from = dst;
    d->number = 0;
    if (r->same)
        names[SAME] = d->same;
    for (unsigned left = r->names & ~1u; left; left &= left - 1) {
        unsigned name = (unsigned)__builtin_ctz(left);
        names[name] = keydist_next(d->spaces && d->spaces[name].range ? &d->spaces[name] : &d->keys, name);
    }
    if (r->rows) {
        d->row = d->rows % r->rows->rows;
        d->rows += d->step;
    }
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct recipe_step *s = &r->steps[i];
        if (s->n) {
            dst = write_argument(r, d, s, dst, names);
            continue;
        }
        memcpy(dst, r->text + s->at, s->len);
        dst += s->len;
    }
    d->bytes += (uint64_t)(dst - from);
    return dst;
}
