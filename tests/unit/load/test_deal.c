// SPDX-License-Identifier: MIT
#include "load/deal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
    unsigned clients, parts;
} shapes[] = {{1, 1}, {2, 2}, {3, 2}, {7, 3}, {50, 4}, {50, 7}, {64, 64}, {100, 3}};
#define SHAPES (sizeof shapes / sizeof *shapes)

static void clients_are_shared_out_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        uint64_t sum = 0;
        unsigned least = shapes[i].clients / shapes[i].parts;
        for (unsigned part = 0; part < shapes[i].parts; part++) {
            struct deal d = {shapes[i].clients, shapes[i].parts, part};
            assert_in_range(deal_clients(&d), least, least + 1);
            assert_int_equal(deal_clients_before(&d, part), sum);
            sum += deal_clients(&d);
        }
        assert_int_equal(sum, shapes[i].clients);
    }
}

// Each request of the first n is one part's, and no other's.
static void every_request_has_one_owner(void **state)
{
    (void)state;
    static unsigned char owned[1000];
    for (size_t i = 0; i < SHAPES; i++) {
        for (size_t n = 0; n < sizeof owned; n++)
            owned[n] = 0;
        for (unsigned part = 0; part < shapes[i].parts; part++) {
            struct deal d = {shapes[i].clients, shapes[i].parts, part};
            for (uint64_t k = 0; deal_index(&d, k) < sizeof owned; k++)
                owned[deal_index(&d, k)]++;
        }
        for (size_t n = 0; n < sizeof owned; n++)
            assert_int_equal(owned[n], 1);
    }
}

static void how_many_of_the_first_n(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        for (unsigned part = 0; part < shapes[i].parts; part++) {
            struct deal d = {shapes[i].clients, shapes[i].parts, part};
            uint64_t k = 0;
            for (uint64_t n = 0; n < 500; n++) {
                assert_int_equal(deal_count(&d, n), k);
                k += deal_index(&d, k) == n;
            }
        }
}

static void a_part_takes_its_requests_in_order(void **state)
{
    (void)state;
    struct deal d = {7, 3, 1};
    for (uint64_t k = 1; k < 1000; k++)
        assert_true(deal_index(&d, k) > deal_index(&d, k - 1));
}

// In each round every part has as many as it has clients: none is ahead of the others for long.
static void rounds_are_even(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        for (unsigned part = 0; part < shapes[i].parts; part++) {
            struct deal d = {shapes[i].clients, shapes[i].parts, part};
            for (uint64_t round = 1; round < 20; round++)
                assert_int_equal(deal_count(&d, round * d.clients), round * deal_clients(&d));
        }
}

static void by_turns_within_a_round(void **state)
{
    (void)state;
    struct deal first = {5, 2, 0}, second = {5, 2, 1}; // two clients and three
    static const uint64_t of_first[] = {0, 2, 5, 7}, of_second[] = {1, 3, 4, 6, 8, 9};
    for (size_t k = 0; k < sizeof of_first / sizeof *of_first; k++)
        assert_int_equal(deal_index(&first, k), of_first[k]);
    for (size_t k = 0; k < sizeof of_second / sizeof *of_second; k++)
        assert_int_equal(deal_index(&second, k), of_second[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_are_shared_out_whole),
        cmocka_unit_test(every_request_has_one_owner),
        cmocka_unit_test(how_many_of_the_first_n),
        cmocka_unit_test(a_part_takes_its_requests_in_order),
        cmocka_unit_test(rounds_are_even),
        cmocka_unit_test(by_turns_within_a_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
