# SPDX-License-Identifier: MIT
"""Connections as a load: those that are opened anew in mid-run, and how long each phase of that takes."""

import ssl

import pytest

import formats
import servers
from certs import Authority
from conftest import free_port

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
@pytest.mark.parametrize("how", [["--reconnect-every", 3], ["-k", 0]], ids=str)
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
    assert all(ns < PAUSE_NS for name, ns in p50.items() if name != shown), p50


@pytest.mark.parametrize("words,said", [
    (["-k", 0], "leave out one of them"), (["-P", 4, "--reconnect-every", 6], "expected a multiple of -P")], ids=str)
def test_what_cannot_be_is_refused(bench, words, said):
    run = bench("--reconnect-every", 4, *words, "-p", free_port())
    assert run.rc == 2 and said in run.err and run.err.count("\n") == 1, run


def test_sweeping_pipelines_is_refused(bench):
    run = bench("sweep", "pipeline", "--points", "1,2", "--reconnect-every", 4, "-p", free_port())
    assert run.rc == 2 and "leave it out, or give --pipeline-mode window" in run.err, run


@pytest.mark.parametrize("words", [["saturate", "--slo", "p99=20ms", "--trial", "200ms", "--idle", "0"],
                                   ["sweep", "clients", "--points", "1,2", "--trial", "150ms", "--passes", 1]], ids=str)
def test_other_commands_renew_too(bench, redis, words):
    before = int(redis.client.call("INFO", "stats").split(b"total_connections_received:")[1].split(b"\r")[0])
    run = bench(*words, "-p", redis.port, "-t", "set", "-c", 4, "--reconnect-every", 5)
    after = int(redis.client.call("INFO", "stats").split(b"total_connections_received:")[1].split(b"\r")[0])
    assert run.rc in (0, 1, 4), run  # 1: a machine too busy to tell
    assert after - before >= redis.calls()["set"] / 5 - 100 > 0
