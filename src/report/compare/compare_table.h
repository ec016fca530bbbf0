// SPDX-License-Identifier: MIT
// A comparison as tables, for programs and for a review. Never measures.
#pragma once

#include "report/compare/compare_facts.h"

extern const struct compare_reporter compare_table_csv;
extern const struct compare_reporter compare_table_markdown;
