# SPDX-License-Identifier: MIT
"""Fewer connections than asked for is another load: whoever measures says so, counts each loss once and fails. A server
with maxclients accepts a connection, says that it has no room, and closes it."""

import csv
import io
import json
import signal
import time

import pytest

import formats
from waiting import until

ROOM = 6  # connections beside the one of the fixture itself
FULL = "max number of clients reached"
BRIEF = ("--idle", "0", "-t", "ping_mbulk")


@pytest.fixture
def full(start_redis):
    """A server that has room for ROOM connections of ours."""
    return start_redis("--maxclients", str(ROOM + 1))


def read(text):
    return json.loads(text, parse_constant=formats.refuse_constant, object_pairs_hook=formats.strict_object)


def to(redis, way):
    """How to reach it: each is refused at another moment."""
    return {"tcp": ("-p", redis.port), "unix": ("-s", redis.sock), "select": ("-p", redis.port, "--dbnum", 1)}[way]


# Idle connections

@pytest.mark.parametrize("threads", [0, 2])
@pytest.mark.parametrize("way", ["tcp", "unix", "select"])
def test_idle_with_refused_connections_ends_and_says_how_many(bench, full, way, threads):
    run = bench(*to(full, way), "-I", "-c", 10, "--threads", threads, "--no-probe", timeout=20)
    assert run.rc == 1, run
    assert f"{10 - ROOM} of 10 connections lost" in run.err and FULL in run.err, run


def test_idle_ends_when_connections_are_closed_later(bench, redis):
    run = bench.start("-p", redis.port, "-I", "-c", 8, "--no-probe")
    until(lambda: int(redis.client.info("clients")["connected_clients"]) == 9)
    assert run.proc.poll() is None
    for line in redis.client.call("CLIENT", "LIST").decode().splitlines():
        fields = dict(field.split("=", 1) for field in line.split() if "=" in field)
        if fields["cmd"] == "NULL" and int(fields["id"]) % 2:
            redis.client.call("CLIENT", "KILL", "ID", fields["id"])
    run.wait(20)
    assert run.rc == 1, run
    assert "4 of 8 connections lost" in run.err and "closed a connection" in run.err, run


def test_idle_with_all_of_its_connections_waits_for_the_user(bench, full):
    run = bench.start(*to(full, "tcp"), "-I", "-c", ROOM, "--no-probe")
    time.sleep(1)
    assert run.proc.poll() is None
    run.signal(signal.SIGINT)
    assert run.rc in (0, 130), run
    assert "lost" not in run.err, run


# Runs

PHASES = {
    "run": ("-t", "set"),
    "warm-up": ("-t", "set", "--warmup", "300ms"),
    "prefill": ("-t", "get", "-r", 50, "--prefill"),
    "both": ("-t", "get", "-r", 50, "--prefill", "--warmup", "300ms"),
    "paced": ("-t", "set", "--warmup", "300ms", "--rate", 2000),
}


@pytest.mark.parametrize("way", ["tcp", "select"])
@pytest.mark.parametrize("words", PHASES.values(), ids=PHASES.keys())
def test_connections_lost_in_any_phase_are_counted_once(bench, full, tmp_path, words, way):
    path = tmp_path / "run.json"
    run = bench(*to(full, way), *words, "-n", 1000, "-c", 20, "--no-probe", "--json", path, timeout=30)
    assert run.rc == 1, run
    test = formats.only(formats.read_json(path.read_text()))
    assert test["counts"]["lost_connections"] == 20 - ROOM
    assert "lost-connections" in [doubt["name"] for doubt in test["doubts"]]
    assert f"{20 - ROOM} of 20 connections lost" in test["note"] and FULL in test["note"]
    assert f"{20 - ROOM} of 20 connections" in run.out


@pytest.mark.parametrize("form", [("-q",), ("--csv",), ("--format", "classic")])
def test_lost_in_the_warm_up_is_said_in_every_form(bench, full, form):
    run = bench(*to(full, "tcp"), "-t", "set", "-n", 1000, "-c", 20, "--warmup", "200ms", *form, timeout=30)
    assert run.rc == 1, run
    assert "of 20 connections lost" in run.err and FULL in run.err, run


def test_a_server_that_refuses_every_connection_is_none(bench, full):
    run = bench(*to(full, "select"), "-a", "wrong", "-t", "set", "-n", 1000, "-c", ROOM, "--no-probe", timeout=30)
    assert run.rc == 3, run
    assert run.out == "" and "refused a connection" in run.err, run


# Experiments

def test_sweep_marks_the_points_with_fewer_connections(bench, full, tmp_path):
    path = tmp_path / "sweep.json"
    run = bench("sweep", "clients", *to(full, "tcp"), *BRIEF, "--points", "2,4,12,24", "--passes", 1, "--trial", "200ms",
                "--no-probe", "--json", path, "--csv", timeout=60)
    assert run.rc == 1, run
    assert "of 12 connections lost" in run.err or "of 24 connections lost" in run.err, run
    test, = read(path.read_text())["tests"]
    lost = {int(point["value"]): point["lost_connections"] for point in test["points"]}
    assert lost == {2: 0, 4: 0, 12: 12 - ROOM, 24: 24 - ROOM}
    assert not any(point["counts"] for point in test["points"] if point["value"] > ROOM)
    rows = csv.DictReader(io.StringIO(run.out))
    assert {int(row["value"]): int(row["lost_connections"]) for row in rows} == lost


def test_saturate_does_not_search_with_fewer_connections(bench, full, tmp_path):
    path = tmp_path / "search.json"
    run = bench("saturate", *to(full, "tcp"), *BRIEF, "-c", 20, "--trial", "200ms", "--slo", "p99=20ms", "--no-probe",
                "--json", path, timeout=60)
    assert run.rc == 1, run
    assert "of 20 connections lost" in run.err, run
    test, = read(path.read_text())["tests"]
    assert test["lost_connections"] == 20 - ROOM
    assert (test["closed_loop_rps"], test["capacity_rps"], test["trials"]) == (None, None, [])


def test_sweep_of_rates_does_not_begin_with_fewer_connections(bench, full):
    run = bench("sweep", "rate", *to(full, "tcp"), *BRIEF, "-c", 20, "--trial", "200ms", "--no-probe", timeout=60)
    assert run.rc == 1, run
    assert "of 20 connections lost" in run.err, run


@pytest.mark.parametrize("how", [("--slot", "200ms", "--warmup", "50ms"), ("--slo", "p99=50ms")])
def test_compare_does_not_judge_a_side_with_fewer_connections(bench, redis, full, how):
    run = bench("compare", f"whole=127.0.0.1:{redis.port}", f"full=127.0.0.1:{full.port}", *BRIEF, *how, "--blocks", 2,
                "-c", 20, "--no-probe", "--json", "-", timeout=120)
    assert run.rc == 1, run
    assert "full" in run.err and "of 20 connections lost" in run.err, run
    test, = read(run.out)["tests"]
    assert test["blocks"] == [] and "of 20 connections lost" in test["note"]
