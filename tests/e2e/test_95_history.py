# SPDX-License-Identifier: MIT
"""What is kept of runs, and what is demanded of them."""

import json
import os
import random
import sqlite3
import threading
from xml.etree import ElementTree

import pytest

import formats
import servers
from conftest import ROOT, Embedded
from waiting import until

TABLES = ("runs", "tags", "tests", "metrics", "slots")


@pytest.fixture
def db(tmp_path):
    return str(tmp_path / "runs.db")


def save(bench, redis, db, *options, rc=0):
    run = bench("-p", redis.port, "-t", "set,get", "-n", 500, "-c", 5, "-q", "--save", db, *options)
    assert run.rc == rc, run
    return run


def history(bench, db, *words, rc=0):
    run = bench("history", db, *words)
    assert run.rc == rc, run
    return run.out if rc == 0 else run.err


def rows(db, query):
    with sqlite3.connect(db, timeout=20) as c:
        return c.execute(query).fetchall()


def assert_whole(db):
    """Every run has its two tests and their figures, and the file is sound."""
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]
    assert rows(db, "PRAGMA foreign_key_check") == []
    for run, tests in rows(db, "SELECT id, (SELECT count(*) FROM tests WHERE run = id) FROM runs"):
        assert tests == 2, run
    assert rows(db, "SELECT count(*) FROM tests WHERE NOT EXISTS"
                    " (SELECT 1 FROM metrics WHERE run = tests.run AND place = tests.place AND metric = 'rps')") == [(0,)]


# --- keeping ---

def test_what_is_saved_is_the_json(bench, redis, db, tmp_path):
    path = tmp_path / "run.json"
    save(bench, redis, db, "--json", path, "--tag", "commit=1a2b", "--tag", "branch=main=x", "--seed", 2**64 - 1)
    exported = history(bench, db, "export", "last")
    assert exported == path.read_text()
    doc = formats.read_json(exported)
    assert doc["tags"] == {"commit": "1a2b", "branch": "main=x"}
    shown = json.loads(history(bench, db, "show", 1, "--json"))["runs"][0]
    assert (shown["run"], shown["seed"], shown["tags"]) == (1, str(2**64 - 1), doc["tags"])
    assert shown["target"] == f"127.0.0.1:{redis.port}" and shown["server_name"] == "redis"
    for kept, test in zip(shown["tests"], doc["tests"]):
        assert (kept["test"], kept["config"], kept["status"]) == (test["test"], test["config"], "done")
        metrics = {name: m["value"] for name, m in kept["metrics"].items()}
        assert metrics["rps"] == pytest.approx(test["rps"])
        assert metrics["p99.9"] == test["latency_ns"]["p99_9"] and metrics["errors"] == 0
        assert metrics["hits"] == test["hit_ratio"]


def test_tables_for_people(bench, redis, db):
    save(bench, redis, db, "--tag", "commit=aaa")
    save(bench, redis, db, "--tag", "commit=bbb")
    listed = history(bench, db, "list").splitlines()
    assert len(listed) == 3
    assert listed[1].split()[0] == "1" and "set,get" in listed[1] and listed[1].endswith("commit=aaa")
    assert len(history(bench, db, "list", "--tag", "commit=bbb").splitlines()) == 2
    shown = history(bench, db, "show", "last")
    assert shown.startswith("run 2, ") and "commit=bbb" in shown
    assert [line.split()[0] for line in shown.splitlines()[-2:]] == ["set", "get"]


@pytest.mark.parametrize("document", ["", '{"kind": "run"', "\x1b[31m", '"\x1b[31m"'], ids=["empty", "cut off", "words", "controls"])
def test_a_damaged_document_is_not_exported(bench, redis, db, document):
    """Whatever reads the export reads JSON, or an exit code with its sentence."""
    assert bench("-p", redis.port, "-t", "set", "-n", 500, "-q", "--save", db).rc == 0
    with sqlite3.connect(db) as c:
        c.execute("UPDATE runs SET document = ?", (document,))
    run = bench("history", db, "export", "last")
    assert (run.rc, run.out) == (1, "") and "run 1 is damaged: what is kept of it is no JSON" in run.err, run
    assert bench("history", db, "show", "last", "--json").rc == 0


def test_passwords_are_not_kept(bench, start_redis, db):
    redis = start_redis("--requirepass", "s3cr3t-word")
    redis.client.call("AUTH", "s3cr3t-word")
    save(bench, redis, db, "-a", "s3cr3t-word")
    for suffix in ("", "-wal"):
        if os.path.exists(db + suffix):
            assert b"s3cr3t" not in open(db + suffix, "rb").read()
    assert "xxxxxxxxxxx" in history(bench, db, "show", "last")


def test_delete(bench, redis, db):
    save(bench, redis, db, "--tag", "a=b")
    save(bench, redis, db)
    assert history(bench, db, "delete", 1) == ""
    assert [r["run"] for r in json.loads(history(bench, db, "list", "--json"))["runs"]] == [2]
    assert history(bench, db, "list", "--format", "json") == history(bench, db, "list", "--json")
    assert rows(db, "SELECT DISTINCT run FROM tests UNION SELECT run FROM metrics UNION SELECT run FROM tags") == [(2,)]
    assert "no run 1" in history(bench, db, "delete", 1, rc=2)


def test_a_failed_run_is_kept_too(bench, serve, db):
    server = serve(servers.ClosesAfter, 50)
    run = bench("-p", server.port, "-t", "ping_mbulk", "-n", 1000, "-c", 2, "--no-probe", "--grace", "2s", "--save", db)
    assert run.rc == 1, run
    assert rows(db, "SELECT exit_code FROM runs") == [(1,)]


def test_nothing_measured_is_nothing_kept(bench, db):
    run = bench("-p", 1, "-t", "set", "-n", 10, "--save", db)
    assert run.rc == 3, run
    assert "no runs yet" in history(bench, db, "show", "last", rc=2)


def test_a_save_that_fails_is_told(bench, redis, db):
    """The tables are gone by the time of saving: the report stands, and the exit code says it."""
    run = bench.start("-p", redis.port, "-t", "ping_mbulk", "--duration", "2s", "--save", db)
    until(lambda: os.path.exists(db) and rows(db, "PRAGMA user_version")[0][0] > 0)
    rows(db, "DROP TABLE metrics")
    run.wait()
    assert run.rc == 1 and "requests per second" in run.out
    assert run.err.count("\n") == 1 and "could not be written to" in run.err, run
    assert rows(db, "SELECT count(*) FROM runs") == [(0,)]


# --- many at once, and the worst moment ---

def test_runs_at_once(bench, redis, db):
    running = [bench.start("-p", redis.port, "-t", "set,get", "-n", 200, "-c", 2, "-q", "--save", db, "--tag", f"n={i}")
               for i in range(8)]
    for run in running:
        assert run.wait().rc == 0, run
    assert sorted(v for v, in rows(db, "SELECT value FROM tags")) == [str(i) for i in range(8)]
    assert_whole(db)


def test_killed_at_any_moment(bench, redis, db):
    """Whoever ended by himself is there, nobody is there by half, and the file serves the next."""
    chance = random.Random(7)
    ended = []
    for i in range(25):
        run = bench.start("-p", redis.port, "-t", "set,get", "-n", 50, "-c", 1, "-q", "--no-calibration",
                          "--save", db, "--tag", f"n={i}")
        killer = threading.Timer(chance.uniform(0, 0.12), run.proc.kill)
        killer.start()
        if run.wait().rc == 0:
            ended.append(str(i))
        killer.cancel()
    save(bench, redis, db, "--tag", "n=last")
    assert_whole(db)
    assert {*ended, "last"} <= {v for v, in rows(db, "SELECT value FROM tags WHERE key = 'n'")}
    assert rows(db, "SELECT count(*) FROM runs") == rows(db, "SELECT count(*) FROM tags")


# --- trend ---

def plant(bench, redis, db, factors):
    """Runs whose figures are set to known ones: all that is between is the program's."""
    for i, factor in enumerate(factors):
        save(bench, redis, db, "--tag", f"commit=c{i}")
        rows(db, f"UPDATE metrics SET value = {1e6 * factor} WHERE metric = 'p99' AND run = {i + 1}")


def test_trend_finds_a_planted_step(bench, redis, db):
    noise = [1.003, 0.992, 1.009, 0.998, 0.995, 1.007, 1.001, 0.996]
    plant(bench, redis, db, noise + [1.2 * x for x in noise])
    told = history(bench, db, "trend", "--metric", "get.p99", "--tag", "commit")
    first, bars, change = told.splitlines()
    assert first == "get.p99: 16 runs" and len(bars) == 2 + 16
    assert change.startswith("  from run 9 on (") and ", commit=c8): 1.00ms → 1.20ms, +20.0%, p < 0.0001 (worse)" in change
    failed = bench("history", db, "trend", "--metric", "get.p99", "--fail-on-regression")
    assert failed.rc == 10 and failed.out.startswith(first), failed
    assert failed.err == "hkv-bench history: get.p99 is worse since run 9: 1.00ms, then 1.20ms\n"
    assert bench("history", db, "trend", "--metric", "get.errors", "--fail-on-regression").rc == 0
    doc = json.loads(history(bench, db, "trend", "--metric", "p99", "--tag", "commit", "--json"))
    assert [s["test"] for s in doc["series"]] == ["get", "set"]
    for series in doc["series"]:
        assert [p["label"] for p in series["points"]] == [f"c{i}" for i in range(16)]
        assert series["differ"] == []
        found, = series["changes"]
        assert (found["run"], found["label"]) == (9, "c8")
        assert found["before"] == pytest.approx(1e6, rel=0.01) and found["after"] == pytest.approx(1.2e6, rel=0.01)
        assert 0 <= found["p"] < 1e-4
        assert (found["direction"], found["differ"]) == ("worse", [])


def test_trend_of_few_runs(bench, redis, db):
    save(bench, redis, db)
    save(bench, redis, db, "-P", 2)
    told = history(bench, db, "trend", "--metric", "set.rps")
    first, bars, differ = told.splitlines()
    assert (first, differ) == ("set.rps: 2 runs; changes are detected from 8 runs on",
                               "! the runs differ in config, which may explain a change")
    assert history(bench, db, "trend", "--metric", "lpush.rps") == "no run has this metric\n"


def test_two_runs_beside_each_other(bench, redis, db, tmp_path):
    save(bench, redis, db, "--tag", "commit=a")
    save(bench, redis, db, "--tag", "commit=b", "-P", 2)
    rows(db, "UPDATE metrics SET value = 1e6 * run WHERE metric = 'p99'")
    told = history(bench, db, "diff", 1, "last")
    assert "! get: not like with like: pipelines of 1 then, 2 now\n" in told
    assert "p99 1.00ms 2.00ms +100.0%" in " ".join(told.split())
    doc = json.loads(history(bench, db, "diff", 1, 2, "--json"))
    p99, = [m for m in doc["tests"][0]["metrics"] if m["metric"] == "p99"]
    assert (p99["a"], p99["b"], p99["change"], p99["direction"]) == (1e6, 2e6, 1.0, None)
    assert "get.p99" not in history(bench, db, "list") and "  1.00ms  " in history(bench, db, "list", "--metric", "get.p99")
    page = tmp_path / "both.html"
    assert history(bench, db, "diff", 1, 2, "--html", page) == ""
    assert page.read_text().startswith("<!") and "</html>" in page.read_text()


def test_a_comparison_is_shown_whole(bench, db):
    server = Embedded()
    try:
        run = bench("compare", f"a={server.port}", f"b={server.port}", "-t", "get", "-c", 2, "--blocks", 2, "--slot", "100ms",
                    "--save", db)
    finally:
        server.stop()
    assert run.rc == 0, run
    shown = history(bench, db, "show", "last")
    assert "2 blocks in " in shown and "ended: complete" in shown and "b vs a" in shown and "throughput" in shown
    assert rows(db, "SELECT blocks, looks, ended FROM tests") == [(2, 0, "complete")]
    test, = json.loads(history(bench, db, "show", "last", "--json"))["runs"][0]["tests"]
    assert (test["blocks"], test["looks"], test["ended"]) == (2, 0, "complete")


# --- sentences ---

@pytest.mark.parametrize("words, sentence", [
    ([], "expected a history and an action, e.g. history runs.db list"),
    (["{db}"], "expected a history and an action, e.g. history runs.db list"),
    (["{db}", "lits"], "expected an action after the history, got 'lits': did you mean list?"),
    (["{db}", "list"], "'{db}' cannot be opened: does it exist? --save DB creates a history"),
    (["{db}", "show"], "show: expected a run: a number shown by list, or last"),
    (["{db}", "list", "1"], "list takes no run: unexpected argument '1'"),
    (["{db}", "show", "1", "2"], "show takes one run: unexpected argument '2'"),
    (["{db}", "diff", "1"], "diff: expected two runs: a number shown by list, or last"),
    (["{db}", "diff", "1", "2", "3"], "unexpected argument '3' (see --help)"),
    (["{db}", "list", "--html", "x"], "--html: only with show, diff and trend, not with list"),
    (["{db}", "list", "--fail-on-regression"], "--fail-on-regression: only with trend, not with list"),
    (["{db}", "list", "--format", "bmf"], "--format: only with export, not with list"),
    (["{db}", "delete", "1", "--format", "json"], "--format: only with export, not with delete"),
    (["{db}", "export", "1", "--json"], "--json: only with list, show, diff and trend, not with export"),
    (["{db}", "show", "1", "--metric", "p99"], "--metric: only with list and trend, not with show"),
    (["{db}", "diff", "1", "2", "--tag", "a"], "--tag: only with list and trend, not with diff"),
    (["{db}", "trend", "--metric", "speed"], "--metric: expected METRIC or TEST.METRIC such as get.p99, got 'speed'"),
    (["{db}", "trend", "--tag", "=x"], "--tag: expected KEY or KEY=VALUE such as commit, got '=x'"),
    (["{db}", "list", "--jsno"], "unknown option --jsno: did you mean --json?"),
    ([ROOT + "/README.md", "list"], ROOT + "/README.md' is not a history: --save DB creates one"),
    ([ROOT, "list"], "cannot be opened"),
])
def test_wrong_words(bench, db, words, sentence):
    run = bench("history", *[w.format(db=db) for w in words])
    assert (run.rc, run.out) == (2, "")
    assert run.err.count("\n") == 1 and run.err.startswith("hkv-bench history: ")
    assert sentence.format(db=db) in run.err


@pytest.mark.parametrize("path", [ROOT + "/README.md", "/nowhere/at/all.db", "/proc/x.db"])
def test_a_file_that_cannot_be_is_told_before_the_run(bench, redis, path):
    run = bench("-p", redis.port, "-t", "set", "-n", 10, "--save", path)
    assert (run.rc, run.out) == (2, "")
    assert run.err.count("\n") == 1 and path in run.err
    assert redis.calls() == {}


def test_somebody_elses_database_is_left_alone(bench, redis, db):
    rows(db, "CREATE TABLE runs (mine)")
    before = open(db, "rb").read()
    run = bench("-p", redis.port, "-t", "set", "-n", 10, "--save", db)
    assert run.rc == 2 and "another program" in run.err
    assert open(db, "rb").read() == before


# --- assertions ---

def test_assertions_that_hold(bench, redis):
    run = bench("-p", redis.port, "-t", "set,get", "-n", 1000, "--assert", "get.p99<10s", "--assert", "rps>1",
                "--assert", "errors==0", "--assert", "unfinished<=0")
    assert run.rc == 0, run
    told = [line for line in run.out.splitlines() if line.startswith(("PASS ", "FAIL "))]
    assert told[0].startswith("PASS get.p99<10s (GET: ")
    assert len(told) == 1 + 2 + 2 + 2 and all(line.startswith("PASS ") for line in told)
    assert "PASS errors==0 (SET: 0)" in told


def test_an_assertion_that_fails(bench, redis):
    run = bench("-p", redis.port, "-t", "set,get", "-n", 1000, "--json", "-", "--assert", "errors==0",
                "--assert", "set.p50<1ns", "--assert", "hits<50%", "--assert", "get.kept>0")
    assert run.rc == 10, run
    doc = formats.read_json(run.out)
    assert doc["exit_code"] == 10
    assert [(a["assertion"], a["test"], a["held"]) for a in doc["assertions"]] == [
        ("errors==0", "set", True), ("errors==0", "get", True), ("set.p50<1ns", "set", False),
        ("hits<50%", "get", False), ("get.kept>0", None, False)]
    assert doc["assertions"][2]["value"] == doc["tests"][0]["latency_ns"]["p50"]
    assert doc["assertions"][4]["value"] is None
    told = [line for line in run.err.splitlines() if line.startswith(("PASS ", "FAIL "))]
    assert len(told) == 5 and told[2].startswith("FAIL set.p50<1ns (SET: ")
    assert told[4] == "FAIL get.kept>0 (not measured)"


def test_assertions_as_junit(bench, redis, tmp_path):
    path = tmp_path / "junit.xml"
    run = bench("-p", redis.port, "-t", "set,get", "-n", 500, "--junit", path, "--assert", "set.p50<1ns", "--assert", "errors==0")
    assert run.rc == 10, run
    suite, = ElementTree.parse(path).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    assert [(c.get("classname"), c.get("name"), len(c)) for c in suite] == [
        ("hkv-bench.set", "set.p50<1ns", 1), ("hkv-bench.set", "errors==0", 0), ("hkv-bench.get", "errors==0", 0)]
    assert suite[0][0].tag == "failure" and suite[0][0].get("message")
    run = bench("-p", redis.port, "-n", 100, "--junit", "-", "--assert", "errors==100", "GET", "a", "b")
    suite, = ElementTree.fromstring(run.out.encode())
    assert run.rc == 1 and suite.get("errors") == "1" and suite[1][0].tag == "error"
    assert "--junit: expected an --assert beside it" in bench("--junit", path).err


@pytest.mark.parametrize("form", [["-q"], ["--csv"], ["--format", "classic"]])
def test_machine_formats_stay_theirs(bench, redis, form):
    held = bench("-p", redis.port, "-t", "set", "-n", 100, *form, "--assert", "errors==0")
    assert held.rc == 0 and "PASS" not in held.out
    assert "PASS errors==0 (SET: 0)\n" in held.err


def test_a_worse_end_wins(bench, redis):
    """Error replies are exit code 1 by themselves."""
    redis.client.call("SET", "text", "x")
    run = bench("-p", redis.port, "-n", 100, "--assert", "command.errors==0", "LPUSH", "text", "x")
    assert run.rc == 1 and "FAIL command.errors==0 (LPUSH text x: 100)\n" in run.out, run
    assert "PASS errors==100" in bench("-p", redis.port, "-n", 100, "--assert", "errors==100", "LPUSH", "text", "x").out


def test_a_lower_bound_cannot_keep_less_than(bench):
    """Five answers of ten: what comes after took so long at least, and nobody knows how long."""
    server = Embedded("--mute-after", "5")
    try:
        run = bench("-p", server.port, "-t", "ping_mbulk", "-n", 10, "-c", 1, "--no-probe", "--no-calibration",
                    "--grace", "300ms", "--assert", "p99<100s", "--assert", "p99>1ns")
    finally:
        server.stop()
    assert run.rc == 1, run
    told = [line for line in run.out.splitlines() if line.startswith(("PASS ", "FAIL "))]
    assert told[0].startswith("FAIL p99<100s (PING_MBULK: at least ")
    assert told[1].startswith("PASS p99>1ns (PING_MBULK: at least ")


@pytest.mark.parametrize("words, sentence", [
    (["--assert", "fast"], "such as get.p99<1ms, got 'fast'"),
    (["--assert", "get.p98<1ms"], "got 'get.p98'"),
    (["--assert", "get.p99<1"], "p99: expected a time with its unit, e.g. 250us or 1ms, got '1'"),
    (["--assert", "gett.p99<1ms"], "unknown test 'gett': did you mean get?"),
    (["--assert", "get.p99<1ms", "-t", "set"], "get is not among the tests of -t: add it there"),
    (["--assert", "get.p99<1ms", "PING"], "call it command.p99, or leave out 'get.'"),
    (["--assert", "errors==0", "-l"], "--assert does not go with -l, which never ends: leave out one of them"),
    (["--tag", "commit"], "--tag: expected KEY=VALUE"),
    (["--tag", "a b=c"], "got 'a b=c'"),
    (["--tag", "a=1", "--tag", "a=2"], "--tag gives a twice: give each key once"),
])
def test_nonsense_is_refused_at_start(bench, redis, words, sentence):
    run = bench("-p", redis.port, *words)
    assert (run.rc, run.out) == (2, "")
    assert run.err.count("\n") == 1 and sentence in run.err
    assert redis.calls() == {}


@pytest.mark.parametrize("words", [["compare", "127.0.0.1:1", "--aa"], ["saturate"]])
def test_neither_a_comparison_nor_a_search_is_asserted(bench, words):
    run = bench(*words, "--assert", "errors==0")
    assert (run.rc, run.out) == (2, "") and run.err.count("\n") == 1
    assert "--assert" in run.err and "plain run" in run.err
