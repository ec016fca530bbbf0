// SPDX-License-Identifier: MIT
#include "cli/tls_options.h"

#include "line.h"

static const struct tls_conf *tls_of(const char *line)
{
    ok(line);
    return &o.run.tls;
}

static void what_is_given(void **state)
{
    (void)state;
    assert_false(tls_of("hkv-bench")->on);
    const struct tls_conf *t =
        tls_of("hkv-bench --tls --sni a.test --cacert ca --cacertdir dir --cert c --key k --tls-ciphers A "
               "--tls-ciphersuites B --tls-min 1.2 --tls-max 1.3");
    assert_true(t->on && !t->insecure && !t->any_name && !t->resumes && t->password);
    assert_string_equal(t->sni, "a.test");
    assert_string_equal(t->cacert, "ca");
    assert_string_equal(t->cacertdir, "dir");
    assert_string_equal(t->cert, "c");
    assert_string_equal(t->key, "k");
    assert_string_equal(t->ciphers, "A");
    assert_string_equal(t->ciphersuites, "B");
    assert_true(t->min == TLS_1_2 && t->max == TLS_1_3);
    t = tls_of("hkv-bench -u rediss://h --insecure -k 0");
    assert_true(t->on && t->insecure && t->resumes && !t->ktls);
    t = tls_of("hkv-bench --tls --ktls");
    assert_true(t->on && t->ktls);
    assert_string_equal(o.run.workload, "--ktls"); // results with and without it are told apart
    t = tls_of("hkv-bench -u valkeys://h:7000");
    assert_true(t->on && !t->insecure && o.run.port == 7000);
}

// They verify the chain and not the name.
static void in_the_place_of_other_tools(void **state)
{
    (void)state;
    const struct tls_conf *t =
        tls_of("redis-benchmark --tls --sni a --cacert ca --cacertdir d --cert c --key k --tls-ciphers A "
               "--tls-ciphersuites B");
    assert_true(t->on && !t->insecure && t->any_name);
    t = tls_of("valkey-benchmark --tls --insecure");
    assert_true(t->on && t->insecure && t->any_name);
    t = tls_of("hkv-bench --tls --tls-skip-verify --tls-protocols=TLSv1.2,TLSv1.3"); // memtier's names
    assert_true(t->on && t->insecure && t->min == TLS_1_2 && t->max == TLS_1_3);
    t = tls_of("hkv-bench --tls --tls-protocols tlsv1.2");
    assert_true(t->min == TLS_1_2 && t->max == TLS_1_2);
}

static void is_refused(void **state)
{
    static const struct {
        const char *line, *sentence;
    } table[] = {
        {"hkv-bench --tls --ktls --mptcp",
         "--ktls and --mptcp do not go together (the kernel has no such thing "
         "for its TLS): leave out one of them"},
        {"hkv-bench -u rediss://h --ktls --close rst",
         "--ktls and --close rst do not go together (the kernel has "
         "no such thing for its TLS): leave out one of them"},
        {"hkv-bench --tls --ktls --wire-ts",
         "--ktls and --wire-ts do not go together (the kernel has no such thing "
         "for its TLS): leave out one of them"},
        {"hkv-bench --tls --cert a", "--cert and --key belong together: give --key too"},
        {"hkv-bench --tls --key a", "--cert and --key belong together: give --cert too"},
        {"hkv-bench --tls --tls-min 1.3 --tls-max 1.2", "--tls-min: expected no more than --tls-max"},
        {"hkv-bench --tls --tls-min 1.1", "--tls-min: expected one of any, 1.2 or 1.3, got '1.1'"},
        {"hkv-bench --tls --tls-protocols TLSv1",
         "--tls-protocols: expected TLSv1.2, TLSv1.3 or both, got 'TLSv1'"},
        {"hkv-bench --tls -s /a", "--tls is for TCP: leave out --tls or -s"},
        {"hkv-bench --tls --engine null",
         "--tls needs a server, and the null engine has none: leave out one"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(parse(table[i].line), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, table[i].sentence);
    }
}

// What is left without effect is told, but to scripts of other tools.
static void words_without_tls(void **state)
{
    (void)state;
    tls_of("hkv-bench --cacert ca");
    assert_int_equal(tls_options_idle(&o, &err), -1);
    assert_string_equal(err.text, "--cacert: only with --tls or a rediss:// URI: give that too");
    tls_of("hkv-bench --ktls --mptcp");
    assert_int_equal(tls_options_idle(&o, &err), -1);
    assert_string_equal(err.text, "--ktls: only with --tls or a rediss:// URI: give that too");
    tls_of("hkv-bench --tls-max 1.2");
    assert_int_equal(tls_options_idle(&o, &err), -1);
    static const char *const fine[] = {"hkv-bench --cacert ca --tls", "redis-benchmark --cacert ca",
                                       "hkv-bench"};
    for (size_t i = 0; i < 3; i++) {
        ok(fine[i]);
        assert_int_equal(tls_options_idle(&o, &err), 0);
    }
}

static void password_from_the_environment(void **state)
{
    char text[16];
    (void)state;
    tls_of("hkv-bench --tls");
    setenv("HKV_BENCH_KEY_PASSWORD", "open sesame", 1);
    assert_int_equal(o.run.tls.password("key", text, sizeof text), 11);
    assert_memory_equal(text, "open sesame", 11);
    assert_int_equal(o.run.tls.password("key", text, 10), -1);
    unsetenv("HKV_BENCH_KEY_PASSWORD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given),
        cmocka_unit_test(in_the_place_of_other_tools),
        cmocka_unit_test(is_refused),
        cmocka_unit_test(words_without_tls),
        cmocka_unit_test(password_from_the_environment),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    options_free(&o);
    return failed;
}
