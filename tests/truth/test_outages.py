# SPDX-License-Identifier: MIT
"""How long a server was out, and what was missed: by the clock that stopped it."""

import signal
import time

import pytest

import formats
from cluster import Cluster, slot_of
from conftest import e2e

start_redis = e2e.start_redis


def stop_for(redis, seconds):
    """Answers for how long it was: between the two signals."""
    redis.proc.send_signal(signal.SIGSTOP)
    from_s = time.monotonic()
    time.sleep(seconds)
    redis.proc.send_signal(signal.SIGCONT)
    return time.monotonic() - from_s


@pytest.mark.parametrize("engine", ["epoll", "uring"])
@pytest.mark.parametrize("load", [("--rate", 2000, "--arrival", "constant"), ("--rate", 20000, "-c", 50, "--threads", 2), ()])
def test_a_stop_of_two_seconds(bench, start_redis, tmp_path, engine, load):
    redis = start_redis()
    run = bench.start("-p", redis.port, "--engine", engine, "-t", "set", "-c", 20, "--duration", "6s", *load, "--json", tmp_path / "j")
    e2e.until(lambda: redis.calls().get("set", 0) > 2000)
    stopped_s = stop_for(redis, 2)
    run.wait(40)
    if run.rc == 2:
        pytest.skip("no io_uring here: " + run.err)
    assert run.rc == 0, run
    test = formats.only(formats.read_json((tmp_path / "j").read_text()))
    longest = max(test["outages"], key=lambda o: o["seconds"])
    assert abs(longest["seconds"] - stopped_s) <= 0.05, (longest, stopped_s)
    assert longest["ended"] and not longest["broke"]
    if load:
        assert abs(longest["missed"] - load[1] * longest["seconds"]) <= 0.01 * load[1] * longest["seconds"], longest
    else:
        assert longest["missed"] is None
    assert test["counts"]["broken_connections"] == 0


NODE_RATE, KEYS = 3000, 100_000


def due_to(slots, start_s, end_s):
    """How many requests to keys of these slots were due between the two: keys are asked for in order, at a constant rate."""
    first, end = round(NODE_RATE * start_s), round(NODE_RATE * end_s)
    return sum(slot_of(f"key:{i % KEYS:012d}") in slots for i in range(first, end))


@pytest.mark.parametrize("engine", ["epoll", "uring"])
def test_a_stop_of_one_node_of_a_cluster(bench, tmp_path, engine):
    """The two others answer meanwhile: it is that node's outage, of as long, and misses what its slots were due, within 1 %: which
    keys these are is known, so that chance has no part in it."""
    cluster = Cluster(3, replicas=False, options=("--cluster-node-timeout", "15000"))
    try:
        victim = cluster.primaries[1]
        run = bench.start("--cluster", "-p", cluster.primaries[0].port, "--engine", engine, "-t", "set", "-c", 24, "--duration", "6s",
                          "--rate", NODE_RATE, "--arrival", "constant", "-r", KEYS, "--key-dist", "seq", "--json", tmp_path / "j")
        e2e.until(lambda: victim.calls().get("set", 0) > 1000 or run.proc.poll() is not None)
        stopped_s = stop_for(victim, 2)
        run.wait(40)
    finally:
        cluster.stop()
    if run.rc == 2:
        pytest.skip("no io_uring here: " + run.err)
    assert run.rc == 0, run
    test = formats.only(formats.read_json((tmp_path / "j").read_text()))
    longest = max(test["outages"], key=lambda o: o["seconds"])
    assert longest["node"] == victim.name and longest["ended"] and not longest["broke"], longest
    assert abs(longest["seconds"] - stopped_s) <= 0.05, (longest, stopped_s)
    due = due_to(range(cluster.bounds[1], cluster.bounds[2]), longest["start_s"], longest["start_s"] + longest["seconds"])
    assert due > 1500 and abs(longest["missed"] - due) <= 0.01 * due, (longest, due)
    assert test["counts"]["broken_connections"] == 0
