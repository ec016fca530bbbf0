# SPDX-License-Identifier: MIT
"""Each run says whether its load was the one that was asked for, and why not."""
import json
import signal
import sqlite3
import time

import pytest

from resp_client import Client
from servers import Server

CHECKS = ["sums", "hits", "commands", "keys", "sizes", "arrivals"]


def validity(run, test=0):
    v = json.loads(run.out)["tests"][test]["validity"]
    assert [check["name"] for check in v["checks"]] == CHECKS
    made = [check for check in v["checks"] if check["status"] != "unknown"]
    assert all((check["figure"] is not None) == (check in made) for check in v["checks"])
    assert v["verdict"] == ("INVALID" if any(check["status"] == "fail" for check in made) else "VALID")
    return {check["name"]: check for check in v["checks"]}


def states(run, test=0):
    return {name: check["status"] for name, check in validity(run, test).items()}


@pytest.mark.parametrize("how", [
    ("-t", "set,get", "-r", 5000, "--prefill"),
    ("--mix", "set:1,get:9", "--prefill", "-r", 2000, "--key-dist", "zipf", "--value-size", "20-90", "--rate", 20000, "--duration", "500ms"),
    ("-t", "get", "--prefill", "-r", 500, "--key-dist", "seq", "-P", 16, "--threads", 2, "--warmup", "100ms"),
    ("-t", "mget,ping", "--prefill", "-r", 800, "-k", 0, "-n", 500),
    ("--mix", "set:1,get:3", "--verify", "--prefill", "-r", 300, "--key-dist", "hotset:10%:80%", "--hotset-shift", "100ms"),
])
def test_a_clean_run_is_valid(bench, embedded, how):
    run = bench("-p", embedded.port, "-n", 30000, *how, "--json", "-") if "--duration" not in how else \
        bench("-p", embedded.port, *how, "--json", "-")
    assert run.rc == 0, run
    for test in range(len(json.loads(run.out)["tests"])):
        found = validity(run, test)
        assert not [check for check in found.values() if check["status"] == "fail" and check["name"] != "arrivals"], found
        assert found["sums"]["status"] == found["commands"]["status"] == "pass", found
    if "ping" not in how[1]:
        assert found["keys"]["status"] == "pass" and found["hits"]["status"] != "unknown", found
    assert found["sizes"]["status"] == ("pass" if "--value-size" in how else "unknown")
    assert (found["arrivals"]["status"] != "unknown") == ("--rate" in how)


def test_one_line_where_all_is_well(bench, embedded):
    run = bench("-p", embedded.port, "-t", "set", "-r", 1000, "-n", 20000)
    assert "  validity     VALID (sums, commands, keys)\n" in run.out, run
    assert "INVALID" not in run.out + run.err


def test_a_tenth_of_the_keys_is_loaded(bench, embedded, tmp_path):
    assert bench("-p", embedded.port, "-t", "get", "-r", 1000, "--prefill-only", "-q").rc == 0
    load = ("-p", embedded.port, "-t", "get", "-r", 10000, "-n", 20000)
    run = bench(*load, "--json", "-", "--save", tmp_path / "h.db")
    hits = validity(run)["hits"]
    assert hits["status"] == "fail" and 0.08 < hits["figure"] < 0.12 and hits["limit"] == 0.9, run
    assert "10." in hits["reason"] or "9." in hits["reason"]
    assert "low-hit-ratio" in [d["name"] for d in json.loads(run.out)["tests"][0]["doubts"]]
    assert sqlite3.connect(tmp_path / "h.db").execute("SELECT validity FROM tests").fetchall() == [("INVALID",)]
    shown = bench("history", tmp_path / "h.db", "show", "last")
    assert ", INVALID, " in shown.out, shown
    assert json.loads(bench("history", tmp_path / "h.db", "show", "last", "--json").out)["runs"][0]["tests"][0]["validity"] == "INVALID"
    text = bench(*load, "--strict")
    assert text.rc == 4 and "  validity     INVALID (hits)\n" in text.out, text


def test_misses_that_the_load_asks_for_are_none(bench, embedded):
    run = bench("-p", embedded.port, "--mix", "set:1,get:1", "-r", 100000, "-n", 5000, "--json", "-")
    assert states(run)["hits"] == "unknown", run
    run = bench("-p", embedded.port, "-n", 1000, "--command", "SET __key__ __data__ PX 1", "--command", "GET __key__", "-r", 100,
                "--prefill", "--json", "-")
    assert states(run)["hits"] == "unknown", run


def test_a_sender_that_is_late(bench, embedded):
    run = bench.start("-p", embedded.port, "-t", "get", "--prefill", "-r", 100, "--rate", 4000, "--duration", "1500ms", "--json", "-", "--strict")
    time.sleep(0.7)
    run.proc.send_signal(signal.SIGSTOP)
    time.sleep(0.4)
    run.proc.send_signal(signal.SIGCONT)
    run.wait()
    arrivals = validity(run)["arrivals"]
    assert run.rc == 4 and arrivals["status"] == "fail" and arrivals["figure"] > 0.05, run
    assert "off-schedule" in [d["name"] for d in json.loads(run.out)["tests"][0]["doubts"]]


def test_others_at_the_server_leave_it_open(bench, embedded):
    client = Client(embedded.address)
    run = bench("-p", embedded.port, "-t", "set", "-n", 1000, "--json", "-")
    assert states(run)["commands"] == "unknown" and "other clients" in validity(run)["commands"]["reason"], run
    client.close()


class Forgets(Server):
    """Tells of one command less than it had, from the tenth on, and counts nothing before."""

    def __init__(self):
        self.calls = 0
        super().__init__()

    def reply(self, args):
        if args[0].upper() == b"INFO":
            text = b"connected_clients:1\r\ntotal_connections_received:%d\r\ncmdstat_set:calls=%d,usec=1,rejected_calls=0\r\n" % (
                self.accepted, self.calls - (self.calls > 10))
            return b"$%d\r\n%s\r\n" % (len(text), text)
        with self.lock:
            self.calls += args[0].upper() == b"SET"
        return super().reply(args)


def test_a_server_that_counts_less(bench, tmp_path):
    server = Forgets()
    try:
        run = bench("-p", server.port, "-t", "set", "-n", 500, "-c", 5, "--json", "-", "--strict")
    finally:
        server.stop()
    commands = validity(run)["commands"]
    assert run.rc == 4 and (commands["status"], commands["figure"], commands["limit"]) == ("fail", 499, 500), run
    assert "commands-differ" in [d["name"] for d in json.loads(run.out)["tests"][0]["doubts"]]


def test_a_real_server_counts_the_same(bench, start_redis):
    redis = start_redis()
    redis.client.close()
    run = bench("-p", redis.port, "--mix", "set:1,get:4,incr:1,lpush:1", "--prefill", "-r", 300, "-n", 8000, "-P", 3, "--json", "-")
    assert states(run)["commands"] == "pass" and states(run)["keys"] == "pass", run
    run = bench("-p", redis.port, "-n", 300, "--json", "-", "eval", "return 1", 0)
    assert states(run)["commands"] == "unknown", run


def test_a_sweep_says_it_too(bench, embedded):
    other = bench("-p", embedded.port, "-t", "get", "-r", 100, "--prefill-only", "-q")
    run = bench("sweep", "clients", "-p", embedded.port, "-t", "get", "-r", 5000, "--points", "1,2", "--passes", 1, "--trial", "100ms", "--idle", 0)
    assert other.rc == 0 and "2 of 2 trials are INVALID (hits):" in run.err, run
