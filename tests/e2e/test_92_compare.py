# SPDX-License-Identifier: MIT
"""`hkv-bench compare` from its command line to its exit code. Whether it is right is tests/truth's to ask."""

import contextlib
import csv
import io
import json
import os
import re
import signal
import sqlite3
import threading

import pytest

import formats
import servers
from resp_client import Client
from waiting import until

# Enough for a verdict, and enough for all else.
SHORT = ("--slot", "100ms", "--warmup", "20ms", "--idle", "0", "--blocks", 6, "-c", 4)
BRIEF = (*SHORT[:-4], "--blocks", 2, "-c", 4)


@pytest.fixture
def pair(bench):
    """pair(options of the second): two embedded servers, the first without faults."""
    def start(*options):
        ports = []
        for words in ((), options):
            run = bench.start("serve", "-p", 0, *words)
            ports.append(int(re.search(r":(\d+)$", run.proc.stdout.readline().decode().strip())[1]))
        return [f"a=127.0.0.1:{ports[0]}", f"b=127.0.0.1:{ports[1]}"]
    return start


def read(run):
    return json.loads(run.out, parse_constant=formats.refuse_constant, object_pairs_hook=formats.strict_object)


def compare(bench, *words, rc=0):
    run = bench("compare", *words, "--json", "-", timeout=120)
    if rc == 10 and run.rc == 0 and primary(read(run)["tests"][0])["client_limited"]:
        pytest.skip("the machine is too busy to judge here, and the comparison says so")
    assert run.rc == rc, run
    return read(run)


def primary(test):
    return next(x for x in contrasts(test).values() if x["primary"])


def contrasts(test, at=0):
    return {x["metric"]: x for x in test["comparisons"][at]["contrasts"]}


def test_a_slower_candidate_is_a_regression(bench, pair):
    doc = compare(bench, *pair("--delay", "2ms"), *SHORT, "-t", "ping_mbulk", rc=10)
    assert (doc["kind"], doc["exit_code"]) == ("compare", 10)
    test, = doc["tests"]
    assert [len(block) for block in test["blocks"]] == 6 * [4]
    for block in test["blocks"]:
        order = "".join(slot["target"] for slot in block)
        assert order in ("abba", "baab")
        assert all(slot["answered"] > 0 and slot["errors"] == 0 for slot in block)
    orders = [block[0]["target"] for block in test["blocks"]]
    assert orders.count("a") == orders.count("b") == 3
    x = contrasts(test)
    assert x["throughput"]["primary"] and x["throughput"]["finding"] == "lower"
    assert x["throughput"]["high"] < 0.9 and x["throughput"]["above"] == 0
    assert x["p50"]["low"] > 1


def test_a_faster_candidate_is_none(bench, pair):
    words = pair("--delay", "2ms")
    doc = compare(bench, *reversed(words), *SHORT, "-t", "ping_mbulk")
    assert contrasts(doc["tests"][0])["throughput"]["finding"] == "higher"


def test_text(bench, pair):
    run = bench("compare", *pair("--delay", "2ms"), *SHORT, "-t", "ping_mbulk")
    if "no verdict: the client was the bottleneck" in run.out:
        pytest.skip("the machine is too busy to judge here, and the comparison says so")
    assert run.rc == 10, run
    assert re.search(r"  a +hkv-bench-embedded \S+ at 127.0.0.1:\d+\n", run.out)
    assert "====== PING_MBULK ======\n  closed loop, 4 requests in flight\n  6 of 6 blocks, slots of 0.1 s" in run.out
    assert re.search(r"  throughput \* .* 0/6  slower( \(lower bound\))?\n", run.out)
    assert re.search(r"  => b is slower than a: throughput .*% lower \((conservative end of the )?95% CI( without the client's share)?\), lower in 6 of 6 blocks(; doubtful: .*)?\n", run.out)
    assert re.search(r"1 test, 6 blocks of 4 slots each: estimated \ds\n", run.err)


def test_csv_and_markdown(bench, pair, tmp_path):
    words = (*pair("--delay", "2ms"), *BRIEF, "-t", "ping_mbulk")
    rows = list(csv.DictReader(io.StringIO(bench("compare", *words, "--csv").out)))
    assert [row["metric"] for row in rows] == ["throughput_rps", "p50_ms", "p99_ms", "p99_9_ms"]
    assert float(rows[0]["ratio"]) < 0.9
    assert all(row["verdict"] for row in rows)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    run = bench("compare", *words, "--markdown", "--github", "--json", tmp_path / "doc.json",
                env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)})
    assert summary.read_text() == "before\n" + run.out  # the same, behind what is there
    lines = run.out.splitlines()
    assert lines[0] == "### hkv-bench: b vs a"
    sentence, = [line for line in lines if line.startswith("PING")]
    assert re.match(r"PING\\?_MBULK: \*\*b( is .* slower than a\*\*| vs a: .*\*\*.*) \((conservative end of the )?95% CI", sentence), sentence
    table = [line for line in lines if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1 and len(table) == 6
    test, = json.loads((tmp_path / "doc.json").read_text())["tests"]
    for line, contrast in zip(table[2:], test["comparisons"][0]["contrasts"]):  # one verdict, one wording
        assert contrast["verdict"] in line.replace("\\", "")
    folded = run.out.split("<details>")[1]
    assert folded.endswith("</details>\n") and re.search(r"- PING\\?_MBULK: ", folded)


def test_github_needs_its_file(bench, pair):
    env = {k: v for k, v in os.environ.items() if k != "GITHUB_STEP_SUMMARY"}
    run = bench("compare", *pair(), *BRIEF, "-t", "ping_mbulk", "--github", env=env)
    assert (run.rc, run.out) == (2, "") and "GITHUB_STEP_SUMMARY" in run.err, run


def test_three_targets_take_turns(bench, pair):
    words = pair("--delay", "2ms")
    doc = compare(bench, *words, words[0].replace("a=", "c="), *BRIEF, "-t", "ping_mbulk")
    test, = doc["tests"]
    assert all(sorted(slot["target"] for slot in block) == ["a", "b", "c"] for block in test["blocks"])
    assert [c["target"] for c in test["comparisons"]] == ["b", "c"]
    assert contrasts(test, 0)["throughput"]["ratio"] < 0.9


def test_a_target_may_be_a_port_of_this_machine(bench, pair):
    ports = [target.rsplit(":", 1)[1] for target in pair()]
    doc = compare(bench, *ports, *BRIEF, "-t", "ping_mbulk", "--margin", "throughput=90%")
    assert [target["name"] for target in doc["targets"]] == ports
    assert len(doc["tests"][0]["blocks"]) == 2


def test_an_option_for_one(bench, pair):
    doc = compare(bench, *pair(), *BRIEF, "-t", "ping_mbulk", "--for", "b:--pipeline=8")
    assert contrasts(doc["tests"][0])["throughput"]["ratio"] > 1.5


def test_a_command_that_one_lacks_drops_out(bench, pair, redis):
    doc = compare(bench, pair()[0], f"r=127.0.0.1:{redis.port}", *BRIEF, "-t", "ping_mbulk,xadd",
                  "--margin", "throughput=90%", rc=1)
    by_name = {test["test"]: test for test in doc["tests"]}
    assert len(by_name["ping_mbulk"]["blocks"]) == 2
    assert by_name["xadd"]["blocks"] == [] and "left out for all: a: " in by_name["xadd"]["note"]


def test_reads_find_what_was_written(bench, redis, start_redis):
    other = start_redis()
    doc = compare(bench, f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{other.port}", *BRIEF, "-t", "get", "-r", 500,
                  "--margin", "throughput=90%,p50=90%,p99=90%,p99.9=90%")
    for block in doc["tests"][0]["blocks"]:
        assert all(slot["misses"] == 0 < slot["hits"] for slot in block)
    assert doc["targets"][0]["server"] == "redis"
    assert doc["targets"][0]["memory_bytes_per_key"] > 0


def test_fresh_flushes_and_fills(bench, start_redis):
    a, b = start_redis(), start_redis()
    a.client.call("SET", "left-over", "x")
    compare(bench, f"a=127.0.0.1:{a.port}", f"b=127.0.0.1:{b.port}", *BRIEF, "-t", "get", "-r", 300,
            "--fresh", "flush", "--margin", "throughput=90%")
    assert a.client.call("DBSIZE") == 300


def test_fresh_by_a_command(bench, pair, tmp_path):
    file = tmp_path / "log"
    compare(bench, *pair(), "--slot", "100ms", "--warmup", 0, "--blocks", 2, "-t", "ping_mbulk", "--fresh",
            f"echo $HKV_TARGET >> {file}", "--margin", "throughput=90%")
    names = file.read_text().split()
    assert names[:2] == ["a", "b"] and len(names) == 10 and names.count("a") == 5
    run = bench("compare", *pair(), "--slot", "100ms", "--blocks", 2, "-t", "ping_mbulk", "--fresh", "exit 3")
    assert run.rc == 1 and "the command of --fresh failed for a" in run.err


RESTART = """#!/bin/sh
echo $HKV_TARGET >> {log}
[ $HKV_TARGET = a ] && port={ports[0]} || port={ports[1]}
redis-cli -p $port shutdown nosave
while redis-cli -p $port ping; do sleep 0.02; done
redis-server --port $port --bind 127.0.0.1 --save '' --daemonize yes --dir {dir} --pidfile {dir}/$port.pid
"""


def test_restart_before_each_block(bench, start_redis, tmp_path):
    """All of it is filled again, and who they are is still known."""
    both = start_redis(), start_redis()
    ports = [server.port for server in both]
    script, log = tmp_path / "restart", tmp_path / "log"
    script.write_text(RESTART.format(log=log, ports=ports, dir=tmp_path))
    script.chmod(0o755)
    try:
        doc = compare(bench, f"a=127.0.0.1:{ports[0]}", f"b=127.0.0.1:{ports[1]}", *SHORT[:-4], "--blocks", 3, "-c", 4, "-t",
                      "get", "-r", 100, "--restart", script, "--margin", "throughput=90%")
    finally:
        for path in tmp_path.glob("*.pid"):
            os.kill(int(path.read_text()), signal.SIGTERM)
    assert log.read_text().split() == 4 * ["a", "b"]  # before the trials, and before each of three blocks
    test, = doc["tests"]
    assert all(slot["misses"] == 0 < slot["hits"] for block in test["blocks"] for slot in block)
    assert 0 <= test["comparisons"][0]["restart_share"] <= 1 and doc["restart"] == str(script)
    assert [target["server"] for target in doc["targets"]] == ["redis", "redis"]


def test_a_duet(bench, pair):
    """Two slots at a time: each pair of a block has both targets, and the sides change in its middle."""
    words = pair("--delay", "2ms")
    if len(os.sched_getaffinity(0)) < 2:
        run = bench("compare", *words, "--duet", *BRIEF, "-t", "ping_mbulk")
        assert run.rc == 2 and "--duet needs two CPUs for the clients" in run.err
        pytest.skip("one CPU is too few for a duet")
    doc = compare(bench, *words, "--duet", *SHORT, "-t", "ping_mbulk", rc=10)
    test, = doc["tests"]
    assert all([slot["target"] for slot in block] in (["a", "b", "b", "a"], ["b", "a", "a", "b"]) for block in test["blocks"])
    assert test["duet_cpus"] == len(os.sched_getaffinity(0)) // 2
    assert any(remark.startswith("duet: both were measured at the same time") for remark in test["remarks"])
    assert contrasts(test)["p50"]["low"] > 1


@pytest.mark.parametrize("words, sentence", [
    (("--cpus", 0), "--duet needs two CPUs for the clients"),
    (("--slo", "p99=1ms"), "--duet measures two targets at the same time"),
    (("c=h:3",), "--duet measures two targets at the same time"),
])
def test_what_is_no_duet(bench, words, sentence):
    run = bench("compare", "a=h:1", "b=h:2", *words, "--duet", "-t", "get")
    assert run.rc == 2 and sentence in run.err


def test_a_duet_ends_with_one_of_its_sides(bench, pair):
    run = bench("compare", pair()[0], "b=127.0.0.1:1", "--duet", *BRIEF, "-t", "ping_mbulk")
    if run.rc == 2:
        pytest.skip("one CPU is too few for a duet: " + run.err)
    assert run.rc == 3 and "cannot connect to 127.0.0.1:1" in run.err


def test_what_cannot_be_restarted(bench, pair, tmp_path):
    run = bench("compare", *pair(), *BRIEF, "-t", "ping_mbulk", "--restart", "exit 3")
    assert run.rc == 1 and "the command of --restart failed for a: exit code 3" in run.err
    run = bench("compare", "a=h:1", "--baseline", "x:1", "--restart", "true")
    assert run.rc == 2 and "leave it out with --baseline" in run.err


def test_a_server_with_itself(bench, pair):
    run = bench("compare", pair()[0], "--aa", *BRIEF, "-t", "ping_mbulk")
    assert run.rc == 0, run
    floor = re.search(r"  => noise floor of this machine: --floor (\S+)\n", run.out)[1]
    doc = compare(bench, *pair(), *BRIEF, "-t", "ping_mbulk", "--floor", "throughput=99%")
    assert contrasts(doc["tests"][0])["throughput"]["better"] == 0
    assert bench("compare", *pair(), *BRIEF, "-t", "ping_mbulk", "--floor", floor).rc in (0, 10)


def test_strict_wants_evidence(bench, pair):
    run = bench("compare", *pair(), *BRIEF, "-t", "ping_mbulk", "--floor", "throughput=99%", "--strict")
    assert run.rc == 11, run


def test_the_open_loop_is_judged_by_p99(bench, pair):
    doc = compare(bench, *pair("--delay", "50ms"), *SHORT, "-t", "ping_mbulk", "--rate", 200, "-c", 32, rc=10)
    x = contrasts(doc["tests"][0])
    assert x["p99"]["primary"] and not x["throughput"]["primary"]
    assert x["p99"]["finding"] == "higher"


def test_errors_are_said_first(bench, pair):
    run = bench("compare", *pair("--error", "50%:OOM"), *BRIEF, "-t", "ping_mbulk")
    assert re.search(r"\n! error replies: a 0%, b [45]\d(\.\d)?%", run.out)


@pytest.mark.parametrize("form", ["text", "csv", "markdown"])
def test_the_doubts_of_slots_are_told_and_qualify_the_verdict(bench, serve, tmp_path, form):
    """A server without TCP_NODELAY is many times slower with pipelines, by the delayed ACK."""
    words = [f"a=127.0.0.1:{serve(servers.Server).port}", f"b=127.0.0.1:{serve(servers.HkvLike).port}"]
    run = bench("compare", *words, *SHORT, "--blocks", 3, "-t", "get", "-P", 4, "-r", 1, "--slot", "300ms", "--json", tmp_path / "doc.json",
                *{"text": (), "csv": ("--csv",), "markdown": ("--markdown",)}[form], timeout=120)
    assert run.rc == 10, run
    said = r"b, \d of 6 slots: p50 of 4\d\.\d ms with pipelining points to delayed ACKs: .* try --quickack"
    if form == "text":
        assert re.search(r"\n! " + said, run.out), run
        assert re.search(r"  => b is slower .*; doubtful: .*delayed-ack of b", run.out), run
        assert run.out.index("delayed ACKs") < run.out.index("throughput *")
    elif form == "csv":
        assert re.search(r"GET: " + said, run.err), run
    else:
        assert re.search(r"slower.*\(doubtful: .*delayed-ack of b", run.out), run
        assert re.search(said, run.out), run
    test, = json.loads((tmp_path / "doc.json").read_text())["tests"]
    doubt, = [d for d in test["doubts"] if d["name"] == "delayed-ack"]
    assert doubt["target"] == "b" and doubt["of"] == 6 and 1 <= doubt["slots"] <= 6 and "--quickack" in doubt["text"]
    slots = [slot for block in test["blocks"] for slot in block if "delayed-ack" in slot["doubts"]]
    assert {slot["target"] for slot in slots} == {"b"} and len(slots) == doubt["slots"]
    assert "delayed-ack of b" in test["comparisons"][0]["doubtful"]


# A comparison that ends early: each slot opens its connections anew, so that a server's count of them says how far it is.
# The trial before the blocks is one, and a whole block has two of each target.
LONG = ("--slot", "100ms", "--warmup", 0, "--idle", 0, "--blocks", 64, "-c", 10, "-t", "ping_mbulk",
        "--no-probe", "--json", "-")
IN_THE_SECOND_BLOCK = 1 + 10 * (1 + 2 + 1)


def wait_for_a_block(run, port):
    with Client(("127.0.0.1", int(port))) as c:
        until(lambda: run.proc.poll() is not None or c.connections() >= IN_THE_SECOND_BLOCK, timeout=60)
    assert run.proc.poll() is None, run.wait()


def test_interrupted(bench, pair):
    words = pair("--delay", "2ms")
    run = bench.start("compare", *words, *LONG)
    wait_for_a_block(run, words[0].rpartition(":")[2])
    run.proc.send_signal(signal.SIGINT)
    run.wait()
    assert run.rc == 130, run
    doc = read(run)
    test, = doc["tests"]
    assert doc["interrupted"] and 1 <= len(test["blocks"]) < 64
    assert "interrupted in block" in test["note"]


def test_interrupted_in_the_first_block(bench, pair):
    """The plain figures of what was measured, once: the estimate is printed when the first block begins."""
    run = bench.start("compare", *pair(), "--slot", "3s", "--warmup", 0, "--blocks", 9, "-t", "ping_mbulk")
    assert b"estimated 1m" in run.proc.stderr.readline()
    threading.Timer(1, run.proc.send_signal, [signal.SIGINT]).start()
    run.wait()
    assert run.rc == 130, run
    assert "interrupted in block 1: plain figures of what was measured" in run.out
    row = re.search(r"\n  throughput \* +(\S+) +(\S+) +too few complete blocks\n", run.out)
    assert row and (row[1] == "-") != (row[2] == "-"), run  # one of the two had begun


# As many blocks as it takes.
TAKES = ("--slot", "100ms", "--warmup", "20ms", "--idle", "0", "-c", 4, "--budget", "60s")


def test_it_ends_when_it_knows(bench, pair):
    """The error of a verdict after seven blocks is 2 to the -6."""
    doc = compare(bench, *pair("--delay", "2ms"), *TAKES, "-t", "ping_mbulk", rc=10)
    test, = doc["tests"]
    assert (test["design"], test["ended"], test["blocks_asked"], test["budget_s"]) == ("sequential", "verdict", None, 60)
    assert len(test["blocks"]) == 6 + test["looks"] and test["looks"] >= 1
    assert test["looks"] > 1 or test["error_spent"] == 1 / 64
    assert test["spent_s"] < 60 and contrasts(test)["throughput"]["p"] is None
    orders = {"".join(slot["target"] for slot in block) for block in test["blocks"]}
    assert orders <= {"abba", "baab"}


def test_each_table_comes_with_its_test(bench, pair):
    """The first while the second is still measured: not before its own last slot ends does the process."""
    run = bench.start("compare", *pair("--delay", "2ms"), *TAKES, "-t", "ping_mbulk,ping_inline", "--csv")
    head = run.proc.stdout.readline().decode()
    rows = [run.proc.stdout.readline().decode() for _ in range(4)]
    assert run.proc.poll() is None
    run.wait()
    assert head.endswith(",looks,ended,error_spent,verdict\n") and all(row.startswith("ping_") for row in rows)
    assert run.rc in (0, 10) and {row.split(",")[0] for row in rows} != {line.split(",")[0] for line in run.out.splitlines()}
    assert "2 tests, as many blocks as each verdict needs: at most 1m00s" in run.err


def test_the_budget_ends_it(bench, pair):
    """A floor that no ratio is above, and a margin that is within it: nothing can stand."""
    run = bench("compare", *pair(), *TAKES[:-1], "2s", "-t", "ping_mbulk", "--floor", "throughput=99%", "--margin",
                "throughput=50%", "--strict")
    assert run.rc == 11, run
    assert re.search(r"\n  \d+ blocks?, slots of 0.1 s after a warm-up of 0.02 s\n  --budget ran out after \S+ s: inconclusive", run.out)
    assert re.search(r"\n  => a and b: inconclusive", run.out)


def test_a_target_that_dies(bench, pair, start_redis):
    server = start_redis()
    run = bench.start("compare", pair()[0], f"r=127.0.0.1:{server.port}", *LONG, "--grace", "1s")
    wait_for_a_block(run, server.port)
    server.kill()
    run.wait()
    assert run.rc == 1, run
    test, = read(run)["tests"]
    assert 1 <= len(test["blocks"]) < 64
    assert re.match(r"ended in block \d+, at r: ", test["note"])
    assert contrasts(test)["throughput"]["ratio"] is not None or len(test["blocks"]) == 1


@pytest.mark.parametrize("words, sentence", [
    ((), "expected two targets"),
    (("a=127.0.0.1:1",), "expected two targets"),
    (("127.0.0.1:1", "127.0.0.1:2", "--aa"), "--aa compares one target"),
    (("127.0.0.1:1", "127.0.0.1:1"), "two targets are called 127.0.0.1:1"),
    (("a=h:1", "b=h:2", "-n", 5), "give --slot instead of -n"),
    (("a=h:1", "b=h:2", "--duration", "5s"), "give --slot instead of"),
    (("a=h:1", "b=h:2", "--for", "c:-P=2"), "--for: expected a target's name"),
    (("a=h:1", "b=h:2", "--margin", "p98=1%"), "--margin: expected percentages"),
    (("a=h:1", "b=h:2", "--margin", "p99=x"), "--margin: expected percentages"),
    (("a=h:1", "b=h:2", "--blocks", 1), "--blocks: expected an integer from 2"),
    (("a=h:1", "b=h:2", "--nosuch"), "unknown option --nosuch"),
    (("a=h:1", "b=h:2", "--hdr", "x"), "are for a plain run"),
    (("a=h:1", "b=h:2", "-t", "gett"), "did you mean get?"),
    (("a=h:1", "b=h:2", "--slo", "p99"), "--slo: expected up to"),
    (("a=h:1", "b=h:2", "--slo", "p99=1ms", "--rate", 5), "leave out --rate"),
    (("a=h:1", "b=h:2", "--baseline", "x:1"), "--baseline compares one target"),
    (("a=h:1", "--baseline", "x:1", "--aa"), "give one of them"),
    (("a=h:1", "--baseline", "x"), "such as runs.db:12"),
    (("a=h:1", "--baseline", "nosuch:1"), "'nosuch'"),
])
def test_what_cannot_be(bench, words, sentence):
    run = bench("compare", *words)
    assert run.rc == 2 and run.err.count("\n") == 1 and sentence in run.err, run


def test_passwords_are_hidden(bench, start_redis):
    server = start_redis("--requirepass", "s3cret")
    words = (f"a=redis://:s3cret@127.0.0.1:{server.port}", f"b=127.0.0.1:{server.port}", "-a", "s3cret")
    doc = compare(bench, *words, *BRIEF, "-t", "ping_mbulk", "--margin", "throughput=90%")
    assert "s3cret" not in json.dumps(doc)
    assert len(doc["tests"][0]["blocks"]) == 2


def test_a_comparison_is_kept(bench, pair, tmp_path):
    db = tmp_path / "h.db"
    run = bench("compare", *pair(), *BRIEF, "-t", "ping_mbulk", "--margin", "throughput=90%", "--save", db, "--tag", "version=7",
                "--json", "-")
    assert run.rc == 0, run
    listed = json.loads(bench("history", db, "list", "--json").out)
    kept, = listed["runs"] if isinstance(listed, dict) else listed
    assert (kept["kind"], kept["target"]) == ("compare", "a, b")
    assert json.loads(bench("history", db, "export", "last").out) == json.loads(run.out)
    assert bench("history", db, "show", "last").rc == 0


@pytest.fixture
def kept(bench, pair, tmp_path):
    """A history with a plain run of PING_MBULK and a comparison of a and b in it, and both targets: b is the slow one."""
    db, words = tmp_path / "kept.db", pair("--delay", "2ms")
    port = words[0].rpartition(":")[2]
    assert bench("-p", port, "-t", "ping_mbulk,set", "-c", 4, "-n", 5000, "--save", db, "-q").rc == 0
    assert bench("compare", *words, *BRIEF, "-t", "ping_mbulk", "--save", db).rc in (0, 10)
    return db, words


def test_against_a_kept_run(bench, kept):
    db, words = kept
    doc = compare(bench, "--baseline", f"{db}:1", words[1], *SHORT, "-t", "ping_mbulk", rc=10)
    assert (doc["baseline"]["file"], doc["baseline"]["run"]) == (str(db), 1)
    assert doc["baseline"]["differences"] == []
    assert [t["name"] for t in doc["targets"]] == ["baseline", "b"]
    test, = doc["tests"]
    assert [len(block) for block in test["blocks"]] == 6 * [1]
    assert [len(block) for block in test["baseline_blocks"]] == [1]
    x = contrasts(test)["throughput"]
    assert x["finding"] == "lower" and x["by_t"] and x["above"] == 0
    assert test["remarks"][0].startswith("unpaired: baseline was measured earlier")


def test_against_a_kept_comparison(bench, kept):
    """Its target of that name is the baseline, and its tests are those that are held."""
    db, words = kept
    run = bench("compare", words[1], "--baseline", f"{db}:last", *SHORT, timeout=60)
    assert run.rc in (0, 10), run
    assert re.search(r"\n  baseline +b of a, b\n", run.out) and f"  baseline is run 2 of {db}, started 20" in run.out
    assert "====== PING_MBULK ======" in run.out and "6 of 6 blocks" in run.out and "\n! unpaired: " in run.out
    run = bench("compare", words[1].replace("b=", "other="), "--baseline", f"{db}:2", *SHORT)
    assert run.rc == 2 and "run 2 compares a, b: give the target one of these names" in run.err


def test_against_a_server_that_was_compared_with_itself(bench, pair, tmp_path):
    """All of it counts, whatever the target is called."""
    one = pair()[0]
    assert bench("compare", one, "--aa", *BRIEF, "-t", "ping_mbulk", "--save", tmp_path / "h.db").rc == 0
    doc = compare(bench, one, "--baseline", f"{tmp_path}/h.db:1", *BRIEF, "--margin", "throughput=90%")
    test, = doc["tests"]
    assert [len(block) for block in test["baseline_blocks"]] == [4, 4] and len(test["blocks"]) == 2
    kept, = read(bench("history", tmp_path / "h.db", "list", "--json"))["runs"]
    assert kept["kind"] == "aa" and kept["server_name"] == "hkv-bench-embedded" and one.endswith(kept["target"])


def test_a_baseline_of_something_else_is_left_out(bench, kept):
    db, words = kept
    run = bench("compare", "--baseline", f"{db}:1", words[0], *BRIEF[:-1], 5)
    assert run.rc == 1 and run.out == "", run
    assert run.err.count("left out: run 1 had other options (4 clients then, 5 now)") == 2
    run = bench("compare", "--baseline", f"{db}:1", words[0], *BRIEF, "-t", "get")
    assert run.rc == 1 and "GET: left out: run 1 did not measure it" in run.err, run


def test_a_tiny_baseline_is_not_believed(bench, pair, tmp_path):
    """Of 60 requests most are cold ones: a server is not faster than itself for that."""
    words, db = pair()[:1], tmp_path / "h.db"
    port = words[0].rpartition(":")[2]
    assert bench("-p", port, "-t", "ping_mbulk", "-c", 4, "-n", 60, "--save", db, "-q").rc == 0
    assert bench("-p", port, "-t", "ping_mbulk", "-c", 4, "--rate", 500, "-n", 60, "--save", db, "-q").rc == 0
    long_slots = ("--slot", "2s", *BRIEF[2:])  # beside which 60 requests are no time, however busy the machine
    run = bench("compare", "--baseline", f"{db}:1", *words, *long_slots, "-t", "ping_mbulk")
    assert run.rc == 1 and run.out == "" and re.search(r"left out: run 1 lasted \S+ s, too short next to slots of 2 s", run.err), run
    run = bench("compare", "--baseline", f"{db}:2", *words, *BRIEF, "-t", "ping_mbulk", "--rate", 500)
    assert run.rc == 1 and "left out: run 2 has 60 replies for it, too few to compare with" in run.err, run


@pytest.mark.parametrize("then, now, difference", [
    (("--threads", 2), (), "2 client threads then, 1 now"),
    ((), ("-k", 0), "-k 1 then, -k 0 now"),
    ((), ("--sequential", "-r", 100), "random keys then, sequential now"),
    ((), ("--key-dist", "zipf"), "--key-dist uniform then, zipf:0.99 now"),
    (("--quickack",), (), "with --quickack then, without it now"),
    (("--engine", "epoll"), ("--engine", "uring"), "engine epoll then, io_uring now"),
    (("--rate", 3000, "--arrival", "constant"), ("--rate", 3000), "--arrival constant then, poisson now"),
])
def test_a_baseline_is_of_the_same_load_in_all_respects(bench, pair, tmp_path, monkeypatch, then, now, difference):
    monkeypatch.delenv("HKV_ENGINE", raising=False)
    words, db = pair()[:1], tmp_path / "h.db"
    run = bench("-p", words[0].rpartition(":")[2], "-t", "set", "-c", 4, "-n", 2000, "-r", 100, *then, "--save", db, "-q")
    if run.rc == 1 and "io_uring" in run.err:
        pytest.skip("no io_uring here")
    assert run.rc == 0, run
    run = bench("compare", "--baseline", f"{db}:1", *words, *BRIEF, "-t", "set", "-r", 100, *now)
    assert run.rc == 1 and f"left out: run 1 had other options ({difference})" in run.err, run


@pytest.mark.parametrize("form", ["csv", "markdown", "text"])
def test_every_form_tells_what_the_baseline_was_doubted_for_and_where_it_ran(bench, pair, tmp_path, form):
    words, db = pair()[:1], tmp_path / "h.db"
    assert bench("-p", words[0].rpartition(":")[2], "-t", "set", "-c", 4, "-n", 5000, "-r", 0, "--save", db, "-q").rc == 0
    with contextlib.closing(sqlite3.connect(db)) as file:
        file.execute("UPDATE runs SET document = json_set(document, '$.environment.cpu', 'PDP-11')")
        file.commit()
    run = bench("compare", "--baseline", f"{db}:1", *words, *BRIEF, "-t", "set", "-r", 0, *([f"--{form}"] if form != "text" else []))
    assert run.rc in (0, 10), run
    said = run.err if form == "csv" else run.out
    assert re.search(r'cpu was "PDP.{1,2}11" and is now ', said), run
    assert re.search(r"baseline, 1 of 1 slots: had the warning one.{1,2}key when it was measured", said), run


def test_capacities(bench, tmp_path):
    """Ten times the capacity is told from it, by trials of 50 requests that say no more; the kept comparison is a
    baseline for the same search, and for no other."""
    words, planted = [], {"a": 500, "b": 5000}
    for name, capacity in planted.items():
        run = bench.start("serve", "-p", 0, "--capacity", f"{capacity}/s")
        words.append(f"{name}=127.0.0.1:" + run.proc.stdout.readline().decode().strip().rpartition(":")[2])
    how = ("-t", "ping_mbulk", "-c", 8, "--slo", "p50=20ms", "--slot", "600ms", "--idle", "10ms")
    for _ in range(3):  # a machine that is too busy for the client is told so, and asked again
        run = bench("compare", *words, *how, "--blocks", 2, "--save", tmp_path / "h.db", "--json", "-", timeout=120)
        if run.rc == 0:
            break
        (tmp_path / "h.db").unlink()
    assert run.rc == 0, run
    doc = read(run)
    test, = doc["tests"]
    x, = contrasts(test).values()
    slots = [slot for block in test["blocks"] for slot in block]
    assert x["metric"] == "capacity" and x["primary"]
    assert test["slo"] == [{"quantile": "p50", "ns": 20_000_000}] and test["slot_s"] == 0.1
    for slot in slots:  # a busy machine has less, and none has more
        assert 0 < slot["capacity_rps"] < 2 * planted[slot["target"]] and slot["rps"] is None
    if "CLIENT" not in [slot["limited_by"] for slot in slots]:
        assert 1.2 < x["ratio"] < 20
    kept = ("--baseline", f"{tmp_path}/h.db:1", words[0])
    for _ in range(3):
        run = bench("compare", *kept, *how, "--blocks", 2, timeout=60)
        if run.rc != 1:
            break
    assert run.rc in (0, 10) and re.search(r"\n  capacity \* .* \d\.\d{3} ", run.out), run
    for _ in range(3):
        run = bench("compare", *kept, *how, "--slot", "1200ms", "--blocks", 2, timeout=60)
        if "left out for all" not in run.err:
            break
    assert run.rc == 1 and "had other options (--slot 0.6 s then, 1.2 s now)" in run.err, run


def test_no_rate_that_holds(bench, pair):
    run = bench("compare", *pair("--delay", "20ms"), "-t", "ping_mbulk", "-c", 8, "--slo", "p50=10ms", "--slot", "600ms",
                "--idle", 0, timeout=60)
    assert run.rc == 1 and re.search("left out for all: b: (no rate passes, not even |disturbed: )", run.err), run


def test_remarks_go_to_standard_error_beside_csv(bench, pair):
    run = bench("compare", *pair("--error", "50%:OOM"), *BRIEF, "-t", "ping_mbulk", "--csv")
    assert re.search(r"\nhkv-bench compare: PING_MBULK: error replies: a 0%, b [45]\d", run.err), run


def test_help(bench):
    run = bench("compare", "--help")
    assert run.rc == 0 and "Which server is faster?" in run.out and "--blocks" in run.out
