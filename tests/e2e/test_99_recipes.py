# SPDX-License-Identifier: MIT
"""The commands of docs/recipes.md are run as they stand there, in the order of the page, with shorter times."""

import os
import re
import subprocess

import pytest

from conftest import BENCH, ROOT, Embedded

SHORTER = [("--prometheus 9464", "--prometheus 0"), ("--duration 10s", "--duration 300ms -c 4"), ("--markdown", "--markdown --blocks 2 --slot 100ms -c 4"),
           ("-t get --json capacity.json", "-t get --json capacity.json --trial 500ms -c 4")]


@pytest.mark.full
def test_recipes(tmp_path):
    page = open(os.path.join(ROOT, "docs/recipes.md")).read()
    lines = [line for block in re.findall(r"```sh\n(.*?)```", page, re.S) for line in block.splitlines()]
    assert len(lines) >= 10 and all(line.startswith("hkv-bench ") for line in lines)
    first, second = Embedded(), Embedded()
    try:
        for line in lines:
            for long, short in SHORTER:
                line = line.replace(long, short)
            line = line.replace("6379", str(first.port)).replace("6380", str(second.port))
            done = subprocess.run(["bash", "-c", line.replace("hkv-bench ", f"{BENCH} ", 1)], cwd=tmp_path, capture_output=True,
                                  text=True, timeout=300)
            # 1: no rate passes on a machine that is busy; 10: a verdict. Never a usage error.
            assert done.returncode in ((0, 1) if "saturate" in line else (0, 10)), (line, done)
    finally:
        first.stop()
        second.stop()
    for name in ("assertions.xml", "comment.md", "bencher.json", "otava.csv", "both.html", "capacity.json", "hkv_bench.prom",
                 "hkv_bench.json"):
        assert (tmp_path / name).stat().st_size > 0, name
