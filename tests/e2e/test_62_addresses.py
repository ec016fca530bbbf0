# SPDX-License-Identifier: MIT
"""Where connections go and where they come from: unix sockets wherever a host goes, IPv6, several addresses, local
addresses, and what a socket is told."""

import json
import os
import shutil
import socket
import subprocess

import pytest

import formats
from test_60_connection import have_ipv6
from waiting import until


def only(run):
    assert run.rc == 0, run
    return formats.only(formats.read_json(run.out))


def clients(redis):
    lines = redis.client.call("CLIENT", "LIST").decode().splitlines()
    return [dict(field.split("=", 1) for field in line.split()) for line in lines if "cmd=client|list" not in line]


@pytest.fixture
def idle(bench):
    """idle(redis, 6, words): the connections as the server sees them."""
    def run(redis, n, *words, **how):
        run = bench.start("-p", redis.port, *words, "-I", "-c", n, "--no-probe", **how)
        found = until(lambda: run.proc.poll() is not None or (len(clients(redis)) == n and clients(redis)))
        run.proc.kill()
        run.wait()
        assert found is not True, run
        return found
    return run


# Unix sockets

@pytest.mark.parametrize("form", [["-h", "unix:{}"], ["-u", "unix://{}"], ["-u", "redis+unix://{}?db=3"], ["-u", "valkey+unix://{}"]])
def test_a_unix_socket_wherever_a_host_goes(bench, redis, form):
    words = [word.format(redis.sock) for word in form]
    run = bench(*words, "-t", "set", "-n", 60, "--json", "-")
    assert only(run)["counts"]["ok"] == 60
    assert json.loads(run.out)["server"]["target"] == redis.sock
    assert list(redis.client.info("keyspace")) == ["db3" if "db=3" in words[1] else "db0"]


def test_unix_sockets_as_targets_of_compare(bench, redis):
    run = bench("compare", f"a=unix:{redis.sock}", f"b=unix://{redis.sock}", "-t", "set", "--slot", "100ms", "--blocks", 2,
                "--json", "-")
    assert run.rc == 0 and [t["target"] for t in json.loads(run.out)["targets"]] == [redis.sock, redis.sock], run


@pytest.mark.parametrize("words,said", [(["-u", "unix://host/path"], "unix://[user:password@]/path[?db=N]"),
                                        (["-u", "unix:///path?password=x"], "unix://[user:password@]/path[?db=N]"),
                                        (["-s", "/x", "--mptcp"], "--mptcp is of TCP, and /x is a unix socket"),
                                        (["-s", "/x", "--nodelay", "no"], "--nodelay is of TCP"),
                                        (["-s", "/x", "--source-addr", "127.0.0.2"], "--source-addr is of TCP")])
def test_what_a_unix_socket_is_not(bench, words, said):
    run = bench(*words, "-t", "set")
    assert run.rc == 2 and said in run.err and run.err.count("\n") == 1, run


# IPv6

@pytest.mark.skipif(not have_ipv6(), reason="this machine has no IPv6 loopback")
def test_ipv6_targets_of_compare(bench, redis):
    port = redis.port
    run = bench("compare", f"a=[::1]:{port}", f"b=redis://[::1]:{port}", "-t", "set", "--slot", "100ms", "--blocks", 2, "--json", "-")
    assert run.rc == 0 and {t["target"] for t in json.loads(run.out)["targets"]} == {f"[::1]:{port}"}, run
    run = bench("compare", "a=::1", "b=::1", "-p", port, "-t", "set", "--slot", "100ms", "--blocks", 2, "--json", "-")
    assert run.rc == 0 and {t["target"] for t in json.loads(run.out)["targets"]} == {f"[::1]:{port}"}, run


# Several addresses

RESOLVER = r"""
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
static struct sockaddr_in to[2];
static struct addrinfo all[2];
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    if (hints->ai_flags & AI_NUMERICHOST)
        return EAI_NONAME;
    for (int i = 0; i < 2; i++) {
        to[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(service))};
        to[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK + i);
        all[i] = (struct addrinfo){.ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_addrlen = sizeof to[i],
                                   .ai_addr = (struct sockaddr *)&to[i], .ai_next = i ? NULL : &all[1]};
    }
    *out = all;
    return 0;
}
void freeaddrinfo(struct addrinfo *list) { (void)list; }
"""


@pytest.fixture
def two(bench, tmp_path):
    """The environment in which a name is 127.0.0.1 and 127.0.0.2."""
    if not shutil.which("cc") or "sanitizers" in bench("--version").out:
        pytest.skip("needs a compiler, and a program that takes LD_PRELOAD")
    (tmp_path / "two.c").write_text(RESOLVER)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "two.so", tmp_path / "two.c"], check=True, timeout=60)
    return {**os.environ, "LD_PRELOAD": str(tmp_path / "two.so")}


@pytest.mark.parametrize("words,shares", [(["--resolve", "all"], [4, 4]), (["--resolve", "all", "--threads", 2], [4, 4]),
                                          ([], [8])])
def test_connections_are_spread_over_all_addresses(idle, start_redis, two, words, shares):
    redis = start_redis("--bind", "127.0.0.1", "127.0.0.2", "--protected-mode", "no")
    found = idle(redis, 8, "-h", "two.test", *words, env=two)
    each = [client["laddr"].split(":")[0] for client in found]
    assert sorted(each.count(address) for address in set(each)) == shares


def test_all_addresses_are_named(bench, start_redis, two):
    redis = start_redis("--bind", "127.0.0.1", "127.0.0.2", "--protected-mode", "no")
    run = bench("-h", "two.test", "-p", redis.port, "-t", "set", "-n", 100, "--resolve", "all", env=two)
    assert run.rc == 0 and f"at two.test:{redis.port} (2 addresses), " in run.out, run


# Local addresses

@pytest.mark.parametrize("words", [[], ["--threads", 2]])
def test_connections_come_from_local_addresses_in_turn(start_redis, idle, words):
    redis = start_redis("--protected-mode", "no")
    found = idle(redis, 6, "--source-addr", "127.0.0.2,127.0.0.3,127.0.0.4", *words)
    each = [client["addr"].split(":")[0] for client in found]
    assert sorted(each.count(f"127.0.0.{i}") for i in (2, 3, 4)) == [2, 2, 2]


def test_new_connections_take_the_next_local_address(bench, start_redis):
    redis = start_redis("--protected-mode", "no")
    test = only(bench("-p", redis.port, "--source-addr", "127.0.0.2,127.0.0.3", "-k", 0, "-c", 2, "-n", 200, "-t", "set",
                      "--json", "-", "--no-probe"))
    assert test["counts"]["ok"] == 200


@pytest.mark.parametrize("list_,said", [("x", "--source-addr: expected addresses of this machine such as 127.0.0.2,127.0.0.3, got 'x'"),
                                        ("127.0.0.2,", "got ''"), ("192.0.2.1", "no connection can come from 192.0.2.1: "),
                                        ("::1", "none of the addresses is of the family of 127.0.0.1")])
def test_local_addresses_that_there_are_not(bench, redis, list_, said):
    run = bench("-p", redis.port, "--source-addr", list_, "-t", "set")
    assert run.rc == 2 and said in run.err and run.err.count("\n") == 1, run


def test_more_connections_than_local_ports_name_the_cure(bench):
    run = bench("-p", 1, "-c", 100000, "-t", "set")
    assert run.rc == 2 and ("file descriptors" in run.err or "local addresses with --source-addr" in run.err), run


def netns(*words):
    return ["unshare", "-rn", "sh", "-c", "ip link set lo up && echo 40000 40019 > /proc/sys/net/ipv4/ip_local_port_range && exec \"$@\"",
            "sh", *map(str, words)]


def test_no_local_port_is_left(bench, tmp_path):
    """In a network of its own with 20 local ports: what closes by FIN runs out of them, what closes by RST does not."""
    words = ["--embedded", "-t", "ping_mbulk", "-k", "0", "-c", "2", "-n", "3000", "--no-probe", "--no-calibration"]
    try:
        able = subprocess.run(netns("true"), capture_output=True, timeout=20).returncode == 0
    except FileNotFoundError:
        able = False
    if not able:
        pytest.skip("no network of its own can be had here")
    found = subprocess.run(netns(bench.path(), *words), capture_output=True, text=True, timeout=60)
    assert found.returncode in (1, 3) and "no local port is left for one more connection (of 20 in " in found.stderr, found
    assert "--source-addr" in found.stderr and "--close rst" in found.stderr
    found = subprocess.run(netns(bench.path(), *words, "--close", "rst"), capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found


# What a socket is told

def options_of(run_words, redis, bench):
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("strace is not installed")
    return subprocess.run([strace, "-f", "-e", "trace=socket,setsockopt,bind", bench.path(), *map(str, run_words)],
                          capture_output=True, text=True, timeout=60).stderr


@pytest.mark.parametrize("words,nodelay", [([], True), (["--nodelay", "no"], False), (["--nodelay", "yes"], True)])
def test_nodelay(bench, redis, words, nodelay):
    said = options_of(["-p", redis.port, "-t", "set", "-n", 4, "-c", 2, "--no-probe", *words], redis, bench)
    assert ("TCP_NODELAY" in said) == nodelay


def test_mptcp(bench, redis):
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).close()
        able = True
    except OSError:
        able = False
    run = bench("-p", redis.port, "--mptcp", "-t", "set", "-n", 100, "--json", "-")
    if able:
        assert only(run)["counts"]["ok"] == 100
    else:
        assert run.rc == 2 and "this kernel gives no Multipath TCP" in run.err, run


@pytest.mark.parametrize("name", ["valkey-benchmark"])
def test_mptcp_of_valkey_benchmark(bench, redis, name):
    run = bench("-p", redis.port, "--mptcp", "-t", "set", "-n", 100, "-q", name=name)
    assert run.rc == 0 or "Multipath TCP" in run.err, run
