# SPDX-License-Identifier: MIT
"""Asking again where other work on this machine had the CPU."""

import pytest

TRIES = 4
HELD_UP = 0.02  # of the time: more than either waits for a CPU on a machine that nobody else uses


def at_ease(plant, run, check, tries=TRIES):
    """check(server, test), of a run against a new server. Where other work kept either from its CPU, by the kernel's
    count, a check that fails tells nothing: it is asked again, and skipped when that was all there was."""
    for _ in range(tries):
        server = plant()
        before_s = server.queued_s()
        test = run(server)
        queued_s = server.queued_s() - before_s + sum(thread["queued_s"] for thread in test["threads"])
        try:
            return check(server, test)
        except AssertionError:
            if queued_s < HELD_UP * test["seconds"]:
                raise
    return pytest.skip(f"in each of {tries} runs other work kept client or server from a CPU")
