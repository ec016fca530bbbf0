# SPDX-License-Identifier: MIT
"""How a connection logs in: RESP3, client tracking, users, and passwords that nobody sees."""

import fcntl
import json
import os
import subprocess
import termios
import time

import pytest

import formats
import servers
from waiting import until

SECRET = "s3cr@t/x-very-much"


def only(run):
    assert run.rc == 0, run
    return formats.only(formats.read_json(run.out))


# RESP3

def test_the_whole_catalogue_in_resp3(bench, redis):
    both = []
    for words in ([], ["-3"]):
        redis.reset()
        run = bench("-p", redis.port, "-n", 203, "-c", 7, "-P", 4, "-r", 50, "--seed", 1, "--json", "-", "-q", *words)
        tests = formats.read_json(run.out)["tests"]
        assert run.rc == 0 and {t["counts"]["answered"] for t in tests} == {203}, run
        assert {t["counts"]["errors"] for t in tests} == {0}
        assert {t["config"]["protocol"] for t in tests} == {3 if words else 2}
        calls = redis.calls()
        hellos = calls.pop("hello", 0)
        assert hellos == (7 * len(tests) if words else 0)
        both.append(({t["test"]: (t["counts"]["hits"], t["counts"]["misses"]) for t in tests
                      if t["test"] in ("get", "mget", "lpop", "rpop", "zpopmin", "lrange_100")}, calls))
    assert both[0][1] == both[1][1]
    for name, (hits, misses) in both[0][0].items():
        assert sum(both[1][0][name]) == hits + misses, name


@pytest.mark.parametrize("command,hits,misses", [
    (["GET", "none"], 0, 20), (["HGETALL", "h"], 20, 0), (["SMEMBERS", "s"], 20, 0), (["SMEMBERS", "none"], 0, 20),
    (["HGETALL", "none"], 0, 20), (["LPOP", "none"], 0, 20), (["MGET", "a", "none"], 20, 20)])
def test_what_reads_find_in_resp3(bench, redis, command, hits, misses):
    redis.client.call("HSET", "h", "f", "v")
    redis.client.call("SADD", "s", "m")
    redis.client.call("SET", "a", "1")
    test = only(bench("-p", redis.port, "-3", "-n", 20, "-c", 2, "-P", 3, "--json", "-", *command))
    assert test["counts"]["ok"] == 20
    assert (test["counts"]["hits"], test["counts"]["misses"]) == (hits, misses)


def test_attributes_and_pushes_are_no_answers(bench, start_redis):
    redis = start_redis("--enable-debug-command", "yes")
    for kind, counts in (("attrib", (60, 0)), ("push", (0, 60)), ("map", (0, 0)), ("set", (0, 0)), ("verbatim", (0, 0)),
                         ("bignum", (0, 0)), ("double", (0, 0)), ("true", (0, 0)), ("null", (0, 0))):
        run = bench("-p", redis.port, "-3", "-n", 60, "-c", 3, "-P", 5, "--json", "-", "DEBUG", "PROTOCOL", kind)
        if kind == "push": # redis-server answers it with nothing else
            continue
        found = only(run)["counts"]
        assert (found["ok"], found["errors"]) == (60, 0), kind
        assert (found["attributes"], found["pushes"]) == counts, kind


@pytest.mark.parametrize("words", [[], ["-a", "any"]])
def test_the_embedded_server_speaks_resp3(bench, words):
    run = bench("--embedded", "-3", *words, "-t", "set,get,mget", "-n", 200, "-r", 1000000, "--json", "-", "-q")
    tests = formats.read_json(run.out)["tests"]
    assert run.rc == 0 and {t["config"]["protocol"] for t in tests} == {3}, run
    assert {t["counts"]["errors"] for t in tests} == {0}
    _, get, mget = [t["counts"] for t in tests]
    assert (get["hits"], get["misses"]) == (200, 0) and mget["hits"] >= 200 and mget["misses"] > 1000  # nulls of RESP3


def test_a_server_without_resp3(bench, serve):
    server = serve(servers.Narrow)
    run = bench("-p", server.port, "-3", "-t", "set", "-n", 10)
    assert (run.rc, run.out) == (3, ""), run
    assert "does not speak RESP3: it answered HELLO with \"" in run.err and run.err.endswith(": leave out -3\n")


def test_hello_needs_the_password_that_is_missing(bench, start_redis):
    redis = start_redis()
    redis.client.call("CONFIG", "SET", "requirepass", "hunter2")
    run = bench("-p", redis.port, "-3", "-t", "set", "-n", 10)
    assert run.rc == 3 and "NOAUTH" in run.err and run.err.endswith(": give a password with -a\n"), run


# Client tracking

def written_to(redis, run, key):
    """Writes the key again and again while the run lasts; answers how often."""
    n = 0
    while run.proc.poll() is None:
        redis.client.call("SET", key, n)
        n += 1
        time.sleep(0.005)
    run.wait()
    return n


@pytest.mark.parametrize("mode,words", [("on", ["--enable-tracking"]), ("on", ["--tracking", "on"]),
                                        ("optin", ["--tracking", "optin"])])
@pytest.mark.parametrize("load", [[], ["--rate", 2000]])
def test_invalidations_of_keys_that_were_read(bench, redis, mode, words, load):
    run = bench.start("-p", redis.port, "-3", *words, *load, "-c", 1, "--duration", 1, "--interval", "100ms", "--json", "-",
                      "GET", "k")
    n = written_to(redis, run, "k")
    test = only(run)
    assert test["config"]["tracking"] == mode
    counts = test["counts"]
    assert 10 < counts["invalidations"] <= n and counts["invalidated_keys"] == counts["invalidations"] <= counts["pushes"]
    assert sum(row["invalidations"] for row in test["series"]) == counts["invalidations"]
    calls = redis.client.info("commandstats")
    said = int(calls.get("cmdstat_client|caching", "calls=0,").split("calls=")[1].split(",")[0])
    assert said == (redis.calls()["get"] if mode == "optin" else 0)


def test_broadcast_invalidations(bench, redis):
    run = bench("-p", redis.port, "-3", "--tracking", "bcast", "-t", "set", "-n", 500, "-c", 1, "--json", "-")
    counts = only(run)["counts"]
    assert 490 <= counts["invalidated_keys"] <= 500 and counts["ok"] == 500


def test_invalidations_are_shown(bench, redis, tmp_path):
    rows = tmp_path / "rows.csv"
    run = bench("-p", redis.port, "-3", "--tracking", "bcast", "-t", "set", "-n", 500, "-c", 1, "--series", rows)
    assert run.rc == 0 and "\n  protocol: RESP3\n  client tracking: bcast\n" in run.out, run
    assert "  invalidated  " in run.out
    head, *lines = rows.read_text().splitlines()
    at = head.split(",").index("invalidations")
    assert sum(int(line.split(",")[at]) for line in lines) > 400


@pytest.mark.parametrize("name", ["redis-benchmark", "valkey-benchmark"])
@pytest.mark.parametrize("words", [["-3"], ["--enable-tracking"], ["-3", "--enable-tracking"]])
def test_the_peers_command_lines(bench, redis, name, words):
    run = bench("-p", redis.port, "-n", 200, "-t", "set,get", "-q", *words, name=name)
    assert run.rc == 0 and run.err == "", run
    assert redis.calls()["set"] == redis.calls()["get"] == 200


# Names

def test_no_name_but_by_option(bench, redis):
    for words, name in ([], ""), (["--client-name", "load-1"], "load-1"):
        run = bench.start("-p", redis.port, "-I", "-c", 3, "--no-probe", *words)
        until(lambda: int(redis.client.info("clients")["connected_clients"]) == 4)
        lines = until(lambda: [l for l in redis.client.call("CLIENT", "LIST").decode().splitlines() if "cmd=client|list" not in l])
        assert {dict(f.split("=", 1) for f in line.split())["name"] for line in lines} == {name}
        run.proc.kill()
        run.wait()
        until(lambda: int(redis.client.info("clients")["connected_clients"]) == 1)


def test_client_info(bench, redis):
    run = bench("-p", redis.port, "-t", "set", "-n", 10, "--client-info")
    if redis.client.info("server")["redis_version"] < "7.2":
        assert run.rc == 3 and "does not know CLIENT SETINFO" in run.err and "leave out --client-info" in run.err, run
    else:
        assert run.rc == 0, run


# Passwords

@pytest.fixture
def locked(start_redis):
    redis = start_redis()
    redis.client.call("ACL", "SETUSER", "bench", "on", ">" + SECRET, "~*", "&*", "+@all")
    redis.client.call("CONFIG", "SET", "requirepass", SECRET)
    return redis


def env(**more):
    return {**os.environ, **more}


@pytest.mark.parametrize("words", [[], ["-3"]])
@pytest.mark.parametrize("user", [[], ["--user", "bench"]])
@pytest.mark.parametrize("given", ["-a", "HKV_BENCH_AUTH", "REDISCLI_AUTH", "both"])
def test_where_a_password_comes_from(bench, locked, words, user, given):
    password = ["-a", SECRET] if given == "-a" else []
    around = {"-a": {"HKV_BENCH_AUTH": "wrong"}, "both": {"HKV_BENCH_AUTH": SECRET, "REDISCLI_AUTH": "wrong"}}
    run = bench("-p", locked.port, *words, *user, *password, "-t", "set", "-n", 50, "--json", "-",
                env=env(**around.get(given, {given: SECRET})))
    assert only(run)["counts"]["ok"] == 50
    assert locked.client.call("ACL", "WHOAMI") == b"default"


def test_a_user_who_is_removed_in_mid_run(bench, locked):
    """Its connections break, and the new ones are refused: that is what the report says in the end."""
    run = bench.start("-p", locked.port, "--user", "bench", "-a", SECRET, "-t", "set", "--rate", 1000, "--duration", "1s", "-c", 4,
                      "--grace", "500ms")
    until(lambda: locked.calls().get("set", 0) > 200)
    locked.client.call("ACL", "DELUSER", "bench")
    run.wait()
    assert run.rc == 1 and "4 of 4 connections lost" in run.err and "WRONGPASS" in run.err and "s3cr" not in run.err, run


def all_of(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def arguments_of(run):
    with open(f"/proc/{run.proc.pid}/cmdline", "rb") as f:
        return f.read()


@pytest.mark.parametrize("words", [["-a", SECRET], ["--password=" + SECRET], ["--user", "bench", "-a", SECRET, "-3"],
                                   ["-u", "redis://bench:s3cr%40t%2Fx-very-much@127.0.0.1:PORT"]])
def test_no_secret_in_anything_that_is_left_behind(bench, locked, tmp_path, words):
    words = [word.replace("PORT", str(locked.port)) for word in words]
    out = tmp_path / "out"
    out.mkdir()
    run = bench.start("-p", locked.port, *words, "-t", "set", "--duration", 1, "--json", out / "r.json", "--save", out / "r.db",
                      "--series", out / "s.csv", "--hdr", out / "h")
    until(lambda: b"xxxx" in arguments_of(run))
    assert b"s3cr" not in arguments_of(run)
    run.wait()
    assert run.rc == 0, run
    assert b"s3cr" not in run.raw and b"s3cr" not in all_of(out)


@pytest.mark.parametrize("subcommand", ["compare", "saturate", "sweep"])
def test_no_secret_of_a_subcommand(bench, locked, tmp_path, subcommand):
    uri = f"redis://bench:s3cr%40t%2Fx-very-much@127.0.0.1:{locked.port}"
    out = tmp_path / "out"
    out.mkdir()
    kept = ["--json", out / "r.json", "--save", out / "r.db"]
    words = {"compare": ["compare", "a=" + uri, f"b=127.0.0.1:{locked.port}", f"--for=b:--password={SECRET}", "-t", "set",
                         "--slot", "200ms", "--blocks", 2, "-3", *kept],
             "saturate": ["saturate", "--slo", "p50=1us", "--trial", "100ms", "--idle", 0, "-u", uri, "-3", *kept],
             "sweep": ["sweep", "clients", "--points", "1,2", "--trial", "100ms", "--passes", 1, "-u", uri, "-t", "set", "-3",
                       *kept]}[subcommand]
    run = bench.start(*words)
    until(lambda: b"xxxx" in arguments_of(run) or run.proc.poll() is not None)
    if run.proc.poll() is None:
        assert b"s3cr" not in arguments_of(run)
    run.wait(60)
    assert run.rc == (1 if subcommand == "saturate" else 0) or (run.rc == 10 and subcommand == "compare"), run
    assert json.loads((out / "r.json").read_text())["kind"] == subcommand and locked.calls()["hello"] > 2
    assert b"s3cr" not in run.raw and b"s3cr" not in all_of(out), run


def on_a_terminal(bench, words, typed):
    """Runs it on a terminal of its own, types there once it was asked, and answers the run and what the terminal showed."""
    ours, theirs = os.openpty()

    def own():
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
    run = bench.start(*words, preexec_fn=own)
    shown = b""
    while b": " not in shown:
        shown += os.read(ours, 1000)
    os.write(ours, typed)
    run.wait()
    os.close(theirs)
    try:
        while more := os.read(ours, 1000):
            shown += more
    except OSError:
        pass
    os.close(ours)
    return run, shown.decode()


def test_a_password_from_the_terminal(bench, locked):
    run, shown = on_a_terminal(bench, ["-p", locked.port, "--user", "bench", "--askpass", "-t", "set", "-n", 50, "--json", "-"],
                               b"oops\x15" + SECRET.encode() + b"!\x7f\n")
    assert only(run)["counts"]["ok"] == 50
    assert shown.startswith("Password of bench for 127.0.0.1: ") and "s3cr" not in shown and "oops" not in shown


@pytest.mark.parametrize("typed,said", [(b"\x03", "--askpass: interrupted"), (b"\n", "--askpass: no password was typed")])
def test_no_password_from_the_terminal(bench, locked, typed, said):
    run, _ = on_a_terminal(bench, ["-p", locked.port, "--askpass", "-t", "set", "-n", 50], typed)
    assert run.rc == 2 and said in run.err and run.out == "", run


def test_no_terminal_to_ask_on(bench, redis):
    run = bench("-p", redis.port, "--askpass", preexec_fn=os.setsid)
    assert run.rc == 2 and "there is no terminal to ask on: set the environment variable HKV_BENCH_AUTH" in run.err, run
