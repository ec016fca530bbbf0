#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of docs/servers.md: what works against which server, each cell from a run of the program on a server that is
started for it. No test lives here: test_98_servers.py looks whether the table is still true."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from certs import Authority
from cluster import Cluster
from conftest import BENCH, Embedded, Redis, free_port
from resp_client import client_of
from waiting import until

N = 600  # requests of a run
SHORT = ["--slot", "100ms", "--warmup", "20ms", "--idle", "0", "--blocks", "2"]
HEAD = """# Servers

What works against which server. `make servers` writes this page: it starts each server that it finds on the machine, runs
hkv-bench against it, and writes "yes" where the exit code and the counts of the report were right.

"""


class Valkey(Redis):
    PROGRAM = "valkey-server"


class Hkv:
    """An hkv-server on a free port."""

    log = None

    def __init__(self):
        port = free_port()
        self.port, self.proc = port, subprocess.Popen(["hkv-server"], env={**os.environ, "HKV_ADDR": f"127.0.0.1:{port}"},
                                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.listens)

    def listens(self):
        client = client_of(self)
        if client:
            client.close()
        return client is not None

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    def stop(self):
        self.proc.kill()
        self.proc.wait()


# --- the servers: each yields a target as compare names it, and the options that go with it ---

@contextlib.contextmanager
def started(server, target=None, options=()):
    try:
        yield target(server) if target else str(server.port), [str(o) for o in options]
    finally:
        server.stop()


@contextlib.contextmanager
def by_tls():
    with tempfile.TemporaryDirectory(prefix="hkv-certs-") as folder:
        ca, port = Authority(folder), free_port()
        server = Redis("--tls-port", str(port), "--tls-auth-clients", "no", *ca.issue("server"))
        with started(server, lambda _: str(port), ["--tls", "--cacert", ca.crt]) as found:
            yield found


def by_login():
    server = Redis()
    server.client.call("ACL", "SETUSER", "load", "on", ">s3cret", "~*", "+@all")
    server.client.call("ACL", "SETUSER", "default", "off")
    return started(server, None, ["--user", "load", "-a", "s3cret"])


def cluster():
    return started(Cluster(3, replicas=False), lambda c: str(c.primaries[0].port), ["--cluster"])


SERVERS = {  # name: (program, how it is started)
    "redis-server": ("redis-server", lambda: started(Redis())),
    "redis-server, unix socket": ("redis-server", lambda: started(Redis(), lambda r: f"unix:{r.sock}")),
    "redis-server, TLS": ("redis-server", by_tls),
    "redis-server, ACL user": ("redis-server", by_login),
    "redis-server, cluster of 3": ("redis-server", cluster),
    "valkey-server": ("valkey-server", lambda: started(Valkey())),
    "hkv-server": ("hkv-server", lambda: started(Hkv())),
    "hkv-bench serve": (BENCH, lambda: started(Embedded())),
}


# --- the features ---

def run(words):
    """(exit code, document or None, what was said) of a run with --json."""
    r = subprocess.run([BENCH, *words, "--json", "-"], stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    return r.returncode, json.loads(r.stdout) if r.stdout else None, r.stderr.decode()


def where(target):
    return ["-s", target[5:]] if target.startswith("unix:") else ["-p", target]


def plain(*words, key="ok"):
    def works(target, options):
        code, doc, said = run([*where(target), *options, "-n", str(N), "-c", "6", *words])
        return code == 0 and all(t["counts"][key] == N for t in doc["tests"]), said
    return works


def compares(target, options):
    other = target[5:] if target.startswith("unix:") else f"127.0.0.1:{target}"
    code, doc, said = run(["compare", f"a={target}", f"b={other}", *options, *SHORT, "-t", "set", "-c", "4"])
    slots = [slot for t in doc["tests"] for block in t["blocks"] for slot in block] if doc else []
    return code in (0, 10) and len(slots) == 8 and all(s["answered"] and not s["errors"] for s in slots), said


def saturates(target, options):
    code, doc, said = run(["saturate", *where(target), *options, "--slo", "p90=10ms", "--trial", "100ms", "--idle", "0", "-t", "get",
                           "-c", "4"])
    return code in (0, 1, 4) and doc is not None and len(doc["tests"][0]["trials"]) > 0, said  # 1: the machine was too busy


FEATURES = {
    "set, get": plain("-t", "set,get"),
    "`-P 16`": plain("-t", "set,get", "-P", "16"),
    "window": plain("-t", "set", "-P", "16", "--pipeline-mode", "window"),
    "`--rate`": plain("-t", "get", "--rate", "5k"),
    "RESP3": plain("-t", "get", "-3"),
    "tracking": plain("-t", "get", "-3", "--tracking", "on"),
    "mix": plain("--mix", "set:1,get:3"),
    "`--value-size`": plain("-t", "set,get", "--value-size", "1-5000"),
    "`--reconnect-every`": plain("-t", "get", "--reconnect-every", "10"),
    "`--connect-only`": plain("--connect-only"),
    "prefill": plain("-t", "get", "-r", "100", "--prefill", key="hits"),
    "`compare`": compares,
    "`saturate`": saturates,
}


def cell(name, feature, server):
    works, said = FEATURES[feature](*server)
    sentence = re.sub(r"\S*\d+\.\d+\.\d+\.\d+:\d+|/\S+", "the server", said.strip().split("\n")[0]).removeprefix("hkv-bench: ")
    return ("yes", None) if works else ("no", f"- {name}, {feature}: {sentence}")


def table():
    lines = ["| | " + " | ".join(FEATURES) + " |", "|---|" + "---|" * len(FEATURES)]
    notes = []
    for name, (program, start) in SERVERS.items():
        words, found = ["not tested"] + [""] * (len(FEATURES) - 1), []
        if shutil.which(program):
            with start() as server:
                found = [cell(name, feature, server) for feature in FEATURES]
            words = [word for word, _ in found]
        notes += [note for _, note in found if note]
        lines.append(f"| {name} | " + " | ".join(words) + " |")
    return "\n".join(lines + [""] * bool(notes) + notes) + "\n"


def read(text):
    """{(server, feature): word} of a page."""
    rows = [[word.strip() for word in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    return {(row[0], feature): word for row in rows[1:] for feature, word in zip(rows[0][1:], row[1:])}


if __name__ == "__main__":
    page = HEAD + table()
    with open(sys.argv[1], "w", encoding="utf-8") as f:
        f.write(page)
