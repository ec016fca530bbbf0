# SPDX-License-Identifier: MIT
"""A load in parts: --part, --part-of and --start-at, and what `hkv-bench merge` makes of the files."""

import os
import signal
import time

import pytest

import formats


def part(bench, path, i, n, *args):
    return bench.start("-t", "get", "-c", 6, "--no-calibration", *args, "--part-of", f"{i}/{n}", "--part", path)


def parts(bench, redis, folder, n, *args):
    paths = [str(folder / f"{i}.part") for i in range(1, n + 1)]
    runs = [part(bench, path, i, n, "-p", redis.port, *args) for i, path in enumerate(paths, 1)]
    for run in runs:
        assert run.wait().rc == 0, run
    return paths


def test_shares_are_exact_and_add_up(bench, redis, tmp_path):
    """3 parts of 10,001 requests: the server had as many, and the sum has every one of their samples."""
    at = time.time() + 1.5
    paths = parts(bench, redis, tmp_path, 3, "-n", 10001, "-r", 100, "--prefill", "--start-at", f"{at:.3f}")
    counted = redis.calls()
    assert counted["get"] == 10001 and counted["set"] == 100  # each key once
    run = bench("merge", *reversed(paths), "--json", "-", "--max-skew", "30s")
    assert run.rc == 0, run
    document = formats.read_json(run.out)
    test = formats.only(document)
    assert test["counts"]["ok"] == test["latency_ns"]["count"] == 10001
    assert test["hit_ratio"] == 1 and test["config"]["clients"] == 6 and test["config"]["prefilled"] == 100
    generators = test["generators"]
    assert [g["part"] for g in generators["list"]] == [1, 2, 3]
    assert [g["clients"] for g in generators["list"]] == [2, 2, 2]
    assert sum(g["requests"] for g in generators["list"]) == 10001
    assert generators["expected"] == 3 and generators["hosts"] == 1
    assert generators["start_skew_ms"] == max(g["start_ms"] for g in generators["list"])
    assert sum(row["ok"] for row in test["series"]) == 10001
    text = bench("merge", *paths, "--max-skew", "30s")
    assert "generators: 3 of 3, on 1 host, start skew " in text.out


def test_the_moment_is_kept_and_told(bench, redis):
    at = time.time() + 1
    run = bench("-p", redis.port, "-t", "get", "-n", 100, "--start-at", f"{at:.3f}", "--json", "-")
    assert run.rc == 0, run
    late = formats.read_json(run.out)["start_late_ms"]
    assert 0 <= late < 60000 and time.time() > at
    text = bench("-p", redis.port, "-t", "get", "-n", 100, "--start-at", "2001-01-01T00:00:00Z")
    assert " ms after --start-at" in text.out


def test_one_part_is_the_run_itself(bench, redis, tmp_path):
    """Whatever the report says of a run, it says of the file that the run wrote: to the last bucket."""
    path = tmp_path / "whole.part"
    run = bench("-p", redis.port, "-t", "set", "-n", 5000, "--part", path, "--json", "-", "--hdr", tmp_path / "a")
    assert run.rc == 0, run
    merged = bench("merge", path, "--json", "-", "--hdr", tmp_path / "b", "--save", tmp_path / "h.db")
    assert merged.rc == 0, merged
    a, b = (formats.only(formats.read_json(text)) for text in (run.out, merged.out))
    assert b.pop("generators")["list"][0]["note"] == ""
    a.pop("generators")
    assert a["latency_ns"] == b["latency_ns"] and a["counts"] == b["counts"] and a["series"] == b["series"]
    with open(tmp_path / "a.set.hgrm") as x, open(tmp_path / "b.set.hgrm") as y:
        assert x.read() == y.read()
    assert "SET" in bench("history", tmp_path / "h.db", "list").out.upper()


@pytest.fixture
def two(bench, redis, tmp_path):
    return parts(bench, redis, tmp_path, 2, "-n", 500)


def test_what_does_not_fit_is_refused(bench, redis, tmp_path, two):
    a, b = two
    other = parts(bench, redis, tmp_path / "..", 2, "-n", 501)[1]
    seeded = str(tmp_path / "seeded")
    assert part(bench, seeded, 2, 2, "-p", redis.port, "-n", 500, "--seed", 9).wait().rc == 0
    third = str(tmp_path / "third")
    assert part(bench, third, 3, 3, "-p", redis.port, "-n", 500).wait().rc == 0
    cut, changed, versioned = (str(tmp_path / name) for name in ("cut", "changed", "versioned"))
    with open(b, "rb") as f:
        whole = f.read()
    for path, data in ((cut, whole[:-1]), (changed, whole[:900] + bytes([whole[900] ^ 1]) + whole[901:]),
                       (versioned, whole[:4] + b"\x01" + whole[5:])):
        with open(path, "wb") as f:
            f.write(data)
    refusals = {(a,): "1 of 2 parts missing: 2", (a, a): "are both part 1 of 2", (a, other): "two loads",
                (a, seeded): "--seed", (a, third): "they are of two loads", (a, cut): "cut short",
                (a, changed): "changed on its way", (a, versioned): "run the same version everywhere",
                (a, "/dev/null"): "got nothing", (a, __file__): "got something else",
                (a, str(tmp_path / "none")): "cannot be read"}
    for files, why in refusals.items():
        run = bench("merge", *files, "--max-skew", "30s")
        assert run.rc == 1 and why in run.err and run.err.count("\n") == 1 and not run.out, run
    apart = bench("merge", a, b, "--max-skew", "0")
    assert apart.rc == 1 and "after the first, by their clocks" in apart.err, apart
    usage = {("merge",): "expected files of --part", ("merge", "-c", 3, a, b): "merge only reports",
             ("-t", "get", "--part-of", "3/2", "--part", cut): "expected a part of up to",
             ("-t", "get", "--part-of", "1/2"): "give --part FILE",
             ("-t", "get", "--start-at", "soon"): "expected a moment",
             ("-t", "get", "-l", "--part", cut): "leave out -l",
             ("-t", "get", "-p", redis.port, "-n", 1, "--part-of", "1/2", "--part", cut): "as many connections",
             ("saturate", "--slo", "p99<1ms", "--part", cut): "for a plain run",
             ("sweep", "clients", "--part", cut): "for a plain run",
             ("compare", "a=127.0.0.1:1", "b=127.0.0.1:2", "--part", cut): "for a plain run"}
    for words, why in usage.items():
        run = bench(*words)
        assert run.rc == 2 and why in run.err, run


def test_what_is_there_can_be_merged(bench, two):
    run = bench("merge", "--partial", two[1], "--json", "-")
    assert run.rc == 1 and "1 of 2 generators missing: the load was less than asked for" in run.err, run
    test = formats.only(formats.read_json(run.out))
    assert test["counts"]["ok"] == 250 and test["generators"]["expected"] == 2


def test_a_part_that_was_interrupted_is_told(bench, redis, tmp_path):
    path = str(tmp_path / "early")
    run = part(bench, path, 1, 1, "-p", redis.port, "--duration", "60s")
    time.sleep(1)
    assert run.signal(signal.SIGINT).rc == 130
    merged = bench("merge", path)
    assert merged.rc == 1 and "was interrupted" in merged.err and "GET" in merged.out, merged


def test_a_part_on_standard_output(bench, redis, tmp_path):
    run = bench("-p", redis.port, "-t", "get", "-n", 100, "--part", "-")
    assert run.rc == 0 and run.raw.startswith(b"HKVP"), run.rc
    path = tmp_path / "piped"
    path.write_bytes(run.raw[:len(run.raw) - len(run.err.encode())])
    assert bench("merge", path).rc == 0


def test_what_ranks_cannot_share_is_refused(bench):
    """A rank is told by its environment that it is one of several; none of these gets as far as its launcher."""
    ranks = {**os.environ, "HKV_BENCH_PEERS": "9 0 2 -1"}
    refusals = {("selftest",): "selftest is for one process", ("serve", "-p", 0): "serve is for one process",
                ("history", "x.db", "list"): "history is for one process", ("-t", "get", "-n", 1, "-l"): "leave out -l",
                ("compare", "a=127.0.0.1:1", "b=127.0.0.1:2", "--duet", "--cpus", "0,0"): "--duet is for one process",
                ("-t", "get", "--measure-ranks", 2, "--duration", 1): "fewer than the 2 ranks",
                ("-t", "get", "--measure-ranks", 1, "-n", 9): "give --duration",
                ("-t", "get", "--measure-ranks", 1, "--measure-rate", 0, "--duration", 1): "expected a rate above 0",
                ("saturate", "--slo", "p99=1ms", "--measure-ranks", 1): "for a plain run"}
    for words, why in refusals.items():
        run = bench(*words, env=ranks)
        assert run.rc == 2 and why in run.err and run.err.count("\n") == 1 and not run.out, run
    alone = bench("-t", "get", "--duration", 1, "--measure-ranks", 1)
    assert alone.rc == 2 and "hkv-bench-mpi" in alone.err, alone
