# SPDX-License-Identifier: MIT
"""A tiny RESP client: sends commands to a server, and says what a server has been asked. No test lives here."""

import re
import socket


class RespError(Exception):
    """An error reply; str() is its text without the leading '-'."""


def encode(*args):
    """The RESP request for args (str, bytes or int)."""
    parts = [b"*%d\r\n" % len(args)]
    for arg in args:
        raw = arg if isinstance(arg, bytes) else str(arg).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(raw), raw))
    return b"".join(parts)


class Client:
    """One blocking connection. Every read is bounded by the timeout."""

    def __init__(self, address, timeout=20, tls=None):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.connect(address)
        if tls: # an ssl.SSLContext
            self.sock = tls.wrap_socket(self.sock, server_hostname=address[0])
        self.file = self.sock.makefile("rb")

    def close(self):
        self.file.close()
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, *args):
        self.sock.sendall(encode(*args))

    def line(self):
        text = self.file.readline()
        if not text.endswith(b"\r\n"):
            raise ConnectionError(f"the server closed the connection after {text!r}")
        return text[:-2]

    def read(self):
        """The next reply: str for + and errors (raised), int, bytes, list or None."""
        text = self.line()
        kind, rest = text[:1], text[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            return RespError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        raise ConnectionError(f"not RESP: {text!r}")

    def call(self, *args):
        self.send(*args)
        reply = self.read()
        if isinstance(reply, RespError):
            raise reply
        return reply

    def info(self, section):
        """One section of INFO as a dict of strings."""
        text = self.call("INFO", section).decode()
        return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)

    def calls(self):
        """{'set': 100, ...}: how often each command was called, what tests and probes themselves use left out."""
        stats = self.info("commandstats")
        own = {"info", "config", "flushall", "monitor", "acl", "client", "config|resetstat", "config|set"}
        counts = {name[len("cmdstat_"):]: int(re.match(r"calls=(\d+)", value).group(1))
                  for name, value in stats.items()}
        return {name: n for name, n in counts.items()
                if n and name not in own and not name.startswith(("config|", "acl|", "client|"))}

    def connections(self):
        """Connections accepted since CONFIG RESETSTAT."""
        return int(self.info("stats")["total_connections_received"])


ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)")
SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b"}


def client_of(server):
    """A client of a server that is being started, once it answers; None before."""
    assert server.proc.poll() is None, "it did not start: " + (open(server.log.name).read() if server.log else "")
    try:
        return Client(server.address)
    except OSError:
        return None


def unquote(text):
    """An argument as MONITOR writes it, back to its characters."""
    return ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if m[1][0] == "x" and len(m[1]) == 3
                      else SIMPLE.get(m[1], m[1]), text)


class Monitor:
    """What a real server was asked, by MONITOR: with Monitor(address) as m: ...; m.commands() afterwards."""

    LINE = re.compile(r'^\+?[\d.]+ \[\d+ [^\]]*\] (.*)$')
    ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"')

    def __init__(self, address):
        self.address = address
        self.client = Client(address)

    def __enter__(self):
        self.client.call("MONITOR")
        return self

    def __exit__(self, *_):
        self.client.close()

    def commands(self):
        """Every command so far as a list of strings, INFO and the marker that ends the reading left out."""
        with Client(self.address) as other:
            other.call("ECHO", "the-end-of-the-test")
        seen = []
        while True:
            text = self.LINE.match(self.client.line().decode("latin-1")).group(1)
            args = [unquote(a) for a in self.ARGUMENT.findall(text)]
            if args == ["ECHO", "the-end-of-the-test"]:
                return seen
            if args[0].upper() != "INFO":
                seen.append(args)
