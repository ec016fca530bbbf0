# SPDX-License-Identifier: MIT
"""The parts of bench/peers: the server, the tools, one measured run, the table."""
