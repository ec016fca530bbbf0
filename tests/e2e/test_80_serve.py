# SPDX-License-Identifier: MIT
"""The embedded server: a target for first steps and self-tests that speaks like the real ones."""

import re
import shutil
import signal
import socket
import subprocess

import pytest

import formats
from resp_client import Client, RespError
from waiting import until


@pytest.fixture
def client(embedded):
    with Client(embedded.address) as c:
        yield c


def test_strings(client):
    assert client.call("PING") == "PONG"
    assert client.call("PING", "hi") == b"hi"
    assert client.call("ECHO", b"a\x00\r\n\xff") == b"a\x00\r\n\xff"
    assert client.call("GET", "k") is None
    assert client.call("SET", "k", b"v\x00\r\n") == "OK"
    assert client.call("get", "k") == b"v\x00\r\n"
    assert client.call("GET", "K") is None
    assert client.call("SET", "", "") == "OK"
    assert client.call("GET", "") == b""
    assert client.call("EXISTS", "k", "k", "none") == 2
    assert client.call("DEL", "k", "none") == 1
    assert client.call("DBSIZE") == 1
    assert client.call("FLUSHALL") == "OK"
    assert client.call("DBSIZE") == 0


def peak_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmHWM:\s+(\d+) kB", f.read())[1]) / 1024


@pytest.mark.usefixtures("unsanitized")
def test_one_long_reply_takes_bounded_memory(embedded, client):
    value = b"0123456789abcdef" * 65536
    client.call("CONFIG", "RESETSTAT")
    assert client.call("SET", "k", value) == "OK"
    got = client.call("MGET", *["k"] * 200, "none")
    assert len(got) == 201 and got[-1] is None and all(v == value for v in got[:-1])
    assert client.call("PING") == "PONG"
    assert b"cmdstat_mget:calls=1," in client.call("INFO")
    assert peak_mib(embedded.proc.pid) < 60


@pytest.mark.usefixtures("unsanitized")
def test_clients_that_do_not_read_take_bounded_memory(embedded, client):
    assert client.call("SET", "k", b"v" * 1000000) == "OK"
    ask = b"*51\r\n$4\r\nMGET\r\n" + b"$1\r\nk\r\n" * 50
    crowd = [socket.create_connection(embedded.address) for _ in range(10)]
    for sock in crowd:
        sock.sendall(ask * 3)
        assert sock.recv(1) == b"*"
    assert client.call("PING") == "PONG"
    assert peak_mib(embedded.proc.pid) < 120
    for sock in crowd:
        sock.close()


def test_set_options(client):
    assert client.call("SET", "k", "1", "XX") is None
    assert client.call("SET", "k", "1", "NX") == "OK"
    assert client.call("SET", "k", "2", "NX") is None
    assert client.call("SET", "k", "3", "XX") == "OK"
    assert client.call("GET", "k") == b"3"
    assert client.call("SET", "k", "4", "EX", 100) == "OK"
    assert 98 <= client.call("TTL", "k") <= 100
    assert client.call("SET", "k", "5") == "OK"
    assert client.call("TTL", "k") == -1
    assert client.call("SET", "k", "6", "PX", 30) == "OK"
    until(lambda: client.call("GET", "k") is None)
    assert client.call("TTL", "k") == -2
    for wrong in (["EX", "0"], ["EX", "-1"], ["EX", "x"], ["EX"], ["NX", "XX"], ["NONSENSE"]):
        with pytest.raises(RespError):
            client.call("SET", "k", "7", *wrong)


def test_expire(client):
    assert client.call("EXPIRE", "k", 100) == 0
    client.call("SET", "k", "v")
    assert client.call("EXPIRE", "k", 100) == 1
    assert 98 <= client.call("TTL", "k") <= 100
    assert client.call("EXPIRE", "k", -1) == 1
    assert client.call("EXISTS", "k") == 0


def test_numbers_and_many(client):
    assert client.call("INCR", "n") == 1
    assert client.call("INCR", "n") == 2
    client.call("SET", "n", "9223372036854775807")
    with pytest.raises(RespError, match="overflow"):
        client.call("INCR", "n")
    client.call("SET", "n", "abc")
    with pytest.raises(RespError, match="integer"):
        client.call("INCR", "n")
    assert client.call("MSET", "a", 1, "b", 2) == "OK"
    assert client.call("MGET", "a", "none", "b") == [b"1", None, b"2"]
    with pytest.raises(RespError):
        client.call("MSET", "a", 1, "b")


def test_the_rest(client):
    assert client.call("SELECT", 0) == "OK"
    assert isinstance(client.call("CONFIG", "GET", "save"), list)
    assert isinstance(client.call("COMMAND"), list)
    assert b"\r\n" in client.call("INFO")
    with pytest.raises(RespError, match="^ERR unknown command"):
        client.call("NOSUCH", "x")
    with pytest.raises(RespError, match="^ERR wrong number of arguments"):
        client.call("GET")
    assert client.call("PING") == "PONG"
    assert client.call("QUIT") == "OK"
    assert client.file.read(1) == b""


def test_inline_and_split_requests(embedded):
    with Client(embedded.address) as c:
        c.sock.sendall(b"PING\r\nSET a b\r\n")
        assert (c.read(), c.read()) == ("PONG", "OK")
        for byte in b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n":
            c.sock.sendall(bytes([byte]))
        assert c.read() == b"b"


@pytest.mark.parametrize("garbage", [b"*1\r\n:5\r\n", b"*99999999999\r\n", b"*1\r\n$99999999999\r\n", b"*x\r\n",
                                     b"*1\r\n$-5\r\n", b"*1\r\n$3\r\nPINGxx\r\n"])
def test_bytes_that_are_no_request(embedded, garbage):
    with Client(embedded.address) as c:
        c.sock.sendall(garbage)
        assert isinstance(c.read(), RespError)
        assert c.file.read(1) == b""
    with Client(embedded.address) as c:
        assert c.call("PING") == "PONG"


def test_a_large_pipeline_to_a_slow_client(embedded):
    with Client(embedded.address, timeout=30) as c:
        c.call("SET", "k", b"x" * 10000)
        c.sock.sendall(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n" * 1000)
        for _ in range(1000):
            assert len(c.read()) == 10000


def test_the_bench_on_it(bench, embedded):
    run = bench("-p", embedded.port, "-t", "set,get,incr,mset,mget,ping", "-n", 2003, "-c", 20, "-P", 4, "--threads", 2,
                "-r", 100, "--json", "-")
    assert run.rc == 0, run
    doc = formats.read_json(run.out)
    assert [t["counts"]["ok"] for t in doc["tests"]] == 7 * [2003]


def test_the_suite_on_it_skips_what_it_lacks(bench, embedded):
    run = bench("-p", embedded.port, "-n", 50, "--json", "-")
    done = [t["title"] for t in formats.read_json(run.out)["tests"] if t["counts"]["ok"] == 50]
    assert done == ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET (10 keys)", "MGET (10 keys)"]


def test_embedded(bench):
    run = bench("--embedded", "-t", "set,get", "-n", 1000, "-r", 100)
    assert run.rc == 0, run
    assert [r["title"] for r in formats.read_text(run.out)] == ["SET", "GET"]


def test_embedded_interrupted(bench):
    run = bench.start("--embedded", "-t", "set", "--duration", "60s", "--json", "-")
    port = until(lambda: listening(run.proc.pid))
    with Client(("127.0.0.1", port)) as c:
        until(lambda: c.call("DBSIZE") > 100)
    run.signal(signal.SIGINT)
    assert run.rc == 130, run
    formats.read_json(run.out)


def listening(pid):
    """The TCP port on which a process (or its child) listens, by the kernel's tables; None when there is none."""
    inodes = {}
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table.readlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                inodes[fields[9]] = int(fields[1].split(":")[1], 16)
    found = subprocess.run(["find", f"/proc/{pid}/fd", "-lname", "socket:*", "-printf", "%l\n"],
                           capture_output=True, text=True, timeout=10).stdout
    for inode in re.findall(r"\d+", found):
        if inode in inodes:
            return inodes[inode]
    return None


def test_serve_on_a_path(bench, tmp_path):
    path = str(tmp_path / "s.sock")
    server = bench.start("serve", "-p", 0, "-s", path)
    until(lambda: dial(path))
    run = bench("-s", path, "-t", "set", "-n", 100)
    assert run.rc == 0, run
    server.signal(signal.SIGTERM)
    assert server.rc in (0, 143), server


def dial(path):
    try:
        with Client(path) as c:
            return c.call("PING")
    except OSError:
        return None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_at_a_signal(embedded, number):
    embedded.proc.send_signal(number)
    assert embedded.proc.wait(20) in (0, 128 + number)


def test_serve_on_a_port_that_is_taken(bench, embedded):
    run = bench("serve", "-p", embedded.port, timeout=20)
    assert run.rc in (2, 3), run
    assert str(embedded.port) in run.err


@pytest.mark.skipif(not shutil.which("redis-benchmark"), reason="redis-benchmark is not installed")
def test_redis_benchmark_on_it(embedded):
    argv = ["redis-benchmark", "-p", str(embedded.port), "-t", "ping,set,get,incr,mset", "-n", "2000", "-P", "4",
            "--csv"]
    run = subprocess.run(argv, capture_output=True, timeout=60)
    assert run.returncode == 0, run
    assert len(formats.read_csv(run.stdout.decode())) == 6


@pytest.mark.parametrize("words", [("--capacity", "0"), ("--capacity", "2000/m"), ("--capacity", "many")])
def test_serve_says_what_a_capacity_is(bench, words):
    run = bench("serve", "-p", 0, *words, timeout=20)
    assert run.rc == 2 and "2000/s" in run.err, run


@pytest.mark.parametrize("words", [("--service", "exp"), ("--service", "normal:500us"), ("--service", "exp:0"),
                                   ("--service", "fixed:"), ("--service", "fixed:500us", "--capacity", "2000/s")])
def test_serve_says_what_a_service_is(bench, words):
    run = bench("serve", "-p", 0, *words, timeout=20)
    assert run.rc == 2 and ("exp:500us" in run.err or "--capacity" in run.err), run


@pytest.mark.parametrize("law", ["fixed", "exp"])
def test_serve_gives_each_request_its_service_time(bench, law):
    """One client, so nobody waits: no latency is below a fixed service time, and of exponential ones many are."""
    run = bench.start("serve", "-p", 0, "--service", f"{law}:5ms")
    port = int(re.search(r":(\d+)$", run.proc.stdout.readline().decode().strip())[1])
    run = bench("-p", port, "-t", "ping_mbulk", "-c", 1, "-n", 400, "--json", "-", timeout=60)
    assert run.rc == 0, run
    latency = formats.only(formats.read_json(run.out))["latency_ns"]
    assert latency["mean"] >= 0.8 * 5e6
    assert (latency["min"] >= 5e6) == (law == "fixed"), latency


def test_serve_with_a_capacity_spares_info(bench):
    """One request in an hour: whoever had to wait for a turn would not be answered in this test."""
    run = bench.start("serve", "-p", 0, "--capacity", "0.0003/s")
    port = int(re.search(r":(\d+)$", run.proc.stdout.readline().decode().strip())[1])
    with Client(("127.0.0.1", port)) as c:
        assert b"fault_delayed:0" in c.call("INFO")
        c.call("CONFIG", "GET", "save")
