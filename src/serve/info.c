// SPDX-License-Identifier: MIT
#include "serve/info.h"

#include "base/build.h"

#include <sys/resource.h>
#include <unistd.h>

static void write_server(struct buf *out, const struct service *s)
{
    buf_printf(
        out,
        "# Server\r\nengine:hkv-bench-embedded\r\nhkv_bench_version:%s\r\nprocess_id:%d\r\ntcp_port:%u\r\n"
        "uptime_in_seconds:%llu\r\n",
        build.version, (int)getpid(), s->port, (unsigned long long)((s->now_ms - s->started_ms) / 1000));
}

static void write_stats(struct buf *out, const struct service *s)
{
    buf_printf(out,
               "\r\n# Clients\r\nconnected_clients:%u\r\n"
               "\r\n# Stats\r\ntotal_connections_received:%llu\r\ntotal_commands_processed:%llu\r\n",
               s->connected, (unsigned long long)s->connections, (unsigned long long)s->commands);
}

// Of the serving thread: a server started by --embedded shares the process with the client.
static void write_cpu(struct buf *out)
{
    struct rusage u;
    getrusage(RUSAGE_THREAD, &u);
    buf_printf(out, "\r\n# CPU\r\nused_cpu_sys:%lld.%06lld\r\nused_cpu_user:%lld.%06lld\r\n",
               (long long)u.ru_stime.tv_sec, (long long)u.ru_stime.tv_usec, (long long)u.ru_utime.tv_sec,
               (long long)u.ru_utime.tv_usec);
}

static void write_keyspace(struct buf *out, const struct service *s)
{
    buf_printf(out, "\r\n# Keyspace\r\n");
    for (size_t i = 0; i < SERVICE_DBS; i++)
        if (s->dbs[i].count)
            buf_printf(out, "db%zu:keys=%zu\r\n", i, s->dbs[i].count);
}

static void write_faults(struct buf *out, const struct faults *f)
{
    buf_printf(out,
               "\r\n# Faults\r\nfault_delayed:%llu\r\nfault_slowed:%llu\r\nfault_stalls:%llu\r\n"
               "fault_errors:%llu\r\nfault_drops:%llu\r\nfault_mutes:%llu\r\nfault_garbage:%llu\r\n"
               "fault_corrupt:%llu\r\nfault_stale:%llu\r\nfault_swap:%llu\r\nfault_truncate:%llu\r\n"
               "fault_other_key:%llu\r\n",
               (unsigned long long)f->delayed, (unsigned long long)f->slowed, (unsigned long long)f->stalls,
               (unsigned long long)f->errors, (unsigned long long)f->drops, (unsigned long long)f->mutes,
               (unsigned long long)f->garbage, (unsigned long long)f->values[FAULT_CORRUPT],
               (unsigned long long)f->values[FAULT_STALE], (unsigned long long)f->values[FAULT_SWAP],
               (unsigned long long)f->values[FAULT_TRUNCATE], (unsigned long long)f->values[FAULT_OTHER]);
}

void info_write(struct buf *out, const struct service *s)
{
    write_server(out, s);
    write_stats(out, s);
    write_cpu(out);
    write_faults(out, &s->faults);
    write_keyspace(out, s);
}
