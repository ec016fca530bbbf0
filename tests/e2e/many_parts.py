# SPDX-License-Identifier: MIT
"""How long `hkv-bench merge` takes for so many parts, and how much memory: the figures of docs/scale.md.

many_parts.py BENCH [PARTS [SECONDS]]: each part is a run of its own with the null engine, six at a time."""

import concurrent.futures
import os
import resource
import subprocess
import sys
import tempfile
import time

bench, parts, seconds = os.path.abspath(sys.argv[1]), int((sys.argv[2:] or [1000])[0]), (sys.argv[3:] or ["1"])[0]
with tempfile.TemporaryDirectory() as folder:
    load = [bench, "--engine", "null", "--no-probe", "--no-calibration", "-t", "get", "-c", str(parts), "--rate", str(1000 * parts),
            "--duration", f"{seconds}s", "-q"]
    paths = [os.path.join(folder, str(i)) for i in range(1, parts + 1)]
    def one(i):
        subprocess.run([*load, "--part-of", f"{i}/{parts}", "--part", paths[i - 1]], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(1, parts + 1)))
    size = sum(map(os.path.getsize, paths))
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    merged = subprocess.run([bench, "merge", "-q", "--max-skew", "24h", *paths], capture_output=True, text=True)
    took = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(f"{parts} parts, {size / 1e6:.1f} MB: merged in {took:.2f} s ({cpu:.2f} s of CPU) with {used.ru_maxrss / 1024:.0f} MB; exit code {merged.returncode}")
    print(merged.stdout.strip())
