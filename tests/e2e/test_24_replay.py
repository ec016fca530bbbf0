# SPDX-License-Identifier: MIT
"""A trace is recorded and sent again: the server counts the same commands. What cannot be sent is counted and named."""
import json
import os
import subprocess
import time

import pytest

from conftest import BENCH, ENGINE
from waiting import until

ENGINES = [ENGINE] if ENGINE else ["epoll", "auto"]


def only(run, rc=0):
    assert run.rc == rc, run
    return json.loads(run.out)["tests"][0]


@pytest.fixture
def trace(tmp_path):
    """trace(lines): a file of them."""
    def write(lines):
        path = tmp_path / "trace.log"
        path.write_text("".join(line + "\n" for line in lines))
        return path
    return write


def timed(n, step_us, command="SET key:%d value"):
    """n lines of MONITOR, so far apart."""
    return ["%d.%06d [0 127.0.0.1:1] %s" % (1000 + i * step_us // 10**6, i * step_us % 10**6, " ".join(
        f'"{word}"' for word in (command.replace("%d", str(i % 100)) if "%d" in command else command).split())) for i in range(n)]


def known(calls):
    return {name: n for name, n in calls.items() if name in ("set", "get", "lpush", "incr", "hset")}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("how", [("--replay-speed", "max"), ("--replay-speed", "20x", "--threads", 2), ("--replay-speed", "max", "-c", 1)])
def test_what_was_recorded_is_done_again(bench, redis, tmp_path, how, engine):
    path = tmp_path / "t.log"
    record = bench.start("record", "-p", redis.port, "--duration", "20s", "--engine", engine, path)
    until(lambda: b"cmd=monitor" in redis.client.call("CLIENT", "LIST"))
    run = bench("-p", redis.port, "-n", 1500, "--mix", "set:3,get:5,incr:1,hset:1", "-d", 40, "--value-data", "random", "-q", "--no-probe")
    assert run.rc == 0, run
    asked = known(redis.calls())
    until(lambda: os.path.getsize(path) > 0 or time.sleep(0.05))
    time.sleep(0.2)
    record.signal(2)
    assert record.rc == 130 and "recorded 1,5" in record.err and "MONITOR sends every command" in record.err, record
    values = {key: redis.client.call("GET", key) for key in redis.client.call("KEYS", "key:*")}
    redis.reset()
    test = only(bench("-p", redis.port, "--replay", path, *how, "-c", 8, "--engine", engine, "--no-probe", "--json", "-"))
    assert known(redis.calls()) == asked and sum(asked.values()) == 1500
    assert {c["command"]: c["sent"] for c in test["replay"]["commands"] if c["command"] in asked} == asked
    assert test["replay"]["error"] == "" and test["counts"]["errors"] == 0
    if "-c" in how: # in their order, so that each key ends with the same bytes
        assert {key: redis.client.call("GET", key) for key in values} == values
    else:
        assert {key for key in redis.client.call("KEYS", "key:*")} == set(values)


def test_bytes_are_sent_as_they_were(bench, redis, trace):
    path = trace(['OK', r'1.0 [0 [::1]:5] "SET" "a\"\\\x00\xff\n" "\r\t\a\b ]["', '1.1 [0 x] "SET" "e" ""'])
    only(bench("-p", redis.port, "--replay", path, "--no-probe", "--json", "-"))
    assert redis.client.call("GET", b'a"\\\x00\xff\n') == b"\r\t\a\b ]["
    assert redis.client.call("GET", "e") == b""


def test_csv_by_a_pipe(bench, redis):
    lines = 'time,command\n0,SET,k,"a ""b"", c"\n0.001,LPUSH,l,x\n0.002,LPUSH,l,y'
    test = only(bench("-p", redis.port, "--replay", "-", "-c", 1, "--no-probe", "--json", "-", stdin=lines.encode()))
    assert redis.client.call("GET", "k") == b'a "b", c' and redis.client.call("LRANGE", "l", 0, -1) == [b"y", b"x"]
    assert test["counts"]["ok"] == 3 and test["replay"]["lines"] == 3 and test["title"] == "REPLAY -"


def test_what_cannot_be_sent_is_counted_and_named(bench, redis, trace):
    redis.client.call("SET", "mine", "stays")
    path = trace(['1.0 [0 a] "SET" "k" "v"', "nonsense", '1.1 [0 a] "FLUSHALL"', '1.2 [0 a] "CONFIG" "SET" "maxmemory" "1"',
                  '1.3 [0 a] "SHUTDOWN"', '1.4 [0 a] "MULTI"', '1.5 [0 a] "BLPOP" "q" "0"', '1.6 [3 a] "SET" "other" "1"',
                  '1.7 [0 lua] "SET" "byscript" "1"', '1.8 [0 a] "DEBUG" "SLEEP" "9"', "", '1.9 [0 a] "GET" "k"'])
    run = bench("-p", redis.port, "--replay", path, "--replay-speed", "max", "--no-probe", "--json", "-")
    test = only(run)
    unusable = {u["reason"]: (u["count"], u["first_line"], u["sample"]) for u in test["replay"]["unusable_by_reason"]}
    assert unusable == {"malformed": (1, 2, "nonsense"), "administration": (4, 3, "FLUSHALL"), "connection state": (1, 6, "MULTI"),
                        "blocking": (1, 7, "BLPOP"), "another database": (1, 8, "SET"), "sent by a script": (1, 9, "SET")}
    assert test["replay"]["unusable"] == 9 and test["replay"]["lines"] == 11 and test["counts"]["sent"] == 2
    assert "9 of 11 lines of the trace were not sent; the most frequent reason: administration (line 3: FLUSHALL)" in run.err
    assert redis.client.call("GET", "mine") == b"stays" and {"shutdown", "debug"} & redis.calls().keys() == set()
    run = bench("-p", redis.port, "--replay", path, "--dbnum", 3, "--replay-speed", "max", "--no-probe")
    assert "11 lines, 1 request sent, 10 unusable" in run.out and "8 another database, the first in line 1: SET" in run.out, run
    redis.client.call("SELECT", 0)


def test_administration_on_demand(bench, start_redis, trace):
    server = start_redis()
    server.client.call("SET", "a", "b")
    path = trace(['1.0 [0 a] "FLUSHALL"', '1.1 [0 a] "CONFIG" "SET" "maxmemory-samples" "7"'])
    only(bench("-p", server.port, "--replay", path, "--replay-allow-admin", "--no-probe", "--json", "-"))
    assert server.dbsize() == 0 and server.client.call("CONFIG", "GET", "maxmemory-samples")[1] == b"7"


@pytest.mark.parametrize("engine", ENGINES)
def test_due_times_are_those_of_the_trace(bench, redis, trace, engine):
    """Twice as fast takes half as long, and what is due together is late for want of a connection: by counts."""
    path = trace(timed(400, 1000))
    slow = only(bench("-p", redis.port, "--replay", path, "--engine", engine, "--no-probe", "--json", "-"))
    fast = only(bench("-p", redis.port, "--replay", path, "--replay-speed", "4x", "--engine", engine, "--no-probe", "--json", "-"))
    assert abs(slow["replay"]["span_s"] - 0.399) < 1e-9 and abs(fast["replay"]["span_s"] - 0.399 / 4) < 1e-9
    assert slow["seconds"] >= 0.399 and fast["seconds"] >= 0.399 / 4 and fast["seconds"] < slow["seconds"]
    assert slow["config"]["loop"] == "open" and slow["config"]["arrival"] == "trace"
    assert abs(slow["config"]["rate"] - 400 / 0.399) < 1e-6 and abs(fast["config"]["rate"] / slow["config"]["rate"] - 4) < 1e-6
    for test in slow, fast:
        assert test["counts"]["ok"] == test["schedule"]["requests"] == 400 and test["service_ns"] and test["lag_ns"]


def test_lateness_is_latency(bench, serve_delay, trace):
    """Ten requests that are due at once, one connection, 20 ms each: the last one has waited for the other nine."""
    path = trace(timed(10, 0))
    test = only(bench("-p", serve_delay("20ms"), "--replay", path, "-c", 1, "--no-probe", "--json", "-"))
    assert test["latency_ns"]["max"] >= 10 * 20e6 * 0.99 and test["service_ns"]["max"] < test["latency_ns"]["max"] / 2
    test = only(bench("-p", serve_delay("20ms"), "--replay", path, "--replay-speed", "max", "-c", 1, "--no-probe", "--json", "-"))
    assert test["config"]["loop"] == "closed" and test["service_ns"] is None
    assert test["latency_ns"]["p50"] < 10 * 20e6 / 2


@pytest.fixture
def serve_delay(bench):
    def start(delay):
        run = bench.start("serve", "-p", 0, "--delay", delay)
        return int(run.proc.stdout.readline().decode().rsplit(":", 1)[1])
    return start


def test_each_line_is_sent_once_by_many_threads(bench, redis, trace):
    path = trace(timed(5000, 0, "INCR key:%d"))
    test = only(bench("-p", redis.port, "--replay", path, "--replay-speed", "max", "--threads", 4, "-c", 20, "--no-probe", "--json", "-"))
    assert test["counts"]["ok"] == 5000
    assert [int(redis.client.call("GET", f"key:{i}")) for i in range(100)] == [50] * 100
    test = only(bench("-p", redis.port, "--replay", path, "--threads", 3, "-n", 777, "--no-probe", "--json", "-"))
    assert test["counts"]["ok"] == 777


@pytest.mark.parametrize("how, most", [(("--replay-speed", "max"), 10**5), pytest.param((), 10**6, marks=pytest.mark.full),
                                       pytest.param(("--replay-speed", "max"), 10**6, marks=pytest.mark.full)])
def test_memory_is_constant(unsanitized, tmp_path, how, most):
    """The largest resident size for a trace of 10,000 lines, and for a longer one; answers come from memory, so that it is quick."""
    def rss_kb(n):
        path = tmp_path / f"{n}.csv"
        with open(path, "w", encoding="ascii") as f:
            f.writelines("0.%06d,GET,key:%012d\n" % (i % 10, i) for i in range(n))
        code = ("import resource, subprocess, sys\n"
                "rc = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
                "print(rc, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        words = [BENCH, "--engine", "null", "--replay", str(path), *how, "--no-probe", "-q"]
        out = subprocess.run(["/usr/bin/python3", "-c", code, *words], capture_output=True, check=True, timeout=100).stdout
        rc, kb = map(int, out.split())
        assert rc == 0
        return kb
    few, many = rss_kb(10**4), rss_kb(most)
    assert many < few + 4096, (few, many)


def test_an_end_by_time_or_signal(bench, redis, trace):
    path = trace(timed(3000, 10000))
    test = only(bench("-p", redis.port, "--replay", path, "--duration", "300ms", "--no-probe", "--json", "-"))
    assert 0 < test["counts"]["ok"] <= 31 and test["counts"]["unsent"] == 0
    run = bench.start("-p", redis.port, "--replay", path, "--no-probe", "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 40)
    run.signal(2)
    assert run.rc == 130 and json.loads(run.out)["tests"][0]["status"] == "interrupted", run


def test_an_unknown_command_is_one_error(bench, redis, trace):
    path = trace(['1.0 [0 a] "NOSUCH" "k"', '1.0 [0 a] "PING"', '1.0 [0 a] "PING"'])
    run = bench("-p", redis.port, "--replay", path, "--no-probe", "--json", "-")
    test = only(run, 1)
    assert test["counts"]["ok"] == 2 and test["counts"]["errors"] == 1 and test["status"] == "done"


def test_a_trace_with_nothing_in_it(bench, redis, trace):
    for lines in [], ["# nothing"], ["nonsense"]:
        run = bench("-p", redis.port, "--replay", trace(lines), "--no-probe")
        assert run.rc == 1 and "the trace has no command that can be sent" in run.err + run.out, run


@pytest.mark.parametrize("words, says", [
    (("--replay", "/nowhere/x"), "--replay: cannot read /nowhere/x: No such file or directory"),
    (("--replay", "/tmp", "-q"), "--replay: cannot read /tmp: Is a directory"),
    (("--replay", "-", "--replay-speed", "fast"), "--replay-speed: expected a factor such as 2x or 0.5x, or max, got 'fast'"),
    (("--replay", "-", "--replay-speed", "0"), "--replay-speed: expected a factor"),
    (("--replay", "-", "-t", "get"), "--replay sends what the trace says: leave out -t"),
    (("--replay", "-", "--rate", 5), "leave out --rate"),
    (("--replay", "-", "-P", 5), "leave out -P"),
    (("--replay-speed", "2x"), "--replay-speed needs a trace: add --replay FILE"),
    (("--replay-allow-admin",), "--replay-allow-admin needs a trace"),
    (("saturate", "--slo", "p99=1s", "--replay", "-"), "--replay is for a plain run: leave it out of saturate"),
    (("compare", "a=127.0.0.1:1", "b=127.0.0.1:2", "--replay", "-"), "--replay is for a plain run: leave it out of compare"),
    (("record", "a", "b"), "unexpected argument 'b': record takes one file"),
    (("record", "--cluster"), "record asks one server for MONITOR"),
])
def test_what_cannot_be(bench, redis, words, says):
    run = bench(*words, *(() if words[0] in ("compare", "saturate") else ("-p", redis.port)))
    assert run.rc == 2 and says in run.err and run.out == "", run


def test_a_recording_that_cannot_be(bench, redis, embedded, tmp_path):
    run = bench("record", "-p", embedded.port, "--duration", "1s", tmp_path / "x")
    assert run.rc == 3 and "refused MONITOR" in run.err, run
    run = bench("record", "-p", 1, tmp_path / "y")
    assert run.rc == 3 and "could not be monitored" in run.err, run


def test_a_recording_by_count(bench, redis, tmp_path):
    record = bench.start("record", "-p", redis.port, "-n", 3)
    until(lambda: b"cmd=monitor" in redis.client.call("CLIENT", "LIST"))
    for i in range(5):
        redis.client.call("SET", f"k{i}", "a b")
    record.wait(20)
    lines = [line for line in record.out.splitlines() if "SET" in line]
    assert record.rc == 0 and len(record.out.splitlines()) == 3 and "recorded 3 commands" in record.err, record
    assert all(line.split("] ")[1].startswith('"') for line in record.out.splitlines()) and '"a b"' in lines[0]
