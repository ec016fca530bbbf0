// SPDX-License-Identifier: MIT
// Numbers as people write them: three significant digits, units that fit.

function digits(x, n = 3) {
    if (!Number.isFinite(x)) return '–';
    const rounded = Number(x.toPrecision(n));
    return rounded.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

const count = (n) => (n === null || n === undefined ? '–' : Math.round(n).toLocaleString('en-US'));

function duration(ns) {
    if (ns === null || ns === undefined) return '–';
    if (ns < 1e3) return `${digits(ns)} ns`;
    if (ns < 1e6) return `${digits(ns / 1e3)} µs`;
    if (ns < 1e9) return `${digits(ns / 1e6)} ms`;
    return `${digits(ns / 1e9)} s`;
}

const rate = (x) => (x === null || x === undefined ? '–' : `${x >= 1000 ? count(x) : digits(x)} req/s`);

function shortRate(x) {
    if (x >= 1e6) return `${digits(x / 1e6)}M`;
    if (x >= 1e3) return `${digits(x / 1e3)}k`;
    return digits(x);
}

const percent = (share) => `${digits(share * 100)}%`;

// A quantile's name in the JSON to its share of requests, and to words.
const quantileShare = (key) => Number(`0.${key.slice(1).replace('_', '')}`);
const quantileName = (key) => key.replace('_', '.');
