# SPDX-License-Identifier: MIT
"""The ways to a server, and what is set up on a connection before the load."""

import resource
import signal
import socket

import pytest

import formats
from waiting import until


def have_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def test_unix_socket(bench, redis):
    run = bench("-s", redis.sock, "-t", "set", "-n", 100, "-c", 5)
    assert run.rc == 0, run
    assert redis.calls() == {"set": 100}


def test_unix_socket_with_many_connections(bench, redis):
    run = bench("-s", redis.sock, "-t", "set", "-n", 3000, "-c", 1500, "--no-probe")
    assert run.rc == 0, run
    assert redis.calls() == {"set": 3000}
    assert redis.client.connections() == 1500


@pytest.mark.skipif(not have_ipv6(), reason="this machine has no IPv6 loopback")
def test_ipv6(bench, redis):
    run = bench("-h", "::1", "-p", redis.port, "-t", "set", "-n", 50)
    assert run.rc == 0, run
    assert redis.calls() == {"set": 50}


def test_host_name(bench, redis):
    run = bench("-h", "localhost", "-p", redis.port, "-t", "set", "-n", 50)
    assert run.rc == 0, run
    assert redis.calls() == {"set": 50}


def test_dbnum(bench, redis):
    run = bench("-p", redis.port, "--dbnum", 3, "-t", "set", "-n", 200, "-r", 10, "-c", 4, "--json", "-")
    assert run.rc == 0, run
    assert list(redis.client.info("keyspace")) == ["db3"]
    assert formats.only(formats.read_json(run.out))["counts"]["answered"] == 200
    calls = redis.calls()
    assert calls["set"] == 200 and calls["select"] <= 5


def test_dbnum_that_the_server_lacks(bench, redis):
    run = bench("-p", redis.port, "--dbnum", 999, "-t", "set", "-n", 200)
    assert run.rc == 3, run
    assert "DB index is out of range" in run.err
    assert "set" not in redis.calls()


# Who we are

@pytest.fixture
def locked(start_redis):
    """A server with a default password, and a user `bench` who may do everything but FLUSHALL."""
    redis = start_redis()
    redis.client.call("ACL", "SETUSER", "bench", "on", ">s3cr@t/x", "~*", "+@all", "-flushall")
    redis.client.call("CONFIG", "SET", "requirepass", "hunter2")
    redis.client.call("CONFIG", "RESETSTAT")
    return redis


def test_password(bench, locked):
    run = bench("-p", locked.port, "-a", "hunter2", "-t", "set", "-n", 100, "-c", 4)
    assert run.rc == 0, run
    assert locked.calls()["set"] == 100


def test_user_and_password(bench, locked):
    run = bench("-p", locked.port, "--user", "bench", "-a", "s3cr@t/x", "-t", "set", "-n", 100, "-c", 4)
    assert run.rc == 0, run
    assert locked.calls()["set"] == 100


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_uri(bench, locked, scheme):
    run = bench("-u", f"{scheme}://bench:s3cr%40t%2Fx@127.0.0.1:{locked.port}/5", "-t", "set", "-n", 100)
    assert run.rc == 0, run
    assert list(locked.client.info("keyspace")) == ["db5"]


def test_uri_without_user(bench, redis):
    run = bench("-u", f"redis://127.0.0.1:{redis.port}", "-t", "set", "-n", 10)
    assert run.rc == 0, run
    assert redis.calls() == {"set": 10}


@pytest.mark.parametrize("args", [["-a", "wrong"], ["--user", "bench", "-a", "wrong"], ["--user", "joe", "-a", "x"]])
def test_wrong_password_is_told_before_any_load(bench, locked, args):
    run = bench("-p", locked.port, *args, "-t", "set", "-n", 100)
    assert run.rc == 3, run
    assert run.out == ""
    assert "WRONGPASS" in run.err
    assert "set" not in locked.calls()


def test_missing_password(bench, locked):
    run = bench("-p", locked.port, "-t", "set", "-n", 100)
    assert run.rc in (1, 3), run
    assert "NOAUTH" in run.out + run.err


def test_what_the_user_may_not_do(bench, locked):
    run = bench("-p", locked.port, "--user", "bench", "-a", "s3cr@t/x", "-n", 10, "FLUSHALL")
    assert run.rc == 1, run
    assert "NOPERM" in run.out + run.err


def test_the_password_is_not_told(bench, locked):
    uri = f"redis://bench:s3cr%40t%2Fx@127.0.0.1:{locked.port}/5"
    for args in (["-p", locked.port, "-a", "hunter2"], ["-u", uri]):
        run = bench(*args, "-t", "set", "-n", 10, "--json", "-")
        assert run.rc == 0, run
        assert "hunter2" not in run.out + run.err
        assert "s3cr" not in run.out + run.err


# The rest of the old options

def test_last_argument_from_stdin(bench, redis):
    data = b"hello\r\nw\x00rld \xff\n"
    run = bench("-p", redis.port, "-x", "-n", 10, "-c", 2, "SET", "k", stdin=data)
    assert run.rc == 0, run
    assert redis.calls() == {"set": 10}
    assert redis.client.call("GET", "k") == data


def test_empty_stdin(bench, redis):
    run = bench("-p", redis.port, "-x", "-n", 10, "SET", "k", stdin=b"")
    assert run.rc == 0, run
    assert redis.client.call("GET", "k") == b""


def test_large_stdin(bench, redis):
    data = bytes(range(256)) * 8000
    run = bench("-p", redis.port, "-x", "-n", 5, "-c", 1, "-P", 5, "SET", "k", stdin=data)
    assert run.rc == 0, run
    assert redis.client.call("GET", "k") == data


def test_loop(bench, redis):
    run = bench.start("-p", redis.port, "-l", "-t", "set,incr", "-n", 200, "--csv")
    until(lambda: redis.calls().get("incr", 0) >= 600)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    titles = [row["title"] for row in formats.read_csv(run.out)]
    assert titles[:6] == 3 * ["SET", "INCR"]


def test_idle(bench, redis):
    before = int(redis.client.info("clients")["connected_clients"])
    run = bench.start("-p", redis.port, "-I", "-c", 33, "--no-probe")
    until(lambda: int(redis.client.info("clients")["connected_clients"]) == before + 33)
    run.signal(signal.SIGINT)
    assert run.rc in (0, 130), run
    assert redis.calls() == {}
    assert redis.client.connections() == 33


def test_e_has_no_effect(bench, redis):
    run = bench("-p", redis.port, "-e", "-t", "set", "-n", 10)
    assert run.rc == 0, run
    assert redis.calls() == {"set": 10}


def test_keepalive_off_through_a_unix_socket(bench, redis):
    run = bench("-s", redis.sock, "-k", 0, "-t", "set", "-n", 200, "-c", 3, "--no-probe")
    assert run.rc == 0, run
    assert redis.calls() == {"set": 200}


# Many connections

def test_ten_thousand_connections(bench, embedded):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < 10100:
        pytest.skip(f"the hard limit of open files is {hard}, and 10,100 are needed")
    run = bench("-p", embedded.port, "-c", 10000, "-n", 30000, "-t", "ping_mbulk", "--json", "-", timeout=120)
    assert run.rc == 0, run
    counts = formats.only(formats.read_json(run.out))["counts"]
    assert (counts["ok"], counts["lost_connections"]) == (30000, 0)
    assert "10000" in run.out


def test_ten_thousand_connections_in_two_threads(bench, embedded):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < 10100:
        pytest.skip(f"the hard limit of open files is {hard}, and 10,100 are needed")
    run = bench("-p", embedded.port, "-c", 10000, "-n", 20000, "-t", "set", "--threads", 2, "-q", timeout=120)
    assert run.rc == 0, run
