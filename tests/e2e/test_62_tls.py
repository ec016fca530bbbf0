# SPDX-License-Identifier: MIT
"""TLS against a real server, with certificates of our own: what works, and each way in which it does not."""

import json
import re
import signal
import socket
import ssl
import subprocess
import threading

import pytest

from certs import Authority
from conftest import free_port


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def good(ca):
    return ca.issue("server")


@pytest.fixture
def tls(start_redis):
    """tls(options): a server with a port for TLS."""
    def start(options, *more):
        port = free_port()
        server = start_redis("--tls-port", str(port), "--tls-auth-clients", "no", *options, *more)
        server.tls_port = port
        return server
    return start


@pytest.fixture
def server(tls, good):
    return tls(good)


def document(bench, *words):
    run = bench(*words, "--json", "-")
    assert run.rc == 0, run
    return json.loads(run.out)


def check_refused(run, sentence):
    """Nothing was measured, and one sentence says why."""
    assert run.rc == 3 and run.out == "" and re.fullmatch(rf"hkv-bench( compare)?: cannot connect to \S+: {sentence}\n", run.err), run


# What works

@pytest.mark.parametrize("words", [[], ["-P", 16], ["-P", 8, "--pipeline-mode", "window"], ["--threads", 2],
                                   ["-d", 65536, "-r", 50], ["--rate", "5k"], ["--wire-ts", "--engine", "epoll"]], ids=str)
def test_exactly_n_requests_by_tls(bench, server, ca, words):
    run = bench("-p", server.tls_port, "--tls", "--cacert", ca.crt, "-t", "set,get", "-n", 1003, "-c", 7, *words)
    assert run.rc == 0 and "error" not in run.out, run
    assert server.calls() == {"set": 1003, "get": 1003}


def test_what_was_agreed_is_told(bench, server, ca):
    words = ["-p", server.tls_port, "--tls", "-t", "set", "-n", 100, "-c", 5]
    test = document(bench, *words, "--cacert", ca.crt)["tests"][0]
    assert test["config"]["tls"] is True
    assert test["tls"] == {**test["tls"], "protocol": "TLSv1.3", "verified": "chain and name", "handshakes": 5,
                           "resumed_share": 0.0, "resumed_ns": None}
    assert test["tls"]["cipher"].startswith("TLS_") and 0 < test["tls"]["full_ns"]["p50"] <= test["tls"]["full_ns"]["max"]
    test = document(bench, *words, "--insecure", "--tls-max", "1.2", "--tls-ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256")["tests"][0]
    assert test["tls"] == {**test["tls"], "protocol": "TLSv1.2", "verified": "nothing", "cipher": "ECDHE-ECDSA-AES128-GCM-SHA256"}
    test = document(bench, "-p", server.port, "-t", "set", "-n", 100)["tests"][0]
    assert test["config"]["tls"] is False and test["tls"] is None
    run = bench(*words, "--insecure")
    assert re.search(r"^  tls +TLSv1\.3, TLS_\w+, nothing verified \(--insecure\); 5 handshakes, .* 0% resumed$", run.out, re.M), run


def extensions_of(hello):
    """The numbers of the extensions of a ClientHello, of a record's bytes."""
    at = 5 + 4 + 2 + 32  # heads of record and message, version, random
    at += 1 + hello[at]  # session
    at += 2 + int.from_bytes(hello[at:at + 2], "big")  # ciphers
    at += 1 + hello[at]  # compressions
    end, at, found = at + 2 + int.from_bytes(hello[at:at + 2], "big"), at + 2, []
    while at < end:
        found.append(int.from_bytes(hello[at:at + 2], "big"))
        at += 4 + int.from_bytes(hello[at + 2:at + 4], "big")
    return found


def test_no_application_protocol_is_offered(bench, ca):
    """RESP has no name among them: some servers refuse whoever offers one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        run = bench.start("-p", listener.getsockname()[1], "--tls", "--cacert", ca.crt, "-c", 1, "-n", 1, "-t", "set")
        with listener.accept()[0] as conn:
            hello = conn.recv(16384)
    assert run.wait().rc == 3
    assert hello[:2] == b"\x16\x03" and hello[5] == 1 and len(hello) == 5 + int.from_bytes(hello[3:5], "big")
    found = extensions_of(hello)
    assert 43 in found and 16 not in found, found  # supported_versions; application_layer_protocol_negotiation


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_new_connections_resume_sessions(bench, server, ca, version):
    """With -k 0, once the first of each connection is over."""
    tls = document(bench, "-p", server.tls_port, "--tls", "--cacert", ca.crt, "--tls-max", version, "-t", "set", "-n", 100, "-c", 4,
                   "-k", 0)["tests"][0]["tls"]
    assert 100 <= tls["handshakes"] <= 104 and tls["resumed_share"] >= 0.9, tls
    assert tls["resumed_ns"]["min"] > 0 and tls["full_ns"]["min"] > 0


def test_large_values_come_whole(bench, server, ca):
    run = bench("-p", server.tls_port, "--tls", "--cacert", ca.crt, "-n", 300, "-d", 100000, "-r", 20, "--prefill", "-P", 3,
                "-t", "get", "--json", "-")
    test = json.loads(run.out)["tests"][0]
    assert run.rc == 0 and test["counts"]["hits"] == 300 and test["bytes"]["received"] > 300 * 100000, run
    assert server.calls() == {"set": 20, "get": 300}


@pytest.mark.parametrize("uri", ["rediss://127.0.0.1:{}", "valkeys://[::1]:{}/3"])
def test_uris(bench, server, ca, uri):
    run = bench("-u", uri.format(server.tls_port), "--cacert", ca.crt, "-t", "set", "-n", 50)
    assert run.rc == 0 and server.calls()["set"] == 50, run


def test_auth_and_prefill_and_new_connections(bench, tls, good, ca):
    server = tls(good)
    server.client.call("CONFIG", "SET", "requirepass", "secret")
    server.client.call("AUTH", "secret")
    run = bench("-p", server.tls_port, "--tls", "--cacert", ca.crt, "-a", "secret", "-t", "get", "-n", 200, "-k", 0, "-r", 10,
                "--prefill", "--dbnum", 2)
    assert run.rc == 0, run
    calls = server.calls()
    assert calls["get"] == 200 and calls["set"] == 10 and "secret" not in run.out + run.err


@pytest.mark.parametrize("words", [["saturate", "--slo", "p99=20ms", "--trial", "200ms", "--idle", "0"],
                                   ["sweep", "clients", "--points", "1,2", "--trial", "150ms", "--passes", 1]], ids=str)
def test_other_commands(bench, server, ca, words):
    run = bench(*words, "-p", server.tls_port, "--tls", "--cacert", ca.crt, "-t", "get", "-c", 4)
    assert run.rc in (0, 1, 4) and "TLS" not in run.err and server.calls()["get"] > 100, run # 1: a machine too busy to tell


def test_each_target_has_tls_of_its_own(bench, server, ca):
    run = bench("compare", f"plain=127.0.0.1:{server.port}", f"tls=rediss://127.0.0.1:{server.tls_port}", "--cacert", ca.crt,
                "--blocks", 2, "--slot", "150ms", "--idle", "0", "-t", "get", "-c", 4, "-r", 100)
    assert run.rc in (0, 10) and "tls was measured with TLS and plain without; the ratio includes its cost" in run.out, run
    run = bench("compare", f"a=rediss://127.0.0.1:{server.tls_port}", f"b=rediss://127.0.0.1:{server.tls_port}", "--for",
                f"a:--cacert={ca.crt}", "--blocks", 2, "--slot", "150ms", "-t", "get")
    check_refused(run, "its certificate was issued by a CA that is not trusted here: .*")


@pytest.mark.parametrize("name", ["redis-benchmark", "valkey-benchmark"])
def test_command_lines_of_the_peers(bench, tls, ca, name):
    """Their chain is verified and their name is not; client certificates as they have them."""
    server = tls(ca.issue(f"strange-{name}", names="DNS:elsewhere.test"), "--tls-auth-clients", "yes")
    ca.issue("client", names="DNS:client")
    own = ["--cert", ca.path("client.crt"), "--key", ca.path("client.key")]
    run = bench("--tls", "--cacert", ca.crt, *own, "-p", server.tls_port, "-t", "set", "-n", 100, "-q", name=name)
    assert run.rc == 0 and run.out.startswith("SET: "), run
    run = bench("--tls", "--insecure", *own, "--sni", "any.test", "-p", server.tls_port, "-t", "set", "-n", 100, "-q", name=name)
    assert run.rc == 0 and run.out.startswith("SET: "), run
    run = bench("--tls", *own, "-p", server.tls_port, "-t", "set", "-n", 100, "-q", name=name)
    assert run.rc == 1 or run.rc == 3, run
    assert "not trusted here" in run.err and server.calls()["set"] == 200


@pytest.mark.parametrize("words", [["-t", "set,get"], ["-t", "get", "-k", 0], ["-t", "get", "-I"],
                                   ["-t", "get", "--rate", "2k", "--threads", 2]], ids=str)
def test_the_embedded_server_by_tls(bench, words):
    """It makes a certificate in memory, and the client trusts that one."""
    run = bench.start("--embedded", "--tls", "-n", 200, "-c", 3, "--json", "-", *words)
    if "-I" in words:
        run.proc.stdout.readline()
        run.signal(signal.SIGINT)
        assert run.rc == 130, run
        return
    run.wait()
    doc = json.loads(run.out)
    assert run.rc == 0 and all(test["tls"]["verified"] == "chain and name" for test in doc["tests"]), run


def test_serve_demands_certificates(bench, ca, good):
    own = ["--tls-cert", ca.path("server.crt"), "--tls-key", ca.path("server.key"), "--tls-ca", ca.crt]
    server = bench.start("serve", "-p", 0, *own)
    port = re.search(rb":(\d+)\n", server.proc.stdout.readline())[1].decode()
    words = ["-p", port, "--tls", "--cacert", ca.crt, "-t", "set", "-n", 50]
    check_refused(bench(*words), "it demands a client certificate: .*")
    assert bench(*words, "--cert", ca.path("server.crt"), "--key", ca.path("server.key")).rc == 0
    for wrong in (own[:2], [*own[:3], ca.path("ca.conf")], own[4:]):
        run = bench("serve", "-p", 0, *wrong)
        assert run.rc == 2 and re.match(r"hkv-bench serve: --tls-\w+", run.err) and run.err.count("\n") == 1, run


# Whom it trusts

DAYS = {"expired": ("20200101000000Z", "20210101000000Z", r"its certificate expired on 2021-01-01 00:00:00 UTC: .*"),
        "early": ("20350101000000Z", "20360101000000Z", r"its certificate is not valid before 2035-01-01 00:00:00 UTC: .*")}


@pytest.mark.parametrize("name", DAYS)
def test_dates(bench, tls, ca, name):
    start, end, sentence = DAYS[name]
    server = tls(ca.issue(name, start=start, end=end))
    words = ["-p", server.tls_port, "--tls", "--cacert", ca.crt, "-t", "set", "-n", 20]
    check_refused(bench(*words), sentence)
    assert bench(*words, "--insecure").rc == 0


def test_another_ca(bench, server, tmp_path):
    other = Authority(tmp_path / "other")
    sentence = "its certificate was issued by a CA that is not trusted here: .* --cacert FILE, or give --insecure"
    check_refused(bench("-p", server.tls_port, "--tls", "--cacert", other.crt), sentence)
    check_refused(bench("-p", server.tls_port, "--tls"), sentence)


def test_a_directory_of_cas(bench, server, ca, tmp_path):
    (tmp_path / "ca.pem").write_bytes(open(ca.crt, "rb").read())
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True, timeout=30)
    run = bench("-p", server.tls_port, "--tls", "--cacertdir", tmp_path, "-t", "set", "-n", 20)
    assert run.rc == 0, run


def test_self_signed(bench, tls, ca):
    server = tls(ca.sign_self("alone"))
    check_refused(bench("-p", server.tls_port, "--tls", "--cacert", ca.crt),
                  "its certificate is self-signed and not trusted here: .*")
    assert bench("-p", server.tls_port, "--tls", "--cacert", ca.path("alone.crt"), "-t", "set", "-n", 20).rc == 0


def test_names(bench, tls, ca):
    server = tls(ca.issue("named", names="DNS:redis.test"))
    words = ["-p", server.tls_port, "--tls", "--cacert", ca.crt, "-t", "set", "-n", 20]
    check_refused(bench(*words), "its certificate is for redis.test, not for 127.0.0.1: .* --sni, or give --insecure")
    check_refused(bench(*words, "--sni", "a.test"), "its certificate is for redis.test, not for a.test: .*")
    assert bench(*words, "--sni", "redis.test").rc == 0


# Whom the server trusts

def test_client_certificates(bench, tls, ca, good, tmp_path, monkeypatch):
    server = tls(good, "--tls-auth-clients", "yes")
    words = ["-p", server.tls_port, "--tls", "--cacert", ca.crt, "-t", "set", "-n", 20]
    for more in ([], ["--no-probe"], ["--tls-max", "1.2"]):
        check_refused(bench(*words, *more), "it demands a client certificate: give --cert FILE and --key FILE")
    strange = Authority(tmp_path / "strange")
    strange.issue("client")
    own = ["--cert", strange.path("client.crt"), "--key", strange.path("client.key")]
    check_refused(bench(*words, *own), r"it does not accept the client certificate \(TLS alert: unknown CA\): check --cert")
    ca.issue("user")
    locked = ca.encrypt("user", "open sesame")
    assert bench(*words, "--cert", ca.path("user.crt"), "--key", ca.path("user.key")).rc == 0
    own = ["--cert", ca.path("user.crt"), "--key", locked]
    monkeypatch.setenv("HKV_BENCH_KEY_PASSWORD", "open sesame")
    assert bench(*words, *own).rc == 0
    monkeypatch.setenv("HKV_BENCH_KEY_PASSWORD", "wrong")
    run = bench(*words, *own)
    assert run.rc == 2 and "is encrypted, and its password is missing or wrong: set " in run.err, run


def test_bad_files_are_told_before_anything_is_dialled(bench, ca):
    for words, sentence in ((["--cacert", "/nowhere"], "--cacert: cannot read '/nowhere': No such file or directory"),
                            (["--cert", ca.crt, "--key", ca.path("ca.conf")], r"--key: expected a PEM file, got .*"),
                            (["--tls-ciphers", "NONE-SUCH"], "--tls-ciphers: expected names of OpenSSL .*")):
        run = bench("-p", 1, "--tls", *words)
        assert run.rc == 2 and re.fullmatch(rf"hkv-bench: {sentence}\n", run.err), run


# What both can

def test_versions_and_ciphers(bench, tls, ca, good):
    old = tls(good, "--tls-protocols", "TLSv1.2", "--tls-ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384")
    words = ["-p", old.tls_port, "--tls", "--cacert", ca.crt, "-t", "set", "-n", 20]
    assert bench(*words).rc == 0
    check_refused(bench(*words, "--tls-min", "1.3"), "no TLS version in common: check --tls-min and --tls-max")
    check_refused(bench(*words, "--tls-ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"), "no cipher in common: .*")


# Who does not speak it

def test_a_plain_server_behind_tls(bench, redis):
    run = bench("-p", redis.port, "--tls", "--grace", "300ms")
    check_refused(run, "(the TLS handshake had no answer: is it a port with TLS|its answer is not TLS|the connection ended).*--tls.*")


@pytest.mark.parametrize("words", [[], ["-a", "x"], ["--no-probe", "-P", 16], ["--rate", "1k"]], ids=str)
def test_a_tls_server_without_tls(bench, server, words):
    check_refused(bench("-p", server.tls_port, *words), "it speaks TLS: add --tls")


def test_nobody_there(bench, ca):
    check_refused(bench("-p", free_port(), "--tls", "--cacert", ca.crt), "Connection refused")


# How it ends

class Cutter:
    """Answers PONG by TLS to whatever comes, and cuts a connection after so many answers: with close_notify or without."""

    def __init__(self, ca, answers, notify):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(ca.path("server.crt"), ca.path("server.key"))
        self.answers, self.notify = answers, notify
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
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
            conn.settimeout(20)
            with self.context.wrap_socket(conn, server_side=True) as tls:
                for _ in range(self.answers):
                    if not tls.recv(4096):
                        return
                    tls.sendall(b"+PONG\r\n")
                if self.notify:
                    tls.unwrap()
                else:
                    tls.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def stop(self):
        self.socket.close()


@pytest.mark.parametrize("notify", [False, True])
def test_an_end_in_mid_run(bench, ca, good, serve, notify):
    server = serve(lambda: Cutter(ca, 20, notify))
    run = bench("-p", server.port, "--tls", "--cacert", ca.crt, "-c", 2, "-n", 1000, "PING")
    assert run.rc == 1, run
    assert ("without close_notify" in run.err) == (not notify), run


