// SPDX-License-Identifier: MIT
#include "run/probe.h"

#include "base/buf.h"
#include "run/secret.h"
#include "run/talk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Copies the field's value, up to the end of its line. False when the text has no such field.
static bool field(const char *text, size_t len, const char *name, char *dst, size_t cap)
{
    struct slice rest = {text, len};
    for (const char *at; (at = slice_find(rest, name));
         rest = (struct slice){at + 1, len - (size_t)(at + 1 - text)}) {
        if (at != text && at[-1] != '\n')
            continue;
        const char *value = at + strlen(name);
        const char *end = value;
        while (end < text + len && *end != '\r' && *end != '\n')
            end++;
        snprintf(dst, cap, "%.*s", (int)(end - value), value);
        return true;
    }
    return false;
}

static int64_t number(const char *text, size_t len, const char *name)
{
    char digits[32];
    return field(text, len, name, digits, sizeof digits) ? strtoll(digits, NULL, 10) : -1;
}

// The sum of two fields in seconds.
static double seconds(const char *text, size_t len, const char *user, const char *sys)
{
    char a[32], b[32];
    if (!field(text, len, user, a, sizeof a) || !field(text, len, sys, b, sizeof b))
        return -1;
    return strtod(a, NULL) + strtod(b, NULL);
}

static void read_numbers(struct probe *out, const char *text, size_t len)
{
    out->cpu_s = seconds(text, len, "used_cpu_user:", "used_cpu_sys:");
    out->cpu_main_s = seconds(text, len, "used_cpu_user_main_thread:", "used_cpu_sys_main_thread:");
    out->pid = number(text, len, "process_id:");
    out->commands = number(text, len, "total_commands_processed:");
    out->evicted = number(text, len, "evicted_keys:");
    out->last_save = number(text, len, "rdb_last_save_time:");
    out->saving = number(text, len, "rdb_bgsave_in_progress:");
    out->aof = number(text, len, "aof_enabled:");
    out->memory_bytes = number(text, len, "used_memory:");
    out->keys = number(text, len, "db0:keys=");
    out->connected = number(text, len, "connected_clients:");
    out->accepted = number(text, len, "total_connections_received:");
    out->calls = -1;
    out->eviction[0] = 0;
    field(text, len, "maxmemory_policy:", out->eviction, sizeof out->eviction);
}

void probe_read_info(struct probe *out, const char *text, size_t len)
{
    out->name[0] = out->version[0] = 0;
    read_numbers(out, text, len);
    if (field(text, len, "valkey_version:", out->version, sizeof out->version))
        snprintf(out->name, sizeof out->name, "valkey");
    else if (field(text, len, "redis_version:", out->version, sizeof out->version))
        snprintf(out->name, sizeof out->name, "redis");
    else
        field(text, len, "engine:", out->name, sizeof out->name);
    field(text, len, "server_name:", out->name, sizeof out->name);
    field(text, len, "hkv_bench_version:", out->version, sizeof out->version);
}

static bool is_one(struct slice name, const struct probe_names *names)
{
    for (unsigned i = 0; i < names->n; i++)
        if (slice_is(name, names->at[i]))
            return true;
    return false;
}

// A number behind its name in a line.
static int64_t count_in(struct slice line, const char *name)
{
    const char *at = slice_find(line, name);
    return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

// Of subcommands too: "cmdstat_config|get:calls=1,usec=2,...,rejected_calls=0,failed_calls=0"
int64_t probe_read_calls(const char *text, size_t len, const struct probe_names *names)
{
    static const char before[] = "cmdstat_";
    struct slice rest = {text, len};
    int64_t all = -1;
    for (const char *at; (at = slice_find(rest, before));) {
        at += sizeof before - 1;
        rest = (struct slice){at, len - (size_t)(at - text)};
        const char *end = memchr(at, '\n', rest.len);
        struct slice line = {at, end ? (size_t)(end - at) : rest.len};
        size_t n = 0;
        while (n < line.len && line.at[n] != ':' && line.at[n] != '|')
            n++;
        if (is_one((struct slice){at, n}, names))
            all = (all < 0 ? 0 : all) + count_in(line, ":calls=") + count_in(line, ",rejected_calls=");
    }
    return all;
}

static void hide(char *text, size_t cap, const char *secret)
{
    char hidden[SECRET_TEXT];
    struct slice s = secret_hide(slice_of(text), secret, hidden);
    if (s.at != text) // an empty secret hides nothing
        snprintf(text, cap, "%.*s", (int)s.len, s.at);
}

static int ask(const struct run_conf *conf, const struct target *target, struct words info, int stop_fd,
               struct buf *in)
{
    int rc = talk_once(target, conf, info, stop_fd, in);
    struct slice reply = buf_unread(in);
    return rc == 0 && reply.len && reply.at[0] != '-' ? 0 : -EPROTO;
}

void probe_server(struct probe *out, const struct run_conf *conf, const struct target *target, int stop_fd)
{
    const struct slice info[] = {slice_of("INFO")};
    struct buf in = {0};
    *out = (struct probe){.asked = 1};
    probe_read_info(out, "", 0);
    out->answered = ask(conf, target, (struct words){.at = info, .n = 1}, stop_fd, &in) == 0;
    if (out->answered) {
        struct slice reply = buf_unread(&in);
        probe_read_info(out, reply.at, reply.len);
    }
    if (conf->password) {
        hide(out->name, sizeof out->name, conf->password);
        hide(out->version, sizeof out->version, conf->password);
    }
    buf_free(&in);
}

void probe_calls(struct probe *out, const struct plan *p, const struct probe_names *names, int stop_fd)
{
    const struct slice info[] = {slice_of("INFO"), slice_of("commandstats")};
    struct buf in = {0};
    out->asked++;
    if (ask(p->conf, p->target, (struct words){.at = info, .n = 2}, stop_fd, &in) == 0) {
        struct slice reply = buf_unread(&in);
        out->calls = probe_read_calls(reply.at, reply.len, names);
        out->tells_calls = slice_find(reply, "cmdstat_") != NULL;
    }
    buf_free(&in);
}
