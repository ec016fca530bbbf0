// SPDX-License-Identifier: MIT
// The tables of a history and how an older file becomes a newer one. Knows nothing of what is in them.
// docs/history.md describes the tables: a new step goes there too.
#pragma once

#include <sqlite3.h>

// What SQLite's file header calls the file: "hkvb".
#define SCHEMA_APPLICATION_ID 0x686b7662

// SQL that leads from version i to version i + 1. A step that was released never changes: whoever has its
// version will not run it again.
extern const char *const schema_steps[];
extern const int schema_version; // how many steps there are

enum schema_state {
    SCHEMA_OURS,    // of this version or an older one
    SCHEMA_EMPTY,   // a new file, or one that was left before anything was in it
    SCHEMA_FOREIGN, // somebody else's database
    SCHEMA_NEWER,   // a later program's
    SCHEMA_DAMAGED, // ours by its mark, of a version that no program gives
};

#define SCHEMA_WHY 160

// SQLITE_OK with the state and the version of the file, or SQLite's code with its words in why.
int schema_look(sqlite3 *db, enum schema_state *state, int *version, char why[SCHEMA_WHY]);

// Runs the steps that are missing up to version n, all in one transaction: either all of them happened or
// none. Two processes that do so at once are no trouble. SQLITE_OK, or SQLite's code with nothing changed and
// what went wrong first in why.
int schema_migrate(sqlite3 *db, const char *const *steps, int n, char why[SCHEMA_WHY]);
