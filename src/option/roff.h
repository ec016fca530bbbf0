// SPDX-License-Identifier: MIT
// The few requests of man(7) that a page is made of; text is escaped, so that it says what it says.
#pragma once

#include <stdio.h>

void roff_title(FILE *out, const char *name, const char *date, const char *source);
void roff_section(FILE *out, const char *name);
void roff_subsection(FILE *out, const char *name);
void roff_paragraph(FILE *out);
void roff_item(FILE *out);                      // the next line is its tag
void roff_line(FILE *out);                      // break the line here
void roff_text(FILE *out, const char *text);    // a line break in it ends the line of the source
void roff_bold(FILE *out, const char *text);    // in the line
void roff_italic(FILE *out, const char *text);  // in the line
void roff_example(FILE *out, const char *line); // one that is not filled
