// SPDX-License-Identifier: MIT
#include "workload/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define QUOTE 64
#define SENTENCE 480

// What is being read, and where what is found goes.
struct reading {
    const char *file;
    yaml_document_t *document;
    struct source *out;
    struct err *err;
};

int source_refuse(const char *file, struct source_place at, struct err *err, const char *format, ...)
{
    char sentence[SENTENCE];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return err_set(err, ERR_USAGE, "%s:%u:%u: %s", file, at.line, at.column, sentence);
}

static struct source_place place_of(yaml_mark_t mark)
{
    return (struct source_place){(unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static int no_memory(struct reading *r)
{
    return err_set(r->err, ERR_RUN, "out of memory");
}

static const char *kind_of(const yaml_node_t *n)
{
    return n->type == YAML_SCALAR_NODE     ? "text"
           : n->type == YAML_SEQUENCE_NODE ? "a list"
                                           : "names with values";
}

static int expected(struct reading *r, const yaml_node_t *n, const char *what)
{
    return source_refuse(r->file, place_of(n->start_mark), r->err, "expected %s, got %s", what, kind_of(n));
}

// Text of a node, which must be some.
static int text_of(struct reading *r, const yaml_node_t *n, const char *what, const char **out)
{
    if (n->type != YAML_SCALAR_NODE)
        return expected(r, n, what);
    *out = (const char *)n->data.scalar.value;
    if (strlen(*out) != n->data.scalar.length)
        return source_refuse(r->file, place_of(n->start_mark), r->err,
                             "a NUL byte cannot stand in a workload: leave out \\0");
    return 0;
}

static int add_pair(struct reading *r, struct source_pairs *p, const struct source_pair *pair)
{
    struct source_pair *more = realloc(p->at, (p->n + 1) * sizeof *more);
    if (!more)
        return no_memory(r);
    p->at = more;
    more[p->n++] = *pair;
    return 0;
}

const struct source_pair *source_find(const struct source_pairs *p, const char *name)
{
    for (unsigned i = 0; i < p->n; i++)
        if (strcmp(p->at[i].name, name) == 0)
            return &p->at[i];
    return NULL;
}

// A name with text, or with a list of texts, which is as many pairs.
static int read_value(struct reading *r, struct source_pairs *p, struct source_pair pair,
                      const yaml_node_t *value)
{
    yaml_document_t *d = r->document;
    if (value->type == YAML_SCALAR_NODE) {
        pair.value_at = place_of(value->start_mark);
        return text_of(r, value, "text", &pair.value) < 0 ? -1 : add_pair(r, p, &pair);
    }
    if (value->type != YAML_SEQUENCE_NODE)
        return expected(r, value, "text, or a list of texts");
    for (yaml_node_item_t *i = value->data.sequence.items.start; i < value->data.sequence.items.top; i++) {
        const yaml_node_t *n = yaml_document_get_node(d, *i);
        pair.value_at = place_of(n->start_mark);
        if (text_of(r, n, "text", &pair.value) < 0 || add_pair(r, p, &pair) < 0)
            return -1;
    }
    return 0;
}

static int read_name(struct reading *r, const struct source_pairs *p, const yaml_node_t *n,
                     struct source_pair *out)
{
    char quoted[QUOTE];
    out->at = place_of(n->start_mark);
    out->name = "";
    if (text_of(r, n, "a name", &out->name) < 0)
        return -1;
    const struct source_pair *before = source_find(p, out->name);
    if (!before)
        return 0;
    return source_refuse(r->file, out->at, r->err, "'%s' stands here twice: first in line %u",
                         slice_quote(slice_of(out->name), quoted, sizeof quoted), before->at.line);
}

static int read_pairs(struct reading *r, struct source_pairs *p, const yaml_node_t *map, const char *what)
{
    p->place = place_of(map->start_mark);
    if (map->type != YAML_MAPPING_NODE)
        return expected(r, map, what);
    for (yaml_node_pair_t *i = map->data.mapping.pairs.start; i < map->data.mapping.pairs.top; i++) {
        struct source_pair pair = {0};
        if (read_name(r, p, yaml_document_get_node(r->document, i->key), &pair) < 0 ||
            read_value(r, p, pair, yaml_document_get_node(r->document, i->value)) < 0)
            return -1;
    }
    return 0;
}

static int read_command(struct reading *r, struct source_pairs *p, const yaml_node_t *n)
{
    struct source_pair pair = {
        .name = "command", .at = place_of(n->start_mark), .value_at = place_of(n->start_mark)};
    if (n->type != YAML_SCALAR_NODE)
        return read_pairs(r, p, n, "a command, or names with values such as command: GET __key__");
    p->place = pair.at;
    return text_of(r, n, "a command", &pair.value) < 0 ? -1 : add_pair(r, p, &pair);
}

static int read_commands(struct reading *r, struct source_commands *c, const yaml_node_t *list)
{
    if (list->type != YAML_SEQUENCE_NODE)
        return expected(r, list, "a list of commands, each behind a dash");
    for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top; i++) {
        struct source_pairs *more = realloc(c->at, (c->n + 1) * sizeof *more);
        if (!more)
            return no_memory(r);
        c->at = more;
        more[c->n] = (struct source_pairs){0};
        if (read_command(r, &c->at[c->n++], yaml_document_get_node(r->document, *i)) < 0)
            return -1;
    }
    return 0;
}

static int read_section(struct reading *r, const struct source_pair *name, const yaml_node_t *value)
{
    struct source *w = r->out;
    char quoted[QUOTE];
    if (strcmp(name->name, "description") == 0)
        return text_of(r, value, "text", &w->description);
    if (strcmp(name->name, "options") == 0)
        return read_pairs(r, &w->options, value, "names of options with values");
    if (strcmp(name->name, "commands") == 0)
        return read_commands(r, &w->commands, value);
    if (strcmp(name->name, "fill") == 0)
        return read_commands(r, &w->fill, value);
    return source_refuse(r->file, name->at, r->err,
                         "expected description, options, commands or fill, got '%s'",
                         slice_quote(slice_of(name->name), quoted, sizeof quoted));
}

static int read_sections(struct reading *r, const yaml_node_t *root)
{
    struct source_pairs seen = {0};
    int rc = 0;
    if (!root)
        return source_refuse(r->file, (struct source_place){1, 1}, r->err,
                             "expected options or commands, got an empty file");
    if (root->type != YAML_MAPPING_NODE)
        return expected(r, root, "description, options, commands or fill, each with a colon behind it");
    for (yaml_node_pair_t *i = root->data.mapping.pairs.start; rc == 0 && i < root->data.mapping.pairs.top;
         i++) {
        struct source_pair pair = {0};
        rc = read_name(r, &seen, yaml_document_get_node(r->document, i->key), &pair);
        if (rc == 0)
            rc = add_pair(r, &seen, &pair);
        if (rc == 0)
            rc = read_section(r, &pair, yaml_document_get_node(r->document, i->value));
    }
    free(seen.at);
    return rc;
}

// Of bytes that are no text the parser says how many are before them.
static struct source_place place_of_byte(struct slice text, size_t offset)
{
    struct source_place at = {1, 1};
    for (size_t i = 0; i < offset && i < text.len; i++) {
        at.column++;
        if (text.at[i] == '\n')
            at = (struct source_place){at.line + 1, 1};
    }
    return at;
}

static int no_yaml(struct reading *r, const yaml_parser_t *parser, struct slice text)
{
    bool bytes = parser->error == YAML_READER_ERROR;
    struct source_place at =
        bytes ? place_of_byte(text, parser->problem_offset) : place_of(parser->problem_mark);
    if (parser->error == YAML_MEMORY_ERROR)
        return no_memory(r);
    return source_refuse(r->file, at, r->err, "no YAML: %s",
                         parser->problem ? parser->problem : "it does not end");
}

// The one document of the text.
static int load(struct reading *r, yaml_parser_t *parser, struct slice text)
{
    yaml_document_t second;
    if (!yaml_parser_load(parser, r->document))
        return no_yaml(r, parser, text);
    r->out->document = r->document;
    if (!yaml_document_get_root_node(r->document))
        return 0;
    if (!yaml_parser_load(parser, &second))
        return no_yaml(r, parser, text);
    yaml_node_t *more = yaml_document_get_root_node(&second);
    int rc = more ? source_refuse(r->file, place_of(more->start_mark), r->err,
                                  "a workload is one document: leave out what follows the ---")
                  : 0;
    yaml_document_delete(&second);
    return rc;
}

int source_read(struct source *out, const char *file, struct slice text, struct err *err)
{
    *out = (struct source){0};
    struct reading r = {file, calloc(1, sizeof(yaml_document_t)), out, err};
    yaml_parser_t parser;
    if (!r.document || !yaml_parser_initialize(&parser)) {
        free(r.document);
        return no_memory(&r);
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.at, text.len);
    int rc = load(&r, &parser, text);
    yaml_parser_delete(&parser);
    if (!out->document) {
        free(r.document);
        return -1;
    }
    if (rc == 0)
        rc = read_sections(&r, yaml_document_get_root_node(r.document));
    if (rc < 0)
        source_free(out);
    return rc;
}

static void free_commands(struct source_commands *c)
{
    for (unsigned i = 0; i < c->n; i++)
        free(c->at[i].at);
    free(c->at);
}

void source_free(struct source *w)
{
    if (w->document)
        yaml_document_delete(w->document);
    free(w->document);
    free(w->options.at);
    free_commands(&w->commands);
    free_commands(&w->fill);
    *w = (struct source){0};
}
