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
    assert run.rc == 1 and "requests without an answer" in run.err and all(p["unfinished"] > 0 for p in points), run


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
