# SPDX-License-Identifier: MIT
"""One run of one tool: a process of its own, whose CPU time the kernel counts and whose requests the server counts."""
import dataclasses
import os
import re
import signal
import subprocess
import tempfile
import threading
import time

WATCH_S = 0.1


class Failed(Exception):
    """A run whose figures mean nothing, and why."""


@dataclasses.dataclass(frozen=True)
class Cost:
    cpu_s: float  # user + system
    requests: int  # that the server counted
    wall_s: float
    peak_mb: float  # resident memory

    @property
    def cpu_us(self):
        """Per request."""
        return self.cpu_s * 1e6 / self.requests


class Watch(threading.Thread):
    """Looks after a process: how much memory it had at its peak, and that it ends in time. (The kernel's own figure
    at a process's end begins with what its parent had.)"""

    def __init__(self, pid, timeout_s):
        super().__init__(daemon=True)
        self.pid, self.until = pid, time.monotonic() + timeout_s
        self.ended = threading.Event()
        self.killed = False
        self.peak_mb = 0
        self.start()

    def run(self):
        while not self.ended.wait(WATCH_S):
            try:
                with open(f"/proc/{self.pid}/status", encoding="ascii") as f:
                    peak = re.search(r"VmHWM:\s*(\d+) kB", f.read())
            except OSError:
                return
            if peak:
                self.peak_mb = int(peak[1]) / 1024
            if time.monotonic() > self.until and not self.killed:
                self.killed = True
                os.kill(self.pid, signal.SIGKILL)


def process(argv, timeout_s):
    """Runs argv to its end, or kills it after timeout_s. Answers (seconds it took, its resource usage, peak MB)."""
    with tempfile.TemporaryFile() as complaints:
        begin = time.monotonic()
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints)
        watch = Watch(child.pid, timeout_s)
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.monotonic() - begin
        watch.ended.set()
        child.returncode = os.waitstatus_to_exitcode(status)
        if watch.killed:
            raise Failed(f"was killed after {wall_s:.0f} s")
        if child.returncode != 0:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
            raise Failed(": ".join([f"ended with {child.returncode}", *said[-1:]]))
    return wall_s, usage, watch.peak_mb


def measure(server, tool, point, n, timeout_s):
    server.forget()
    wall_s, usage, peak_mb = process(tool.command(point, n, server), timeout_s)
    calls, misses = server.counted(point.op)
    if calls < n or tool.exact and calls != n:
        raise Failed(f"was to ask {n} times, and the server counted {calls}")
    if misses:
        raise Failed(f"{misses} of {calls} keys were not there")
    return Cost(usage.ru_utime + usage.ru_stime, calls, wall_s, peak_mb)
