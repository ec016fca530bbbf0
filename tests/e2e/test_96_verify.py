# SPDX-License-Identifier: MIT
"""--verify of a cluster: values of primaries are as they must be, and how far replicas are behind is told in ms."""
import json
import shutil
import socket
import threading
import time

import pytest

import servers
from cluster import Cluster
from waiting import until

KINDS = ("corrupted", "truncated", "stale", "of_wrong_key", "crossed")
LOAD = ("--mix", "set:1,get:3", "--verify", "--prefill", "-r", 300, "-n", 4000, "--json", "-")


def found(run):
    test = json.loads(run.out)["tests"][0]
    return {kind: test["counts"]["values_" + kind] for kind in KINDS}, test


def sound(run, least=500):
    wrong, test = found(run)
    counts = test["counts"]
    assert run.rc == 0 and not any(wrong.values()) and counts["errors"] == 0, run
    assert counts["values_checked"] == counts["hits"] > least and counts["values_unchecked"] == 0, counts
    return test


@pytest.fixture(scope="module")
def shared_primaries():
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    c = Cluster(replicas=False)
    yield c
    c.stop()


@pytest.fixture
def primaries(shared_primaries):
    """Three of them, empty, each slot where it belongs."""
    shared_primaries.reset()
    return shared_primaries


WAYS = [("-c", 3), ("-c", 8, "-P", 8), ("-c", 8, "--rate", 8000), ("-c", 8, "--slots", "100-9000", "--value-size", "40-5000"),
        *(pytest.param(way, marks=pytest.mark.full) for way in (
            ("-c", 8, "-P", 16, "--pipeline-mode", "window", "--threads", 2), ("-c", 8, "-d", 20000), ("-c", 8, "--key-dist", "zipf", "-3")))]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: " ".join(map(str, way)))
def test_values_of_a_sound_cluster(bench, primaries, way):
    test = sound(bench("--cluster", "-p", primaries.primaries[0].port, *LOAD, *way))
    assert test["staleness"] is None and test["counts"]["values_of_replicas"] == 0
    kinds = {kind["command"]: kind["counts"]["values_checked"] for kind in test["commands"]}
    assert kinds == {"set": 0, "get": test["counts"]["values_checked"]}


def test_values_while_slots_move_and_connections_break(bench, primaries):
    """What is redirected, and what is sent again, stays known. One may be tried on each connection that was killed."""
    slots, to = range(40), primaries.primaries[2]
    running = bench.start("--cluster", "-p", primaries.primaries[0].port, "--mix", "set:1,get:1", "--verify", "--prefill", "-r", 1000, "-n", 12000,
                          "--rate", "12k", "-c", 12, "--retry", 9, "--json", "-")
    try:
        until(lambda: sum(n.calls().get("get", 0) for n in primaries.primaries) > 1000)
        primaries.move(slots, to)
        primaries.primaries[1].call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        test = sound(running.wait())
    finally:
        running.proc.poll()
        primaries.move(slots, primaries.primaries[0])
    counts = test["counts"]
    assert counts["moved"] + counts["asked"] > 0 and counts["broken_connections"] >= 4 and counts["ok"] == 12000, counts


def bulk(text):
    return b"$%d\r\n%s\r\n" % (len(text), text)


class Primary(servers.Server):
    """A cluster of one primary with all slots; each seventh GET is answered by what the key had before, if `old`."""

    def __init__(self, old=False):
        self.values, self.replica, self.old, self.gets, self.planted = {}, None, old, 0, 0
        super().__init__()

    def slots(self):
        nodes = [s for s in (self, self.replica) if s]
        named = b"".join(b"*3\r\n" + bulk(b"127.0.0.1") + b":%d\r\n" % s.port + bulk(b"%040d" % s.port) for s in nodes)
        return b"*1\r\n*%d\r\n:0\r\n:16383\r\n" % (2 + len(nodes)) + named

    def value(self, key):
        """What the key has now: [(when, value)], oldest first."""
        had = self.values[key]
        self.gets += 1
        if self.old and self.gets % 7 == 0 and len(had) > 1:
            self.planted += 1
            return had[-2][1]
        return had[-1][1]

    def reply(self, args):
        name = args[0].upper()
        if name == b"CLUSTER":
            return self.slots()
        if name == b"SET":
            self.values.setdefault(args[1], []).append((time.monotonic(), args[2]))
            return b"+OK\r\n"
        if name == b"GET":
            value = self.value(args[1]) if args[1] in self.values else None
            return bulk(value) if value is not None else b"$-1\r\n"
        return super().reply(args)


class Replica(Primary):
    """As its primary was `lag_s` ago."""

    def __init__(self, primary, lag_s):
        self.primary, self.lag_s = primary, lag_s
        primary.replica = self
        super().__init__()
        self.values = primary.values

    def slots(self):
        return self.primary.slots()

    def value(self, key):
        until_s = time.monotonic() - self.lag_s
        return next((value for when, value in reversed(self.values[key]) if when <= until_s), None)


@pytest.fixture
def stub():
    """stub(lag_s) or stub(old=True): a cluster of one primary, and of a replica with so much lag."""
    started = []

    def start(lag_s=None, **how):
        started.append(Primary(**how))
        if lag_s is not None:
            started.append(Replica(started[0], lag_s))
        return started[0]
    yield start
    for server in started:
        server.stop()


READS = ("--cluster", "--mix", "set:1,get:1", "--verify", "--prefill", "-r", 10, "-c", 4, "--no-probe", "--json", "-")


@pytest.mark.parametrize("who", ["replica", "any"])
def test_the_age_that_was_planted_comes_out(bench, stub, who):
    """A replica that is 100 ms behind. What it answers was replaced after that moment, so no read is older; and with a key
    written each 10 ms hardly one is much younger."""
    lag_ms = 100
    server = stub(lag_ms / 1000)
    run = bench("-p", server.port, *READS, "--read-from", who, "--rate", 2000, "-n", 2000)
    wrong, test = found(run)
    stale, counts = test["staleness"], test["counts"]
    assert run.rc == 0 and not any(wrong.values()) and counts["errors"] == 0, run
    reads = counts["values_checked"]
    assert stale["values"] == counts["values_of_replicas"] and (stale["values"] == reads if who == "replica" else 0.3 * reads < stale["values"] < 0.7 * reads)
    assert stale["stale"] == counts["values_stale_at_replicas"] > 0.5 * stale["values"] and stale["at_least"] == 0
    age = {name: ns / 1e6 for name, ns in stale["age_ns"].items()}
    assert 0.6 * lag_ms <= age["p50"] <= age["p99"] <= age["max"] <= lag_ms, age
    assert 3 <= stale["versions_behind_max"] <= 100
    get = next(kind for kind in test["commands"] if kind["command"] == "get")
    assert get["counts"]["values_stale_at_replicas"] == stale["stale"]


def test_a_replica_that_is_not_behind(bench, stub):
    server = stub(0)
    run = bench("-p", server.port, *READS, "--read-from", "replica", "--rate", 2000, "-n", 1000)
    wrong, test = found(run)
    assert run.rc == 0 and not any(wrong.values()) and test["counts"]["values_of_replicas"] > 300, run
    assert test["staleness"]["stale"] == 0 and test["staleness"]["age_ns"] is None and test["staleness"]["stale_share"] == 0


def test_how_it_is_told(bench, stub, tmp_path):
    server, db = stub(0.05), tmp_path / "h"
    run = bench("-p", server.port, *READS[:-2], "--read-from", "replica", "--rate", 2000, "-n", 400, "--save", db, "--assert", "staleness_max<=50ms",
                "--assert", "stale_reads>10", "--assert", "staleness_p99>1ms")
    assert run.rc == 0 and " values that replicas answered were stale (" in run.out and "stale by" in run.out, run
    assert "PASS staleness_max<=50ms (" in run.out
    assert '"staleness_p50"' in bench("history", db, "show", "1", "--json").out
    run = bench("-p", server.port, *READS[:-2], "--read-from", "replica", "--rate", 2000, "-n", 400, "--assert", "stale_reads==0")
    assert run.rc == 10 and "FAIL stale_reads==0" in run.out + run.err, run


def test_an_old_value_of_a_primary_is_wrong(bench, stub):
    server = stub(old=True)
    run = bench("-p", server.port, *READS, "-c", 1, "-n", 1500)
    wrong, test = found(run)
    assert run.rc == 5 and server.planted > 50, run
    assert wrong == {**dict.fromkeys(KINDS, 0), "stale": server.planted} and test["staleness"] is None, (wrong, server.planted)


class Link:
    """Takes connections to a server; what that says is held up by `lag_s`."""

    def __init__(self, to):
        self.to, self.lag_s = to, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept_all, daemon=True).start()

    def accept_all(self):
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            held = []
            threading.Thread(target=self.take, args=(far, held), daemon=True).start()
            threading.Thread(target=self.give, args=(near, held), daemon=True).start()
            threading.Thread(target=self.carry, args=(near, far), daemon=True).start()

    @staticmethod
    def carry(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        sink.close()

    @staticmethod
    def take(source, held):
        data = b"more"
        while data:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            held.append((time.monotonic(), data))

    def give(self, sink, held):
        try:
            while True:
                if not held or held[0][0] + self.lag_s > time.monotonic():
                    time.sleep(0.001)
                    continue
                _, data = held.pop(0)
                if not data:
                    break
                sink.sendall(data)
        except OSError:
            pass
        sink.close()

    def stop(self):
        self.listener.close()


@pytest.fixture
def lagging():
    """A primary and a replica of redis-server, and the link between them."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    c = Cluster(1)
    link = Link(c.primaries[0].port)
    try:
        c.primaries[0].call("CONFIG", "SET", "cluster-announce-port", link.port)
        replica = c.replicas[0].client
        until(lambda: (told := replica.info("replication"))["master_port"] == str(link.port) and told["master_link_status"] == "up")
        yield c, link
    finally:
        link.stop()
        c.stop()


@pytest.mark.full
def test_a_replica_whose_link_is_held_up(bench, lagging):
    """200 ms: a key is written each 20 ms, so that what a replica answers was replaced about 180 to 200 ms before."""
    c, link = lagging
    port = c.primaries[0].port
    words = ("-p", port, "--addr-map", f"127.0.0.1:{link.port}=127.0.0.1:{port}", *READS, "-r", 20, "--read-from", "replica", "--rate", 2000)
    link.lag_s = 0.2
    wrong, test = found(run := bench(*words, "-n", 3000))
    stale = test["staleness"]
    assert run.rc == 0 and not any(wrong.values()) and test["counts"]["errors"] == 0, run
    assert stale["stale"] > 0.5 * stale["values"] > 250 and stale["at_least"] == 0, stale
    age = {name: ns / 1e6 for name, ns in stale["age_ns"].items()}
    assert 140 <= age["p50"] <= 300 and age["p50"] <= age["max"] <= 600, age  # what the machine adds is in it too
    assert 5 <= stale["versions_behind_max"] <= 100
    link.lag_s = 0
    time.sleep(0.3)
    wrong, test = found(run := bench(*words, "-n", 1000))
    assert run.rc == 0 and not any(wrong.values()), run
    assert test["staleness"]["values"] > 300 and test["staleness"]["stale"] < 0.5 * test["staleness"]["values"], test["staleness"]
