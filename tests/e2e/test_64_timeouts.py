# SPDX-License-Identifier: MIT
"""--timeout: a request that has no answer in time is given up, and counted once."""

import json
import signal
import time

import pytest

import formats
from conftest import Embedded
from resp_client import Client
from waiting import until


@pytest.fixture
def mute():
    """Says nothing more on a connection that has had 100 answers."""
    e = Embedded("--mute-after", "100")
    yield e
    e.stop()


def only(run):
    assert run.rc == 0, run
    return formats.only(formats.read_json(run.out))


@pytest.mark.parametrize("words", [[], ["-P", 5], ["--rate", 20000], ["--threads", 2, "-c", 2]], ids=lambda w: " ".join(map(str, w)))
def test_exactly_those_that_were_never_answered(bench, mute, words):
    test = only(bench("-p", mute.port, "-t", "set", "-c", 1, "-n", 1010, "--timeout", "60ms", *words, "--json", "-"))
    with Client(mute.address) as client:
        muted = int(client.info("faults")["fault_mutes"])
    counts = test["counts"]
    assert counts["timeouts"] == muted and 8 <= muted <= 50, counts
    assert words or muted == 10
    assert counts["ok"] + muted == 1010 and counts["lost_requests"] == counts["unfinished"] == counts["lost_connections"] == 0
    assert test["latency_ns"]["max"] >= 60e6
    assert "timeouts" in [d["name"] for d in test["doubts"]]


def test_in_text_and_with_strict(bench, mute):
    run = bench("-p", mute.port, "-t", "set", "-c", 1, "-n", 202, "--timeout", "50ms", "--strict")
    assert run.rc == 4 and "2 requests without an answer within --timeout\n" in run.out, run
    assert "2 of 202 requests timed out" in run.out


@pytest.mark.parametrize("words", [["-n", 20000], ["--rate", 4000, "--duration", "600ms"]], ids=lambda w: w[0])
def test_nobody_is_late_who_answers(bench, redis, words):
    test = only(bench("-p", redis.port, "-c", 50, *words, "--timeout", "5s", "-t", "set", "--json", "-"))
    assert test["counts"]["timeouts"] == 0 and test["counts"]["connects"] == 0


def test_a_server_that_stands_still_and_comes_back(bench, start_redis):
    """Whoever waits when it stops times out; how often depends on how long it stops. Nothing is counted twice or forgotten."""
    redis = start_redis()
    run = bench.start("-p", redis.port, "-t", "set", "-c", 20, "--duration", "2s", "--timeout", "100ms", "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 1000)
    redis.proc.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    redis.proc.send_signal(signal.SIGCONT)
    test = only(run.wait())
    counts = test["counts"]
    assert counts["timeouts"] >= 20 and counts["unfinished"] == counts["lost_requests"] == counts["broken_connections"] == 0
    assert test["outages"] and counts["connects"] >= 20


def test_a_point_of_a_sweep_fails(bench, mute):
    run = bench("sweep", "clients", "-p", mute.port, "--points", "1,2", "--trial", "100ms", "--passes", 1, "--idle", 0, "-t", "set",
                "--timeout", "20ms", "--json", "-")
    points = json.loads(run.out)["tests"][0]["points"]
    assert run.rc == 1 and "unanswered requests" in run.err and all(p["unfinished"] > 0 for p in points), run


def test_a_comparison_says_whose_requests_timed_out(bench, mute, redis):
    run = bench("compare", f"a={redis.port}", f"b={mute.port}", "-t", "set", "--slot", "100ms", "--warmup", "20ms", "--idle", 0,
                "--blocks", 2, "-c", 2, "--timeout", "20ms")
    assert run.rc in (0, 10) and "requests timed out" in run.out, run
    assert all("! b" in line for line in run.out.splitlines() if "timed out" in line and not line.startswith("! a")), run


@pytest.mark.full
def test_four_thousand_connections(bench):
    """Each has two answers in time and none to the third: that times out, and nothing else does."""
    server = Embedded("--mute-after", "2")
    try:
        run = bench("-p", server.port, "-t", "set", "-c", 4096, "-n", 3 * 4096, "--timeout", "3s", "--json", "-", timeout=120)
        test = only(run)
        with Client(server.address) as client:
            muted = int(client.info("faults")["fault_mutes"])
    finally:
        server.stop()
    assert test["counts"]["timeouts"] == muted > 3000 and test["counts"]["ok"] == 3 * 4096 - muted


# --retry

WINDOW = ["-P", 8, "--pipeline-mode", "window"]
WINDOWS = [WINDOW, [*WINDOW, "--rate", 20000], [*WINDOW, "--value-size", "10-3000"], [*WINDOW, "--threads", 2, "-3", "--dbnum", 2]]

@pytest.mark.parametrize("words", [[], ["-P", 7], ["--rate", 20000], ["-3"], ["-d", 5000], ["--value-size", "10-3000"],
                                   *WINDOWS], ids=lambda w: " ".join(map(str, w)))
def test_what_broke_is_sent_again_and_nothing_is_lost(bench, start_redis, words):
    redis = start_redis()
    run = bench.start("-p", redis.port, "-t", "set", "-c", 4, "-n", 12000, "--retry", 9, *words, "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 500)
    redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    test = only(run.wait())
    counts = test["counts"]
    assert counts["ok"] == counts["sent"] == counts["due"] == 12000 and counts["lost_requests"] == 0
    assert counts["attempts"] == 12000 + counts["retries"] and counts["broken_connections"] == 4
    assert test["amplification"] == pytest.approx(counts["attempts"] / 12000)
    assert test["goodput_rps"] == pytest.approx(test["rps"])
    assert 12000 <= redis.calls()["set"] <= counts["attempts"]  # some were carried out, and their answers lost


def test_what_broke_of_a_prefill_is_sent_again(bench):
    """Many values of different lengths leave in one write, and some of them are answered before it breaks."""
    server = Embedded("--drop-after", "100")
    run = bench("-p", server.port, "-t", "get", "--prefill", "-r", 700, "--value-size", "10-3000", "-c", 2, "-n", 1400, "--key-dist", "seq",
                "--retry", 3, "--on-disconnect", "reconnect", "--json", "-")
    server.stop()
    counts = only(run)["counts"]
    assert counts["ok"] == counts["hits"] == 1400 and counts["lost_requests"] == 0, run


def test_what_broke_of_a_mix_is_sent_again_where_it_may_be(bench, start_redis):
    redis = start_redis()
    run = bench.start("-p", redis.port, "--mix", "set:8,get:8", "--value-size", "1-40000", "-c", 4, "-n", 12000, "--retry", 9,
                      "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 500)
    redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    r = run.wait()
    counts = json.loads(r.out)["tests"][0]["counts"]
    assert r.rc == 0 and counts["ok"] == counts["sent"] == 12000 and counts["lost_requests"] == 0 and counts["broken_connections"] == 4
    run = bench.start("-p", redis.port, "--mix", "incr:8,get:8", "-c", 50, "-n", 60000, "--retry", 3, "--json", "-")
    until(lambda: redis.calls().get("incr", 0) > 500)
    redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    mixed = json.loads(run.wait().out)["tests"][0]["counts"]
    assert mixed["ok"] + mixed["lost_requests"] == 60000 and 0 < mixed["lost_requests"] + mixed["retries"] <= 50, mixed


def test_what_timed_out_is_sent_again(bench, mute):
    run = bench("-p", mute.port, "-t", "set", "-c", 1, "-n", 1010, "--timeout", "60ms", "--retry", 1)
    with Client(mute.address) as client:
        muted = int(client.info("faults")["fault_mutes"])
    assert run.rc == 0 and muted == 10 and "timed out" not in run.out, run
    assert " offered, " in run.out and " attempts (amplification 1.010), goodput " in run.out, run


def test_a_mix_in_a_window_is_sent_again(bench, start_redis):
    """Requests that leave one by one, and differ in kind and length: each is found again where it lies."""
    redis = start_redis()
    run = bench.start("-p", redis.port, "--mix", "set:1,get:1,incr:1", "--value-size", "10-3000", *WINDOW, "-c", 6, "-n", 30000,
                      "--retry", 3, "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 500)
    redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    test = json.loads(run.wait().out)["tests"][0]
    c = test["counts"]
    assert c["ok"] + c["lost_requests"] == c["due"] == 30000 and c["broken_connections"] == c["reconnects"] == 6, run
    kinds = {k["command"]: k["counts"] for k in test["commands"]}
    assert kinds["set"]["ok"] + kinds["get"]["ok"] + kinds["incr"]["ok"] == c["ok"] and c["lost_requests"] <= 48
    calls = redis.calls()
    assert kinds["incr"]["ok"] <= calls["incr"] <= kinds["incr"]["ok"] + c["lost_requests"]  # that alone was not sent again
    assert test["nodes"] is None or test["nodes"] == [], test["nodes"]


@pytest.mark.parametrize("words", [WINDOW, [*WINDOW, "--rate", 4000]], ids=lambda w: " ".join(map(str, w)))
def test_a_window_and_a_server_that_is_gone_and_comes_back(bench, start_redis, words):
    redis = start_redis()
    n = 8000 if "--rate" in words else 200000
    run = bench.start("-p", redis.port, "-t", "set", "-c", 4, "-n", n, "--retry", 20, *words, "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 500)
    redis.kill()
    time.sleep(0.3)
    redis.start()
    test = only(run.wait())
    c = test["counts"]
    assert c["ok"] == c["due"] == n and c["lost_requests"] == c["lost_connections"] == 0 and c["broken_connections"] == 4, c
    outage = max(test["outages"], key=lambda o: o["seconds"])
    assert outage["broke"] and outage["ended"] and outage["seconds"] >= 0.3 and outage["node"] is None, test["outages"]


@pytest.mark.parametrize("words", [[], ["--rate", 20000]], ids=lambda w: " ".join(map(str, w)))
def test_what_timed_out_in_a_window_is_sent_again(bench, mute, words):
    test = only(bench("-p", mute.port, "-t", "set", "-c", 1, "-n", 1010, "--timeout", "60ms", "--retry", 3, *WINDOW, *words,
                      "--json", "-"))
    c = test["counts"]
    assert c["ok"] == c["due"] == 1010 and c["timeouts"] == c["lost_requests"] == 0 and c["retries"] >= 8, c


def test_what_must_not_be_carried_out_twice(bench, start_redis):
    redis = start_redis()
    run = bench("-p", redis.port, "-n", 100, "--retry", 1, "INCR", "k")
    assert run.rc == 2 and run.err.endswith("may do more when it is carried out twice: leave out --retry, or ask something "
                                            "idempotent\n"), run
    run = bench.start("-p", redis.port, "-t", "incr", "-c", 4, "-n", 12000, "--retry", 3, "--json", "-")
    until(lambda: redis.calls().get("incr", 0) > 500)
    redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    counts = only(run.wait())["counts"]
    assert counts["retries"] == 0 and 0 < counts["lost_requests"] == 12000 - counts["ok"]


@pytest.mark.parametrize("words,what", [(["--mix", "get:1,set:1", "-P", 4], "a mix with -P above 1"),
                                        (["--value-size", "10-20", "-t", "set", "-P", 4], "differ in length with -P above 1"),
                                        (["--mix", "get:1,set:1", "--in-turn"], "commands in turn"),
                                        (["-t", "set", *WINDOW, "--on-disconnect", "stop"], "--pipeline-mode window"),
                                        ([*WINDOW, "--insert-share", "5%", "SET", "__key__", "x"], "--pipeline-mode window")])
def test_what_cannot_be_sent_again(bench, redis, words, what):
    run = bench("-p", redis.port, "-n", 100, "--retry", 1, *words)
    assert run.rc == 2 and "--retry does not know what to send again of" in run.err and what in run.err, run
