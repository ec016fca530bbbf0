// SPDX-License-Identifier: MIT
// One quick look for the highest load that holds, where about it lies is known: halves a bracket around the
// hint, and moves it where the answer lies outside. One wrong answer of a noisy server makes one wrong look:
// it takes several looks, and their spread, to know. Knows no clock and no server; judge/saturation.h
// searches alone.
#pragma once

#include <stdbool.h>

#define BRACKET_STEPS 6  // halvings, after which the bracket is 1.5 % wide
#define BRACKET_SPAN 1.6 // from the hint to either end at first
#define BRACKET_MOVES 8  // of the bracket, after which it gives up

struct bracket {
    double low, high;           // loads
    bool low_held, high_failed; // each was tried; else it is where the bracket began
    unsigned steps, moves;
    double asked;
};

// hint > 0. shift: from 0 to 1, moves all loads by this part of the last bracket's width, so that looks with
// one hint do not all land on the same loads. Other values are a BUG.
void bracket_init(struct bracket *b, double hint, double shift);

// Which load to try now. False once the look has ended.
bool bracket_next(struct bracket *b, double *load);

// Whether the load that bracket_next named held.
void bracket_answer(struct bracket *b, bool held);

// The middle of the bracket; 0 where nothing held or everything did.
double bracket_value(const struct bracket *b);
