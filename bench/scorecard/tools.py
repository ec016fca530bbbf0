# SPDX-License-Identifier: MIT
"""What is measured: a point of the grid, and the command line by which each tool runs it."""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYS_MAX = 100_000
KEYS_BYTES_MAX = 150_000_000  # of all values that the server holds
ENGINES = ("io_uring", "epoll")
ZIPF = "0.99"  # the exponent of the mix


@dataclasses.dataclass(frozen=True)
class Point:
    op: str
    size: int
    connections: int
    pipeline: int

    @property
    def keys(self):
        """A power of ten, so that memtier's unpadded numbers can be given leading zeros by the key's prefix."""
        keys = KEYS_MAX
        while keys * self.size > KEYS_BYTES_MAX:
            keys //= 10
        return keys

    @property
    def in_flight(self):
        return self.connections * self.pipeline

    def __str__(self):
        return f"{self.op.upper()} {self.size} B, {self.connections} connections, P={self.pipeline}"


@dataclasses.dataclass(frozen=True)
class Tool:
    name: str
    program: str
    exact: bool  # asks the server -n times and not once more
    argv: object  # (program, point, n, port) -> its command line
    mixes: bool = False  # knows a load of several commands, with keys by Zipf's law

    def command(self, point, n, server):
        return [*self.argv(self.program, point, n, server.port), *server.words]


def redis_argv(program, point, n, port):
    return [program, "-h", "127.0.0.1", "-p", str(port), "-t", point.op, "-n", str(n), "-c", str(point.connections),
            "-P", str(point.pipeline), "-d", str(point.size), "-r", str(point.keys), "-q"]


def hkv_argv(engine):
    def argv(program, point, n, port):
        plain = redis_argv(program, point, n, port)
        if point.op == "mix":
            at = plain.index("-t")
            plain[at:at + 2] = ["--mix", "set:1,get:9", "--key-dist", f"zipf:{ZIPF}"]
        return [*plain, "--engine", engine.removeprefix("io_"), "--no-probe"]
    return argv


def floor_argv(engine):
    def argv(program, point, n, port):
        return [program, "--engine", engine.removeprefix("io_"), "--op", point.op, "-p", str(port), "-n", str(n),
                "-c", str(point.connections), "-P", str(point.pipeline), "-d", str(point.size),
                "-r", str(point.keys)]
    return argv


def memtier_argv(program, point, n, port):
    """memtier writes numbers without leading zeros: it draws those with as many digits as the range has, and the
    prefix brings the zeros. These are nine of ten keys of the others' range."""
    last = point.keys - 1
    prefix = "key:" + "0" * (12 - len(str(last)))
    law = ["--key-pattern=Z:Z", f"--key-zipf-exp={ZIPF}"] if point.op == "mix" else []
    return [program, "-s", "127.0.0.1", "-p", str(port), "-t", "1", "-c", str(point.connections),
            "-n", str(-(-n // point.connections)), f"--pipeline={point.pipeline}", f"--data-size={point.size}",
            "--ratio=" + {"get": "0:1", "set": "1:0", "mix": "1:9"}[point.op], *law, f"--key-prefix={prefix}",
            f"--key-minimum={point.keys // 10}", f"--key-maximum={last}", "--hide-histogram"]


PEERS = {"redis-benchmark": redis_argv, "valkey-benchmark": redis_argv, "memtier_benchmark": memtier_argv}
MIXES = ("memtier_benchmark",)


def on_path(name):
    """A peer's program. hkv-bench may be installed under the same name: that is no peer."""
    program = shutil.which(name)
    return program if program and pathlib.Path(program).resolve().name != "hkv-bench" else None


def ours(variable, built, target):
    program = os.environ.get(variable) or str(ROOT / built)
    if not os.access(program, os.X_OK):
        raise SystemExit(f"peers: {built} is not there: build the target {target}, or name the program in {variable}")
    return os.path.abspath(program)


def every_tool(tls):
    """The peers on PATH, hkv-bench and the floor, each of these two with both engines; the floor knows no TLS."""
    hkv = ours("HKV_BENCH", "build/hkv-bench", "hkv-bench")
    floor = None if tls else ours("HKV_FLOOR", "build/bench/floor", "bench_floor")
    return ([Tool(name, on_path(name), False, argv, name in MIXES) for name, argv in PEERS.items() if on_path(name)] +
            [Tool(f"hkv-bench {e}", hkv, True, hkv_argv(e), True) for e in ENGINES] +
            [Tool(f"floor {e}", floor, True, floor_argv(e)) for e in ENGINES if floor])


def version(program):
    """A program's version; of hkv-bench also what it was built from and with."""
    said = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10)
    number = re.search(r"\d+\.\d+\.\d+", said.stdout)
    built = re.search(r"^commit .*$", said.stdout, re.MULTILINE)
    return (number[0] if number else "?") + (f" ({built[0]})" if built else "")


def versions(tools):
    programs = {pathlib.Path(t.program).name: t.program for t in tools if not t.name.startswith("floor")}
    programs["redis-server"] = shutil.which("redis-server")
    return {name: version(program) for name, program in programs.items()}
