# SPDX-License-Identifier: MIT
"""`selftest` says what this client can measure here, finds what was planted, and is quoted by later reports."""

import json
import os
import resource
import signal
import time

import pytest

import formats
from waiting import until

SHORT = ("--for", "2s")
QUOTE = "  this client  adds "


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty $XDG_STATE_HOME; answers where the result is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "hkv-bench" / "selftest.json"


KEPT = {}


@pytest.fixture
def kept(bench, home):
    """A result that was kept, as an object, and a way to change it. It is measured once, and holds for all tests."""
    if not KEPT:
        run = bench("selftest", *SHORT)
        assert run.rc in (0, 1) and home.exists(), run
        KEPT["text"] = home.read_text()
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_text(KEPT["text"])
    doc = json.loads(KEPT["text"])

    def change(**fields):
        doc["selftest"].update(fields)
        home.write_text(json.dumps(doc))
    change.found = dict(doc["selftest"])
    return change


def one(bench, *words, **how):
    """A short run of ours, and its document."""
    path = os.path.join(bench.folder, "run.json")
    run = bench("--embedded", "-t", "get", "-n", 1000, *words, "--json", path, **how)
    assert run.rc == 0, run
    with open(path, encoding="utf-8") as f:
        return run, formats.read_json(f.read())


def test_it_finds_what_was_planted_and_says_what_it_can(bench, home):
    """A machine that is busy with other tests may be too late for a delay: then it must say so, with exit code 1."""
    run = bench("selftest", *SHORT, "--json", "-", "--no-keep")
    found = json.loads(run.out)
    told = found["selftest"]
    assert (found["kind"], found["tests"], found["interrupted"]) == ("selftest", [], False), run
    assert told["whole"] and told["asked_s"] == 2, run
    missed = [name for name in ("delay_ns", "error_share") if not told[name]["found"]]
    assert run.rc == found["exit_code"] == (1 if missed else 0), run
    assert run.said.count("was not found") == len(missed), run
    assert told["delay_ns"]["measured"] >= 900_000, run
    assert told["error_share"]["found"] and 0.002 < told["error_share"]["measured"] < 0.03, run
    assert [f["pipeline"] for f in told["floors"]] == [1, 16]
    assert all(0 < f["p50_ns"] <= f["p99_ns"] and f["ceiling_rps"] > 0 for f in told["floors"]), run
    assert all((f["own_ns"] or 0) < f["p99_ns"] for f in told["floors"]), run
    for late in ("timer", "lag"):
        assert told[late]["count"] > 10 and told[late]["p50_ns"] <= told[late]["p99_ns"] <= told[late]["max_ns"], run
    assert told["noise"]["pairs"] == 8 and told["noise"]["rps_smallest"] >= 0.001, run
    assert len(told["can"]) + len(told["cannot"]) == 7, run
    assert not home.exists()


def test_it_is_kept_and_quoted(bench, kept, home):
    run, doc = one(bench)
    assert QUOTE in run.out.split("======")[0] and "s at P=1 (selftest " in run.out, run
    assert doc["selftest"] == kept.found, run
    again, doc = one(bench, "-q")
    assert QUOTE not in again.out and doc["selftest"], again
    sweep = bench("sweep", "clients", "--embedded", "--points", "1", "--trial", "100ms", "--passes", 1, "--json", "-")
    assert json.loads(sweep.out)["selftest"] == kept.found, sweep
    assert os.listdir(home.parent) == ["selftest.json"]
    for how in ({"name": "redis-benchmark"}, {}):
        path = os.path.join(bench.folder, "compat.json")
        flags = () if how else ("--compat",)
        run = bench(*flags, "--embedded", "-t", "get", "-n", 100, "--json", path, **how)
        with open(path, encoding="utf-8") as f:
            assert json.load(f)["selftest"] is None and "this client" not in run.out, run


@pytest.mark.parametrize("field,value", [("host", "elsewhere"), ("kernel", "Linux 1.0"), ("version", "0.0.1"),
                                         ("engine", "none"), ("taken_unix_ms", 1), ("taken_unix_ms", 4 * 10 ** 12),
                                         ("whole", False)])
def test_what_does_not_hold_here_and_now_is_not_quoted(bench, kept, field, value):
    kept(**{field: value})
    run, doc = one(bench)
    assert doc["selftest"] is None and QUOTE not in run.out, run


def test_a_file_that_is_none_of_ours_is_ignored(bench, kept, home):
    whole = home.read_bytes()
    for junk in (b"", whole[:-20], b"\0" * 100, b"[" * 10000, b"{}", b"\xff" * 30, b"9" * 100_000):
        home.write_bytes(junk)
        run, doc = one(bench)
        assert doc["selftest"] is None and QUOTE not in run.out and run.said == "", (junk[:20], run)
    home.unlink()
    os.mkfifo(home)
    run, doc = one(bench)
    assert doc["selftest"] is None and run.said == "", run
    home.unlink()
    home.mkdir()
    run, doc = one(bench)
    assert doc["selftest"] is None and run.said == "", run


def test_a_home_that_cannot_be_written_is_no_failure(bench, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    run = bench("selftest", "--for", "1s")
    assert run.rc in (0, 1) and f"the result is not kept: {tmp_path}/file/hkv-bench: Not a directory" in run.err, run
    assert run.rc == 0 or "was not found" in run.err, run
    for name in ("XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name)
    run = bench("selftest", "--for", "1s")
    assert run.rc in (0, 1) and "neither XDG_STATE_HOME nor HOME" in run.err, run


def catches(pid, number):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        masks = [int(line.split()[1], 16) for line in status if line.startswith(("SigCgt:", "SigBlk:"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


@pytest.mark.parametrize("after_s", [0.1, 1, 2.5])
def test_a_signal_ends_it_at_once_and_nothing_is_kept(bench, home, after_s):
    run = bench.start("selftest", "--for", "60s", "--json", "-")
    until(lambda: catches(run.proc.pid, signal.SIGINT))
    time.sleep(after_s)
    run.signal(signal.SIGINT, 20)
    assert run.rc == 130 and "interrupted by SIGINT" in run.err, run
    doc = json.loads(run.out)
    assert doc["interrupted"] and not doc["selftest"]["whole"] and doc["exit_code"] == 130, run
    assert "was not found" not in run.err and not home.exists(), run


@pytest.mark.usefixtures("unsanitized")
def test_it_runs_and_is_read_on_a_stack_of_64_kib(bench, home):
    def small():
        resource.setrlimit(resource.RLIMIT_STACK, (64 * 1024, 64 * 1024))
    how = {"preexec_fn": small, "env": {"XDG_STATE_HOME": str(home.parent.parent)}}
    run = bench("selftest", "--for", "1s", **how)
    assert run.rc in (0, 1) and home.exists(), run
    run, doc = one(bench, **how)
    assert doc["selftest"], run
    home.write_bytes(b'{"a":' * 3000)
    run, doc = one(bench, **how)
    assert doc["selftest"] is None, run


@pytest.mark.parametrize("words,sentence", [(["--for", "10ms"], "--for"), (["--for", "x"], "--for"),
                                            (["--engine", "null"], "--engine"), (["extra"], "unexpected argument 'extra'")])
def test_misuse(bench, words, sentence):
    run = bench("selftest", *words)
    assert run.rc == 2 and sentence in run.err and len(run.err.splitlines()) == 1, run
