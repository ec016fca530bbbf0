# SPDX-License-Identifier: MIT
"""Waiting for something to become true, with an end to the patience."""

import time


def until(what, timeout=20, step=0.01):
    """Waits until what() is true, and answers it."""
    end = time.monotonic() + timeout
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < end, f"waited {timeout} s in vain"
        time.sleep(step)
