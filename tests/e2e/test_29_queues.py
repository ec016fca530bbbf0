# SPDX-License-Identifier: MIT
"""Messages from producers to consumers: the server counts what both ends asked, and what was lost is planted."""
import contextlib
import json
import socket
import threading

import pytest

from conftest import ENGINE
from resp_client import client_of

ENGINES = [ENGINE] if ENGINE else ["epoll", "auto"]
KINDS = [("--queue", "list"), ("--queue", "blmove"), ("--queue", "stream"), ("--pubsub",), ("--pubsub=sharded",)]


def only(run):
    assert run.rc == 0, run
    return json.loads(run.out)["tests"][0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("load", [(), ("--rate", 20000, "--threads", 2), ("-P", 7, "--queues", 3, "-3", "-d", 5000)])
def test_each_message_is_delivered_once(bench, redis, kind, load, engine):
    n, consumers = 3000, 5
    test = only(bench("-p", redis.port, *kind, *load, "--engine", engine, "-n", n, "-c", 8, "--consumers", consumers,
                      "--no-calibration", "--no-probe", "--json", "-"))
    d, publishes = test["delivery"], kind[0].startswith("--pubsub")
    assert test["test"] == ("pubsub" if publishes else "queue") and test["counts"]["ok"] == n
    assert d["sent"] == n and d["expected"] == n * (consumers if publishes else 1)
    assert (d["delivered"], d["lost"], d["duplicates"], d["lost_consumers"]) == (d["expected"], 0, 0, 0)
    assert 0 < d["latency_ns"]["min"] <= d["latency_ns"]["p50"] <= d["latency_ns"]["p99"] <= d["latency_ns"]["max"]
    assert test["config"]["payload_bytes"] == (5000 if "-d" in load else 48)
    calls = redis.calls()
    puts = {"list": "lpush", "blmove": "lpush", "stream": "xadd"}.get(kind[-1], "spublish" if "sharded" in kind[0] else "publish")
    assert calls[puts] == n
    if kind[-1] == "list":
        assert calls["brpop"] >= n
    if kind[-1] == "blmove":
        assert calls["lrem"] == n
    if kind[-1] == "stream":
        assert 0 < calls["xack"] <= n
    assert redis.dbsize() == 0  # nothing is left


def test_a_stream_has_nothing_pending(bench, start_redis):
    """All were acknowledged: looked at by a consumer that the run does not know, before its stream goes."""
    server = start_redis("--rename-command", "DEL", "NODEL")
    run = bench("-p", server.port, "--queue", "stream", "-n", 500, "-c", 3, "--no-probe", "--json", "-")
    assert only(run)["delivery"]["delivered"] == 500
    with client_of(server) as client:
        [key] = client.call("KEYS", "*")
        assert client.call("XLEN", key) == 500
        assert client.call("XPENDING", key, "hkv-bench")[0] == 0


@pytest.mark.parametrize("preset, puts, takes", [("queue", "lpush", "brpop"), ("pubsub", "publish", "subscribe")])
def test_a_sweep_and_a_search_of_messages(bench, redis, preset, puts, takes):
    points, trial = (200, 400), 0.2
    run = bench("sweep", "rate", "-p", redis.port, "--workload", preset, "--points", ",".join(map(str, points)), "--passes", 1, "--trial",
                f"{trial}s", "--idle", 0, "--json", "-")
    test = only(run)
    assert test["test"] == preset and [point["value"] for point in test["points"]] == list(points)
    assert all(point["answered"] and point["errors"] == point["unfinished"] == 0 for point in test["points"])
    calls, answered = redis.calls(), sum(point["answered"] for point in test["points"])
    assert answered <= calls[puts] <= 2 * answered and calls[takes] > 0 and redis.dbsize() == 0  # the lead of each is beside it
    run = bench("saturate", "-p", redis.port, "--workload", preset, "--slo", "p90=10ms", "--trial", "200ms", "--idle", 0, "--budget", "400ms",
                "--no-calibration", "--json", "-")
    test = json.loads(run.out)["tests"][0]
    assert run.rc in (0, 1) and test["test"] == preset and test["trials"], run
    assert all(trial["errors"] == 0 and trial["due"] for trial in test["trials"]) and redis.dbsize() == 0


def test_the_warm_up_is_not_counted(bench, redis):
    test = only(bench("-p", redis.port, "--queue", "list", "--rate", 2000, "--warmup", "0.3s", "-n", 600, "--no-probe",
                      "--json", "-"))
    assert test["delivery"]["sent"] == test["delivery"]["delivered"] == 600
    assert redis.calls()["lpush"] > 600


def test_each_result_is_kept_and_judged(bench, redis, tmp_path):
    db = tmp_path / "h.db"
    run = bench("-p", redis.port, "--queue", "list", "-n", 500, "--no-probe", "--save", db, "--assert",
                "queue.lost_messages==0", "--assert", "delivery_p99<10s", "--assert", "delivery_p50>1ns")
    assert run.rc == 0 and "PASS queue.lost_messages==0 (" in run.out, run
    assert "QUEUE (LPUSH to BRPOP)" in run.out and "delivered    500 of 500 to 10 consumers, 0 lost" in run.out
    assert "end-to-end" in run.out and "(from due to delivery)" in run.out
    shown = bench("history", db, "show", "1", "--json")
    figures = json.dumps(json.loads(shown.out))
    assert '"delivery_p99"' in figures and '"lost_messages"' in figures, shown
    run = bench("-p", redis.port, "--queue", "list", "-n", 500, "--no-probe", "-q", "--assert", "delivery_p50<1ns")
    assert run.rc == 10, run


class Sieve(threading.Thread):
    """Stands before a redis-server and takes away every tenth LPUSH, answering for it, or sends it twice."""

    def __init__(self, server, twice):
        super().__init__(daemon=True)
        self.server, self.twice, self.taken, self.lock = server, twice, 0, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.seen = 0
        self.theres = []

    def end(self):
        """The server shall have no waiting clients left for the next test."""
        self.listener.close()
        for there in self.theres:
            with contextlib.suppress(OSError): # it may have ended by itself
                there.shutdown(socket.SHUT_RDWR)

    def run(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        with socket.create_connection(("127.0.0.1", self.server.port)) as there, sock:
            self.theres.append(there)
            ask, answer = sock.makefile("rb"), there.makefile("rb")
            while line := ask.readline():
                words = []
                for _ in range(int(line[1:])):
                    words.append(ask.read(int(ask.readline()[1:]) + 2)[:-2])
                whole = b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)
                with self.lock:
                    self.seen += words[0] == b"LPUSH"
                    hit = words[0] == b"LPUSH" and self.seen % 10 == 0
                    self.taken += hit
                if hit and not self.twice:
                    sock.sendall(b":1\r\n")
                    continue
                for _ in range(2 if hit else 1):
                    there.sendall(whole)
                    reply = self.reply(answer)
                sock.sendall(reply)

    def reply(self, answer):
        line = answer.readline()
        if line[:1] == b"$" and int(line[1:]) >= 0:
            return line + answer.read(int(line[1:]) + 2)
        if line[:1] == b"*":
            return line + b"".join(self.reply(answer) for _ in range(int(line[1:])))
        return line


@pytest.mark.parametrize("twice", [False, True])
def test_what_is_lost_or_comes_twice_is_counted(bench, redis, twice):
    sieve = Sieve(redis, twice)
    sieve.start()
    run = bench("-p", sieve.port, "--queue", "list", "-n", 400, "-c", 4, "--consumers", 3, "--no-probe", "--grace", "300ms",
                "--json", "-")
    sieve.end()
    d = json.loads(run.out)["tests"][0]["delivery"]
    assert sieve.taken == 40 and run.rc == 1 and "lost-messages" not in run.err, run
    assert (d["delivered"], d["lost"]) == ((400, 0) if twice else (360, 40))
    assert 38 <= d["duplicates"] <= 40 if twice else d["duplicates"] == 0  # nobody waits for a second one at the end
    assert f"of 400 deliveries {d['lost']} are missing, {d['duplicates']} came twice" in run.err


def test_a_server_that_has_no_such_command_says_so(bench, embedded):
    run = bench("-p", embedded.port, "--queue", "list", "-n", 100, "--no-probe")
    assert run.rc == 1 and "a consumer was refused: ERR unknown command" in run.err, run


def test_a_server_that_dies_ends_the_run(bench, start_redis):
    server = start_redis()
    run = bench.start("-p", server.port, "--queue", "list", "--rate", 500, "-n", 5000, "--grace", "500ms", "--json", "-")
    while not server.calls().get("lpush", 0) > 50:
        pass
    server.kill()
    run.wait(30)
    d = json.loads(run.out)["tests"][0]["delivery"]
    assert run.rc == 1 and d["lost_consumers"] == 10 and d["delivered"] + d["lost"] == d["sent"] < 5000, run


@pytest.mark.parametrize("words, says", [
    (("--queue", "list", "--pubsub"), "--queue and --pubsub are two loads"),
    (("--queue", "list", "-t", "get"), "--queue sets what is sent: leave out -t"),
    (("--pubsub", "GET", "x"), "--pubsub sets what is sent: leave out the command at the end"),
    (("--queue", "list", "--engine", "null"), "leave out --engine null"),
    (("--queue", "list", "--cluster"), "leave out --cluster"),
    (("--queue", "list", "--queues", 20), "--consumers: expected one for each of the 20 queues at least, got 10"),
    (("--consumers", 5), "--consumers needs --queue or --pubsub"),
    (("--queue", "lists"), "--queue: expected one of off, list, blmove or stream, got 'lists'"),
    (("--queue", "list", "--assert", "get.p99<1ms"), "--assert: expected queue.p99, got 'get.p99'"),
])
def test_what_cannot_be(bench, words, says):
    run = bench(*words)
    assert run.rc == 2 and says in run.err and run.out == "", run


@pytest.mark.full
def test_the_others_take_them_too(bench, redis):
    here = f"127.0.0.1:{redis.port}"
    run = bench("compare", f"a={here}", f"b={here}", "--queue", "list", "--blocks", 2, "--slot", "100ms", "--idle", "0", "--no-calibration", "--json", "-")
    assert run.rc in (0, 11) and json.loads(run.out)["tests"][0]["test"] == "queue", run
    assert redis.dbsize() == 0
