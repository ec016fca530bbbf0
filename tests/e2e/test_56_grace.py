# SPDX-License-Identifier: MIT
"""--grace bounds the wait for answers, and only answers count: neither pushes nor attributes nor bytes that never become
one. With -k 0 a new connection that is never ready is bounded by it too."""

import pytest

import formats
import servers

GRACE = ("--grace", "500ms", "--no-probe")
ENDS = 20  # seconds, where it went on for ever

DRIPS = {
    "pushes": (b"", b">2\r\n+message\r\n+hello\r\n", 0.05),
    "attributes": (b"", b"|1\r\n+ttl\r\n:3600\r\n", 0.05),
    "a line": (b"+", b"a", 0.05),
    "a value": (b"$1000000\r\n", b"x", 0.05),
    "a large push": (b">2\r\n+message\r\n$500000000\r\n", 65536 * b"x", 0.02),
    "a large attribute": (b"|1\r\n+key\r\n$500000000\r\n", 65536 * b"x", 0.02),
    "elements": (b"*1000000\r\n", b":1\r\n", 0.05),
    "many attributes": (b"|1\r\n+ttl", 1000 * b"\r\n:3600\r\n|1\r\n+ttl", 0.02),
}
LOADS = {
    "closed": ("-t", "set", "-n", 1000),
    "open": ("-t", "set", "-n", 1000, "--rate", 1000),
    "window": ("-t", "set", "-n", 1000, "-P", 4, "--pipeline-mode", "window"),
    "large reads": ("-t", "get", "-n", 1000, "-d", 100000),
    "prefill": ("-t", "get", "-n", 1000, "-r", 100, "--prefill"),
    "warm-up": ("-t", "set", "-n", 1000, "--warmup", "300ms"),
    "by time": ("-t", "set", "--duration", "300ms"),
}


def read(path):
    return formats.only(formats.read_json(path.read_text()))


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS.keys())
@pytest.mark.parametrize("load", [LOADS["closed"], LOADS["open"], LOADS["large reads"]], ids=["closed", "open", "large"])
def test_what_is_no_answer_does_not_keep_a_run_alive(bench, serve, tmp_path, drip, load):
    server = serve(servers.Drips, *drip)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, *load, "-c", 2, *GRACE, "--json", path, timeout=ENDS)
    assert run.rc == 1, run
    test = read(path)
    assert (test["status"], test["counts"]["answered"]) == ("stalled", 0)
    assert "did not reply for 0.5 s" in test["note"]


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS.keys())
def test_dripping_ends_every_phase(bench, serve, tmp_path, load):
    server = serve(servers.Drips, *DRIPS["a line"])
    path = tmp_path / "run.json"
    run = bench("-p", server.port, *load, "-c", 2, *GRACE, "--json", path, timeout=ENDS)
    assert run.rc == 1, run
    assert read(path)["status"] == "stalled"


def test_dripping_at_auth_is_no_connection(bench, serve):
    server = serve(servers.Drips, *DRIPS["a line"])
    run = bench("-p", server.port, "-a", "x", "-t", "set", "-n", 10, "-c", 2, *GRACE, timeout=ENDS)
    assert run.rc == 3, run
    assert "only 0 of 2 connections" in run.err, run


@pytest.mark.parametrize("words", [("-t", "get", "-d", 100000), ("ECHO", "x"), ("-t", "get", "-d", 100000, "--rate", 100)])
def test_a_large_answer_may_take_longer_than_the_grace_time(bench, serve, tmp_path, words):
    server = serve(servers.Trickles, 1500000, 50000, 0.05)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-n", 2, "-c", 1, *GRACE, "--json", path, *words, timeout=ENDS)
    assert run.rc == 0, run
    test = read(path)
    assert test["counts"]["ok"] == 2
    assert test["latency_ns"]["min"] > 1e9


# -k 0

@pytest.mark.parametrize("how", [("-n", 1000), ("--duration", "300ms"), ("-n", 1000, "--warmup", "300ms")])
def test_new_connections_that_are_never_ready_are_lost(bench, serve, tmp_path, how):
    server = serve(servers.MuteLater, 3)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-k", 0, "--dbnum", 1, "-t", "set", "-c", 3, *how, *GRACE, "--json", path, timeout=ENDS)
    assert run.rc == 1, run
    test = read(path)
    assert (test["status"], test["counts"]["lost_connections"]) == ("stalled", 3)
    assert "could not be reached again within 0.5 seconds: SELECT had no answer" in test["note"]


def test_a_backlog_that_stays_full_is_bounded_by_the_grace_time(bench, serve, tmp_path):
    server = serve(servers.Cramped, str(tmp_path / "s"), 0, 3)
    path = tmp_path / "run.json"
    run = bench("-s", server.path, "-k", 0, "-t", "set", "-n", 1000, "-c", 3, *GRACE, "--json", path, timeout=ENDS)
    assert run.rc == 1, run
    test = read(path)
    assert test["status"] == "stalled"
    assert test["counts"]["lost_connections"] >= 1
    assert "its backlog was full" in test["note"]


def test_a_full_backlog_loses_no_connection(bench, serve, tmp_path):
    server = serve(servers.Cramped, str(tmp_path / "s"), 0.005)
    path = tmp_path / "run.json"
    run = bench("-s", server.path, "-k", 0, "-t", "set", "-n", 200, "-c", 16, "--grace", "5s", "--no-probe", "--json", path,
                timeout=60)
    assert run.rc == 0, run
    counts = read(path)["counts"]
    assert (counts["ok"], counts["lost_connections"]) == (200, 0)


@pytest.mark.parametrize("how", [("--duration", "1s"), ("-n", 10, "--warmup", "500ms")])
def test_a_connection_under_way_at_the_end_is_not_lost(bench, serve, tmp_path, how):
    server = serve(servers.Delayed, 0.15)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-k", 0, "--dbnum", 1, "-t", "set", "-c", 1, *how, "--no-probe", "--json", path,
                timeout=60)
    assert run.rc == 0, run
    test = read(path)
    assert (test["status"], test["counts"]["lost_connections"]) == ("done", 0)
    assert test["counts"]["ok"] >= 1


@pytest.mark.parametrize("load", [("-t", "set", "-n", 80, "--warmup", "300ms"), ("-t", "set", "--duration", "1s", "--warmup", "300ms"),
                                  ("-t", "get", "-n", 80, "-r", 24, "--prefill")], ids=["by count", "by time", "prefill"])
def test_all_clients_go_on_after_an_earlier_phase(bench, serve, tmp_path, load):
    server = serve(servers.Delayed, 0.05)
    path = tmp_path / "run.json"
    run = bench("-p", server.port, "-k", 0, "-c", 8, *load, "--no-probe", "--json", path, timeout=ENDS)
    assert run.rc == 0, run
    test = read(path)
    at_once = test["rps"] * test["latency_ns"]["mean"] / 1e9  # Little's law: requests outstanding, of 8 clients
    assert at_once > 4, run
