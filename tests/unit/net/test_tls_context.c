// SPDX-License-Identifier: MIT
// Files and lists that are no good: one sentence each.
#include "net/tls_context.h"

#include "tls_rig.h"

#include <unistd.h>

static void refuses(struct tls_conf conf, const char *says)
{
    struct filter *f;
    struct err err = {0};
    assert_int_equal(filter_tls_open(&f, &conf, &err), -1);
    assert_null(f);
    assert_int_equal(err.code, ERR_USAGE);
    assert_says(err.text, says);
    assert_int_equal(ERR_peek_error(), 0);
}

static void bad_words_and_files_are_told(void **state)
{
    char path[] = "/tmp/hkv-unit-XXXXXX";
    int fd = mkstemp(path);
    (void)state;
    assert_int_equal(write(fd, "no PEM", 6), 6);
    close(fd);
    refuses((struct tls_conf){.cacert = "/nowhere"}, "--cacert: cannot read '/nowhere': No such file");
    refuses((struct tls_conf){.cacert = path}, "--cacert: expected a PEM file, got '/tmp/hkv-unit-");
    refuses((struct tls_conf){.cacertdir = path}, "--cacertdir: expected a directory");
    refuses((struct tls_conf){.cert = "/nowhere", .key = path}, "--cert: cannot read '/nowhere'");
    refuses((struct tls_conf){.cert = path, .key = path}, "--cert: expected a PEM file");
    refuses((struct tls_conf){.ciphers = "NO-SUCH"}, "--tls-ciphers: expected names of OpenSSL such as");
    refuses((struct tls_conf){.ciphersuites = "NO-SUCH"}, "--tls-ciphersuites: expected names");
    unlink(path);
}

static int knows(const char *path, char *text, int cap)
{
    assert_true(strlen(path) > 0 && cap > 10);
    return snprintf(text, (size_t)cap, "open");
}

static int guesses(const char *path, char *text, int cap)
{
    (void)path;
    return snprintf(text, (size_t)cap, "wrong");
}

static void keys_may_be_encrypted(void **state)
{
    struct identity_card card = card_make(local, -DAY, DAY), other = card_make(local, -DAY, DAY);
    char cert[] = "/tmp/hkv-unit-XXXXXX", key[] = "/tmp/hkv-unit-XXXXXX", strange[] = "/tmp/hkv-unit-XXXXXX";
    FILE *c = fdopen(mkstemp(cert), "w"), *k = fdopen(mkstemp(key), "w"), *s = fdopen(mkstemp(strange), "w");
    struct filter *f;
    struct err err = {0};
    (void)state;
    fputs(card.pem, c);
    PEM_write_PKCS8PrivateKey(k, card.key, EVP_aes_128_cbc(), "open", 4, NULL, NULL);
    PEM_write_PrivateKey(s, other.key, NULL, NULL, 0, NULL, NULL);
    fclose(c);
    fclose(k);
    fclose(s);
    struct tls_conf conf = {.cert = cert, .key = key, .password = knows};
    assert_int_equal(filter_tls_open(&f, &conf, &err), 0);
    filter_tls_close(f);
    conf.password = guesses;
    refuses(conf, "is encrypted, and its password is missing or wrong: set");
    conf.password = NULL;
    refuses(conf, "is encrypted, and its password is missing or wrong: set");
    conf.key = strange;
    refuses(conf, "is not the key of the certificate");
    conf.key = "/nowhere";
    refuses(conf, "--key: cannot read '/nowhere'");
    unlink(cert);
    unlink(key);
    unlink(strange);
    card_free(&card);
    card_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_words_and_files_are_told),
        cmocka_unit_test(keys_may_be_encrypted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
