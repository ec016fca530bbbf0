# SPDX-License-Identifier: MIT
"""A cluster whose nodes die, stand still or hand their slots over in mid-run: --retry and --timeout, count for count."""

import json
import signal
import time

import pytest

from cluster import Cluster, slot_of
from waiting import until

NODE_TIMEOUT_MS = 500
FULL = pytest.mark.full
PLENTY = 100  # retries: more than any outage here takes


@pytest.fixture(scope="module")
def shared():
    c = Cluster(options=("--cluster-node-timeout", str(NODE_TIMEOUT_MS), "--cluster-require-full-coverage", "no"))
    yield c
    for n in c.nodes:
        n.proc.send_signal(signal.SIGCONT)
    c.stop()


@pytest.fixture
def cluster(shared):
    """Three primaries with a replica each, empty, all counters at 0; whoever was killed in a test is there again."""
    shared.reset()
    for node in shared.primaries:
        until(lambda: node.call("WAIT", 1, 500))  # its replica has all of it, and has what comes
    for node in shared.nodes:
        node.call("CONFIG", "RESETSTAT")
    yield shared
    for at, node in enumerate(shared.primaries):
        if node.proc.poll() is not None:
            shared.revive(at)


def counts_of(run):
    """The test of the JSON and its counts, in which each request that was due has exactly one end."""
    test = json.loads(run.out)["tests"][0]
    c = test["counts"]
    assert c["due"] == c["ok"] + c["errors"] + c["lost_requests"] + c["timeouts"] + c["unfinished"], run
    assert c["attempts"] == c["sent"] + c["retries"] and (run.rc or c["due"] == c["sent"]), run
    assert sum(n["requests"] for n in test["nodes"]) == c["answered"] == c["ok"] + c["errors"], run
    assert test["checks"]["consistent"], test["checks"]
    return test, c


def requests_of(test):
    return {n["address"]: n["requests"] for n in test["nodes"]}


def sets(node):
    return node.calls().get("set", 0)


def due_to(first, end, slots, keys):
    """How many of the requests first..end-1 of `--key-dist seq` go to these slots."""
    return sum(slot_of(f"key:{i % keys:012d}") in slots for i in range(first, end))


LOADS = [["-c", "12"], ["-c", "12", "--rate", "3k", "--arrival", "constant"],
         pytest.param(["-c", "12", "-P", "8"], marks=FULL),
         pytest.param(["-c", "6", "-P", "4", "--rate", "3k", "--pipeline-mode", "batch"], marks=FULL),
         pytest.param(["-c", "12", "--threads", "3", "--rate", "3k"], marks=FULL)]


@pytest.mark.parametrize("load", LOADS, ids=" ".join)
def test_a_primary_is_killed_and_everything_is_answered(bench, cluster, load):
    """Its replica takes over. What was under way is sent again to that, nothing else is, and each node has carried out what the
    report says of it."""
    n, victim, heir = 9000 if "--rate" in load else 60000, cluster.primaries[1], cluster.replicas[1]
    run = bench.start("--cluster", "-p", cluster.primaries[0].port, "-n", n, "-r", n, "--key-dist", "seq", "--retry", PLENTY, *load,
                      "--json", "-", "SET", "key:__rand_int__", "x")
    until(lambda: sets(victim) > 500)
    victim.kill()
    run.wait()
    test, c = counts_of(run)
    assert run.rc == 0 and c["ok"] == c["due"] == n, run
    assert c["lost_connections"] == 0 and c["broken_connections"] == c["reconnects"] > 0 and c["retries"] <= 12 * 8, c

    answered = requests_of(test)
    for node in (cluster.primaries[0], cluster.primaries[2]):
        assert sets(node) == answered[node.name] > 500
    under_way = 12 * 8
    replicated = sets(heir) - answered[heir.name]  # before it was a primary
    assert answered[heir.name] > 100 and abs(replicated - answered[victim.name]) <= under_way, (replicated, answered)
    kept = sum(node.call("DBSIZE") for node in (cluster.primaries[0], heir, cluster.primaries[2]))
    assert n - under_way <= kept <= n  # each key is written once; the last ones may have died with the victim

    outage = max((o for o in test["outages"] if o["broke"]), key=lambda o: o["seconds"])
    assert outage["ended"] and outage["seconds"] > NODE_TIMEOUT_MS / 1000, outage
    assert outage["node"] == victim.name or ("--rate" not in load and outage["node"] is None), outage
    if "constant" in load:
        slots = range(cluster.bounds[1], cluster.bounds[2])
        first, end = (round(3000 * s) for s in (outage["start_s"], outage["start_s"] + outage["seconds"]))
        due = due_to(first, end, slots, n)
        assert abs(outage["missed"] - due) <= 0.01 * due + 0.05 * 3000 / 3, (outage, due)  # 50 ms: a busy machine sends late


def test_what_the_others_refuse_meanwhile_is_an_error_once(bench, cluster):
    """As clusters are by default: while some slots are nobody's, no node serves any. Nothing but that is an error."""
    victim, others = cluster.primaries[1], (cluster.primaries[0], cluster.primaries[2])
    for node in cluster.nodes:
        node.call("CONFIG", "SET", "cluster-require-full-coverage", "yes")
    try:
        run = bench.start("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "-n", 9000, "--rate", "3k", "-c", 12, "--retry",
                          PLENTY, "--json", "-")
        until(lambda: sets(victim) > 300)
        victim.kill()
        run.wait()
    finally:
        for node in (*others, *cluster.replicas):
            node.call("CONFIG", "SET", "cluster-require-full-coverage", "no")
    test, c = counts_of(run)
    assert run.rc == 1 and c["ok"] + c["errors"] == c["due"] == 9000 and c["errors"] == c["clusterdown"] > 0, run
    told = {n["address"]: n for n in test["nodes"]}
    assert all(sets(node) == told[node.name]["requests"] - told[node.name]["errors"] for node in others), told


@pytest.mark.parametrize("load", [pytest.param(["-c", "12"], marks=FULL), ["-c", "12", "--rate", "3k"]], ids=" ".join)
def test_without_retry_what_was_under_way_is_lost_once(bench, cluster, load):
    n, victim = 9000 if "--rate" in load else 60000, cluster.primaries[2]
    run = bench.start("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "-n", n, "-r", n, *load, "--on-disconnect",
                      "reconnect", "--json", "-")
    until(lambda: sets(victim) > 500)
    victim.kill()
    run.wait()
    test, c = counts_of(run)
    assert run.rc == 0 and c["ok"] + c["lost_requests"] == n and c["retries"] == c["timeouts"] == 0, run
    assert c["lost_requests"] == sum(node["unanswered"] for node in test["nodes"]) <= 12, c
    for node in cluster.primaries[:2]:
        assert sets(node) == requests_of(test)[node.name]


STILL = [["-t", "set"], ["-t", "set", "--rate", "3k"], pytest.param(["-t", "set", "-P", "8"], marks=FULL),
         pytest.param(["--mix", "set:1,get:1", "--value-size", "10-2000", "-P", "4"], marks=FULL)]


def run_while_one_stands_still(bench, cluster, *load):
    """A run in which the second primary answers nothing for 0.6 s, and nobody takes its place."""
    victim = cluster.primaries[1]
    for node in cluster.nodes:
        node.call("CONFIG", "SET", "cluster-node-timeout", 15000)
    try:
        run = bench.start("--cluster", "-p", cluster.primaries[0].port, *load, "-c", 12, "--timeout", "100ms", "--json", "-")
        until(lambda: sets(victim) > 300)
        victim.proc.send_signal(signal.SIGSTOP)
        time.sleep(0.6)
        victim.proc.send_signal(signal.SIGCONT)
        run.wait()
    finally:
        victim.proc.send_signal(signal.SIGCONT)
        for node in cluster.nodes:
            node.call("CONFIG", "SET", "cluster-node-timeout", NODE_TIMEOUT_MS)
    return run


@pytest.mark.parametrize("load", STILL, ids=" ".join)
def test_a_node_stands_still_and_time_outs_are_sent_again(bench, cluster, load):
    """It stays who it is. Whoever waits for it times out, again and again, and has its answer in the end."""
    n = 6000 if "--rate" in load else 60000
    run = run_while_one_stands_still(bench, cluster, *load, "-n", n, "--retry", PLENTY)
    test, c = counts_of(run)
    assert run.rc == 0 and c["ok"] == c["due"] == n and c["timeouts"] == c["lost_requests"] == 0 < c["retries"], run
    if "set" in load:  # what timed out may have been carried out when the node went on
        assert n <= sum(sets(node) for node in cluster.primaries) <= c["attempts"]
    for node in (cluster.primaries[0], cluster.primaries[2]):
        carried_out = sum(node.calls().get(name, 0) for name in ("set", "get"))  # a busy machine may let these time out too
        assert 0 <= carried_out - requests_of(test)[node.name] <= c["retries"], (node.name, carried_out)


def test_without_retry_a_time_out_is_counted_once(bench, cluster):
    run = run_while_one_stands_still(bench, cluster, "-t", "set", "-n", 6000, "--rate", "3k")
    test, c = counts_of(run)
    assert run.rc == 0 and c["ok"] + c["timeouts"] == c["due"] == 6000 and c["timeouts"] >= 4 and c["lost_requests"] == 0, run
    assert sum(node["unanswered"] for node in test["nodes"]) == c["timeouts"]


@pytest.mark.parametrize("load", [["-3", "--rate", "2k"], ["-3"], pytest.param(["--rate", "2k"], marks=FULL), pytest.param([], marks=FULL)],
                         ids=" ".join)
def test_a_primary_stands_still_until_it_is_replaced(bench, cluster, load):
    """Its connections never break: time-outs alone say that it is gone, and the map that another has its slots."""
    victim, heir = cluster.primaries[1], cluster.replicas[1]
    run = bench.start("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "--duration", "1m", "-c", 12, *load, "--timeout",
                      "200ms", "--retry", PLENTY, "--json", "-")
    try:
        until(lambda: sets(victim) > 300)
        victim.proc.send_signal(signal.SIGSTOP)
        until(lambda: heir.client.info("replication")["role"] == "master")
        promoted = sets(heir)
        until(lambda: int(heir.client.info("clients")["connected_clients"]) >= 5)  # the run's 4, and this test's
        until(lambda: sets(heir) > promoted + 500)
        run.proc.send_signal(signal.SIGINT)
        run.wait()
    finally:
        victim.kill()  # it would come back as a primary that does not know yet
    test, c = counts_of(run)
    assert run.rc == 130 and c["lost_connections"] == c["timeouts"] == c["lost_requests"] == 0 < c["retries"], run
    assert requests_of(test)[heir.name] > 400 and sum(n["unanswered"] for n in test["nodes"]) <= 12, c
    outage = max(test["outages"], key=lambda o: o["seconds"])
    assert outage["ended"] and outage["seconds"] > NODE_TIMEOUT_MS / 1000, outage


@pytest.mark.parametrize("load", [["-c", "12"], pytest.param(["-c", "12", "--rate", "10k"], marks=FULL), pytest.param(["-c", "6", "-P", "8"], marks=FULL),
                                  ["-c", "6", "-P", "8", "--pipeline-mode", "window", "--rate", "10k"]], ids=" ".join)
def test_a_storm_of_redirections(bench, cluster, load):
    """All that is asked for is on its way from one node to another, and back, again and again: each request is carried out once."""
    slots, here, there = range(12), cluster.primaries[0], cluster.primaries[2]
    run = bench.start("--cluster", "-p", cluster.primaries[1].port, "-t", "set", "-r", 2000, "--slots", "0-11", "--duration", "2500ms",
                      "--retry", 5, *load, "--json", "-")
    moves, where = 0, here
    try:
        until(lambda: sets(here) > 300)
        while run.proc.poll() is None:
            where = there if where is here else here
            cluster.move(slots, where)
            moves += 1
    finally:
        cluster.move(slots, here)
    run.wait()
    test, c = counts_of(run)
    assert run.rc == 0 and c["ok"] == c["due"] and c["retries"] == c["errors"] == c["lost_requests"] == 0, run
    assert c["moved"] + c["asked"] >= moves > 2, (c, moves)
    assert sum(sets(node) for node in cluster.primaries) == c["ok"]
    answered = requests_of(test)
    assert all(sets(node) == answered[node.name] > 100 for node in (here, there))
