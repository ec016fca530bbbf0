// SPDX-License-Identifier: MIT
#include "net/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

struct known {
    const char *text;
    const char *user, *password, *host;
    uint16_t port;
    int db; // -1: none
};

static void same(const char *uri, const char *got, const char *wanted)
{
    if (!got != !wanted || (got && strcmp(got, wanted) != 0))
        fail_msg("%s: %s is not %s", uri, got ? got : "nothing", wanted ? wanted : "nothing");
}

static void takes_apart(void **state)
{
    (void)state;
    static const struct known table[] = {
        {"redis://h", NULL, NULL, "h", 0, -1},
        {"valkey://h", NULL, NULL, "h", 0, -1},
        {"REDIS://h", NULL, NULL, "h", 0, -1},
        {"redis://h:7000", NULL, NULL, "h", 7000, -1},
        {"redis://h:65535/15", NULL, NULL, "h", 65535, 15},
        {"redis://h/3", NULL, NULL, "h", 0, 3},
        {"redis://h/0", NULL, NULL, "h", 0, 0},
        {"redis://h/", NULL, NULL, "h", 0, -1},
        {"redis://h/2147483647", NULL, NULL, "h", 0, 2147483647},
        {"redis://", NULL, NULL, NULL, 0, -1},
        {"redis:///4", NULL, NULL, NULL, 0, 4},
        {"redis://:7000", NULL, NULL, NULL, 7000, -1},
        {"redis://u:pw@h:1/2", "u", "pw", "h", 1, 2},
        {"redis://:pw@h", NULL, "pw", "h", 0, -1},
        {"redis://u@h", "u", NULL, "h", 0, -1},
        {"redis://u:@h", "u", "", "h", 0, -1},
        {"redis://@h", NULL, NULL, "h", 0, -1},
        {"redis://us%3Aer:p%40s%2fs%25@h", "us:er", "p@s/s%", "h", 0, -1},
        {"redis://u:a:b@h", "u", "a:b", "h", 0, -1},
        {"redis://u:a/b@c@h/1", "u", "a/b@c", "h", 0, 1},
        {"redis://[::1]", NULL, NULL, "::1", 0, -1},
        {"redis://u:p@[fe80::1%25eth0]:6380/7", "u", "p", "fe80::1%eth0", 6380, 7},
    };
    for (size_t i = 0; i < LEN(table); i++) {
        const struct known *k = &table[i];
        struct uri u;
        struct err err = {0};
        if (uri_parse(k->text, &u, &err) < 0)
            fail_msg("%s: %s", k->text, err.text);
        same(k->text, u.user, k->user);
        same(k->text, u.password, k->password);
        same(k->text, u.host, k->host);
        assert_int_equal(u.port, k->port);
        assert_int_equal(u.has_db, k->db >= 0);
        assert_int_equal(u.dbnum, k->db >= 0 ? k->db : 0);
        uri_free(&u);
        assert_null(u.storage);
    }
}

static void asks_for_tls_with_an_s(void **state)
{
    static const char *const plain[] = {"redis://h", "valkey://h", "redis://s@h"}, *const tls[] = {
                                                                                       "rediss://h",
                                                                                       "valkeys://h:1/2",
                                                                                       "REDISS://a:b@h"};
    struct uri u;
    struct err err;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(uri_parse(plain[i], &u, &err), 0);
        assert_false(u.tls);
        uri_free(&u);
        assert_int_equal(uri_parse(tls[i], &u, &err), 0);
        assert_true(u.tls);
        assert_string_equal(u.host, "h");
        uri_free(&u);
    }
}

static void takes_paths(void **state)
{
    (void)state;
    static const struct {
        const char *text, *user, *password, *path;
        int db;
    } table[] = {
        {"unix:///tmp/r.sock", NULL, NULL, "/tmp/r.sock", -1},
        {"UNIX:///s", NULL, NULL, "/s", -1},
        {"redis+unix:///tmp/a%20b?db=7", NULL, NULL, "/tmp/a b", 7},
        {"valkey+unix://me:p%40w@/s?db=0", "me", "p@w", "/s", 0},
    };
    for (size_t i = 0; i < LEN(table); i++) {
        struct uri u;
        struct err err = {0};
        if (uri_parse(table[i].text, &u, &err) < 0)
            fail_msg("%s: %s", table[i].text, err.text);
        same(table[i].text, u.user, table[i].user);
        same(table[i].text, u.password, table[i].password);
        same(table[i].text, u.path, table[i].path);
        same(table[i].text, u.host, NULL);
        assert_int_equal(u.has_db, table[i].db >= 0);
        assert_int_equal(u.dbnum, table[i].db >= 0 ? table[i].db : 0);
        uri_free(&u);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence; // a part of it
    } table[] = {
        {"", "-u: expected redis://"},
        {"localhost:6379", "-u: expected redis://"},
        {"http://h", "-u: expected redis://"},
        {"xredis://h", "-u: expected redis://"},
        {"redisss://h", "-u: expected redis://"},
        {"unix://h/s", "unix://[user:password@]/path[?db=N]"},
        {"unix://", "unix://[user:password@]/path[?db=N]"},
        {"unix:///s?x=1", "unix://[user:password@]/path[?db=N]"},
        {"unix:///s?db=x", "a database number, got 'x'"},
        {"unix:///s%zz", "unix://[user:password@]/path[?db=N]"},
        {"redis://h:0", "from 1 to 65535, got '0'"},
        {"redis://h:65536", "from 1 to 65535, got '65536'"},
        {"redis://h:", "from 1 to 65535, got ''"},
        {"redis://h:6k", "from 1 to 65535, got '6k'"},
        {"redis://h:1.0", "from 1 to 65535, got '1.0'"},
        {"redis://h:-1", "from 1 to 65535, got '-1'"},
        {"redis://h:00000000000000006379", "from 1 to 65535"},
        {"redis://::1:6379", "put an IPv6 host in brackets"},
        {"redis://[::1", "no ] closes"},
        {"redis://[::1]x", "no ] closes"},
        {"redis://h/x", "a database number, got 'x'"},
        {"redis://h/1/2", "a database number, got '1/2'"},
        {"redis://h/2147483648", "a database number, got '2147483648'"},
        {"redis://h/-1", "a database number, got '-1'"},
        {"redis://u:p%@h", "% without two hex digits"},
        {"redis://u:p%4@h", "% without two hex digits"},
        {"redis://u%zz:p@h", "% without two hex digits"},
        {"redis://u:a%00b@h", "% without two hex digits"},
        {"redis://h%", "% without two hex digits"},
    };
    for (size_t i = 0; i < LEN(table); i++) {
        struct uri u;
        struct err err = {0};
        if (uri_parse(table[i].text, &u, &err) == 0)
            fail_msg("%s was taken", table[i].text);
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.text, table[i].sentence))
            fail_msg("%s: %s", table[i].text, err.text);
        assert_null(u.storage);
    }
}

static void hides_the_user_and_the_password(void **state)
{
    (void)state;
    char full[] = "redis://u:p@ss/w@h:1/2";
    uri_hide(full);
    assert_string_equal(full, "redis://xxxxxxxx@h:1/2");
    char none[] = "redis://h:1/2";
    uri_hide(none);
    assert_string_equal(none, "redis://h:1/2");
    char no_uri[] = "u:p@h";
    uri_hide(no_uri);
    assert_string_equal(no_uri, "u:p@h");
}

static void sentences_keep_the_password(void **state)
{
    (void)state;
    static const char *const wrong[] = {"redis://u:hunter2@h:0", "redis://u:hunter2%@h",
                                        "redis://u:hunter2@h/x", "redis://u:hunter2@[h",
                                        "redisss://u:hunter2@h", "http://u:hunter2@h"};
    for (size_t i = 0; i < LEN(wrong); i++) {
        struct uri u;
        struct err err = {0};
        assert_int_equal(uri_parse(wrong[i], &u, &err), -1);
        assert_null(strstr(err.text, "hunter2"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_apart),
        cmocka_unit_test(asks_for_tls_with_an_s),
        cmocka_unit_test(takes_paths),
        cmocka_unit_test(refuses),
        cmocka_unit_test(hides_the_user_and_the_password),
        cmocka_unit_test(sentences_keep_the_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
