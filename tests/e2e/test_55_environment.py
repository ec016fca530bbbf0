# SPDX-License-Identifier: MIT
"""What the surroundings refuse or bound: memory, stacks, system calls."""

import subprocess
import sys

from conftest import BENCH

PEAK = "import resource, subprocess, sys; rc = subprocess.run(sys.argv[1:]).returncode; " \
       "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(rc)"


def peak_mib(*args):
    """The most memory that the program held."""
    words = [sys.executable, "-c", PEAK, BENCH, *[str(a) for a in args]]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 0, done
    return int(done.stdout.splitlines()[-1]) / 1024


def test_the_calibration_of_large_values_is_bounded(redis):
    """A pipeline of 64 values of 16 MiB is 1 GiB, and one request is asked for."""
    assert peak_mib("-p", redis.port, "-t", "get", "-n", 1, "-c", 1, "-d", "16MiB", "-P", 64, "-q") < 300
