# SPDX-License-Identifier: MIT
"""How many latencies of a report lie above a bound: read from its histogram, not from its quantiles."""

import base64
import struct
import zlib


def varints(data):
    at = 0
    while at < len(data):
        value = shift = 0
        for i in range(9):
            byte = data[at]
            at += 1
            value |= (byte if i == 8 else byte & 127) << shift
            shift += 7
            if i < 8 and byte < 128:
                break
        yield (value >> 1) ^ -(value & 1)


def counts(text):
    """[(least value, count)] of a V2 compressed histogram in base64."""
    raw = base64.b64decode(text)
    packed = zlib.decompress(raw[8:8 + struct.unpack(">I", raw[4:8])[0]])
    length, _, digits, lowest = struct.unpack(">IIIq", packed[4:24])
    half = 1 << ((2 * 10 ** digits - 1).bit_length() - 1)
    unit = lowest.bit_length() - 1
    found, index = [], 0
    for number in varints(packed[40:40 + length]):
        if number < 0:
            index += -number
            continue
        if number:
            bucket = index // half - 1
            sub = index % half + half
            if bucket < 0:
                bucket, sub = 0, index
            found.append((sub << (bucket + unit), number))
        index += 1
    return found


def above(test, ns):
    return sum(n for value, n in counts(test["latency_ns"]["histogram"]) if value > ns)
