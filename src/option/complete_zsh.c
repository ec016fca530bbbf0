// SPDX-License-Identifier: MIT
#include "option/complete_zsh.h"

#include <string.h>

// Inside '...' and a description in brackets.
static void quoted(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text))
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
}

static void value(const struct complete *c, const struct opt *row, FILE *out)
{
    enum complete_value kind = complete_value_of(c, row);
    if (kind == COMPLETE_NONE)
        return;
    fputs(row->bare ? "::" : ":", out);
    quoted(out, row->metavar ? row->metavar : "value");
    fputc(':', out);
    if (kind == COMPLETE_WORDS) {
        fputc('(', out);
        complete_words(row, out);
        fputc(')', out);
    } else if (kind == COMPLETE_LIST) {
        fputs("_hkv_bench_list", out);
    } else if (kind == COMPLETE_FILE) {
        fputs("_files", out);
    } else if (kind == COMPLETE_DIR) {
        fputs("_files -/", out);
    } else {
        fputc(' ', out); // there is a value, and nothing to offer
    }
}

// One form of an option: -n, or --requests, whose value may stand behind an = too.
static void spec(const struct complete *c, const struct opt *row, const char *name, FILE *out)
{
    const char *equals = "";
    if (name[1] == '-' && complete_value_of(c, row) != COMPLETE_NONE)
        equals = row->bare ? "=-" : "=";
    fprintf(out, "        '%s%s%s[", row->kind == OPT_LIST ? "*" : "", name, equals);
    quoted(out, row->help);
    fputc(']', out);
    value(c, row, out);
    fputs("'\n", out);
}

static void page(const struct complete *c, const struct manual *m, FILE *out)
{
    const struct opt *row;
    char name[COMPLETE_NAME];
    fprintf(out, "    %s) specs=(\n", m->name ? m->name : "*");
    for (size_t at = 0; (row = complete_next(m, &at));) {
        if (*complete_letter(row, name))
            spec(c, row, name, out);
        if (*complete_long(row, name))
            spec(c, row, name, out);
    }
    fputs("        '*:word:", out);
    if (m->words) {
        fputs("{ compadd -- ", out);
        for (size_t i = 0; m->words[i]; i++)
            fprintf(out, "%s ", m->words[i]);
        fputs("; _files }", out);
    } else {
        fputs(m->name ? "_files" : "_hkv_bench_first", out);
    }
    fputs("') ;;\n", out);
}

static const char tail[] = "    esac\n"
                           "    _arguments -S $specs\n"
                           "}\n"
                           "if [[ $funcstack[1] == _hkv-bench ]]; then\n"
                           "    _hkv_bench \"$@\"\n"
                           "else\n"
                           "    compdef _hkv_bench hkv-bench\n"
                           "fi\n";

void complete_zsh(const struct complete *c, FILE *out)
{
    fputs("#compdef hkv-bench\n"
          "# Completes hkv-bench in zsh. Made by: hkv-bench options --completion zsh\n\n"
          "_hkv_bench_list() {\n"
          "    _values -s , test ",
          out);
    fprintf(out, "%s\n}\n\n_hkv_bench_first() {\n    local -a subcommands=(\n", c->list_words);
    for (size_t i = 1; c->manuals[i]; i++) {
        fprintf(out, "        '%s:", c->manuals[i]->name);
        quoted(out, c->manuals[i]->summary);
        fputs("'\n", out);
    }
    fputs("    )\n"
          "    ((CURRENT == 2)) && _describe subcommand subcommands || _files\n"
          "}\n\n"
          "_hkv_bench() {\n"
          "    local -a specs\n"
          "    local which=-\n"
          "    if ((CURRENT > 2)) && [[ $words[2] != -* ]]; then\n"
          "        which=$words[2]\n"
          "    fi\n"
          "    case $which in\n",
          out);
    for (size_t i = 1; c->manuals[i]; i++)
        page(c, c->manuals[i], out);
    page(c, c->manuals[0], out);
    fputs(tail, out);
}
