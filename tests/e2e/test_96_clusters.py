# SPDX-License-Identifier: MIT
"""compare, saturate and sweep on a cluster; a cluster over TLS and behind a login."""

import json

import pytest

import formats
from certs import Authority
from cluster import Cluster
from conftest import free_port

SHORT = ("--slot", "100ms", "--warmup", "20ms", "--idle", "0", "--blocks", 2, "-c", 4)


@pytest.fixture(scope="module")
def shared():
    c = Cluster(3, replicas=False)
    yield c
    c.stop()


@pytest.fixture
def cluster(shared):
    """Three primaries, empty, all counters at 0."""
    shared.reset()
    return shared


def asked(cluster, name):
    return [n.calls().get(name, 0) for n in cluster.primaries]


def compare(bench, *words):
    """What came of a comparison too short to judge."""
    r = bench("compare", *words, *SHORT, "--json", "-", timeout=120)
    assert r.rc in (0, 10), r
    return json.loads(r.out)


def answered(doc, name):
    return sum(slot["answered"] for block in doc["tests"][0]["blocks"] for slot in block if slot["target"] == name)


def test_saturate(bench, cluster):
    """A promise that nothing passes: the search is short, and ends with 1 on any machine."""
    r = bench("saturate", "--cluster", "-p", cluster.primaries[1].port, "--slo", "p50=1us", "--trial", "100ms", "--idle", "0",
              "-t", "set", "-c", 6, "--json", "-", timeout=120)
    test = json.loads(r.out)["tests"][0]
    assert r.rc == 1 and test["closed_loop_rps"] > 0, r
    assert test["trials"] and not any(t["outcome"] == "pass" for t in test["trials"]), test["trials"]
    assert min(asked(cluster, "set")) > 100


def test_sweep(bench, cluster):
    r = bench("sweep", "clients", "--points", "2,4", "--trial", "150ms", "--passes", 1, "--cluster", "-p",
              cluster.primaries[0].port, "-t", "get", "--json", "-", timeout=120)
    assert r.rc in (0, 1) and min(asked(cluster, "get")) > 100, r
    assert len(json.loads(r.out)["tests"][0]["points"]) == 2


@pytest.mark.parametrize("words", [[], ["-P", 5], ["--rate", 5000], ["-k", 0]], ids=str)
def test_connections_are_renewed(bench, cluster, words):
    every = [] if "-k" in words else ["--reconnect-every", 10]
    r = bench("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "-n", 3000, "-c", 6, *every, *words, "--json", "-")
    assert r.rc == 0, r
    test = json.loads(r.out)["tests"][0]
    assert test["counts"]["ok"] == sum(asked(cluster, "set")) == 3000 and min(asked(cluster, "set")) > 800
    each = 1 if "-k" in words else 10
    assert abs(test["counts"]["connects"] - 3000 / each) <= 12, test["counts"]


def accepted(cluster):
    return [int(n.client.info("stats")["total_connections_received"]) for n in cluster.primaries]


@pytest.mark.parametrize("words", [[], ["--rate", 3000], ["--threads", 2], ["-3", "--rate", 3000], ["--warmup", "100ms"]], ids=str)
def test_connections_alone_go_to_all_nodes(bench, cluster, words):
    """To each as often as it owns slots: a third."""
    before = accepted(cluster)
    r = bench("--cluster", "-p", cluster.primaries[0].port, "--connect-only", "-n", 900, "-c", 9, *words, "--no-probe", "--json", "-")
    assert r.rc == 0, r
    test = json.loads(r.out)["tests"][0]
    opened = [now - then for now, then in zip(accepted(cluster), before)]
    assert test["counts"]["ok"] == test["connections"]["connect_ns"]["count"] == 900 and test["counts"]["lost_requests"] == 0
    assert sum(opened) >= 900 and min(opened) > 0.2 * sum(opened), opened  # those that are quicker have their turn more often


def test_connections_alone_to_a_node_that_is_gone(bench):
    one = Cluster(3, replicas=False, options=("--cluster-node-timeout", "15000"))
    try:
        gone = one.primaries[2]
        gone.kill()
        r = bench("--cluster", "-p", one.primaries[0].port, "--connect-only", "-n", 90, "-c", 3)
        assert r.rc == 3 and r.err == f"hkv-bench: cannot connect to {gone.name}: Connection refused\n", r
    finally:
        one.stop()


def test_connections_alone_are_compared(bench, cluster):
    before = accepted(cluster)
    a, b = (n.port for n in cluster.primaries[:2])
    doc = compare(bench, f"a={a}", f"b={b}", "--cluster", "--connect-only", "--fresh", "flush")
    assert answered(doc, "a") > 0 and answered(doc, "b") > 0
    opened = [now - then for now, then in zip(accepted(cluster), before)]
    assert min(opened) > 20, opened


def test_two_seeds_of_one_cluster_are_compared_and_kept(bench, cluster, tmp_path):
    a, b = (n.port for n in cluster.primaries[:2])
    doc = compare(bench, f"a={a}", f"b={b}", "--cluster", "-t", "set", "--save", tmp_path / "h.db")
    assert [t["cluster_primaries"] for t in doc["targets"]] == [3, 3]
    assert [t["target"] for t in doc["targets"]] == [f"127.0.0.1:{a}", f"127.0.0.1:{b}"]
    assert sum(asked(cluster, "set")) > answered(doc, "a") + answered(doc, "b") > 0 and min(asked(cluster, "set")) > 100
    assert doc["tests"][0]["workload"] == "--cluster"
    assert json.loads(bench("history", tmp_path / "h.db", "export", "last").out) == doc


@pytest.mark.parametrize("words", [["--restart", "true", *SHORT], ["--duet", *SHORT]],
                         ids=lambda words: words[0])
def test_other_ways_to_compare(bench, cluster, words):
    """Two seeds of one cluster: each way asks all nodes, of both sides, and loses nothing."""
    a, b = (n.port for n in cluster.primaries[:2])
    r = bench("compare", f"a={a}", f"b={b}", "--cluster", "-t", "set", *words, "--json", "-", timeout=180)
    if "--duet" in words and r.rc == 2:
        pytest.skip("one CPU is too few for a duet: " + r.err)
    doc = json.loads(r.out)
    assert r.rc in (0, 1, 10), r  # 1: a machine too busy for the search
    assert [t["cluster_primaries"] for t in doc["targets"]] == [3, 3] and min(asked(cluster, "set")) > 100
    slots = [s for block in doc["tests"][0]["blocks"] for s in block]
    assert slots and all(not s["errors"] and not s["outages"] for s in slots), slots


@pytest.mark.parametrize("words", [["--cluster"], ["--for", "b:--cluster"]], ids=" ".join)
def test_a_cluster_against_one_server(bench, cluster, redis, words):
    doc = compare(bench, f"a={redis.port}", f"b={cluster.primaries[0].port}", "-t", "set", "-r", 1000, "--fresh", "flush", *words)
    assert [t["cluster_primaries"] for t in doc["targets"]] == [None, 3]
    assert answered(doc, "a") > 0 and answered(doc, "b") > 0
    assert "b is a cluster and a a single server" in doc["tests"][0]["remarks"], doc["tests"][0]["remarks"]
    assert redis.calls()["set"] > answered(doc, "a") and min(asked(cluster, "set")) > 100
    flushed = {n.client.info("commandstats")["cmdstat_flushall"].split(",")[0] for n in cluster.primaries}
    assert len(flushed) == 1  # each as often as the others
    if words[0] == "--for":
        return
    text = bench("compare", f"a={redis.port}", f"b={cluster.primaries[0].port}", "-t", "set", *SHORT, *words, timeout=120)
    assert ", a cluster of 3 primaries" in text.out and text.out.count("a cluster of") == 1, text


def test_no_target_is_a_cluster(bench, redis):
    r = bench("compare", f"a={redis.port}", f"b=127.0.0.1:{redis.port}", "--cluster", *SHORT)
    assert r.rc == 3 and r.err == "hkv-bench compare: --cluster: no target is a node of a cluster: leave out --cluster\n", r
    r = bench("compare", f"a={redis.port}", f"b=127.0.0.1:{redis.port}", "--for", "b:--cluster", *SHORT)
    assert r.rc == 3 and "is not a cluster node" in r.err, r


def test_what_was_kept_of_a_cluster_is_not_compared_with_one_server(bench, cluster, redis, tmp_path):
    db = tmp_path / "h.db"
    for words in ([redis.port], [cluster.primaries[0].port, "--cluster", "--slots", "0-8000"]):
        r = bench("-p", *words, "-t", "set", "-n", 2000, "-c", 4, "-q", "--save", db)
        assert r.rc == 0, r
    for run, then in ((1, "one server, keys and values of one size"), (2, "--cluster --slots 0-8000")):
        r = bench("compare", "--baseline", f"{db}:{run}", f"b={cluster.primaries[0].port}", "--cluster", *SHORT, timeout=120)
        assert f"{then} then, --cluster now" in r.out + r.err, r


def test_by_tls(bench, tmp_path):
    """Each node's certificate is verified for the address by which the cluster names it."""
    ca = Authority(tmp_path)
    tls = Cluster(3, replicas=False, tls=ca.issue("server"))
    try:
        port = tls.primaries[0].tls_port
        words = ["--cluster", "-p", port, "--tls", "-n", 3000, "-c", 6, "-t", "set"]
        r = bench(*words, "--cacert", ca.crt, "--json", "-")
        assert r.rc == 0, r
        test = json.loads(r.out)["tests"][0]
        assert test["counts"]["ok"] == 3000 and test["tls"]["verified"] == "chain and name" and test["tls"]["handshakes"] >= 6
        assert {n["address"] for n in test["nodes"]} == {f"127.0.0.1:{n.tls_port}" for n in tls.primaries}
        assert sum(asked(tls, "set")) == 3000 and min(asked(tls, "set")) > 500
        r = bench("--cluster", "-p", port, "-n", 300, "-t", "set")
        assert r.rc == 3 and r.err == f"hkv-bench: cannot connect to 127.0.0.1:{port}: it speaks TLS: add --tls\n", r
        r = bench(*words)
        assert r.rc == 3 and "certificate" in r.err and r.err.startswith(f"hkv-bench: cannot connect to 127.0.0.1:{port}: "), r
    finally:
        tls.stop()


def test_a_login_on_all_nodes(bench, cluster):
    try:
        for n in cluster.primaries:
            n.call("ACL", "SETUSER", "load", "on", ">s3cret", "~*", "+@all")
            n.call("CONFIG", "SET", "requirepass", "0ther")
        words = ["--cluster", "-p", cluster.primaries[0].port, "-t", "get", "-n", 3000, "-r", 100, "--prefill"]
        for login in (["--user", "load", "-a", "s3cret"], ["-a", "0ther"]):
            r = bench(*words, *login, "--json", "-")
            assert r.rc == 0 and json.loads(r.out)["tests"][0]["counts"]["hits"] == 3000, r
            assert "s3cret" not in r.out + r.err and "0ther" not in r.out + r.err
        assert sum(asked(cluster, "get")) == 6000 and min(asked(cluster, "get")) > 1000
        r = bench(*words, "-a", "wr0ng")
        assert r.rc == 3 and 'refused AUTH: "WRONGPASS' in r.err and "wr0ng" not in r.err, r
        r = bench(*words)
        assert r.rc == 3 and 'refused CLUSTER SLOTS: "NOAUTH' in r.err, r
    finally:
        for n in cluster.primaries:
            n.call("CONFIG", "SET", "requirepass", "")


BANNERS = {"redis-benchmark": ("Cluster has 3 master nodes:", "Master {}: {} {}"),
           "valkey-benchmark": ("Cluster has 3 primary nodes:", "Node {}(Primary): {} {}")}


@pytest.mark.parametrize("name", BANNERS)
@pytest.mark.parametrize("words", [[], ["-q"], ["--csv"]], ids=" ".join)
def test_under_a_peers_name(bench, cluster, name, words):
    """The tutorials' lines; what those tools print of the cluster first, and then their reports."""
    r = bench("--cluster", "-h", "127.0.0.1", "-p", cluster.primaries[0].port, "-t", "set", "-n", 600, "-c", 6, *words, name=name)
    assert (r.rc, r.err) == (0, "") and sum(asked(cluster, "set")) == 600, r
    head, line = BANNERS[name]
    lines = [line.format(i, n.id, n.name) for i, n in enumerate(cluster.primaries)]
    banner = "\n".join([head, "", *lines, "", ""])
    assert r.out.startswith(banner), r
    rest = r.out[len(banner):]
    if words:
        assert len(formats.read_quiet(rest) if words == ["-q"] else formats.read_csv(rest)) == 1
    else:
        report, = formats.read_classic(rest)
        assert (report["masters"], report["roles"]) == ("3", "masters" if name == "redis-benchmark" else "primary")


def test_servers_facts_are_of_all_nodes(bench, cluster):
    cluster.primaries[2].call("CONFIG", "SET", "appendonly", "yes")
    try:
        r = bench("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "-n", 6000, "-c", 6, "--json", "-")
    finally:
        cluster.primaries[2].call("CONFIG", "SET", "appendonly", "no")
    test = json.loads(r.out)["tests"][0]
    assert r.rc == 0 and 6000 <= test["signals"]["server_commands"] <= 6060, test["signals"]
    assert test["signals"]["server_aof"] is True and test["signals"]["server_cores"] > 0


def test_the_text_says_whose_facts_they_are(bench, cluster):
    r = bench("--cluster", "-p", cluster.primaries[0].port, "-t", "set", "-n", 600)
    assert "server facts (INFO) are " in r.out and "Cluster has" not in r.out, r


@pytest.mark.parametrize("words", [["-3"], ["-3", "--enable-tracking"], ["--threads", 3], ["-P", 16, "-r", 1000], ["-c", 2],
                                   ["-k", 0], ["--rfr", "no"], ["--duration", 1]], ids=str)
def test_command_lines_of_the_peers(bench, cluster, words):
    name = "valkey-benchmark" if {"--rfr", "--duration"} & set(words) else "redis-benchmark"
    length = [] if "--duration" in words else ["-n", 900]
    r = bench("--cluster", "-p", cluster.primaries[1].port, "-t", "set,get", *length, "-q", *words, name=name)
    assert (r.rc, r.err) == (0, "") or (r.rc == 0 and "-k" in words), r
    if length:
        assert sum(asked(cluster, "set")) == sum(asked(cluster, "get")) == 900
