// SPDX-License-Identifier: MIT
#include "judge/bracket.h"

#include "sample.h"

#define WIDTH 0.0147 // of the last bracket: 2 ln 1.6 / 64

static double look(double hint, double capacity, double shift, unsigned *trials)
{
    struct bracket b;
    double load;
    bracket_init(&b, hint, shift);
    for (*trials = 0; bracket_next(&b, &load); ++*trials)
        bracket_answer(&b, load <= capacity);
    return bracket_value(&b);
}

static void finds_what_lies_in_it(void **state)
{
    (void)state;
    unsigned trials;
    for (int i = 0; i < 90; i++) {
        double capacity = 64 * pow(1.01, i);
        double found = look(100, capacity, 0.5, &trials);
        assert_near(log(found / capacity), 0, WIDTH / 2 + 1e-9);
        assert_true(trials <= BRACKET_STEPS + 1); // an end of the bracket is tried once more
    }
}

static void moves_where_it_does_not(void **state)
{
    (void)state;
    unsigned trials;
    assert_near(log(look(100, 1000, 0.5, &trials) / 1000), 0, WIDTH / 2 + 1e-9);
    assert_near(log(look(100, 7, 0.5, &trials) / 7), 0, WIDTH / 2 + 1e-9);
    assert_true(look(100, 0, 0.5, &trials) == 0 && trials == BRACKET_MOVES * (BRACKET_STEPS + 1));
    assert_true(look(100, INFINITY, 0.5, &trials) == 0);
}

// Over all shifts the mean of what is found is the capacity itself: the grid of loads adds nothing.
static void shifts_take_the_grid_away(void **state)
{
    (void)state;
    unsigned trials;
    double sum = 0;
    for (int i = 0; i < 1000; i++)
        sum += log(look(100, 123.4, (i + 0.5) / 1000, &trials));
    assert_near(sum / 1000, log(123.4), WIDTH / 500);
}

// Near its capacity a server holds by chance, here with a deviation of 5 %: the looks spread about as much
// and do not lean to one side by more than a third of it.
static void chance_spreads_and_hardly_leans(void **state)
{
    (void)state;
    struct rng rng = rng_init(9, 0);
    double sum = 0, squares = 0;
    for (int k = 0; k < 4000; k++) {
        struct bracket b;
        double load;
        bracket_init(&b, 90, rng_unit(&rng));
        while (bracket_next(&b, &load))
            bracket_answer(&b, log(load / 100) < 0.05 * sample_normal(&rng));
        double apart = log(bracket_value(&b) / 100);
        sum += apart;
        squares += apart * apart;
    }
    assert_true(fabs(sum / 4000) < 0.05 / 3);
    assert_true(sqrt(squares / 4000) > 0.025 && sqrt(squares / 4000) < 0.06);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_lies_in_it),
        cmocka_unit_test(moves_where_it_does_not),
        cmocka_unit_test(shifts_take_the_grid_away),
        cmocka_unit_test(chance_spreads_and_hardly_leans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
