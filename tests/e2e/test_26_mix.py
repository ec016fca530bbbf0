# SPDX-License-Identifier: MIT
"""Loads of several commands: the server counts each, and each has figures of its own."""
import csv
import io
import json
import re

import pytest

MIX = ("--mix", "set:1,get:9,incr:2")


def one(run):
    assert run.rc in (0, 1, 4, 10), run
    return json.loads(run.out)["tests"][0]


def commands_of(test):
    return {command["command"]: command for command in test["commands"]}


def adds_up(test):
    for key in ("sent", "ok", "errors", "hits", "misses", "unexpected"):
        parts = [command["counts"][key] or 0 for command in test["commands"]]
        assert sum(parts) == (test["counts"][key] or 0), key
    for command in test["commands"]:
        if not command["counts"]["ok"]:
            continue
        assert command["latency_ns"]["min"] >= test["latency_ns"]["min"]
        assert command["latency_ns"]["max"] <= test["latency_ns"]["max"]


@pytest.mark.parametrize("how", [
    ("-P", 1), ("-P", 7), ("-P", 7, "--pipeline-mode", "window"), ("-P", 5, "--threads", 3), ("-k", 0),
    ("--rate", 20000), ("-P", 4, "--rate", 20000), ("-d", 5000, "-P", 3), ("--value-size", "1-6000", "-P", 3),
    ("--warmup", "100ms", "--prefill", "-r", 500), ("--wire-ts", "--engine", "epoll"), ("--quickack",),
])
def test_each_command_is_counted_as_the_server_does(bench, redis, how):
    redis.reset()
    run = bench("-p", redis.port, *MIX, "-n", 6000, "-c", 6, *how, "--json", "-")
    test = one(run)
    assert (run.rc, test["test"], test["status"]) == (0, "mix", "done"), run
    sent = {name: command["counts"]["sent"] for name, command in commands_of(test).items()}
    assert sum(sent.values()) == 6000 and 4300 < sent["get"] < 4700 and 850 < sent["incr"] < 1150
    if "--warmup" not in how:
        assert redis.calls() == sent
    adds_up(test)
    assert test["config"]["workload"].startswith("--mix set:1,get:9,incr:2")


def test_errors_belong_to_the_command_that_had_them(bench, redis):
    redis.reset()
    redis.client.call("SET", "text", "abc")
    run = bench("-p", redis.port, "-P", 7, "-c", 3, "-n", 3000, "--command", "INCR text", "--command", "GET text", "--ratio",
                1, "--ratio", 2, "--command", "LLEN none", "--ratio", 3, "--json", "-")
    test = one(run)
    commands = commands_of(test)
    assert run.rc == 1 and commands["incr"]["counts"]["ok"] == 0 and commands["incr"]["counts"]["errors"] > 400
    assert commands["get"]["counts"]["errors"] == commands["llen"]["counts"]["errors"] == 0
    assert commands["get"]["hit_ratio"] == 1 and commands["llen"]["hit_ratio"] is None
    adds_up(test)


def test_own_commands_with_words(bench, redis):
    redis.reset()
    run = bench("-p", redis.port, "-n", 2000, "-r", 50, "--command", 'SET "my __key__" __data__ PX __rand:50000:60000__',
                "--command", "GET 'my __key__'", "--ratio", 1, "--ratio", 3, "--value-size", "5-9", "--json", "-")
    test = one(run)
    keys = redis.client.call("KEYS", "*")
    assert len(keys) == 50 and all(key.startswith(b"my key:") for key in keys)
    assert {redis.client.call("STRLEN", key) for key in keys} <= {5, 6, 7, 8, 9}
    assert commands_of(test)["get"]["hit_ratio"] > 0.5
    assert [command["title"] for command in test["commands"]][1] == "GET my __key__"


def test_series_and_distributions_have_each_command(bench, redis, tmp_path):
    run = bench("-p", redis.port, *MIX, "-n", 20000, "--interval", "100ms", "--series", tmp_path / "s.csv", "--hdr", tmp_path / "h",
                "--json", "-")
    test = one(run)
    rows = list(csv.DictReader(open(tmp_path / "s.csv")))
    for name in ("mix", "set", "get", "incr"):
        counts = test["counts"] if name == "mix" else commands_of(test)[name]["counts"]
        own = [row for row in rows if row["test"] == name]
        assert sum(int(row["ok"]) for row in own) == counts["ok"] and sum(int(row["sent"]) for row in own) == counts["sent"]
        assert f"Tag={name}," in open(tmp_path / "h.hlog").read()
        assert f"Total count    = {counts['ok']:12d}]" in open(tmp_path / f"h.{name}.hgrm").read()
    for command in test["commands"]:
        assert sum(row["ok"] for row in command["series"]) == command["counts"]["ok"]


def test_a_comparison_has_each_command(bench, embedded):
    target = f"127.0.0.1:{embedded.port}"
    words = ("compare", "a=" + target, "b=" + target, *MIX, "-r", 100, "--prefill", "--slot", "100ms", "--blocks", 2, "--idle", 0)
    run = bench(*words, "--json", "-")
    test = json.loads(run.out)["tests"][0]
    assert [c["command"] for c in test["commands"]] == ["set", "get", "incr"], run
    for command in test["commands"]:
        contrasts = command["comparisons"][0]["contrasts"]
        assert [c["metric"] for c in contrasts] == ["throughput", "p50", "p99", "p99_9"]
        assert all(c["blocks"] == 2 and c["ratio"] > 0 for c in contrasts)
    for block, slots in enumerate(test["blocks"]):
        for at, slot in enumerate(slots):
            parts = [command["blocks"][block][at] for command in test["commands"]]
            assert sum(part["answered"] for part in parts) == slot["answered"]
    rows = list(csv.DictReader(io.StringIO(bench(*words, "--csv").out)))
    assert [row["test"] for row in rows[::4]] == ["mix", "set", "get", "incr"]
    text = bench(*words).out
    assert "\n  get\n  throughput" in text, text


def test_all_reports_have_each_command_and_the_total(bench, redis):
    run = bench("-p", redis.port, *MIX, "-n", 1000, "--csv")
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert [row["test"] for row in rows] == ["SET", "GET", "INCR", "MIX set:1,get:9,incr:2"]
    assert abs(sum(float(row["rps"]) for row in rows[:3]) - float(rows[3]["rps"])) < 1
    run = bench("-p", redis.port, *MIX, "-n", 1000, "-q")
    assert [line.partition(":")[0] for line in run.out.splitlines() if line] == ["SET", "GET", "INCR", "MIX set"]
    run = bench("-p", redis.port, *MIX, "-n", 1000)
    table = re.findall(r"^  (set|get|incr|mix) +([\d,]+) ", run.out, re.M)
    assert [name for name, _ in table] == ["set", "get", "incr", "mix"]
    assert sum(int(n) for _, n in table[:3]) == 1000 and table[3][1] == "1,000"
    run = bench("-p", redis.port, *MIX, "-n", 1000, "--format", "classic")
    assert run.out.count("Latency by percentile distribution:") == 4


@pytest.mark.parametrize("how", [("-P", 1), ("-P", 7), ("-P", 7, "--pipeline-mode", "window"), ("-P", 9, "-d", 20000)])
def test_the_null_engine_answers_each_command_by_its_own(bench, how):
    run = bench("--engine", "null", "--mix", "set:1,get:9,lpush:2,mget:1", "-n", 3000, *how, "--json", "-")
    test = one(run)
    assert run.rc == 0 and test["counts"]["unexpected"] == test["counts"]["errors"] == 0, run
    assert all(command["hit_ratio"] in (None, 1) for command in test["commands"])
    assert commands_of(test)["mget"]["counts"]["hits"] == 10 * commands_of(test)["mget"]["counts"]["sent"]


def test_assertions_know_commands_by_name(bench, redis):
    words = ("-p", redis.port, *MIX, "-n", 1000, "--assert")
    assert bench(*words, "get.p99<10s", "--assert", "mix.errors==0", "--assert", "set.rps>1").rc == 0
    run = bench(*words, "incr.p50<1ns")
    assert run.rc == 10 and "incr" in run.out, run
    run = bench(*words, "lpush.p50<1s")
    assert run.rc == 2 and "--assert: lpush is not in the mix: its commands are called set, get ..." in run.err, run


def test_the_history_knows_commands_by_name(bench, redis, tmp_path):
    db = tmp_path / "runs.db"
    for _ in range(2):
        assert bench("-p", redis.port, *MIX, "-n", 1000, "--save", db, "-q").rc == 0
    run = bench("history", db, "trend", "--metric", "get.p99")
    assert run.rc == 0 and "get" in run.out, run


def test_every_subcommand_takes_a_mix(bench, redis):
    run = bench("sweep", "clients", "--points", "1,2", "--trial", "200ms", "-p", redis.port, *MIX, "--json", "-")
    assert run.rc in (0, 4) and json.loads(run.out)["tests"][0]["test"] == "mix", run
    run = bench("compare", f"a=127.0.0.1:{redis.port}", f"b=127.0.0.1:{redis.port}", *MIX, "--slot", "100ms", "--blocks", 2,
                "--warmup", "20ms", "--idle", 0, "--json", "-")
    assert run.rc in (0, 1, 10, 11) and json.loads(run.out)["tests"][0]["title"].startswith("MIX set:1"), run


def test_a_seed_repeats_a_mix(bench):
    import servers

    def raw(seed):
        server = servers.Server()
        run = bench("-p", server.port, "-c", 1, "-P", 3, "-n", 300, "--no-probe", "--seed", seed, "--mix", "set:1,get:2",
                    "--value-size", "1-9", "--key-dist", "zipf")
        server.stop()
        assert run.rc == 0, run
        return server.raw
    assert raw(5) == raw(5) != raw(6)


@pytest.mark.parametrize("words, says", [
    (("--mix", "set"), "--mix: expected tests with weights such as set:1,get:9"),
    (("--mix", "set,frob"), "--mix: unknown test 'frob'"),
    (("--mix", "set,get", "-t", "get"), "leave out -t"),
    (("--mix", "set,get", "PING"), "leave out the command at the end"),
    (("--command", "GET x"), "--command: expected two or more"),
    (("--command", "GET 'x", "--command", "GET y"), "--command: expected words with their quotes closed"),
    (("--mix", "incr,get", "--nx"), "--nx is for the test set"),
])
def test_mixes_that_cannot_be(bench, redis, words, says):
    run = bench("-p", redis.port, *words)
    assert run.rc == 2 and says in run.err and run.out == "", run
