# SPDX-License-Identifier: MIT
"""A terminal whose screen can be read: a tmux of our own, with one program in it."""

import os
import re
import shlex
import subprocess

import pytest

from waiting import until


class Screen:
    """command runs in it; `then` is what its shell does after that."""

    def __init__(self, socket, columns, *command, rows=70, then="echo ended"):
        self.socket = socket
        words = " ".join(shlex.quote(str(word)) for word in command)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, f"{words}; {then}; exec sleep 60",
                  env={**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "", "TMUX": ""})

    def tmux(self, *words, **how):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *map(str, words)], check=True, capture_output=True, text=True,
                              timeout=10, **how).stdout

    def text(self, *how):
        return self.tmux("capture-pane", "-p", *how)

    def wait(self, what):
        until(lambda: re.search(what, self.text()), 30)
        return self.text()

    def press(self, key):
        self.tmux("send-keys", key)

    def is_(self, what):
        """A value of tmux: alternate_on, cursor_flag, pane_pid."""
        return self.tmux("display-message", "-p", "#{%s}" % what).strip()

    def stop(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, timeout=10)


@pytest.fixture
def screen(tmp_path):
    screens = []

    def start(columns, *command, **how):
        screens.append(Screen(tmp_path / f"tmux{len(screens)}", columns, *command, **how))
        return screens[-1]
    yield start
    for s in screens:
        s.stop()
