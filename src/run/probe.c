// SPDX-License-Identifier: MIT
#include "run/probe.h"

#include "base/buf.h"
#include "run/secret.h"
#include "run/talk.h"

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

static void hide(char *text, size_t cap, const char *secret)
{
    char hidden[SECRET_TEXT];
    struct slice s = secret_hide(slice_of(text), secret, hidden);
    if (s.at != text) // an empty secret hides nothing
        snprintf(text, cap, "%.*s", (int)s.len, s.at);
}

void probe_server(struct probe *out, const struct run_conf *conf, const struct target *target, int stop_fd)
{
    struct buf in = {0};
    const struct slice info[] = {slice_of("INFO")};
    *out = (struct probe){0};
    probe_read_info(out, "", 0);
    int rc = talk_once(target, conf, (struct words){.at = info, .n = 1}, stop_fd, &in);
    struct slice reply = buf_unread(&in);
    out->answered = rc == 0 && reply.len && reply.at[0] != '-';
    if (out->answered)
        probe_read_info(out, reply.at, reply.len);
    if (conf->password) {
        hide(out->name, sizeof out->name, conf->password);
        hide(out->version, sizeof out->version, conf->password);
    }
    buf_free(&in);
}
