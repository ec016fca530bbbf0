# SPDX-License-Identifier: MIT
"""Whatever the server or the user does, the run ends, says what happened, and reports what was measured."""

import re
import signal
import time

import pytest

import formats
import servers
from waiting import until

ENDLESS = ("-n", "1G", "-c", 10, "-P", 4, "-r", 1000)


def harmless(run):
    """Nothing but plain lines reaches the terminal, whatever the server sent."""
    return not re.search(r"[^\n\x20-\x7eµ–≥×]", run.raw.decode())


def check_partial(run, path):
    """A report of what was measured, in text and in JSON."""
    doc = formats.read_json(path.read_text())
    assert doc["exit_code"] == run.rc
    assert harmless(run), run
    return formats.only(doc)


# The user stops it

@pytest.mark.parametrize("number,code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("threads", [0, 2])
def test_interrupted(bench, redis, tmp_path, number, code, threads):
    path = tmp_path / "run.json"
    run = bench.start("-p", redis.port, "-t", "set,get", *ENDLESS, "--threads", threads, "--json", path)
    until(lambda: redis.calls().get("set", 0) > 5000)
    run.signal(number)
    assert run.rc == code, run
    report, = formats.read_text(run.out)
    test = check_partial(run, path)
    assert test["title"] == report["title"] == "SET"
    assert int(report["requests"]) == test["counts"]["answered"] > 1000
    assert "get" not in redis.calls()


def test_interrupted_before_the_server_answers(bench, serve, tmp_path):
    server = serve(servers.Silent)
    run = bench.start("-p", server.port, "-t", "set", *ENDLESS, "--grace", "20s", "--json", tmp_path / "run.json")
    until(lambda: server.accepted)
    time.sleep(0.3)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run


def test_interrupted_warmup(bench, redis, tmp_path):
    path = tmp_path / "run.json"
    run = bench.start("-p", redis.port, "-t", "set", *ENDLESS, "--warmup", "60s", "--json", path)
    until(lambda: redis.calls().get("set", 0) > 5000)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    formats.read_json(path.read_text())


@pytest.mark.parametrize("form,reader", [(["-q"], formats.read_quiet), (["--csv"], formats.read_csv),
                                         (["--format", "classic"], formats.read_classic)])
def test_interrupted_in_every_form(bench, redis, form, reader):
    run = bench.start("-p", redis.port, "-t", "set", *ENDLESS, *form)
    until(lambda: redis.calls().get("set", 0) > 5000)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    assert len(reader(run.out)) == 1


# The server stops

@pytest.mark.parametrize("threads", [0, 2])
def test_killed_server(bench, start_redis, tmp_path, threads):
    redis = start_redis()
    path = tmp_path / "run.json"
    run = bench.start("-p", redis.port, "-t", "set", *ENDLESS, "--threads", threads, "--json", path)
    until(lambda: redis.calls().get("set", 0) > 5000)  # more than is asserted: not all was read by then
    redis.kill()
    run.wait(30)
    assert run.rc == 1, run
    assert run.err.strip() or "lost" in run.out
    counts = check_partial(run, path)["counts"]
    assert counts["answered"] > 1000
    assert counts["lost_connections"] >= 1


def test_killed_server_ends_the_suite(bench, start_redis):
    redis = start_redis()
    run = bench.start("-p", redis.port, *ENDLESS, "--grace", "1s")
    until(lambda: redis.calls().get("ping", 0) > 1000)
    redis.kill()
    run.wait(30)
    assert run.rc in (1, 3), run


def test_stopped_server(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "run.json"
    run = bench.start("-p", redis.port, "-t", "set", *ENDLESS, "--grace", "1s", "--json", path)
    until(lambda: redis.calls().get("set", 0) > 5000)
    redis.proc.send_signal(signal.SIGSTOP)
    run.wait(30)
    assert run.rc == 1, run
    counts = check_partial(run, path)["counts"]
    assert counts["answered"] > 1000
    assert counts["unfinished"] >= 1


def test_stopped_server_ends_a_timed_run(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "run.json"
    run = bench.start("-p", redis.port, "-t", "set", "--duration", "3s", "-c", 5, "--grace", "1s", "--json", path)
    until(lambda: redis.calls().get("set", 0) > 5000)
    redis.proc.send_signal(signal.SIGSTOP)
    run.wait(30)
    assert run.rc == 1, run
    assert check_partial(run, path)["counts"]["unfinished"] >= 1


def test_a_short_stop_is_only_latency(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "run.json"
    run = bench.start("-p", redis.port, "-t", "set", "--duration", "3s", "-c", 5, "--grace", "20s", "--json", path)
    until(lambda: redis.calls().get("set", 0) > 5000)
    redis.proc.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    redis.proc.send_signal(signal.SIGCONT)
    run.wait(60)
    assert run.rc == 0, run
    assert check_partial(run, path)["latency_ns"]["max"] >= 400e6


# Servers that misbehave

@pytest.mark.parametrize("most,depth", [(0, 1), (1, 1), (10, 1), (10, 4)])
def test_server_that_closes_after_some_replies(bench, serve, tmp_path, most, depth):
    server = serve(servers.ClosesAfter, most)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-t", "set", "-n", 100000, "-c", 3, "-P", depth, "--grace", "1s", "--json", path,
                timeout=30)
    assert run.rc in (1, 3), run
    counts = check_partial(run, path)["counts"]
    assert counts["lost_connections"] >= 1
    assert counts["answered"] < 100000
    assert "clos" in run.err + run.out or "lost" in run.err + run.out


def test_server_that_closes_at_once(bench, serve):
    server = serve(servers.Goodbye)
    run = bench("-p", server.port, "-t", "set", "-n", 100, "-c", 3, "--grace", "1s", timeout=30)
    assert run.rc in (1, 3), run
    assert "clos" in run.err + run.out or "lost" in run.err + run.out


def test_a_slow_info_leaves_the_grace_time_as_it_is(bench, serve):
    server = serve(servers.SlowInfo, 0.26, 0.04)
    tests = "ping_mbulk,set,get,incr,lpush,rpush"
    run = bench("-p", server.port, "-t", tests, "-n", 3, "-c", 1, "--grace", "500ms", "--json", "-")
    assert run.rc == 0, run
    assert [t["status"] for t in formats.read_json(run.out)["tests"]] == ["done"] * 6


def test_http_server(bench, serve):
    server = serve(servers.Babble, servers.HTTP, True)
    run = bench("-p", server.port, "-t", "set", "-n", 100, "-c", 3, "--grace", "1s", timeout=30)
    assert run.rc in (1, 3), run
    assert "HTTP/1.1 400" in run.err + run.out
    assert harmless(run), run


GARBAGE = {
    "controls": b"\x1b[31mred\x00\xff\xfe\r\n",
    "array of nonsense": b"*2\r\nxx\r\n",
    "negative length": b"$-7\r\n",
    "bad number": b":12a\r\n",
    "huge length": b"$99999999999999999999\r\n",
    "deep nesting": b"*1\r\n" * 5000,
    "empty line": b"\r\n",
    "endless line": b"+" + b"a" * 200000,
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_bytes_that_are_no_resp(bench, serve, tmp_path, garbage):
    server = serve(servers.Babble, garbage)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-t", "set", "-n", 1000, "-c", 3, "--grace", "1s", "--json", path, timeout=30)
    assert run.rc in (1, 3), run
    assert (run.err + run.out).strip()
    assert check_partial(run, path)["counts"]["ok"] == 0


def test_more_replies_than_requests(bench, serve):
    server = serve(servers.Babble, b"+OK\r\n+OK\r\n+OK\r\n")
    run = bench("-p", server.port, "-t", "set", "-n", 1000, "-c", 3, "--grace", "1s", timeout=30)
    assert run.rc in (1, 3), run


@pytest.mark.parametrize("kind", [servers.Silent, servers.Deaf])
@pytest.mark.parametrize("how", [["-n", 100], ["--duration", "1s"], ["-n", 100, "-d", 100000, "-P", 100],
                                 ["-n", 100, "--prefill"], ["-n", 100, "--warmup", "1s"]])
def test_server_that_never_answers(bench, serve, tmp_path, kind, how):
    server = serve(kind)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-t", "get" if "--prefill" in how else "set", "-c", 3, *how, "--grace", "500ms",
                "--json", path, timeout=30)
    assert run.rc in (1, 3), run
    assert (run.err + run.out).strip()
    if path.exists():
        assert formats.read_json(path.read_text())["exit_code"] == run.rc


@pytest.mark.parametrize("mode", ["batch", "window"])
def test_slow_reader_with_large_pipelines(bench, serve, mode):
    server = serve(servers.SlowReader, 262144, 0.001)
    run = bench("-p", server.port, "-t", "set", "-n", 2000, "-c", 2, "-P", 1000, "-d", 10000, "--pipeline-mode", mode,
                "--grace", "10s", "--json", "-", timeout=60)
    assert run.rc == 0, run
    assert formats.only(formats.read_json(run.out))["counts"]["ok"] == 2000


@pytest.mark.parametrize("mode", ["batch", "window"])
def test_server_that_does_not_read_while_it_writes(bench, serve, mode):
    server = serve(servers.OneAtATime)
    run = bench("-p", server.port, "-n", 2000, "-c", 1, "-P", 1000, "-d", 20000, "--pipeline-mode", mode,
                "--grace", "10s", "--json", "-", "ECHO", "__data__", timeout=60)
    assert run.rc == 0, run
    assert formats.only(formats.read_json(run.out))["counts"]["ok"] == 2000


@pytest.mark.parametrize("mode", ["batch", "window"])
def test_large_pipelines_on_a_real_server(bench, redis, mode):
    run = bench("-p", redis.port, "-n", 3000, "-c", 2, "-P", 1000, "-d", 10000, "--pipeline-mode", mode,
                "ECHO", "__data__")
    assert run.rc == 0, run
    assert redis.calls() == {"echo": 3000}


def test_suite_against_a_server_like_hkv_server(bench, serve, tmp_path):
    server = serve(servers.HkvLike)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-n", 60, "-c", 4, "--grace", "2s", "--json", path)
    assert run.rc == 0, run
    tests = {t["title"]: t["counts"] for t in formats.read_json(path.read_text())["tests"]}
    assert tests["PING_INLINE"]["ok"] == 0
    assert [title for title, counts in tests.items() if counts["ok"] == 60] == ["PING_MBULK", "SET", "GET"]
    assert "XADD" in tests
    assert "protocol error" in path.read_text() and "does not support: ping_inline, " in run.err
