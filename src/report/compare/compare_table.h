// SPDX-License-Identifier: MIT
// A comparison as rows of CSV, for programs. Never measures.
#pragma once

#include "report/compare/compare_reporter.h"

extern const struct compare_reporter compare_table_csv;
