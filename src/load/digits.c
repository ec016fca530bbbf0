// SPDX-License-Identifier: MIT
#include "load/digits.h"

#define ROW(t) t "0" t "1" t "2" t "3" t "4" t "5" t "6" t "7" t "8" t "9"

__attribute__((nonstring)) const char digits_pairs[200] =
    ROW("0") ROW("1") ROW("2") ROW("3") ROW("4") ROW("5") ROW("6") ROW("7") ROW("8") ROW("9");
