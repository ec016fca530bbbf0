# SPDX-License-Identifier: MIT
"""Connections as a load: those that are opened anew in mid-run, and how long each phase of that takes."""

import ssl
import time

import pytest

import formats
import servers
from certs import Authority
from conftest import free_port
from waiting import until

PAUSE_NS = 20_000_000
PHASES = ["connect_ns", "tls_full_ns", "tls_resumed_ns", "setup_ns", "first_reply_ns"]


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


def only(run):
    assert run.rc == 0, run
    return formats.only(formats.read_json(run.out))


def counts(test):
    return [test["connections"][name]["count"] for name in PHASES]


@pytest.mark.parametrize("words", [[], ["-P", 5], ["-P", 4, "--pipeline-mode", "window"], ["--rate", 20000],
                                   ["-P", 5, "--rate", 20000], ["-P", 4, "--pipeline-mode", "window", "--rate", 20000],
                                   ["--duration", "300ms", "--warmup", "100ms"], ["--prefill", "-r", 100],
                                   ["--command", "SET k v", "--command", "GET k"]], ids=str)
def test_one_connection_is_renewed_after_each_ten(bench, redis, words):
    if "--duration" not in words:
        words = [*words, "-n", 1000]
    test = only(bench("-p", redis.port, "--reconnect-every", 10, "-c", 1, *words, *([] if "--command" in words else ["-t", "set"]),
                      "--no-probe", "--json", "-"))
    assert test["config"]["reconnect_every"] == 10 and test["config"]["keepalive"] is True
    answered, connects = test["counts"]["answered"], test["counts"]["connects"]
    assert test["counts"]["ok"] == answered and test["counts"]["lost_connections"] == 0
    if "--duration" in words:
        assert abs(connects - answered / 10) <= 1, test["counts"]
    else:
        assert answered == 1000 and connects in (99, 100), test["counts"]  # 100: a prefill or warm-up ended with it
    assert counts(test)[0] in (connects, connects + 1) and counts(test)[4] in (connects, connects - 1), test["connections"]
    assert counts(test)[1:4] == [0, 0, 0]
    calls = redis.calls()
    if "--duration" not in words and "--prefill" not in words:
        assert calls["set"] + calls.get("get", 0) == 1000


@pytest.mark.parametrize("words", [["-c", 7], ["-c", 20, "--threads", 3], ["-c", 6, "-s"], ["-c", 5, "-3", "--dbnum", 2]], ids=str)
def test_many_connections_ask_exactly_n(bench, redis, words):
    where = ["-s", redis.sock] if "-s" in words else ["-p", redis.port]
    test = only(bench(*where, "--reconnect-every", 4, *[w for w in words if w != "-s"], "-n", 1003, "-t", "set", "--json", "-"))
    assert redis.calls()["set"] == test["counts"]["ok"] == 1003
    opened, setups, firsts = counts(test)[0], counts(test)[3], counts(test)[4]
    assert 1003 / 4 - 20 <= firsts <= opened <= 1003 / 4 + 20, test["connections"]
    assert firsts <= setups <= opened if "-3" in words else setups == 0


def test_the_report_has_a_table(bench, redis):
    run = bench("-p", redis.port, "--reconnect-every", 4, "-n", 400, "-c", 2, "-t", "set", "--no-probe")
    assert "  a new connection every 4 requests\n" in run.out and "\n  new connections, ms " in run.out, run
    assert "\n  connect  " in run.out and "\n  first reply  " in run.out and "\n  set-up  " not in run.out
    assert "new connections" in bench("-p", redis.port, "-k", 0, "-n", 400, "-t", "set", "--no-probe").out
    assert "new connections" not in bench("-p", redis.port, "-n", 400, "-t", "set", "--no-probe").out


@pytest.mark.parametrize("phase,shown", [("setup", "setup_ns"), ("first", "first_reply_ns"), ("tls", "tls_resumed_ns"),
                                         ("none", None)])
@pytest.mark.parametrize("how", [["--reconnect-every", 3], ["-k", 0], pytest.param(["-k", 0, "--rate", 60], marks=pytest.mark.full)],
                         ids=str)
def test_a_delay_shows_in_its_phase_alone(bench, ca, phase, shown, how):
    good = ca.issue(f"{phase}{how[0]}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(good[1], good[3])
    server = servers.DelaysPhase(phase, PAUSE_NS / 1e9, context)
    try:
        test = only(bench("-p", server.port, "--tls", "--cacert", ca.crt, "-a", "x", *how, "-c", 2, "-n", 60, "-t", "set",
                          "--no-probe", "--no-calibration", "--json", "-"))
    finally:
        server.stop()
    p50 = {name: test["connections"][name]["p50"] for name in PHASES if test["connections"][name]["count"] > 5}
    assert {"connect_ns", "tls_resumed_ns", "setup_ns", "first_reply_ns"} <= set(p50), test["connections"]
    if shown:
        assert p50[shown] >= PAUSE_NS, p50
    if "--rate" in how:
        assert test["latency_ns"]["p50"] >= (PAUSE_NS if shown else 0), test["latency_ns"]  # it holds all phases
    assert all(ns < PAUSE_NS for name, ns in p50.items() if name != shown), p50


def received(redis):
    return int(redis.client.call("INFO", "stats").split(b"total_connections_received:")[1].split(b"\r")[0])


@pytest.mark.parametrize("words", [[], ["-P", 5], ["-P", 4, "--pipeline-mode", "window"], ["--threads", 3], ["-3", "--dbnum", 2],
                                   ["--command", "SET k v", "--command", "GET k"], ["--value-size", "10-5000"],
                                   ["--warmup", "100ms", "--prefill", "-r", 50]], ids=str)
def test_an_open_loop_of_new_connections(bench, redis, words):
    """Each request has a connection of its own, dialled when it is due; with -P each batch."""
    before = received(redis)
    test = only(bench("-p", redis.port, "-k", 0, "--rate", 2000, "-n", 600, "-c", 20, *words,
                      *([] if "--command" in words else ["-t", "set"]), "--no-probe", "--json", "-"))
    each = 5 if "-P" in words and "window" not in words else 1
    opened, setups, firsts = counts(test)[0], counts(test)[3], counts(test)[4]
    assert test["counts"]["ok"] == 600 and test["counts"]["lost_requests"] == 0
    if "window" in words:  # one that stands takes what is due meanwhile, up to -P
        assert 600 / 4 <= opened == firsts == test["counts"]["connects"] <= 600, test["connections"]
        return
    assert opened == firsts == test["counts"]["connects"] == 600 / each, test["connections"]
    assert setups == (opened if "-3" in words else 0)
    assert received(redis) - before >= 600 / each


@pytest.mark.parametrize("words", [[], ["--rate", 3000], ["--threads", 3], ["-3", "--dbnum", 2, "--rate", 3000],
                                   ["--duration", "300ms", "--rate", 1000, "--warmup", "100ms"], ["-s"]], ids=str)
def test_connections_alone(bench, redis, words):
    before = received(redis)
    where = ["-s", redis.sock] if "-s" in words else ["-p", redis.port]
    length = [] if "--duration" in words else ["-n", 700]
    test = only(bench(*where, "--connect-only", "-c", 10, *length, *[w for w in words if w != "-s"], "--no-probe", "--json", "-"))
    done, opened = test["counts"]["ok"], counts(test)[0]
    assert done == (700 if length else test["counts"]["due"]) and opened == done and counts(test)[4] == 0, test["connections"]
    assert counts(test)[3] == (done if "-3" in words else 0)
    assert received(redis) - before >= done and not {"set", "get"} & set(redis.calls())
    assert test["title"] == "CONNECT" and test["config"]["keepalive"] is False and test["checks"]["consistent"]


def test_connections_alone_by_tls_and_with_a_login(bench, ca, start_redis):
    port = free_port()
    redis = start_redis("--tls-port", str(port), "--tls-auth-clients", "no", *ca.issue("alone"))
    redis.client.call("CONFIG", "SET", "requirepass", "s3cret")
    words = ["-p", port, "--tls", "--cacert", ca.crt, "--connect-only", "-n", 200, "-c", 4, "--json", "-"]
    test = only(bench(*words, "-a", "s3cret"))
    assert counts(test)[0] == counts(test)[1] + counts(test)[2] == counts(test)[3] == 200
    assert counts(test)[2] > 150  # sessions are resumed
    run = bench(*words, "-a", "wr0ng")
    assert run.rc == 3 and "WRONGPASS" in run.err and "wr0ng" not in run.err, run


def test_the_report_of_connections_alone(bench, redis):
    run = bench("-p", redis.port, "--connect-only", "-n", 300, "-c", 3, "--no-probe")
    assert "====== CONNECT ======\n  300 connections opened in " in run.out and "\n  connect  " in run.out, run


def test_a_server_that_is_gone_and_comes_back_loses_few(bench, start_redis):
    """Whoever could not connect loses its request; what is due meanwhile waits, and each finds a connection of its own."""
    redis = start_redis()
    run = bench.start("-p", redis.port, "-t", "set", "-k", 0, "--rate", 1000, "--duration", "2500ms", "-c", 10, "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 300)
    redis.kill()
    time.sleep(0.3)
    redis.start()
    run.wait(30)
    assert run.rc == 0, run
    test = formats.only(formats.read_json(run.out))
    c = test["counts"]
    assert c["due"] == c["answered"] + c["lost_requests"] + c["unfinished"] and c["lost_requests"] <= 40, c
    assert any(o["broke"] and o["ended"] and o["seconds"] >= 0.3 for o in test["outages"]), test["outages"]


@pytest.mark.parametrize("words,said", [
    (["--connect-only", "-t", "set"], "--connect-only opens connections and asks nothing: leave out -t"),
    (["--connect-only", "GET", "k"], "leave out the command at the end"),
    (["--connect-only", "-P", 4], "leave out -P"), (["--connect-only", "--cluster", "--read-from", "any"], "leave out --read-from"),
    (["--connect-only", "--cluster", "--slots", "0-9"], "leave out --slots"),
    (["-k", 0, "--rate", 10, "--cluster", "-t", "set"], "give --reconnect-every"),
    (["-k", 0, "--rate", 10, "--retry", 2, "-t", "get", "--embedded"], "-k 0 with --rate")], ids=str)
def test_what_does_not_go_with_new_connections(bench, words, said):
    run = bench(*words, *([] if "--embedded" in words or "GET" in words else ["-p", free_port()]))
    assert run.rc == 2 and said in run.err and run.err.count("\n") == 1, run


@pytest.mark.parametrize("words,said", [
    (["-k", 0], "leave out one of them"), (["-P", 4, "--reconnect-every", 6], "expected a multiple of -P")], ids=str)
def test_what_cannot_be_is_refused(bench, words, said):
    run = bench("--reconnect-every", 4, *words, "-p", free_port())
    assert run.rc == 2 and said in run.err and run.err.count("\n") == 1, run


def test_sweeping_pipelines_is_refused(bench):
    run = bench("sweep", "pipeline", "--points", "1,2", "--reconnect-every", 4, "-p", free_port())
    assert run.rc == 2 and "leave it out, or give --pipeline-mode window" in run.err, run


SATURATE = ["saturate", "--slo", "p99=20ms", "--trial", "200ms", "--idle", "0"]
SWEEP = ["sweep", "clients", "--points", "1,2", "--trial", "150ms", "--passes", 1]
COMPARE = ["compare", "--blocks", 2, "--slot", "150ms", "--warmup", "20ms", "--idle", 0]


@pytest.mark.parametrize("words", [pytest.param(SATURATE, marks=pytest.mark.full), SWEEP, COMPARE], ids=lambda words: words[0])
@pytest.mark.parametrize("how", [["--reconnect-every", 5, "-t", "set"], pytest.param(["-k", 0, "-t", "set"], marks=pytest.mark.full),
                                 ["--connect-only"]], ids=str)
def test_other_commands_open_connections_too(bench, redis, words, how):
    before = received(redis)
    where = [f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{redis.port}"] if words is COMPARE else ["-p", redis.port]
    run = bench(*words, *where, "-c", 4, *how, "--json", "-")
    assert run.rc in (0, 1, 4, 10), run  # 1: a machine too busy to tell
    opened, sets = received(redis) - before, redis.calls().get("set", 0)
    if "--connect-only" in how:
        assert opened > 100 and not sets
    else:
        assert opened >= sets / (5 if "--reconnect-every" in how else 1) - 100 > 0
