// SPDX-License-Identifier: MIT
// Reads the `histogram` of docs/json.md: HdrHistogram's V2 encoding, deflated, in base64.

const COOKIES = { packed: 0x1c849304, plain: 0x1c849303 }; // but for a nibble that tells the word size
const isCookie = (word, cookie) => (word & ~0xf0) === cookie;

// Zig-zag LEB128 of up to 9 bytes; beyond 2^53 exactness is lost, which no count here reaches.
function* signedNumbers(bytes) {
    for (let at = 0; at < bytes.length;) {
        let value = 0n, shift = 0n, byte;
        do {
            byte = bytes[at++];
            value |= BigInt(shift < 56n ? byte & 0x7f : byte) << shift;
            shift += 7n;
        } while (byte & 0x80 && shift <= 56n && at < bytes.length);
        yield Number(value & 1n ? -(value >> 1n) - 1n : value >> 1n);
    }
}

async function inflate(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The greatest value that counts in bucket `index`, and how the range is divided.
function bucketTop(index, digitsKept, unit) {
    const half = 2 ** (Math.ceil(Math.log2(2 * 10 ** digitsKept)) - 1), unitShift = Math.floor(Math.log2(unit));
    let bucket = Math.floor(index / half) - 1, sub = (index % half) + half;
    if (bucket < 0) {
        sub -= half;
        bucket = 0;
    }
    return (sub + 1) * 2 ** (bucket + unitShift) - 1;
}

// Buckets that hold something: a list of [greatest value, count], rising. Empty where it cannot be read.
async function histogramOf(text) {
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const head = new DataView(packed.buffer);
    if (packed.length < 8 || !isCookie(head.getInt32(0), COOKIES.packed)) return [];
    const bytes = await inflate(packed.subarray(8, 8 + head.getInt32(4))), view = new DataView(bytes.buffer);
    if (!isCookie(view.getInt32(0), COOKIES.plain)) return [];
    const length = view.getInt32(4), digitsKept = view.getInt32(12), unit = Number(view.getBigInt64(16)) || 1;
    const found = [];
    let index = 0;
    for (const n of signedNumbers(bytes.subarray(40, 40 + length))) {
        if (n > 0) found.push([bucketTop(index, digitsKept, unit), n]);
        index += n < 0 ? -n : 1;
    }
    return found;
}
