// SPDX-License-Identifier: MIT
// The form is promised in docs/json.md: a new or changed field goes there too. Every function that makes a
// value answers NULL without memory; append and object pass that on, so that only the whole needs a look.
#include "report/report.h"

#include "base/build.h"
#include "stats/doubt.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#define SCHEMA_VERSION 1

static json_t *number(uint64_t n)
{
    return json_integer(n < INT64_MAX ? (json_int_t)n : INT64_MAX);
}

static json_t *real(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *seconds(uint64_t ns)
{
    return real((double)ns * 1e-9);
}

// A value, or null where it means nothing.
static json_t *number_if(bool means, uint64_t n)
{
    return means ? number(n) : json_null();
}

static json_t *real_if(bool means, double x)
{
    return means ? real(x) : json_null();
}

// Length of the UTF-8 character that starts at text, or 0 where there is none (RFC 3629).
static size_t utf8_len(const unsigned char *text)
{
    unsigned char c = text[0];
    size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < len; i++)
        if ((text[i] & 0xc0) != 0x80) // the NUL stops it too
            return 0;
    bool overlong = (c == 0xe0 && text[1] < 0xa0) || (c == 0xf0 && text[1] < 0x90);
    bool outside = (c == 0xed && text[1] > 0x9f) || (c == 0xf4 && text[1] > 0x8f); // surrogates, > U+10FFFF
    return overlong || outside ? 0 : len;
}

// Text from argv or a server may hold any byte: those that are not UTF-8 become the four characters \xNN.
static json_t *text(const char *s)
{
    char *clean = malloc(4 * strlen(s) + 1);
    if (!clean)
        return NULL;
    char *to = clean;
    while (*s) {
        size_t len = utf8_len((const unsigned char *)s);
        if (len == 0)
            to += sprintf(to, "\\x%02x", (unsigned char)*s++);
        for (; len > 0; len--)
            *to++ = *s++;
    }
    json_t *j = json_stringn(clean, (size_t)(to - clean));
    free(clean);
    return j;
}

// Appends, and answers the array or, where item or memory is missing, NULL.
static json_t *append(json_t *array, json_t *item)
{
    if (json_array_append_new(array, item) == 0)
        return array;
    json_decref(array);
    return NULL;
}

struct field {
    const char *name;
    json_t *value; // the object takes it
};

// An object of the fields up to {0}, or NULL where a value or memory is missing.
static json_t *object(const struct field *fields)
{
    json_t *j = json_object();
    bool whole = j;
    for (; fields->name; fields++)
        if (json_object_set_new(j, fields->name, fields->value) != 0)
            whole = false;
    if (whole)
        return j;
    json_decref(j);
    return NULL;
}

#define FIELDS (const struct field[])

static json_t *tool(void)
{
    json_t *how = object(FIELDS{
        {"compiler", text(build.compiler)},
        {"type", text(build.type)},
        {"flags", text(build.flags)},
        {"sanitize", text(build.sanitize)},
        {"histogram", text(build.histogram)},
        {0},
    });
    return object(FIELDS{
        {"name", text("hkv-bench")},
        {"version", text(build.version)},
        {"git", text(build.git)},
        {"build", how},
        {0},
    });
}

static json_t *started(int64_t unix_ms)
{
    time_t second = (time_t)(unix_ms / 1000);
    struct tm utc;
    char day[32], whole[48];
    if (!gmtime_r(&second, &utc) || strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc) == 0)
        return json_null();
    snprintf(whole, sizeof whole, "%s.%03dZ", day, (int)(unix_ms % 1000));
    return text(whole);
}

static json_t *command_line(const struct run_facts *f)
{
    json_t *words = json_array();
    for (int i = 0; i < f->argc; i++)
        words = append(words, text(f->argv[i]));
    return words;
}

static json_t *run_config(const struct run_facts *f)
{
    char seed[24]; // as text: it may need all 64 bits, which few readers of JSON keep
    snprintf(seed, sizeof seed, "%" PRIu64, f->seed);
    return object(FIELDS{
        {"engine", text(f->engine)},
        {"pipeline_mode", text(f->pipeline_mode)},
        {"seed", text(seed)},
        {0},
    });
}

static json_t *environment(const struct host *h)
{
    return object(FIELDS{
        {"host", text(h->name)},
        {"cpu", text(h->cpu)},
        {"cpus", number((uint64_t)h->cpus)},
        {"cpus_allowed", number((uint64_t)h->cpus_allowed)},
        {"governor", text(h->governor)},
        {"machine", text(h->machine)},
        {"virtualised", text(h->virtualised)},
        {"kernel", text(h->kernel)},
        {"memory_bytes", number(h->memory_bytes)},
        {"load1", real_if(h->load1 >= 0, h->load1)},
        {"clocksource", text(h->clocksource)},
        {"clock_read_ns", real(h->clock_read_ns)},
        {"clock_step_ns", number(h->clock_step_ns)},
        {0},
    });
}

static json_t *server(const struct run_facts *f)
{
    return object(FIELDS{
        {"target", text(f->target)},
        {"name", text(f->server_name)},
        {"version", text(f->server_version)},
        {0},
    });
}

static json_t *test_config(const struct summary *s)
{
    return object(FIELDS{
        {"requests", number_if(s->requests_asked, s->requests_asked)},
        {"duration_s", real_if(s->duration_asked_ns, (double)s->duration_asked_ns * 1e-9)},
        {"warmup_s", seconds(s->warmup_ns)},
        {"rate", real_if(s->rate_asked > 0, s->rate_asked)},
        {"clients", number(s->clients)},
        {"threads", number(s->threads)},
        {"pipeline", number(s->pipeline)},
        {"pipeline_mode", text(s->window ? "window" : "batch")},
        {"keepalive", json_boolean(s->keepalive)},
        {"payload_bytes", number(s->payload_bytes)},
        {"keyspace", number_if(!s->keyless, s->keyspace)},
        {"sequential", json_boolean(s->sequential)},
        {"prefilled", number(s->prefilled)},
        {0},
    });
}

static json_t *counts(const struct summary *s)
{
    return object(FIELDS{
        {"sent", number(s->sent)},
        {"answered", number(summary_answered(s))},
        {"ok", number(s->ok)},
        {"errors", number(s->errors)},
        {"hits", number_if(s->reads, s->hits)},
        {"misses", number_if(s->reads, s->misses)},
        {"unfinished", number(s->unfinished)},
        {"pushes", number(s->pushes)},
        {"lost_connections", number(s->lost)},
        {"connects", number(s->connects)},
        {0},
    });
}

static json_t *errors_by_prefix(const struct tally *t)
{
    json_t *list = json_array();
    for (int i = 0; i < TALLY_KINDS && t->kinds[i].prefix[0]; i++)
        list = append(list, object(FIELDS{
                                {"prefix", text(t->kinds[i].prefix)},
                                {"count", number(t->kinds[i].count)},
                                {"first", text(t->kinds[i].first)},
                                {0},
                            }));
    return list;
}

static json_t *bytes(const struct summary *s)
{
    return object(FIELDS{
        {"sent", number(s->bytes_sent)},
        {"received", number(s->bytes_received)},
        {0},
    });
}

static json_t *histogram(const struct hist *h)
{
    char *encoded = hist_encode(h);
    json_t *j = encoded ? json_string(encoded) : NULL;
    free(encoded);
    return j;
}

static json_t *latency(const struct hist *h)
{
    if (!h || hist_count(h) == 0)
        return json_null();
    return object(FIELDS{
        {"count", number(hist_count(h))},
        {"min", number(hist_min(h))},
        {"mean", real(hist_mean(h))},
        {"p50", number(hist_quantile(h, 0.5))},
        {"p90", number(hist_quantile(h, 0.9))},
        {"p95", number(hist_quantile(h, 0.95))},
        {"p99", number(hist_quantile(h, 0.99))},
        {"p99_9", number(hist_quantile(h, 0.999))},
        {"p99_99", number(hist_quantile(h, 0.9999))},
        {"max", number(hist_max(h))},
        {"overflow", number(hist_overflow(h))},
        {"digits", number((uint64_t)hist_digits(h))},
        {"histogram", histogram(h)},
        {0},
    });
}

static json_t *client_cpu(const struct summary *s)
{
    return object(FIELDS{
        {"user_s", real(s->user_s)},
        {"system_s", real(s->system_s)},
        {"us_per_request", real_if(summary_answered(s), summary_cpu_us(s))},
        {0},
    });
}

static json_t *threads(const struct summary *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; s->shares && i < s->threads; i++)
        list = append(list, object(FIELDS{
                                {"clients", number(s->shares[i].clients)},
                                {"answered", number(s->shares[i].answered)},
                                {"user_s", real(s->shares[i].user_s)},
                                {"system_s", real(s->shares[i].system_s)},
                                {0},
                            }));
    return list;
}

static json_t *doubts(const struct summary *s)
{
    struct doubt found[DOUBTS_MAX];
    int n = doubts_of(s, found);
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        list = append(list, object(FIELDS{
                                {"name", text(found[i].name)},
                                {"text", text(found[i].text)},
                                {0},
                            }));
    return list;
}

static json_t *test(const struct summary *s)
{
    static const char *const status[] = {
        [ENDING_DONE] = "done",       [ENDING_SKIPPED] = "skipped", [ENDING_INTERRUPTED] = "interrupted",
        [ENDING_STALLED] = "stalled", [ENDING_LOST] = "lost",
    };
    return object(FIELDS{
        {"test", text(s->test)},
        {"title", text(s->title)},
        {"status", text(status[s->ending])},
        {"note", text(s->note)},
        {"config", test_config(s)},
        {"counts", counts(s)},
        {"errors_by_prefix", errors_by_prefix(&s->tally)},
        {"hit_ratio", real_if(s->reads && s->hits + s->misses, summary_hit_ratio(s))},
        {"seconds", seconds(s->wall_ns)},
        {"connect_seconds", seconds(s->connect_ns)},
        {"rps", real_if(s->wall_ns, summary_rps(s))},
        {"bytes", bytes(s)},
        {"latency_ns", latency(s->latency)},
        {"client_cpu", client_cpu(s)},
        {"threads", threads(s)},
        {"doubts", doubts(s)},
        {0},
    });
}

static json_t *run(const struct run_facts *f, const struct summary *tests, size_t ntests)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ntests; i++)
        list = append(list, test(&tests[i]));
    return object(FIELDS{
        {"schema_version", json_integer(SCHEMA_VERSION)},
        {"tool", tool()},
        {"started", started(f->started_unix_ms)},
        {"command_line", command_line(f)},
        {"config", run_config(f)},
        {"environment", environment(f->host)},
        {"server", server(f)},
        {"tests", list},
        {"interrupted", json_boolean(f->interrupted)},
        {"exit_code", json_integer(f->exit_code)},
        {0},
    });
}

int report_json(FILE *out, const struct run_facts *facts, const struct summary *tests, size_t ntests,
                struct err *err)
{
    json_t *whole = run(facts, tests, ntests);
    if (!whole)
        return err_set(err, ERR_RUN, "there was not enough memory for the JSON report");
    errno = 0;
    bool written = json_dumpf(whole, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) == 0 &&
                   fputc('\n', out) != EOF && fflush(out) == 0;
    int why = errno;
    json_decref(whole);
    if (!written)
        return err_set(err, ERR_RUN, "the JSON report could not be written: %s", strerror(why ? why : EIO));
    return 0;
}
