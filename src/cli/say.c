// SPDX-License-Identifier: MIT
#include "cli/say.h"

#include "base/quote.h"
#include "cli/progress.h"

#include <stdio.h>

#define SENTENCE_MAX 1024 // the longest is an error (512) and whom it is about

void say(const char *who, const struct watcher *watch, const char *format, va_list args)
{
    char sentence[SENTENCE_MAX];
    vsnprintf(sentence, sizeof sentence, format, args);
    if (watch)
        progress_clear(watch);
    fprintf(stderr, "hkv-bench%s%s: ", who ? " " : "", who ? who : "");
    quote_terminal(stderr, sentence);
    fputc('\n', stderr);
}
