# SPDX-License-Identifier: MIT
"""hkv-bench-mpi on several hosts: network namespaces with addresses, routes and host names of their own, one behind a
slow and lossy link. Skipped, with what was said, where the kernel or this container refuses them."""

import os
import shutil
import subprocess

import pytest

from conftest import Run
from resp_client import Client
from test_86_mpi import FRONT, LAUNCHER, MPICH, ROOT, whole
from waiting import until

pytestmark = [pytest.mark.full, pytest.mark.skipif(not LAUNCHER, reason="no hkv-bench-mpi with its mpirun here: ./setup mpi")]

AGENT = """#!/bin/sh
# What the launcher runs in place of ssh: HOST WORDS, by the name space of that host.
while [ "${1#-}" != "$1" ]; do shift; done
host=$1; shift
exec ip netns exec %s-"${host##*.}" unshare --uts sh -c "hostname host${host##*.}; $*"
"""


class Hosts:
    """A server's host, and two others that reach it, and one another by it."""

    def __init__(self, folder):
        self.name, self.folder, self.made, self.server = f"hkv{os.getpid()}", folder, [], None

    def ip(self, *words):
        done = subprocess.run(["ip", *map(str, words)], capture_output=True, text=True)
        if done.returncode:
            raise OSError(f"ip {' '.join(map(str, words))}: {done.stderr.strip()}")

    def inside(self, host, *words):
        return subprocess.run(["ip", "netns", "exec", f"{self.name}-{host}", *map(str, words)], capture_output=True, text=True)

    def open(self):
        for host in (0, 1, 2):
            self.ip("netns", "add", f"{self.name}-{host}")
            self.made.append(host)
            self.ip("-n", f"{self.name}-{host}", "link", "set", "lo", "up")
        for host in (1, 2):
            self.ip("-n", f"{self.name}-0", "link", "add", f"to{host}", "type", "veth", "peer", "name", "eth", "netns",
                    f"{self.name}-{host}")
            self.ip("-n", f"{self.name}-0", "address", "add", f"10.77.{host}.254/24", "dev", f"to{host}")
            self.ip("-n", f"{self.name}-{host}", "address", "add", f"10.77.{host}.{host}/24", "dev", "eth")
            self.ip("-n", f"{self.name}-0", "link", "set", f"to{host}", "up")
            self.ip("-n", f"{self.name}-{host}", "link", "set", "eth", "up")
            self.ip("-n", f"{self.name}-{host}", "route", "add", "default", "via", f"10.77.{host}.254")
        self.inside(0, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        if self.inside(1, "ping", "-c", 1, "-W", 2, "10.77.2.2").returncode and shutil.which("ping"):
            raise OSError("no packet comes from one to the other")
        agent = os.path.join(self.folder, "agent")
        with open(agent, "w", encoding="utf-8") as f:
            f.write(AGENT % self.name)
        os.chmod(agent, 0o755)
        self.agent = agent

    def slow(self, *how):
        """Delay and loss on the way to host 2 and back; the reason where the kernel has none."""
        for host, link in ((0, "to2"), (2, "eth")):
            done = self.inside(host, "tc", "qdisc", "add", "dev", link, "root", "netem", *how)
            if done.returncode:
                return done.stderr.strip()
        return None

    def serve(self):
        self.server = subprocess.Popen(["ip", "netns", "exec", f"{self.name}-0", "redis-server", "--port", "6379", "--bind", "0.0.0.0",
                                        "--protected-mode", "no", "--save", "", "--unixsocket", f"{self.folder}/sock"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = until(lambda: os.path.exists(f"{self.folder}/sock") and Client(f"{self.folder}/sock"))

    def start(self, *words, **env):
        how = (["-launcher", "ssh", "-launcher-exec", self.agent, "-hosts", "10.77.1.1,10.77.2.2"] if MPICH else
               ["--mca", "plm_rsh_agent", self.agent, "--host", "10.77.1.1,10.77.2.2"])
        line = ["ip", "netns", "exec", f"{self.name}-1", "unshare", "--uts", "sh", "-c", 'hostname host1; exec "$@"', "sh",
                *LAUNCHER, *how, "-n", "2", FRONT, *map(str, words)]
        return Run(line, env={**os.environ, **ROOT, **env})

    def close(self):
        if self.server:
            self.server.kill()
            self.server.wait()
        for host in self.made:
            subprocess.run(["ip", "netns", "delete", f"{self.name}-{host}"], capture_output=True)


@pytest.fixture
def hosts(tmp_path):
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("hosts of their own need root and iproute2")
    made = Hosts(str(tmp_path))
    try:
        try:
            made.open()
        except OSError as why:
            pytest.skip(f"network namespaces are refused here: {why}")
        made.serve()
        yield made
    finally:
        made.close()


def test_two_hosts_are_one_load(hosts):
    """By their own addresses: counts as the server has them, each host by its name, and clocks that differ corrected."""
    run = hosts.start("-h", "10.77.1.254", "-t", "get", "-n", 5001, "-c", 4, "-r", 100, "--prefill", "--no-calibration", "--json",
                      "-", HKV_MPI_SHIFT="1 5000000000").wait()
    assert run.rc == 0, run
    test, counted = whole(run), hosts.client.calls()
    assert counted["get"] == test["counts"]["ok"] == 5001 and counted["set"] == 100
    generators = test["generators"]
    assert generators["hosts"] == 2 and [g["host"] for g in generators["list"]] == ["host1", "host2"]
    assert generators["start_skew_ms"] < 2500


def test_a_slow_link_moves_no_start(hosts):
    """5 ms each way to one of them, and some packets lost: its latencies have them, its start does not."""
    why = hosts.slow("delay", "5ms", "loss", "0.1%")
    if why:
        pytest.skip(f"no netem in this kernel: {why}")
    run = hosts.start("-h", "10.77.1.254", "-t", "get", "--duration", "1s", "-c", 4, "--no-calibration", "--json", "-").wait()
    assert run.rc == 0, run
    near, far = whole(run)["generators"]["list"]
    assert near["p50_ns"] < 10e6 <= far["p50_ns"]
    assert far["clock_error_ms"] >= 5 and abs(far["start_ms"] - near["start_ms"]) < 2500
