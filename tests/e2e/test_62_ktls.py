# SPDX-License-Identifier: MIT
"""--ktls: the kernel encrypts what is sent. Where it has no TLS the refusal is tested, where it has the thing itself
(tests/ktls/run brings such a kernel)."""

import errno
import json
import os
import re
import socket
import ssl
import subprocess
import threading

import pytest

from certs import Authority
from cluster import Cluster
from conftest import free_port
from test_62_tls import Cutter
from waiting import until

TCP_ULP = 31


def kernel_error():
    """The errno with which a socket refuses TLS; 0 where it would only have to be connected."""
    with socket.socket() as s:
        try:
            s.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b"tls")
        except OSError as e:
            return 0 if e.errno == errno.ENOTCONN else e.errno
    return 0


WHY = kernel_error()
without = pytest.mark.skipif(WHY == 0, reason="the kernel has TLS: there is nothing to refuse")
within = pytest.mark.skipif(WHY != 0, reason="the kernel has no TLS (modprobe tls); tests/ktls/run brings one that has")


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    ca = Authority(tmp_path_factory.mktemp("ca"))
    ca.issue("server")
    return ca


@pytest.fixture
def server(ca, start_redis):
    port = free_port()
    server = start_redis("--tls-port", str(port), "--tls-auth-clients", "no", *ca.options("server"))
    server.tls_port = port
    return server


def kernel_counts():
    """Of all connections ever: for how many the kernel has had keys to send (tx), and to receive by (rx)."""
    with open("/proc/net/tls_stat", encoding="ascii") as f:
        counts = dict(line.split() for line in f)
    return int(counts["TlsTxSw"]), int(counts["TlsRxSw"])


# Where it is not there

@without
@pytest.mark.parametrize("command", [[], ["compare", "a=127.0.0.1:1", "b=127.0.0.1:2"], ["saturate", "--slo", "p99=1ms"], ["sweep", "clients"]],
                         ids=lambda c: " ".join(c[:1]))
def test_it_is_refused_before_anything_is_dialled(bench, command):
    where = [] if command[:1] == ["compare"] else ["-p", 1]
    run = bench(*command, *where, "--tls", "--ktls")
    assert run.rc == 2 and run.out == "", run
    assert re.fullmatch(rf"hkv-bench[ \w]*: --ktls: the kernel has no TLS here \({re.escape(os.strerror(WHY))}\): load its module with "
                        r"modprobe tls, or leave out --ktls\n", run.err), run


def test_it_needs_tls(bench):
    run = bench("-p", 1, "--ktls")
    assert run.rc == 2 and run.err == "hkv-bench: --ktls: only with --tls or a rediss:// URI: give that too\n", run


# Where it is

@within
@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("words", [[], ["-P", 16], ["-P", 8, "--pipeline-mode", "window"], ["--threads", 2, "-3"], ["-d", 65536, "-r", 20],
                                   ["-d", 65536, "-P", 16, "-c", 3], ["--rate", "500"], ["-d", 65536, "--rate", 300]], ids=str)
def test_exactly_n_requests(bench, server, ca, words, version):
    """As many as were asked for, on connections of which the kernel sends."""
    tx, rx = kernel_counts()
    run = bench("-p", server.tls_port, "--tls", "--ktls", "--cacert", ca.crt, "--tls-min", version, "--tls-max", version, "-t", "set,get", "-n",
                403, "-c", 7, *words, "--json", "-", timeout=300)
    assert run.rc == 0, run
    for test in json.loads(run.out)["tests"]:
        assert test["counts"]["ok"] == 403 and test["counts"]["errors"] == test["counts"]["broken_connections"] == 0
        assert test["tls"]["ktls"] == "tx" and test["tls"]["protocol"] == f"TLSv{version}"
        assert test["config"]["workload"].startswith("--ktls") and test["config"]["tls"] is True
        tx += test["tls"]["handshakes"]
    calls = server.calls()
    assert (calls["set"], calls["get"]) == (403, 403)
    now = kernel_counts()
    assert tx <= now[0] <= tx + 8 and now[1] == rx  # INFO is asked by connections of their own


@within
@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_every_byte_arrives(bench, server, ca, version):
    """Values that are worked out from their keys, written and read back; and one read by another client."""
    words = ["-p", server.tls_port, "--tls", "--ktls", "--cacert", ca.crt, "--tls-max", version, "-c", 4, "-P", 4, "-r", 30]
    for size in (40, 16384, 70001):
        run = bench(*words, "--mix", "set:1,get:1", "-n", 200, "-d", size, "--prefill", "--verify", "--json", "-", timeout=300)
        assert run.rc == 0 and json.loads(run.out)["tests"][0]["counts"]["ok"] == 200, run
    blob = bytes(range(256)) * 300
    run = bench(*words, "-n", 20, "-x", "SET", "blob", stdin=blob)
    assert run.rc == 0 and server.client.call("GET", "blob") == blob, run


@within
@pytest.mark.parametrize("version, cipher", [("1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"), ("1.2", "ECDHE-ECDSA-CHACHA20-POLY1305"),
                                             ("1.3", "TLS_AES_128_GCM_SHA256"), ("1.3", "TLS_CHACHA20_POLY1305_SHA256")])
def test_ciphers(bench, server, ca, version, cipher):
    option = "--tls-ciphers" if version == "1.2" else "--tls-ciphersuites"
    run = bench("-p", server.tls_port, "--tls", "--ktls", "--cacert", ca.crt, "--tls-max", version, option, cipher, "-t", "set", "-n", 50)
    assert run.rc == 0 and server.calls()["set"] == 50, run
    assert re.search(rf"^  tls +TLSv{version}, {cipher}, chain and name verified, kTLS tx; \d+ handshakes", run.out, re.M), run


@within
def test_a_cipher_that_the_kernel_has_not(bench, server, ca):
    """Nothing goes on without the kernel in silence."""
    cipher = "ECDHE-ECDSA-AES128-SHA256"
    run = bench("-p", server.tls_port, "--tls", "--ktls", "--cacert", ca.crt, "--tls-max", "1.2", "--tls-ciphers", cipher, "-t", "set", "-n", 50)
    assert run.rc == 3 and run.out == "" and "set" not in server.calls(), run
    assert run.err == (f"hkv-bench: cannot connect to 127.0.0.1:{server.tls_port}: the kernel or OpenSSL has no kTLS for TLSv1.2 with "
                       f"{cipher}: choose another cipher (--tls-ciphersuites, --tls-ciphers), or leave out --ktls\n"), run


@within
@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_new_connections_resume_sessions(bench, server, ca, version):
    """Tickets come behind the handshake, and OpenSSL reads them as ever."""
    run = bench("-p", server.tls_port, "--tls", "--ktls", "--cacert", ca.crt, "--tls-max", version, "-t", "set", "-n", 60, "-c", 3, "-k", 0,
                "--json", "-", timeout=300)
    tls = json.loads(run.out)["tests"][0]["tls"]
    assert run.rc == 0 and server.calls()["set"] == 60 and tls["resumed_share"] >= 0.85 and tls["ktls"] == "tx", run


@within
def test_a_cluster_and_a_login(bench, ca):
    tls = Cluster(1, replicas=False, tls=ca.options("server"))
    try:
        for node in tls.primaries:
            node.call("CONFIG", "SET", "requirepass", "s3cret")
            node.call("AUTH", "s3cret")
        run = bench("--cluster", "-p", tls.primaries[0].tls_port, "-a", "s3cret", "--tls", "--ktls", "--cacert", ca.crt, "-t", "set", "-n", 400,
                    "-c", 4, "-r", 100, timeout=300)
        assert run.rc == 0 and sum(n.calls().get("set", 0) for n in tls.primaries) == 400, run
    finally:
        tls.stop()


@within
@pytest.mark.parametrize("command", [["saturate", "--slo", "p50=1us", "--trial", "100ms", "--idle", "0"],
                                     ["sweep", "clients", "--points", "1,2", "--trial", "300ms", "--passes", 1]], ids=lambda c: c[0])
def test_other_commands(bench, server, ca, command):
    """The promise is one that nothing holds: the search is short on any machine."""
    run = bench(*command, "-p", server.tls_port, "--tls", "--ktls", "--cacert", ca.crt, "-t", "set", "-c", 4, timeout=600)
    assert run.rc in (0, 1) and "TLS" not in run.err and server.calls()["set"] > 20, run


# How it ends

@within
@pytest.mark.parametrize("notify", [False, True])
def test_an_end_in_mid_run(bench, ca, serve, notify):
    server = serve(lambda: Cutter(ca, 20, notify))
    run = bench("-p", server.port, "--tls", "--ktls", "--cacert", ca.crt, "-c", 2, "-n", 1000, "PING", timeout=300)
    assert run.rc == 1, run
    assert ("without close_notify" in run.err) == (not notify), run


@within
def test_connections_that_broke_are_opened_again(bench, server, ca):
    running = bench.start("-p", server.tls_port, "--tls", "--ktls", "--cacert", ca.crt, "-t", "set", "-n", 3000, "-c", 4, "--retry", 5,
                          "--rate", 300, "--json", "-")
    until(lambda: server.calls().get("set", 0) > 50, 60)
    server.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    run = running.wait(300)
    test = json.loads(run.out)["tests"][0]
    assert run.rc == 0 and test["counts"]["ok"] == 3000 and test["counts"]["reconnects"] == 4 and test["tls"]["handshakes"] >= 8, run


class Listens:
    """Answers PONG by TLS, and keeps how each connection ended: "closed" by close_notify, or what else."""

    def __init__(self, ca):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(ca.path("server.crt"), ca.path("server.key"))
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.ends = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, conn):
        try:
            conn.settimeout(60)
            with self.context.wrap_socket(conn, server_side=True, suppress_ragged_eofs=False) as tls:
                while data := tls.recv(65536):
                    tls.sendall(b"+PONG\r\n" * data.count(b"PING"))
            self.ends.append("closed")
        except OSError as e:
            self.ends.append(repr(e))

    def stop(self):
        self.socket.close()


@within
def test_it_says_goodbye(bench, ca, serve):
    """The alert leaves through the kernel, as a record of its own kind."""
    server = serve(Listens, ca)
    run = bench("-p", server.port, "--tls", "--ktls", "--cacert", ca.crt, "-c", 3, "-n", 90, "--no-probe", "PING")
    assert run.rc == 0, run
    until(lambda: len(server.ends) >= 4)  # these, and the first try
    assert set(server.ends) == {"closed"}


@within
def test_new_keys_for_both_sides_end_the_connection(bench, ca):
    """Which OpenSSL does not give the kernel: a sentence, and no word by the wrong key."""
    server = bench.start("serve", "-p", 0, "--key-update", 20, "--tls-cert", ca.path("server.crt"), "--tls-key", ca.path("server.key"))
    port = re.search(rb":(\d+)\n", server.proc.stdout.readline())[1].decode()
    words = ["-p", port, "--tls", "--cacert", ca.crt, "-c", 1, "-n", 200]
    assert bench(*words, "PING").rc == 0
    run = bench(*words, "--ktls", "--no-probe", "PING")
    assert run.rc == 1 and "it demands new keys (KeyUpdate), which kTLS cannot change: leave out --ktls" in run.err, run


class ByHand:
    """openssl s_server, which sends what it is told to, and at "k" changes its keys. -msg: it says so."""

    def __init__(self, ca):
        self.port = free_port()
        self.proc = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{self.port}", "-cert", ca.path("server.crt"), "-key",
                                      ca.path("server.key"), "-crlf", "-msg"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT)
        self.hears(b"ACCEPT")

    def hears(self, word):
        for line in iter(self.proc.stdout.readline, b""):
            if word in line:
                return
        raise AssertionError(f"it ended before it said {word}")

    def says(self, line):
        self.proc.stdin.write(line + b"\n")
        self.proc.stdin.flush()

    def stop(self):
        self.proc.kill()
        self.proc.communicate()


@within
def test_new_keys_of_the_server_alone(bench, ca, serve):
    """OpenSSL reads by them as ever, and the kernel sends by those that it has."""
    server = serve(ByHand, ca)
    running = bench.start("-p", server.port, "--tls", "--ktls", "--cacert", ca.crt, "-c", 1, "-n", 4, "--no-probe", "PING")
    server.hears(b"INFO")  # the first try, which ends with any answer
    server.says(b"+OK")
    for _ in range(4):
        server.hears(b"PING")
        server.says(b"k")
        server.hears(b"KeyUpdate")
        server.says(b"+PONG")
    run = running.wait(120)
    assert run.rc == 0 and "error" not in run.out, run
