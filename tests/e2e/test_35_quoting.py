# SPDX-License-Identifier: MIT
"""Words of a user, a server or a file reach a terminal, CSV and Markdown as words: no escape, no markup, no lost field."""

import csv
import io
import os
import pty
import sqlite3

import pytest

import servers

ESCAPE = "\x1b[31m"
HOSTILE = ESCAPE + 'GET "a"|<b>\n\x9b'


def on_terminal(bench, *args, rc=0):
    """What the program writes to a terminal: its standard error, live line included."""
    ours, theirs = pty.openpty()
    run = bench.start(*args, preexec_fn=lambda: os.dup2(theirs, 2))
    os.close(theirs)
    seen = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    os.close(ours)
    run.wait()
    assert run.rc == rc, run
    return seen.decode("utf-8", "backslashreplace")


class Named(servers.Server):
    """Calls itself what would turn a terminal red and break a table."""

    def reply(self, args):
        if args[0].upper() == b"INFO":
            text = f"server_name:{ESCAPE}|evil\r\nredis_version:{ESCAPE}\r\n".encode()
            return b"$%d\r\n%s\r\n" % (len(text), text)
        return super().reply(args)


@pytest.mark.parametrize("form", [["--format", "text"], ["--csv"], ["-q"], ["--compat"]])
def test_words_of_a_command_do_not_write_to_the_terminal(bench, redis, form):
    run = bench("-p", redis.port, "-n", 500, "-c", 5, *form, "SET", f"k{ESCAPE}\x9b", "a\nb")
    assert run.rc == 0, run
    assert "\x1b" not in run.out + run.err, run
    assert "\\x1b[31m" in run.out and "a\\nb" in run.out, run


def test_a_title_with_quotes_is_one_field_of_csv(bench, redis):
    run = bench("-p", redis.port, "-n", 500, "-c", 5, "--csv", "SET", 'k"x",', "a|b")
    assert run.rc == 0, run
    head, row = csv.reader(io.StringIO(run.out))
    assert len(row) == len(head) and row[0] == 'SET k"x", a|b'


def test_the_live_line_and_its_sentences_are_quoted(bench, redis):
    said = on_terminal(bench, "-p", redis.port, "--duration", "1s", "-c", 5, "SET", f"k{ESCAPE}", "v")
    assert "k\\x1b[31m" in said
    assert ESCAPE not in said


def test_a_hostile_host_name_is_quoted(bench):
    said = on_terminal(bench, "-h", f"no{ESCAPE}such.invalid", "-t", "get", "-n", 10, rc=3)
    assert ESCAPE not in said and "no\\x1b[31m" in said


def test_a_server_that_calls_itself_an_escape(bench, serve):
    port = serve(Named).port
    run = bench("-p", port, "-t", "get", "-n", 500, "-c", 5)
    assert "\x1b" not in run.out + run.err and "\\x1b[31m|evil" in run.out, run
    both = ("compare", f"a|b=127.0.0.1:{port}", f"c=127.0.0.1:{port}", "-t", "get", "-c", 5, "--slot", "100ms", "--blocks", 2,
            "--idle", "0s", "--warmup", "50ms", "-r", 100)
    for form in ([], ["--markdown"], ["--format", "csv"]):
        run = bench(*both, *form)
        assert "\x1b" not in run.out + run.err, run
    head, rule, *rows = [line for line in bench(*both, "--markdown").out.splitlines() if line.startswith("|")]
    cells = [line.replace("\\|", "").count("|") for line in (head, rule, *rows)]
    assert len(rows) > 0 and len(set(cells)) == 1, rows


def test_a_hostile_database_does_not_write_to_the_terminal(bench, redis, tmp_path):
    db = str(tmp_path / "runs.db")
    for _ in range(2):
        assert bench("-p", redis.port, "-t", "get", "-n", 500, "-q", "--save", db, "--tag", "a=b").rc == 0
    with sqlite3.connect(db) as c:
        for table, columns in (("runs", "kind started tool_version tool_git target server_name server_version engine"
                                        " seed host cpu"), ("tests", "test title status limited_by"), ("tags", "value")):
            for column in columns.split():
                if column not in ("kind", "test"):
                    c.execute(f"UPDATE {table} SET {column} = ?", (HOSTILE,))
        c.execute("UPDATE tests SET test = ?", (HOSTILE,))
    for words in (["list"], ["show", "last"], ["trend"], ["trend", "--tag", "a"]):
        run = bench("history", db, *words)
        assert run.rc == 0, run
        assert "\x1b" not in run.out + run.err and "\x9b" not in run.out, run
        assert words[0] == "trend" or "\\x1b[31m" in run.out, run


class Parrot(servers.Server):
    """Repeats in its errors what it was sent, as Redis does for a command that it does not know."""

    says_no_to = b"AUTH"

    def reply(self, args):
        if args[0].upper() == b"AUTH":
            self.last = args[-1]
        if args[0].upper() == self.says_no_to:
            return b"-ERR unknown command '%s', with args beginning with: '%s' \r\n" % (args[0], self.last)
        return super().reply(args)


class ParrotOfGet(Parrot):
    says_no_to = b"GET"


@pytest.mark.parametrize("kind", [Parrot, ParrotOfGet])
def test_a_password_that_a_server_repeats_is_masked(bench, serve, tmp_path, kind):
    secret, path = "correct-horse-battery", tmp_path / "run.json"
    run = bench("-p", serve(kind).port, "-a", secret, "-t", "get", "-n", 100, "-c", 5, "--json", path)
    assert run.rc in (1, 3), run
    assert "'***'" in run.err and "unknown command" in run.err, run
    assert secret not in run.out + run.err, run
    assert not path.exists() or secret not in path.read_text()


def test_an_assertion_of_another_title_is_quoted(bench, redis):
    run = bench("-p", redis.port, "-n", 500, "-c", 5, "--assert", "p99<1h", "SET", f"k{ESCAPE}", "v")
    assert run.rc == 0 and "\x1b" not in run.out + run.err, run
