# SPDX-License-Identifier: MIT
"""--cluster against a real cluster: three primaries, three replicas."""

import json
import math
import shutil
import signal
import time

import pytest

import servers

from cluster import SLOTS, Cluster, slot_of
from waiting import until


@pytest.fixture(scope="session")
def shared_cluster():
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    c = Cluster()
    yield c
    c.stop()


@pytest.fixture
def cluster(shared_cluster):
    """Empty, all counters at 0, each slot where it belongs. For tests that do it no harm."""
    shared_cluster.reset()
    return shared_cluster


def run(bench, cluster, *args, **how):
    """A run on the cluster; answers its first test of the JSON too."""
    r = bench("--cluster", "-p", cluster.primaries[0].port, "--json", "-", *args, **how)
    return r, json.loads(r.out)["tests"][0] if r.out else None


def within_sampling_error(counts, total, share):
    """Five standard deviations of a binomial share."""
    return abs(counts - total * share) <= 5 * math.sqrt(total * share * (1 - share))


WAYS = [["-c", "8"], ["-c", "8", "-P", "16"], ["-c", "8", "-P", "16", "--pipeline-mode", "window", "--threads", "2"],
        ["-c", "8", "--rate", "20k"]]


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_n_is_exact_and_shared_out_by_slots(bench, cluster, way):
    r, test = run(bench, cluster, "-t", "set", "-n", "12000", *way)
    assert r.rc == 0, r
    asked = [n.calls().get("set", 0) for n in cluster.primaries]
    assert sum(asked) == 12000
    assert test["counts"]["ok"] == 12000
    assert test["counts"]["moved"] == test["counts"]["asked"] == 0
    for n, first, end in zip(asked, cluster.bounds, cluster.bounds[1:]):
        assert within_sampling_error(n, 12000, (end - first) / SLOTS)


def test_two_clients_reach_all_three_primaries(bench, cluster):
    r, test = run(bench, cluster, "-t", "get", "-n", "6000", "-c", "2")
    assert r.rc == 0, r
    asked = [n.calls()["get"] for n in cluster.primaries]
    assert sum(asked) == 6000 and all(within_sampling_error(n, 6000, 1 / 3) for n in asked)


def test_every_test_of_the_catalogue_stays_in_one_slot(bench, cluster):
    r = bench("--cluster", "-p", cluster.primaries[0].port, "-n", "600", "-c", "3", "--json", "-", "-q")
    assert r.rc == 0, r
    for test in json.loads(r.out)["tests"]:
        assert test["counts"]["ok"] == 600 and test["counts"]["errors"] == 0, test["test"]
    for name in ("set", "lpush", "mset", "mget", "sadd", "xadd"):
        assert all(n.calls().get(name) for n in cluster.primaries), name


def test_commands_of_ones_own(bench, cluster):
    port = cluster.primaries[0].port
    for command in (["LMOVE", "a", "b", "LEFT", "RIGHT"], ["ZUNIONSTORE", "out", "2", "x", "y"], ["RPOPLPUSH", "a", "b"],
                    ["MSET", "k:__rand_int__", "1", "l:__rand_int__", "2"], ["EVAL", "return 1", "1", "k:__rand_int__"]):
        r, test = run(bench, cluster, "-n", "300", "-c", "3", *command)
        assert r.rc == 0 and test["counts"]["ok"] == 300, r
        assert sum(n.calls().get(command[0].lower(), 0) for n in cluster.primaries) == 300
        cluster.reset()
    r = bench("--cluster", "-p", port, "-n", "200", "SET", "{user1}:name", "__data__")
    assert r.rc == 0, r
    assert cluster.owner(slot_of("{user1}:name")).calls() == {"set": 200}


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_mixes_and_requests_that_differ_in_length(bench, cluster, way):
    """Each request goes to the owner of its key, whatever its kind and length, and each kind's counts are the servers'."""
    r, test = run(bench, cluster, "--mix", "set:2,get:3,lpush:1,mset:1", "-n", "7000", "--value-size", "1-6000", *way)
    assert r.rc == 0, r
    assert test["counts"]["ok"] == 7000 and test["counts"]["moved"] == 0
    kinds = {k["command"]: k["counts"]["ok"] for k in test["commands"]}
    for name in ("set", "get", "lpush", "mset"):
        asked = [n.calls().get(name, 0) for n in cluster.primaries]
        assert sum(asked) == kinds[name] and all(within_sampling_error(n, kinds[name], 1 / 3) for n in asked), (name, asked)
        assert within_sampling_error(kinds[name], 7000, {"set": 2, "get": 3}.get(name, 1) / 7), kinds
    assert sum(n["requests"] for n in test["nodes"]) == 7000


@pytest.mark.parametrize("words", [["--value-size", "10-2000"], ["--key-size", "20-60"], ["--slots", "100-5000", "--value-size", "10-99"],
                                   ["--slots", "100-5000", "--key-size", "30-60"]], ids=" ".join)
def test_prefilled_values_of_many_lengths_are_found(bench, cluster, words):
    r, test = run(bench, cluster, "-t", "get", "-n", "3000", "-r", "500", "--prefill", *words)
    assert r.rc == 0 and test["counts"]["hits"] == 3000 and test["counts"]["moved"] == 0, r
    assert sum(n.call("DBSIZE") for n in cluster.primaries) == 500
    if "--slots" in words:
        assert all(100 <= slot_of(k) <= 5000 for n in cluster.primaries for k in n.call("KEYS", "*"))


def test_commands_of_a_mix_are_checked(bench, cluster):
    words = ["--cluster", "-p", cluster.primaries[0].port, "-n", "10"]
    r = bench(*words, "--command", "SET __key__ __data__", "--command", "MGET {a}x {b}y")
    assert r.rc == 2 and "the keys '{a}x' and '{b}y' lie in different slots" in r.err, r


def test_a_mix_of_reads_from_replicas(bench, cluster):
    r, test = run(bench, cluster, "--mix", "get:1,mget:1", "-n", "3000", "--read-from", "replica")
    assert r.rc == 0 and test["counts"]["ok"] == 3000, r
    assert sum(n.calls().get("get", 0) + n.calls().get("mget", 0) for n in cluster.replicas) == 3000


@pytest.mark.parametrize("who, primaries", [("replica", 0), ("any", 0.5)])
def test_a_mix_that_writes_too_reads_from_replicas(bench, cluster, who, primaries):
    r, test = run(bench, cluster, "--mix", "set:1,get:3", "-n", "6000", "-c", "12", "--prefill", "-r", "500", "--read-from", who)
    assert r.rc == 0 and test["counts"]["ok"] == 6000 and test["counts"]["moved"] == 0, r
    sent = {kind["command"]: kind["counts"]["ok"] for kind in test["commands"]}
    gets = [sum(n.calls().get("get", 0) for n in nodes) for nodes in (cluster.primaries, cluster.replicas)]
    assert sum(gets) == sent["get"] and within_sampling_error(gets[0], sent["get"], primaries) if primaries else gets == [0, sent["get"]]
    due = {role: sum(n["due_share"] for n in test["nodes"] if n["role"] == role) for role in ("primary", "replica")}
    assert due == pytest.approx({"primary": 0.25 + 0.75 * primaries, "replica": 0.75 * (1 - primaries)}, abs=0.01)


def test_prefill_finds_each_key(bench, cluster):
    r, test = run(bench, cluster, "-t", "get", "-n", "3000", "-r", "1000", "--prefill")
    assert r.rc == 0, r
    assert test["counts"]["hits"] == 3000 and test["config"]["prefilled"] == 1000
    assert sum(n.call("DBSIZE") for n in cluster.primaries) == 1000


def test_any_seed_that_answers(bench, cluster):
    port = cluster.replicas[1].port
    r = bench("--cluster", "-h", f"127.0.0.1:1,127.0.0.1:{port}", "-t", "set", "-n", "300", "-q")
    assert r.rc == 0, r
    assert sum(n.calls()["set"] for n in cluster.primaries) == 300
    r = bench("--cluster", "-h", "127.0.0.1:1,127.0.0.1:2", "-t", "set", "-n", "300")
    assert r.rc == 3 and "cannot connect to 127.0.0.1:1: Connection refused" in r.err


def test_a_server_that_is_no_cluster(bench, redis):
    r = bench("--cluster", "-p", redis.port, "-t", "set", "-n", "300")
    assert r.rc == 3
    assert "is not a cluster node" in r.err and "leave out --cluster" in r.err


def test_nodes_tell_their_part(bench, cluster):
    r, test = run(bench, cluster, "-t", "set,get", "-n", "6000", "-r", "2000")
    assert r.rc == 0, r
    nodes = {n["address"]: n for n in test["nodes"]}
    assert set(nodes) == {n.name for n in cluster.primaries}
    for node in cluster.primaries:
        told = nodes[node.name]
        assert told["requests"] == node.calls()["set"] and told["role"] == "primary" and told["errors"] == 0
        assert told["slots"] / SLOTS == pytest.approx(told["due_share"])
        assert told["requests"] / 6000 == pytest.approx(told["share"])
        assert 0 < told["p50_ns"] <= told["p99_ns"]
    assert nodes[test["hottest_node"]]["requests"] == max(n["requests"] for n in test["nodes"])
    text = bench("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "-n", "600")
    assert "hottest node: 127.0.0.1:" in text.out and all(n.name in text.out for n in cluster.primaries)


@pytest.mark.parametrize("who, primaries, replicas", [("replica", 0, 1), ("any", 1, 1), ("primary", 1, 0)])
def test_read_from(bench, cluster, who, primaries, replicas):
    r, test = run(bench, cluster, "-t", "get", "-n", "6000", "-r", "500", "--prefill", "--read-from", who)
    assert r.rc == 0, r
    assert test["counts"]["ok"] == 6000 and test["counts"]["moved"] == 0
    asked = [n.calls().get("get", 0) for n in cluster.nodes]
    assert sum(asked) == 6000
    for n, part in zip(asked, [primaries] * 3 + [replicas] * 3):
        assert within_sampling_error(n, 6000, part / (3 * (primaries + replicas))) if part else n == 0
    assert sum(n.call("DBSIZE") for n in cluster.primaries) == 500  # writes went to primaries


def test_writes_go_to_primaries(bench, cluster):
    r, test = run(bench, cluster, "-t", "set", "-n", "600", "--read-from", "replica")
    assert r.rc == 0, r
    assert test["counts"]["ok"] == 600 and test["counts"]["moved"] == 0
    assert {n["role"] for n in test["nodes"] if n["requests"]} == {"primary"}


def test_the_topology_is_read_again_at_times(bench, cluster):
    def maps(every, duration):
        before = topologies(cluster)
        r, _ = run(bench, cluster, "-t", "get", "--rate", "500", "--duration", duration, "--topology-refresh", every)
        assert r.rc == 0, r
        return topologies(cluster)["shards"] - before["shards"]
    slots = topologies(cluster)["slots"]
    never = maps("0", "300ms")
    assert 1 <= never <= 2 and never + 2 <= maps("50ms", "1500ms") <= never + 31
    assert topologies(cluster)["slots"] == slots  # of a cluster that is whole SHARDS tells all


def topologies(cluster):
    """How often the topology was asked for, by either command; refusals are none."""
    return {name: sum(n.client.calls().get(f"cluster|{name}", 0) for n in cluster.nodes) for name in ("shards", "slots")}


def test_who_does_not_know_shards_is_asked_for_slots(bench, cluster):
    """As older servers, and users that may not ask for SHARDS."""
    for node in cluster.nodes:
        node.call("ACL", "SETUSER", "default", "-cluster|shards")
    try:
        before = topologies(cluster)
        r, test = run(bench, cluster, "-t", "get", "-n", "600", "-c", "6", "--read-from", "replica")
        after = topologies(cluster)
    finally:
        for node in cluster.nodes:
            node.call("ACL", "SETUSER", "default", "+@all")
    assert r.rc == 0 and test["counts"]["ok"] == 600 and test["counts"]["moved"] == 0, r
    assert after["slots"] > before["slots"] and after["shards"] == before["shards"]
    assert sum(n.calls().get("get", 0) for n in cluster.replicas) == 600


@pytest.mark.parametrize("words", [[], ["-3"]], ids=str)
def test_a_replica_that_is_not_online_is_not_read_from(bench, cluster, words):
    """Its primary is, in its place."""
    gone = cluster.replicas[1]
    gone.proc.send_signal(signal.SIGSTOP)
    try:
        until(lambda: health(cluster.primaries[0], gone) == b"fail")
        r, test = run(bench, cluster, "-t", "get", "-n", "900", "-c", "6", "--read-from", "replica", *words)
    finally:
        gone.proc.send_signal(signal.SIGCONT)
        until(lambda: all(health(n, gone) == b"online" for n in cluster.nodes))
    assert r.rc == 0 and test["counts"]["ok"] == 900, r
    asked = {n["address"]: n["requests"] for n in test["nodes"]}
    assert gone.name not in asked and asked[cluster.primaries[1].name] > 100 and asked[cluster.replicas[0].name] > 100, asked


def health(by, of):
    """What one node says of another."""
    for shard in by.call("CLUSTER", "SHARDS"):
        for node in dict(zip(shard[::2], shard[1::2]))[b"nodes"]:
            told = dict(zip(node[::2], node[1::2]))
            if told[b"id"].decode() == of.id:
                return told[b"health"]
    return None


def test_slots_confine_a_run(bench, cluster):
    first, last = cluster.bounds[1] - 10, cluster.bounds[1] + 29
    r, test = run(bench, cluster, "-t", "get,mset,lpush", "-n", "3000", "-r", "400", "--prefill", "--slots", f"{first}-{last}")
    assert r.rc == 0 and test["counts"]["hits"] == 3000, r
    keys = [k for n in cluster.primaries for k in n.call("KEYS", "*")]
    assert keys and all(first <= slot_of(k) <= last for k in keys)
    assert within_sampling_error(cluster.primaries[0].calls()["get"], 3000, 1 / 4)
    assert set(cluster.primaries[2].calls()) == {"keys"}


def test_keys_that_lie_apart_are_refused(bench, cluster):
    port = cluster.primaries[0].port
    for args, sentence in ((["MGET", "{a}x", "{b}y"], "the keys '{a}x' and '{b}y' lie in different slots"),
                           (["MGET", "{__rand_int__}x", "{__rand_int__}y"], "lie in different slots"),
                           (["--slots", "0-10", "GET", "{foo}"], "the key '{foo}' does not lie in slots 0-10")):
        r = bench("--cluster", "-p", port, "-n", "10", *args)
        assert r.rc == 2 and sentence in r.err, r
    r = bench("--cluster", "-p", port, "-n", "200", "-q", "MGET", "{__rand_1st__}x", "{__rand_1st__}y")
    assert r.rc == 0, r


@pytest.fixture(scope="module")
def shared_single():
    c = Cluster(1, replicas=False)
    yield c
    c.stop()


@pytest.fixture
def single(shared_single):
    """A cluster of one node."""
    shared_single.reset()
    return shared_single


def test_addr_map(bench, single):
    node = single.primaries[0]
    node.call("CONFIG", "SET", "cluster-announce-ip", "192.0.2.1")
    try:
        until(lambda: node.call("CLUSTER", "SLOTS")[0][2][0] == b"192.0.2.1")
        r = bench("--cluster", "-p", node.port, "--addr-map", "192.0.2.1=127.0.0.1", "-t", "set", "-n", "300", "-q")
        assert r.rc == 0, r
        assert node.calls()["set"] == 300
    finally:
        node.call("CONFIG", "SET", "cluster-announce-ip", "")


def test_a_cluster_of_one_node_and_one_that_is_down(bench, single):
    r, test = run(bench, single, "-t", "set", "-n", "600", "-P", "4")
    assert r.rc == 0, r
    assert single.primaries[0].calls() == {"set": 600} and len(test["nodes"]) == 1 and test["hottest_node"] is None
    single.primaries[0].call("CLUSTER", "DELSLOTSRANGE", 100, 200)
    until(lambda: single.info(single.primaries[0])["cluster_state"] == "fail")
    r, test = run(bench, single, "-t", "set", "-n", "600")
    assert r.rc == 1 and "CLUSTERDOWN" in r.err, r
    assert test["counts"]["clusterdown"] == test["counts"]["errors"] == 600


def test_a_cluster_that_restarts_is_asked_again(bench):
    """No connection stands meanwhile: the run waits for one all the same."""
    one = Cluster(1, replicas=False)
    try:
        node = one.primaries[0]
        running = bench.start("--cluster", "-p", node.port, "-t", "set", "--duration", "1m", "--rate", "1k", "-c", "4", "--json", "-")
        until(lambda: node.calls().get("set", 0) > 100)
        node.kill()
        time.sleep(0.3)
        node.start()
        until(lambda: node.calls().get("set", 0) > 500)
        running.proc.send_signal(signal.SIGINT)
        r = running.wait()
    finally:
        one.stop()
    test = json.loads(r.out)["tests"][0]
    assert r.rc == 130 and test["counts"]["lost_connections"] == 0 and test["counts"]["reconnects"] == 4, r
    assert [o["broke"] and o["ended"] for o in test["outages"] if o["seconds"] > 0.3] == [True], test["outages"]


@pytest.mark.parametrize("way", [["-t", "set"], ["-t", "set", "-P", "16"], ["-t", "set", "--rate", "20k"],
                                 ["--mix", "set:1,get:1", "--value-size", "10-3000", "-P", "4"]], ids=" ".join)
def test_what_broke_is_sent_again(bench, cluster, way):
    """The connections to one node break: what they had not answered is answered all the same, once. One may be tried on
    each of them before that is known."""
    victim = cluster.primaries[1]
    running = bench.start("--cluster", "-p", cluster.primaries[0].port, *way, "-n", "30000", "-c", "12", "--retry", "9", "--json", "-")
    until(lambda: victim.calls().get("set", 0) > 500)
    victim.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    r = running.wait()
    tests = json.loads(r.out)["tests"]
    counts = tests[0]["counts"]
    assert r.rc == 0 and counts["broken_connections"] >= 4, r
    assert counts["ok"] == counts["sent"] == counts["due"] == 30000 and counts["lost_requests"] == counts["unfinished"] == 0
    assert counts["attempts"] == 30000 + counts["retries"]
    if way == ["-t", "set"]:
        assert 30000 <= sum(n.calls().get("set", 0) for n in cluster.primaries) <= counts["attempts"]


@pytest.mark.parametrize("way", [["-c", "4"], ["-c", "4", "--rate", "5k"], ["-c", "4", "-P", "8", "--pipeline-mode", "window"],
                                 ["-c", "4", "-P", "8", "--value-size", "10-3000"]], ids=" ".join)
def test_a_slot_on_its_way_is_asked_for(bench, cluster, way):
    """Each SET of a key that is not there any more is answered by ASK, and asked of the other node."""
    slot, source, to = 7, cluster.primaries[0], cluster.primaries[1]
    to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", source.id)
    source.call("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id)
    try:
        r, test = run(bench, cluster, "-t", "set", "-n", "400", "-r", "100000", "--slots", f"{slot}-{slot}", *way)
    finally:
        source.call("CLUSTER", "SETSLOT", slot, "STABLE")
        to.call("CLUSTER", "SETSLOT", slot, "STABLE")
        to.call("FLUSHALL")
    assert r.rc == 0, r
    assert (test["counts"]["ok"], test["counts"]["asked"], test["counts"]["moved"]) == (400, 400, 0)
    nodes = {n["address"]: n for n in test["nodes"]}
    assert nodes[source.name]["asked"] == 400 and nodes[to.name]["requests"] == 400


def test_slots_move_in_mid_run(bench, cluster):
    """Nothing is lost, nothing asked twice: the nodes together have executed as many SETs as were asked for."""
    slots, to = range(100), cluster.primaries[2]
    running = bench.start("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "-n", "40000", "--rate", "15k", "-c", "12",
                          "-r", "5000", "--json", "-")
    try:
        until(lambda: sum(n.calls().get("set", 0) for n in cluster.primaries) > 3000)
        cluster.move(slots, to)
        r = running.wait()
    finally:
        running.proc.poll()
        cluster.move(slots, cluster.primaries[0])
    assert r.rc == 0, r
    test = json.loads(r.out)["tests"][0]
    counts = test["counts"]
    assert counts["ok"] == counts["sent"] == 40000 and counts["unfinished"] == counts["errors"] == 0
    assert counts["moved"] + counts["asked"] > 0 and test["topologies_read"] > 0
    assert sum(n.calls().get("set", 0) for n in cluster.primaries) == 40000
    assert sum(n["requests"] for n in test["nodes"]) == 40000


class Shards(servers.Server):
    """Answers CLUSTER SHARDS with what it is given, whatever that is, and owns all slots by CLUSTER SLOTS."""

    def __init__(self, shards):
        self.shards = shards
        super().__init__()

    def reply(self, args):
        if args[0].upper() != b"CLUSTER":
            return super().reply(args)
        if args[1].upper() == b"SHARDS":
            return self.shards % {b"port": self.port}
        return b"*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:%d\r\n" % self.port


def shards_of(endpoint=b"$0\r\n\r\n", port=b"port", slots=b"*2\r\n:0\r\n:16383\r\n"):
    """One shard of one node, in RESP3; the endpoint is unknown where none is given."""
    node = b"%%4\r\n+role\r\n+master\r\n+health\r\n+online\r\n+endpoint\r\n" + endpoint + b"+" + port + b"\r\n:%(port)d\r\n"
    return b"*1\r\n%%2\r\n+nodes\r\n*1\r\n" + node + b"+slots\r\n" + slots


@pytest.mark.parametrize("shards, asked", [
    (shards_of(), {b"SHARDS"}), (shards_of(b"_\r\n"), {b"SHARDS"}), (shards_of(b"+127.0.0.1\r\n"), {b"SHARDS"}),
    (shards_of(slots=b"*2\r\n:0\r\n:16000\r\n"), {b"SHARDS", b"SLOTS"}),
    (shards_of(slots=b"*0\r\n"), {b"SHARDS", b"SLOTS"}),
    (shards_of(port=b"tls-port"), {b"SHARDS", b"SLOTS"}),
    (b"*1\r\n:7\r\n", {b"SHARDS", b"SLOTS"}),
    (b"-ERR unknown subcommand 'SHARDS'. Try CLUSTER HELP.\r\n", {b"SHARDS", b"SLOTS"})], ids=range(8))
def test_what_shards_leaves_open_is_told_by_slots(bench, serve, shards, asked):
    server = serve(Shards, shards)
    r = bench("--cluster", "-p", server.port, "-t", "set", "-n", "50", "-c", "2")
    assert r.rc == 0, r
    assert {args[1].upper() for args in server.commands if args[0].upper() == b"CLUSTER"} == asked


class Redirects(servers.Server):
    """Says that it owns all slots, and sends every SET to `port`, or on to itself."""

    def __init__(self, port=None):
        self.where = port
        super().__init__()

    def reply(self, args):
        if args[0].upper() == b"CLUSTER":
            return b"*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:%d\r\n" % self.port
        if args[0].upper() == b"SET":
            return b"-MOVED %d 127.0.0.1:%d\r\n" % (slot_of(args[1]), self.where or self.port)
        return super().reply(args)


def test_endless_redirections_end(bench, serve):
    server = serve(Redirects)
    r = bench("--cluster", "-p", server.port, "-t", "set", "-n", "20", "-c", "2", "--json", "-", timeout=30)
    assert r.rc == 1, r
    assert "gave up on a request after 16 redirections" in r.err
    counts = json.loads(r.out)["tests"][0]["counts"]
    assert (counts["ok"], counts["errors"], counts["unfinished"]) == (0, 20, 0)


def test_a_node_that_is_not_there(bench, serve):
    server = serve(Redirects, 1)
    r = bench("--cluster", "-p", server.port, "-t", "set", "-n", "20", "-c", "2", "--grace", "1s", "--json", "-", timeout=30)
    assert r.rc == 1, r
    assert "127.0.0.1:1 could not be reached again: Connection refused" in r.err or "after 16 redirections" in r.err
    assert json.loads(r.out)["tests"][0]["counts"]["ok"] == 0


def test_a_node_that_stands_still_is_named(bench, cluster):
    """The others answer meanwhile: an outage of that node, and of none else."""
    victim = cluster.primaries[1]
    for n in cluster.nodes:
        n.call("CONFIG", "SET", "cluster-node-timeout", 15000)  # no failover
    try:
        running = bench.start("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "--duration", "2500ms", "--rate", "2k",
                              "--arrival", "constant", "-c", "12", "--json", "-")
        until(lambda: victim.calls().get("set", 0) > 200)
        victim.proc.send_signal(signal.SIGSTOP)
        time.sleep(0.6)
        victim.proc.send_signal(signal.SIGCONT)
        r = running.wait()
    finally:
        victim.proc.send_signal(signal.SIGCONT)
        for n in cluster.nodes:
            n.call("CONFIG", "SET", "cluster-node-timeout", 1000)
    test = json.loads(r.out)["tests"][0]
    assert r.rc == 0 and test["counts"]["broken_connections"] == 0, r
    outage, = [o for o in test["outages"] if o["seconds"] > 0.5]
    assert outage["node"] == victim.name and outage["ended"] and not outage["broke"], outage
    assert within_sampling_error(outage["missed"], 2000 * outage["seconds"], 1 / 3), outage
    assert sum(row["node_outage_s"] for row in test["series"]) > 0.5 and sum(row["outage_s"] for row in test["series"]) < 0.5


def test_a_primary_dies(bench, cluster):
    """Its slots go on with its replica, and so do its connections: nothing is lost but what was under way on them. The last
    test: nobody has this cluster afterwards."""
    victim, heir = cluster.primaries[1], cluster.replicas[1]
    running = bench.start("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "--duration", "1m", "--rate", "2k",
                          "-c", "12", "--json", "-")
    until(lambda: victim.calls().get("set", 0) > 100)
    victim.kill()
    until(lambda: heir.calls().get("set", 0) > 500)
    until(lambda: int(heir.client.info("clients")["connected_clients"]) >= 5)  # the run's 4, and this test's
    running.proc.send_signal(signal.SIGINT)
    r = running.wait()
    test = json.loads(r.out)["tests"][0]
    counts = test["counts"]
    assert r.rc == 130 and "connections lost" not in r.err and counts["lost_connections"] == 0, r
    assert counts["broken_connections"] == counts["reconnects"] == 4, counts
    nodes = {n["address"]: n for n in test["nodes"]}
    assert nodes[heir.name]["slots"] == cluster.bounds[2] - cluster.bounds[1] and nodes[heir.name]["requests"] > 100
    assert nodes[victim.name]["slots"] == 0
    assert counts["lost_requests"] <= 4  # those that were under way on its connections
    outage, = [o for o in test["outages"] if o["broke"]]
    assert outage["node"] == victim.name and outage["ended"] and outage["seconds"] > 1, outage  # its time-out
    assert within_sampling_error(outage["missed"], 2000 * outage["seconds"], 1 / 3), outage
    assert f"outage: no reply from {victim.name} for " in r.err or any(d["name"] == "outage" for d in test["doubts"]), r
    assert sum(n["requests"] for n in test["nodes"]) == test["counts"]["answered"]
