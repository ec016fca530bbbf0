// SPDX-License-Identifier: MIT
#include "report/selftest/kept.h"

#include "report/parts/json.h"
#include "report/parts/selftest_value.h"
#include "report/parts/value.h"

#include <string.h>

#define FORM 1
#define DEEPEST 8      // objects in objects: more than it has, and few for any stack
#define HOUR_NS 3.6e12 // no latency is longer
#define RATE_MOST 1e12
#define TIME_MOST_MS 1e14 // a date that can be written

int kept_write(FILE *out, const struct selftest *t, struct err *err)
{
    return json_write(out,
                      value_object(FIELDS{
                          {"kept_selftest", json_integer(FORM)},
                          {"selftest", selftest_value(t)},
                          {0},
                      }),
                      err);
}

// --- reading ---

// Whether brackets are nested so little that a parser may go down into them; those of texts count too.
static bool is_flat(const char *text, size_t len)
{
    int depth = 0, deepest = 0;
    for (size_t i = 0; i < len; i++) {
        depth += (text[i] == '[' || text[i] == '{') - (text[i] == ']' || text[i] == '}');
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest <= DEEPEST;
}

// Of an object some members, and whether all of them were as they must be.
struct reading {
    const json_t *from;
    bool good;
};

static void read_text(struct reading *r, const char *name, char *dst, size_t cap)
{
    const char *text = json_string_value(json_object_get(r->from, name));
    r->good = r->good && text && strlen(text) < cap;
    if (r->good)
        memcpy(dst, text, strlen(text) + 1);
}

static double read_real(struct reading *r, const char *name, double most)
{
    const json_t *j = json_object_get(r->from, name);
    double x = json_number_value(j);
    r->good = r->good && json_is_number(j) && x >= 0 && x <= most;
    return r->good ? x : 0;
}

static uint64_t read_ns(struct reading *r, const char *name)
{
    return (uint64_t)read_real(r, name, HOUR_NS);
}

static bool read_bool(struct reading *r, const char *name)
{
    const json_t *j = json_object_get(r->from, name);
    r->good = r->good && json_is_boolean(j);
    return json_is_true(j);
}

// A member that is an object; NULL where it is null, which means that it was not measured.
static const json_t *part_of(struct reading *r, const char *name)
{
    const json_t *j = json_object_get(r->from, name);
    r->good = r->good && (json_is_object(j) || json_is_null(j));
    return json_is_object(j) ? j : NULL;
}

static void read_floors(struct reading *r, struct selftest *t)
{
    const json_t *list = json_object_get(r->from, "floors");
    for (size_t i = 0; i < SELFTEST_FLOORS; i++) {
        struct selftest_floor *f = &t->floors[i];
        struct reading one = {json_array_get(list, i), r->good};
        f->pipeline = (unsigned)read_real(&one, "pipeline", 1e6);
        f->ceiling_rps = read_real(&one, "ceiling_rps", RATE_MOST);
        f->cpu_us = read_real(&one, "cpu_us", HOUR_NS);
        f->p50_ns = read_ns(&one, "p50_ns");
        f->p99_ns = read_ns(&one, "p99_ns");
        if (!json_is_null(json_object_get(one.from, "own_ns")))
            f->own_ns = read_ns(&one, "own_ns");
        r->good = one.good;
    }
}

static void read_late(struct reading *r, const char *name, struct selftest_late *l)
{
    struct reading one = {part_of(r, name), r->good};
    if (!one.from)
        return;
    *l = (struct selftest_late){(uint64_t)read_real(&one, "count", RATE_MOST), read_ns(&one, "p50_ns"),
                                read_ns(&one, "p99_ns"), read_ns(&one, "max_ns")};
    r->good = one.good;
}

static void read_fault(struct reading *r, const char *name, struct selftest_fault *f)
{
    struct reading one = {part_of(r, name), r->good};
    if (!one.from)
        return;
    f->tried = true;
    f->found = read_bool(&one, "found");
    const json_t *value = json_object_get(one.from, "measured"); // a delay may come out below 0
    f->value = json_number_value(value);
    r->good = one.good && json_is_number(value) && f->value >= -HOUR_NS && f->value <= HOUR_NS;
}

static void read_noise(struct reading *r, struct selftest *t)
{
    struct reading one = {part_of(r, "noise"), r->good};
    if (!one.from)
        return;
    t->pairs = (unsigned)read_real(&one, "pairs", SELFTEST_PAIRS);
    t->slot_s = read_real(&one, "slot_s", HOUR_NS);
    t->rps_smallest = read_real(&one, "rps_smallest", RATE_MOST);
    t->p50_smallest = read_real(&one, "p50_smallest", RATE_MOST);
    r->good = one.good;
}

static bool read_all(const json_t *from, struct selftest *t)
{
    struct reading r = {from, json_is_object(from)};
    *t = (struct selftest){0};
    read_text(&r, "host", t->host, sizeof t->host);
    read_text(&r, "kernel", t->kernel, sizeof t->kernel);
    read_text(&r, "version", t->version, sizeof t->version);
    read_text(&r, "engine", t->engine, sizeof t->engine);
    t->taken_unix_ms = (int64_t)read_real(&r, "taken_unix_ms", TIME_MOST_MS);
    t->asked_s = read_real(&r, "asked_s", HOUR_NS);
    t->spent_s = read_real(&r, "spent_s", HOUR_NS);
    t->whole = read_bool(&r, "whole");
    read_floors(&r, t);
    read_late(&r, "timer", &t->timer);
    read_late(&r, "lag", &t->lag);
    read_late(&r, "unread", &t->unread);
    read_fault(&r, "delay_ns", &t->delay);
    read_fault(&r, "error_share", &t->errors);
    read_noise(&r, t);
    return r.good;
}

bool kept_read(const char *text, size_t len, struct selftest *t)
{
    if (len > KEPT_BYTES_MAX || !is_flat(text, len))
        return false;
    json_t *whole = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    bool good = json_integer_value(json_object_get(whole, "kept_selftest")) == FORM &&
                read_all(json_object_get(whole, "selftest"), t);
    json_decref(whole);
    return good;
}
