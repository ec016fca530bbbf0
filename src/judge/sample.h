// SPDX-License-Identifier: MIT
// Plain arrays in order: what the other files of this folder sort and ask for a median. Takes finite numbers
// only and never checks them beyond sample_sound.
// Source: counting inversions by merging, Knight 1966.
#pragma once

#include <stdbool.h>

void sample_sort(double *v, unsigned n); // ascending

// No NaN, no infinity, and nothing beyond SAMPLE_HUGE, whose squares could still add up to one.
#define SAMPLE_HUGE 1e100
bool sample_sound(const double *v, unsigned n);
bool sample_within(const double *v, unsigned n, double far); // none is a NaN or beyond far in size

double sample_mean(const double *v, unsigned n);    // n > 0
double sample_squares(const double *v, unsigned n); // of the distances from the mean, added up

// Of an ascending array: the middle value, or the mean of the two middle ones. n > 0.
double sample_median(const double *sorted, unsigned n);

// Sorts v, ascending, and answers how many pairs i < j had v[i] > v[j]. O(n log n); scratch has room for n.
unsigned long sample_inversions(double *v, double *scratch, unsigned n);
