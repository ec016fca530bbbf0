// SPDX-License-Identifier: MIT
#include "judge/bracket.h"

#include "base/err.h"

#include <math.h>

void bracket_init(struct bracket *b, double hint, double shift)
{
    if (!(hint > 0) || !(shift >= 0 && shift <= 1))
        BUG("a bracket has a hint above 0 and a shift from 0 to 1");
    double cell = 2 * log(BRACKET_SPAN) / (1 << BRACKET_STEPS);
    double middle = hint * exp((shift - 0.5) * cell);
    *b = (struct bracket){.low = middle / BRACKET_SPAN, .high = middle * BRACKET_SPAN};
}

bool bracket_next(struct bracket *b, double *load)
{
    bool whole = b->steps == BRACKET_STEPS;
    if ((whole && b->low_held && b->high_failed) || b->moves == BRACKET_MOVES)
        return false;
    b->asked = !whole ? sqrt(b->low * b->high) : b->low_held ? b->high : b->low;
    *load = b->asked;
    return true;
}

// An end of the bracket was no end: the bracket goes on behind it.
static void move(struct bracket *b, double low, double high)
{
    b->low = low;
    b->high = high;
    b->steps = 0;
    b->moves++;
}

void bracket_answer(struct bracket *b, bool held)
{
    const double width = BRACKET_SPAN * BRACKET_SPAN;
    b->low_held |= held;
    b->high_failed |= !held;
    if (b->asked == b->high && held)
        move(b, b->high, b->high * width);
    else if (b->asked == b->low && !held)
        move(b, b->low / width, b->low);
    else if (b->asked > b->low && b->asked < b->high) {
        *(held ? &b->low : &b->high) = b->asked;
        b->steps++;
    }
}

double bracket_value(const struct bracket *b)
{
    return b->low_held && b->high_failed ? sqrt(b->low * b->high) : 0;
}
