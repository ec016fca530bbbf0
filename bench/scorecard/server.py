# SPDX-License-Identifier: MIT
"""One redis-server on a free port: started here, filled here, asked here what it was asked. With TLS the tools have
a port of their own, and a certificate that is made here."""
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

START_S = 10
SETTLE_S = 10
LOAD_BYTES = 1 << 20  # of values in one write while loading


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def certificate(folder):
    """Makes one for 127.0.0.1 that trusts itself: the paths of its certificate and its key."""
    crt, key = os.path.join(folder, "server.crt"), os.path.join(folder, "server.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                    "-out", crt, "-days", "2", "-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return crt, key


class Server:
    """port: where the tools go; words: what they need for it beside."""

    def __init__(self, tls):
        program = shutil.which("redis-server")
        if not program:
            raise SystemExit("peers: redis-server is not on PATH; ./setup test brings it")
        self.plain = self.port = free_port()
        self.words, own = [], []
        self.folder = tempfile.TemporaryDirectory(prefix="hkv-bench-")
        if tls:
            crt, key = certificate(self.folder.name)
            self.port = free_port()
            self.words = ["--tls", "--cacert", crt]
            own = ["--tls-port", str(self.port), "--tls-cert-file", crt, "--tls-key-file", key, "--tls-ca-cert-file", crt,
                   "--tls-auth-clients", "no"]
        self.process = subprocess.Popen(
            [program, "--port", str(self.plain), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             "--daemonize", "no", "--tcp-backlog", "4096", *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.socket = self.dial()
        except BaseException:
            self.close()
            raise
        self.replies = self.socket.makefile("rb")

    def dial(self):
        until = time.monotonic() + START_S
        while self.process.poll() is None and time.monotonic() < until:
            try:
                return socket.create_connection(("127.0.0.1", self.plain), timeout=30)
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise SystemExit("peers: redis-server does not start here")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def ask(self, command):
        """The reply to an inline command, as text: a line, or the text of a bulk string."""
        self.socket.sendall(command.encode() + b"\r\n")
        line = self.replies.readline().decode().rstrip()
        if line[:1] == "$":
            return self.replies.read(int(line[1:]) + 2).decode()
        if line[:1] != "+":
            raise SystemExit(f"peers: the server's answer to {command} is {line!r}")
        return line[1:]

    def load(self, size, keys):
        """Empties the server and writes the keys that the tools draw from, each with a value of `size` bytes."""
        self.ask("FLUSHALL")
        step = max(1, LOAD_BYTES // (size + 64))
        value = b"x" * size
        for first in range(0, keys, step):
            last = min(first + step, keys)
            self.socket.sendall(b"".join(b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$%d\r\n%b\r\n" % (key, size, value)
                                         for key in range(first, last)))
            answer = self.replies.read(5 * (last - first))
            if answer != b"+OK\r\n" * (last - first):
                raise SystemExit(f"peers: loading the keys failed: {answer[:80]!r}")

    def forget(self):
        """Waits until the connections of an earlier run are gone, and sets all counters to 0."""
        until = time.monotonic() + SETTLE_S
        while not re.search(r"connected_clients:1\b", self.ask("INFO clients")) and time.monotonic() < until:
            time.sleep(0.005)
        self.ask("CONFIG RESETSTAT")

    def counted(self, op):
        """(calls of the command, of a mix all of them; reads that missed) since forget()."""
        names = "get|set" if op == "mix" else op
        calls = re.findall(rf"cmdstat_(?:{names}):calls=(\d+)", self.ask("INFO commandstats"))
        misses = re.search(r"keyspace_misses:(\d+)", self.ask("INFO stats"))
        return sum(map(int, calls)), int(misses[1])
