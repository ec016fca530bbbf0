// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void starts_empty(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_int_equal(buf_unread(&b).len, 0);
    assert_non_null(buf_unread(&b).at);
    assert_int_equal(buf_append(&b, NULL, 0), 0);
    assert_null(b.at); // nothing appended, nothing allocated
    buf_free(&b);
}

static void appends_and_takes(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_int_equal(buf_append(&b, "hello ", 6), 0);
    assert_int_equal(buf_append(&b, "world", 5), 0);
    assert_true(slice_is(buf_unread(&b), "hello world"));
    buf_take(&b, 6);
    assert_true(slice_is(buf_unread(&b), "world"));
    buf_take(&b, 5);
    assert_int_equal(b.head, 0); // all taken: the room is whole again
    assert_int_equal(b.len, 0);
    buf_free(&b);
    assert_null(b.at);
    assert_int_equal(b.cap, 0);
}

static void prints(void **state)
{
    (void)state;
    struct buf b = {0};
    char long_text[1000];
    memset(long_text, 'y', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    assert_int_equal(buf_printf(&b, "%s=%d", "x", 42), 0);
    assert_true(slice_is(buf_unread(&b), "x=42"));
    assert_int_equal(buf_printf(&b, "%s", long_text), 0);
    assert_int_equal(buf_unread(&b).len, 4 + sizeof long_text - 1);
    buf_take(&b, 4);
    assert_true(slice_is(buf_unread(&b), long_text));
    buf_free(&b);
}

// What was taken makes room before the allocation grows.
static void reuses_taken_room(void **state)
{
    (void)state;
    struct buf b = {0};
    char block[256];
    memset(block, 'a', sizeof block);
    assert_int_equal(buf_append(&b, block, 200), 0);
    size_t cap = b.cap;
    assert_in_range(cap, 200, sizeof block);
    buf_take(&b, 190);
    memset(block, 'b', sizeof block);
    assert_int_equal(buf_append(&b, block, cap - 10), 0);
    assert_int_equal(b.cap, cap);
    assert_int_equal(b.head, 0);
    assert_int_equal(b.len, cap);
    assert_memory_equal(b.at, "aaaaaaaaaabb", 12);
    buf_free(&b);
}

// A stream pushed through in uneven pieces comes out byte for byte.
static void is_a_queue(void **state)
{
    (void)state;
    struct buf b = {0};
    unsigned in = 0;
    unsigned out = 0;
    for (unsigned round = 0; round < 2000; round++) {
        for (unsigned i = 0; i < round * 7 % 61; i++) {
            char c = (char)(in++ % 251);
            assert_int_equal(buf_append(&b, &c, 1), 0);
        }
        size_t n = round * 13 % 67;
        struct slice s = buf_unread(&b);
        n = n < s.len ? n : s.len;
        for (size_t i = 0; i < n; i++)
            assert_int_equal(s.at[i], (char)(out++ % 251));
        buf_take(&b, n);
        assert_true(b.head <= b.len && b.len <= b.cap);
    }
    assert_int_equal(buf_unread(&b).len, in - out);
    buf_free(&b);
}

// Whatever its length is beside that of one read, and whatever stood before it.
static void reads_a_file_whole(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 200000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct buf b = {0};
        FILE *f = tmpfile();
        assert_non_null(f);
        for (size_t k = 0; k < lengths[i]; k++)
            fputc((int)(k % 251), f);
        rewind(f);
        assert_int_equal(buf_append(&b, "before", 6), 0);
        assert_int_equal(buf_read_file(&b, f), 0);
        struct slice all = buf_unread(&b);
        assert_int_equal(all.len, 6 + lengths[i]);
        for (size_t k = 0; k < lengths[i]; k++)
            assert_int_equal((unsigned char)all.at[6 + k], k % 251);
        fclose(f);
        buf_free(&b);
    }
}

static void a_folder_cannot_be_read(void **state)
{
    (void)state;
    struct buf b = {0};
    FILE *f = fopen("/", "re");
    assert_non_null(f);
    assert_int_equal(buf_read_file(&b, f), -EISDIR);
    fclose(f);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty),
        cmocka_unit_test(appends_and_takes),
        cmocka_unit_test(prints),
        cmocka_unit_test(reuses_taken_room),
        cmocka_unit_test(is_a_queue),
        cmocka_unit_test(reads_a_file_whole),
        cmocka_unit_test(a_folder_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
