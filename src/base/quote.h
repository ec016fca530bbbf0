// SPDX-License-Identifier: MIT
// Words of a user, a server or a file, written so that they stay words in the medium they go to: one function
// for each medium, called where the text leaves the program. What cannot be shown becomes \n, \xNN and their
// like. JSON has its own (report/parts/value.h), and so has a sentence of bounded length (slice_quote).
#pragma once

#include <stdio.h>

// For a terminal: letters of any script as they are; no escape sequence and no line end gets through.
void quote_terminal(FILE *out, const char *text);

// The same as a line of its own, behind `before`, which is ours.
void quote_line(FILE *out, const char *before, const char *text);

// A field of a CSV row, with its quotes: quotes inside are doubled (RFC 4180), and a row stays one line.
void quote_csv(FILE *out, const char *text);

// Text or an attribute of XML: also what XML 1.0 has no way to write is written as its escape.
void quote_xml(FILE *out, const char *text);

// A part of a Markdown table's cell or of a line: nothing in it is markup.
void quote_markdown(FILE *out, const char *text);
