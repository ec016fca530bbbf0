// SPDX-License-Identifier: MIT
#include "option/complete_fish.h"

#include <string.h>

// Inside '...'.
static void quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++)
        fprintf(out, strchr("'\\", *text) ? "\\%c" : "%c", *text);
    fputc('\'', out);
}

static void row_of(const struct complete *c, const struct manual *m, const struct opt *row, FILE *out)
{
    enum complete_value kind = complete_value_of(c, row);
    fprintf(out, "complete -c hkv-bench -n '__hkv_bench_is %s'", m->name ? m->name : "-");
    if (row->letter)
        fprintf(out, " -s %c", row->letter);
    if (row->name)
        fprintf(out, " -l %s", row->name);
    if (kind == COMPLETE_FILE)
        fputs(" -r -F", out);
    else if (kind == COMPLETE_DIR)
        fputs(" -x -a '(__fish_complete_directories)'", out);
    else if (kind == COMPLETE_LIST)
        fprintf(out, " -x -a '(__fish_complete_list , \"__hkv_bench_tests\")'");
    else if (kind != COMPLETE_NONE && !row->bare)
        fputs(" -x", out);
    if (kind == COMPLETE_WORDS) {
        fputs(" -a '", out);
        complete_words(row, out);
        fputc('\'', out);
    }
    fputs(" -d ", out);
    quoted(out, row->help);
    fputc('\n', out);
}

static void page(const struct complete *c, const struct manual *m, FILE *out)
{
    const struct opt *row;
    for (size_t at = 0; (row = complete_next(m, &at));)
        row_of(c, m, row, out);
    if (!m->words)
        return;
    fprintf(out, "complete -c hkv-bench -n '__hkv_bench_is %s' -a '", m->name);
    for (size_t i = 0; m->words[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", m->words[i]);
    fputs("'\n", out);
}

void complete_fish(const struct complete *c, FILE *out)
{
    fputs("# Completes hkv-bench in fish. Made by: hkv-bench options --completion fish\n\n"
          "function __hkv_bench_tests\n"
          "    printf '%s\\n' ",
          out);
    fprintf(out, "%s\nend\n\nset -g __hkv_bench_subcommands", c->list_words);
    for (size_t i = 1; c->manuals[i]; i++)
        fprintf(out, " %s", c->manuals[i]->name);
    fputs("\n\n# Whether the words so far are of this subcommand; - is none.\n"
          "function __hkv_bench_is\n"
          "    set -l words (commandline -opc)\n"
          "    set -l which -\n"
          "    if set -q words[2]; and contains -- $words[2] $__hkv_bench_subcommands\n"
          "        set which $words[2]\n"
          "    end\n"
          "    test $which = $argv[1]\n"
          "end\n\n",
          out);
    for (size_t i = 1; c->manuals[i]; i++) {
        fprintf(out, "complete -c hkv-bench -n '__fish_is_first_token' -a %s -d ", c->manuals[i]->name);
        quoted(out, c->manuals[i]->summary);
        fputc('\n', out);
    }
    for (size_t i = 0; c->manuals[i]; i++)
        page(c, c->manuals[i], out);
}
