# SPDX-License-Identifier: MIT
"""A server that stops, or dies and comes back, in mid-run."""

import json
import signal
import time

import pytest

import formats
from waiting import until


def the_test(run, path):
    doc = formats.read_json(path.read_text())
    test = formats.only(doc)
    counts = test["counts"]
    assert counts["due"] == counts["answered"] + counts["unfinished"] + counts["lost_requests"] + counts["timeouts"], run
    assert test["checks"]["consistent"], test["checks"]
    assert sum(row["due"] for row in test["series"] if row["phase"] == "measure") == counts["due"]
    return test


def names(test):
    return [doubt["name"] for doubt in test["doubts"]]


def idle(calls):
    """Nobody asks for 0.3 s."""
    before = calls()
    time.sleep(0.3)
    return calls() == before


def restart(redis):
    """Gone for 300 ms at least."""
    redis.kill()
    time.sleep(0.3)
    redis.start()


def test_a_restart_is_an_outage_and_the_run_goes_on(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "j"
    run = bench.start("-p", redis.port, "-t", "set", "-c", 10, "--duration", "4s", "--rate", 2000, "--arrival", "constant",
                      "--json", path)
    until(lambda: redis.calls().get("set", 0) > 1000)
    restart(redis)
    run.wait(30)
    assert run.rc == 0, run
    test = the_test(run, path)
    counts = test["counts"]
    assert counts["due"] == 8000 and 4 <= test["seconds"] < 5  # the last answers come after the end
    assert counts["broken_connections"] == counts["reconnects"] == 10 and counts["lost_connections"] == 0
    assert counts["unfinished"] == 0 and counts["errors"] == 0
    [outage] = [o for o in test["outages"] if o["broke"]]
    assert 0.3 <= outage["seconds"] < 3.5 and outage["ended"]
    assert abs(outage["missed"] - 2000 * outage["seconds"]) <= 2
    assert "outage" in names(test) and "  outage       " in run.out
    assert abs(sum(row["outage_s"] for row in test["series"]) - sum(o["seconds"] for o in test["outages"])) < 0.01


def test_strict_does_not_accept_an_outage(bench, start_redis):
    redis = start_redis()
    run = bench.start("-p", redis.port, "-t", "set", "-c", 2, "--duration", "2s", "-q", "--strict")
    until(lambda: redis.calls().get("set", 0) > 200)
    restart(redis)
    run.wait(30)
    assert run.rc == 4 and "no reply for" in run.err, run


def test_a_server_that_does_not_come_back_fails_the_run(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "j"
    run = bench.start("-p", redis.port, "-t", "set", "-c", 5, "--duration", "1500ms", "--json", path)
    until(lambda: redis.calls().get("set", 0) > 200)
    redis.kill()
    run.wait(30)
    assert run.rc == 1 and "5 of 5 connections lost" in run.err, run
    test = the_test(run, path)
    assert test["status"] == "lost" and test["counts"]["lost_connections"] == 5
    [outage] = [o for o in test["outages"] if o["broke"]]
    assert not outage["ended"] and outage["recovered_s"] is None
    assert abs(outage["start_s"] + outage["seconds"] - 1.5) < 0.01


def test_a_connection_is_given_up_after_a_while(bench, start_redis, tmp_path):
    redis = start_redis()
    run = bench.start("-p", redis.port, "-t", "set", "-c", 5, "--duration", "1m", "--reconnect-max", "300ms")
    until(lambda: redis.calls().get("set", 0) > 200)
    redis.kill()
    run.wait(20)
    assert run.rc == 1 and "5 of 5 connections lost" in run.err, run


def test_by_count_the_closed_loop_stops_as_it_always_did(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "j"
    run = bench.start("-p", redis.port, "-t", "set", "-c", 5, "-n", "1G", "--json", path)
    until(lambda: redis.calls().get("set", 0) > 200)
    restart(redis)
    run.wait(20)
    assert run.rc == 1 and "5 of 5 connections lost" in run.err, run
    counts = the_test(run, path)["counts"]
    assert counts["lost_requests"] == 5 and counts["broken_connections"] == 0


def test_by_count_it_reconnects_when_asked(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "j"
    run = bench.start("-p", redis.port, "-c", 4, "-P", 4, "-n", 40000, "--on-disconnect", "reconnect", "--threads", 2,
                      "--json", path, "SET", "key:__rand_int__", "x")
    until(lambda: redis.calls().get("set", 0) > 500)
    redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    run.wait(30)
    assert run.rc == 0, run
    test = the_test(run, path)
    counts = test["counts"]
    assert counts["sent"] == 40000 and counts["broken_connections"] == counts["reconnects"] == 4
    assert counts["ok"] + counts["lost_requests"] == 40000 and counts["lost_requests"] <= 16
    assert {"outage", "broken-connections"} & set(names(test))


def test_each_new_connection_and_the_unix_socket_come_back(bench, start_redis, tmp_path):
    for where in ("tcp", "unix"):
        redis = start_redis()
        path = tmp_path / where
        address = ["-s", redis.sock] if where == "unix" else ["-p", redis.port, "-k", 0]
        run = bench.start(*address, "-t", "set", "-c", 5, "--duration", "2500ms", "--json", path)
        until(lambda: redis.calls().get("set", 0) > 100)
        restart(redis)
        run.wait(30)
        assert run.rc == 0, run
        test = the_test(run, path)
        assert test["counts"]["lost_connections"] == 0
        assert any(o["broke"] and o["ended"] for o in test["outages"]), test["outages"]


def test_a_prefill_and_a_warmup_go_on(bench, start_redis, tmp_path):
    for phase, words in (("prefill", ["--prefill", "-r", 150000, "--warmup", "0"]), ("warmup", ["--warmup", "2500ms"])):
        redis = start_redis()
        path = tmp_path / phase
        run = bench.start("-p", redis.port, "-t", "get", "-c", 4, "--duration", "300ms", *words, "--json", path)
        until(lambda: sum(redis.calls().get(name, 0) for name in ("set", "get")) > 500)
        redis.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        run.wait(40)
        assert run.rc == 0, run
        test = the_test(run, path)
        assert test["counts"]["broken_connections"] == 0 and test["counts"]["lost_connections"] == 0
        if phase == "prefill":
            assert redis.dbsize() == test["config"]["prefilled"] == 150000


def test_a_pause_of_the_client_is_no_outage(bench, start_redis, tmp_path):
    redis = start_redis()
    path = tmp_path / "j"
    run = bench.start("-p", redis.port, "-t", "set", "-c", 5, "--duration", "2s", "--rate", 1000, "--json", path)
    until(lambda: redis.calls().get("set", 0) > 300)
    run.proc.send_signal(signal.SIGSTOP)
    time.sleep(0.7)
    run.proc.send_signal(signal.SIGCONT)
    run.wait(30)
    test = the_test(run, path)
    assert "client-paused" in names(test)
    assert not any(o["seconds"] >= 0.6 for o in test["outages"]), test["outages"]


def test_compare_tells_of_an_outage_of_one_side(bench, start_redis, embedded):
    redis = start_redis()
    run = bench.start("compare", f"a=127.0.0.1:{embedded.port}", f"b=127.0.0.1:{redis.port}", "-t", "set", "-c", 4, "--blocks", 2,
                      "--slot", "1500ms", "--idle", 0, "--warmup", "100ms", "--json", "-")
    calls = lambda: redis.calls().get("set", 0)
    until(lambda: calls() > 500)
    until(lambda: idle(calls))  # the other one's slot
    before = calls()
    until(lambda: calls() > before)
    time.sleep(0.4)  # past the warm-up, which would wait for the connections
    restart(redis)
    run.wait(40)
    assert run.rc == 0, run
    [test] = json.loads(run.out)["tests"]
    hit = {slot["target"] for block in test["blocks"] for slot in block if "outage" in slot["doubts"]}
    assert hit == {"b"}, test["blocks"]
    assert any(doubt["name"] == "outage" and doubt["target"] == "b" for doubt in test["doubts"])
    assert "outage of b" in test["comparisons"][0]["doubtful"], test["comparisons"]


def test_a_point_of_a_sweep_with_an_outage_does_not_count(bench, start_redis):
    redis = start_redis()
    run = bench.start("sweep", "clients", "--points", "2", "--passes", 1, "--trial", "3s", "--idle", 0, "-p", redis.port, "-t", "set",
                      "--json", "-")
    until(lambda: redis.calls().get("set", 0) > 200)
    time.sleep(1.5)  # past the warm-up
    restart(redis)
    run.wait(30)
    point, = json.loads(run.out)["tests"][0]["points"]
    assert run.rc == 1 and point["outage_s"] > 0.1 and not point["counts"], run
    assert ", outage " in run.err


@pytest.mark.full
def test_a_trial_of_saturate_with_an_outage_is_void(bench, start_redis):
    """Killed in a trial, and there again: the trial says nothing of the load, and is asked again."""
    redis = start_redis()
    run = bench.start("saturate", "--slo", "p50=20ms", "--trial", "3s", "--idle", 0, "-p", redis.port, "-t", "set", "-c", 6,
                      "--json", "-")
    opened = lambda: redis.client.connections()
    until(lambda: opened() >= 1 + 2 * 6)  # the closed loop's, and those of the first trial
    time.sleep(1)  # past the warm-up
    restart(redis)
    until(lambda: opened() >= 1 + 6)  # back again
    until(lambda: opened() >= 1 + 2 * 6)  # the next trial
    run.proc.send_signal(signal.SIGINT)
    run.wait(30)
    trials = json.loads(run.out)["tests"][0]["trials"]
    assert any(t["outage_s"] > 0.1 and t["outcome"] == "void" for t in trials), trials
