# SPDX-License-Identifier: MIT
"""A real cluster of redis-servers on free ports of 127.0.0.1. No test lives here."""

import random
import shutil
import socket
import subprocess
import tempfile

from resp_client import RespError, client_of
from waiting import until

SLOTS = 16384
BUS = 10000  # the bus port of a node is its port and this


def crc16(raw):
    """CRC16 (XMODEM), bit by bit: another hand than that of the program under test."""
    crc = 0
    for byte in raw:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def slot_of(key):
    raw = key if isinstance(key, bytes) else key.encode()
    start = raw.find(b"{")
    end = raw.find(b"}", start + 1)
    return crc16(raw[start + 1:end] if 0 <= start < end - 1 else raw) % SLOTS


def free_pair():
    """A free port whose bus port is free too: both below those that the kernel gives to whoever connects or asks for any."""
    for _ in range(200):
        port = random.SystemRandom().randrange(11000, 32768 - BUS)
        with socket.socket() as s, socket.socket() as bus:
            try:
                s.bind(("127.0.0.1", port))
                bus.bind(("127.0.0.1", port + BUS))
            except OSError:
                continue
            return port
    raise OSError("no port is free whose bus port is free too")


class Node:
    """With `tls`, certificates as options, it has a port for TLS too, and speaks to other nodes by TLS alone."""

    def __init__(self, *options, tls=()):
        self.folder = tempfile.mkdtemp(prefix="hkv-cluster-")
        self.client = None
        for _ in range(20):
            self.choose_ports(options, tls)
            if self.started():
                break
            self.kill()  # tests that run beside these took one of the ports since: there are others
        else:
            raise OSError("other programs took each of 20 ports first")
        self.id = self.call("CLUSTER", "MYID").decode()

    def choose_ports(self, options, tls):
        self.port = free_pair()
        self.tls_port = free_pair() if tls else None
        if tls:
            options += ("--tls-port", str(self.tls_port), "--tls-cluster", "yes", "--tls-replication", "yes",
                        "--tls-auth-clients", "no", *tls)
        self.address = ("127.0.0.1", self.port)
        self.name = f"127.0.0.1:{self.port}"
        self.options = options

    def start(self):
        assert self.started(), open(self.log.name).read()

    def started(self):
        """Starts it; whether who answers at its port is this very process."""
        self.log = open(self.folder + "/log", "ab")
        self.proc = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--cluster-enabled", "yes",
             "--cluster-node-timeout", "1000", "--cluster-config-file", "nodes.conf", "--save", "",
             "--repl-diskless-sync-delay", "0", "--cluster-replica-validity-factor", "0", "--dir", self.folder,
             "--repl-ping-replica-period", "1",  # a replica is named in CLUSTER SLOTS once it has had anything
             *self.options],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.client = until(lambda: self.proc.poll() is not None or client_of(self))
        if self.client is True:
            self.client = None
            return False
        try:
            return int(self.client.info("server")["process_id"]) == self.proc.pid
        except (OSError, RespError):
            return False

    def call(self, *args):
        return self.client.call(*args)

    def calls(self):
        return {name: n for name, n in self.client.calls().items() if "|" not in name and name not in
                ("replconf", "psync", "ping", "readonly", "asking", "cluster", "replicaof", "migrate", "restore-asking")}

    def kill(self):
        if self.client:
            self.client.close()
        self.proc.kill()
        self.proc.wait()
        self.log.close()

    def stop(self):
        if self.proc.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Cluster:
    """`primaries` that share the slots evenly, each with a replica where `replicas` is set."""

    def __init__(self, primaries=3, replicas=True, options=(), tls=()):
        self.primaries = [Node(*options, tls=tls) for _ in range(primaries)]
        self.replicas = [Node(*options, tls=tls) for _ in range(primaries)] if replicas else []
        self.nodes = self.primaries + self.replicas
        self.bounds = [SLOTS * i // primaries for i in range(primaries + 1)]
        for i, node in enumerate(self.primaries):
            node.call("CLUSTER", "ADDSLOTSRANGE", self.bounds[i], self.bounds[i + 1] - 1)
            node.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1)
        for node in self.nodes[1:]:
            self.nodes[0].call("CLUSTER", "MEET", "127.0.0.1", node.tls_port or node.port)
        until(lambda: all(int(self.info(n)["cluster_known_nodes"]) == len(self.nodes) for n in self.nodes))
        for primary, replica in zip(self.primaries, self.replicas):
            until(lambda: self.tried(replica, primary))
        until(self.ready, 30)

    @staticmethod
    def info(node):
        return dict(line.split(":", 1) for line in node.call("CLUSTER", "INFO").decode().splitlines() if ":" in line)

    @staticmethod
    def tried(replica, primary):
        try:
            return replica.call("CLUSTER", "REPLICATE", primary.id) == "OK"
        except RespError:
            return False

    def ready(self):
        """All say that all slots are served, and name all replicas."""
        for node in self.nodes:
            ranges = node.call("CLUSTER", "SLOTS")
            if self.info(node)["cluster_state"] != "ok" or len(ranges) != len(self.primaries):
                return False
            if self.replicas and any(len(r) != 4 for r in ranges):
                return False
        return all(n.client.info("replication")["master_link_status"] == "up" for n in self.replicas)

    def revive(self, at):
        """A primary that was killed is there again, behind the replica that took its place: they change places."""
        self.primaries[at].start()
        self.primaries[at], self.replicas[at] = self.replicas[at], self.primaries[at]
        until(self.ready, 30)

    def reset(self):
        for node in self.primaries:
            node.call("FLUSHALL")
        for node in self.nodes:
            node.call("CONFIG", "RESETSTAT")

    def owner(self, slot):
        return next(n for n, end in zip(self.primaries, self.bounds[1:]) if slot < end)

    def move(self, slots, to):
        """Moves slots, keys and all, as redis-cli --cluster reshard does."""
        for slot in slots:
            source = self.owner_now(slot)
            if source is to:
                continue
            to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", source.id)
            source.call("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id)
            while keys := source.call("CLUSTER", "GETKEYSINSLOT", slot, 100):
                source.call("MIGRATE", "127.0.0.1", to.port, "", 0, 5000, "KEYS", *keys)
            for node in [to, source, *(n for n in self.primaries if n not in (to, source))]:
                node.call("CLUSTER", "SETSLOT", slot, "NODE", to.id)

    def owner_now(self, slot):
        for first, last, primary, *_ in self.primaries[0].call("CLUSTER", "SLOTS"):
            if first <= slot <= last:
                return next(n for n in self.nodes if n.port == primary[1])
        return None

    def stop(self):
        for node in self.nodes:
            node.stop()
