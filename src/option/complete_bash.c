// SPDX-License-Identifier: MIT
#include "option/complete_bash.h"

#include <string.h>

static const char *name_of(const struct manual *m)
{
    return m->name ? m->name : "-"; // of the program itself: no subcommand is called so
}

// "run:-n|run:--requests" of all rows of one kind of value.
static bool patterns(const struct complete *c, const struct manual *m, enum complete_value kind, FILE *out)
{
    const struct opt *row;
    char name[COMPLETE_NAME];
    bool any = false;
    for (size_t at = 0; (row = complete_next(m, &at));) {
        if (complete_value_of(c, row) != kind)
            continue;
        for (int form = 0; form < 2; form++) {
            if (!*(form ? complete_long(row, name) : complete_letter(row, name)))
                continue;
            fprintf(out, "%s%s:%s", any ? "|" : "    ", name_of(m), name);
            any = true;
        }
    }
    if (any)
        fputs(") ", out);
    return any;
}

static void words(const struct complete *c, const struct manual *m, FILE *out)
{
    const struct opt *row;
    char letter[COMPLETE_NAME], name[COMPLETE_NAME];
    for (size_t at = 0; (row = complete_next(m, &at));) {
        if (complete_value_of(c, row) != COMPLETE_WORDS)
            continue;
        complete_letter(row, letter);
        complete_long(row, name);
        fputs("    ", out);
        if (*letter)
            fprintf(out, "%s:%s%s", name_of(m), letter, *name ? "|" : "");
        if (*name)
            fprintf(out, "%s:%s", name_of(m), name);
        fputs(") values='", out);
        complete_words(row, out);
        fputs("' ;;\n", out);
    }
}

static void values(const struct complete *c, const struct manual *m, FILE *out)
{
    words(c, m, out);
    if (patterns(c, m, COMPLETE_LIST, out))
        fputs("_hkv_bench_list; return ;;\n", out);
    if (patterns(c, m, COMPLETE_FILE, out))
        fputs("_hkv_bench_files -f; return ;;\n", out);
    if (patterns(c, m, COMPLETE_DIR, out))
        fputs("_hkv_bench_files -d; return ;;\n", out);
    if (patterns(c, m, COMPLETE_ANY, out))
        fputs("return ;;\n", out);
}

static void options(const struct manual *m, FILE *out)
{
    const struct opt *row;
    char name[COMPLETE_NAME];
    fprintf(out, "    %s) options='", name_of(m));
    for (size_t at = 0; (row = complete_next(m, &at));)
        fprintf(out, "%s%s", at > 1 ? " " : "",
                *complete_long(row, name) ? name : complete_letter(row, name));
    fputs("' first='", out);
    for (size_t i = 0; m->words && m->words[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", m->words[i]);
    fputs("' ;;\n", out);
}

static const char head[] =
    "# Completes hkv-bench in bash. Made by: hkv-bench options --completion bash\n"
    "\n"
    "_hkv_bench_files() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
    "}\n"
    "\n"
    "_hkv_bench_list() {\n"
    "    local before=\n"
    "    [[ $cur != *,* ]] || before=${cur%,*},\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$tests\" -- \"${cur##*,}\")\n"
    "    compopt -o nospace 2>/dev/null\n"
    "}\n"
    "\n"
    "_hkv_bench() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} which=${COMP_WORDS[1]}\n"
    "    local options='' first='' values='' subcommands tests\n"
    "    COMPREPLY=()\n"
    "    # --option=value comes as three words\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == = ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

static const char tail[] = "    if [[ -n $values ]]; then\n"
                           "        mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$cur\")\n"
                           "    elif [[ $cur == -* ]]; then\n"
                           "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
                           "    elif ((COMP_CWORD == 1)); then\n"
                           "        mapfile -t COMPREPLY < <(compgen -W \"$subcommands\" -- \"$cur\")\n"
                           "    elif [[ -n $first ]]; then\n"
                           "        mapfile -t COMPREPLY < <(compgen -W \"$first\" -- \"$cur\")\n"
                           "        [[ -n ${COMPREPLY[*]} ]] || _hkv_bench_files -f\n"
                           "    else\n"
                           "        _hkv_bench_files -f\n"
                           "    fi\n"
                           "}\n"
                           "complete -F _hkv_bench hkv-bench\n";

void complete_bash(const struct complete *c, FILE *out)
{
    fputs(head, out);
    fprintf(out, "    tests='%s'\n    subcommands='", c->list_words);
    for (size_t i = 1; c->manuals[i]; i++)
        fprintf(out, "%s%s", i > 1 ? " " : "", c->manuals[i]->name);
    fputs("'\n    case $which in\n    ", out);
    for (size_t i = 1; c->manuals[i]; i++)
        fprintf(out, "%s%s", i > 1 ? "|" : "", c->manuals[i]->name);
    fputs(") ((COMP_CWORD > 1)) || which=- ;;\n    *) which=- ;;\n    esac\n    case $which in\n", out);
    for (size_t i = 0; c->manuals[i]; i++)
        options(c->manuals[i], out);
    fputs("    esac\n    case $which:$prev in\n", out);
    for (size_t i = 0; c->manuals[i]; i++)
        values(c, c->manuals[i], out);
    fputs("    esac\n", out);
    fputs(tail, out);
}
