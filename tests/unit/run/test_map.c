// SPDX-License-Identifier: MIT
#include "run/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void deals(unsigned clients, const unsigned slots[4], const unsigned expected[4])
{
    unsigned dealt[4];
    map_deal(slots, 4, clients, dealt);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(dealt[i], expected[i]);
}

static void clients_are_dealt_by_slots(void **state)
{
    (void)state;
    deals(50, (unsigned[]){5461, 5462, 5461, 0}, (unsigned[]){17, 17, 16, 0});
    deals(16, (unsigned[]){8192, 4096, 4096, 0}, (unsigned[]){8, 4, 4, 0});
    deals(10, (unsigned[]){16384, 0, 0, 0}, (unsigned[]){10, 0, 0, 0});
}

static void who_owns_a_slot_has_a_client(void **state)
{
    (void)state;
    deals(10, (unsigned[]){16381, 1, 1, 1}, (unsigned[]){7, 1, 1, 1});
    deals(4, (unsigned[]){16000, 382, 1, 1}, (unsigned[]){1, 1, 1, 1});
    deals(1, (unsigned[]){8192, 4096, 4096, 0}, (unsigned[]){1, 1, 1, 0}); // more than there are
    deals(5, (unsigned[]){0, 0, 0, 0}, (unsigned[]){0, 0, 0, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_are_dealt_by_slots),
        cmocka_unit_test(who_owns_a_slot_has_a_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
