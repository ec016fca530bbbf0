// SPDX-License-Identifier: MIT
#include "serve/info.h"

#include "base/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char text[8192];

static void write_info(const struct service *s)
{
    struct buf b = {0};
    info_write(&b, s);
    struct slice all = buf_unread(&b);
    assert_in_range(all.len, 1, sizeof text - 1);
    memcpy(text, all.at, all.len);
    text[all.len] = 0;
    buf_free(&b);
}

static void has(const char *line)
{
    char whole[160];
    snprintf(whole, sizeof whole, "\n%s\r\n", line);
    if (!strstr(text, whole))
        fail_msg("there is no %s in %s", line, text);
}

static void what_it_tells_of_itself(void **state)
{
    (void)state;
    char line[96];
    write_info(&(struct service){.port = 7000,
                                 .connected = 3,
                                 .connections = 9,
                                 .commands = 12345678901,
                                 .started_ms = 1000,
                                 .now_ms = 62999});
    snprintf(line, sizeof line, "hkv_bench_version:%s", build.version);
    has(line);
    snprintf(line, sizeof line, "process_id:%d", (int)getpid());
    has(line);
    has("tcp_port:7000");
    has("uptime_in_seconds:61");
    has("connected_clients:3");
    has("total_connections_received:9");
    has("total_commands_processed:12345678901");
    assert_int_equal(strncmp(text, "# Server\r\nengine:hkv-bench-embedded\r\n", 37), 0);
}

static void sections_stand_apart(void **state)
{
    (void)state;
    static const char *const sections[] = {"# Clients", "# Stats", "# CPU", "# Faults", "# Keyspace"};
    write_info(&(struct service){0});
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        char whole[64];
        snprintf(whole, sizeof whole, "\r\n\r\n%s\r\n", sections[i]);
        assert_non_null(strstr(text, whole));
    }
    assert_null(strstr(text, "db0:"));
}

static void databases_with_keys_are_told(void **state)
{
    (void)state;
    struct service s = {0};
    assert_int_equal(store_set(&s.dbs[0], slice_of("a"), slice_of("1")), 0);
    assert_int_equal(store_set(&s.dbs[0], slice_of("b"), slice_of("1")), 0);
    assert_int_equal(store_set(&s.dbs[15], slice_of("a"), slice_of("1")), 0);
    write_info(&s);
    has("db0:keys=2");
    has("db15:keys=1");
    assert_null(strstr(text, "db1:"));
    service_reset(&s);
    write_info(&s);
    assert_null(strstr(text, "db0:"));
}

static void each_fault_has_its_count(void **state)
{
    (void)state;
    struct service s = {
        .faults = {
            .delayed = 1,
            .slowed = 2,
            .stalls = 3,
            .errors = 4,
            .drops = 5,
            .mutes = 6,
            .garbage = 7,
            .values = {[FAULT_CORRUPT] = 8, [FAULT_STALE] = 9, [FAULT_SWAP] = 10, [FAULT_TRUNCATE] = 11}}};
    static const char *const names[] = {"delayed", "slowed",  "stalls", "errors", "drops",   "mutes",
                                        "garbage", "corrupt", "stale",  "swap",   "truncate"};
    write_info(&s);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char line[64];
        snprintf(line, sizeof line, "fault_%s:%zu", names[i], i + 1);
        has(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_tells_of_itself),
        cmocka_unit_test(sections_stand_apart),
        cmocka_unit_test(databases_with_keys_are_told),
        cmocka_unit_test(each_fault_has_its_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
