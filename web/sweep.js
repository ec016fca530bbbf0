// SPDX-License-Identifier: MIT
// A sweep: throughput and latency along one setting, with the knee or the fitted law.

const uslAt = (u, n) => (u.gamma.value * n) / (1 + u.alpha.value * (n - 1) + u.beta.value * n * (n - 1));

function sweepTest(test) {
    const points = [...test.points].sort((a, b) => a.value - b.value), x = points.map((p) => p.value), log = test.by !== 'rate';
    const name = { rate: 'offered req/s', clients: 'clients', pipeline: 'pipeline depth', size: 'value bytes', keys: 'keys' }[test.by] ?? test.by;
    const bottom = axis(name, (_, ticks) => ticks.map((v) => (v === null ? '' : shortRate(v)))), scale = log && x[0] > 0 ? { x: logTicks } : {};
    const data = [x, points.map((p) => p.rps)], series = [{ label: 'measured', format: rate, points: true }];
    if (test.usl) {
        data.push(x.map((v) => uslAt(test.usl, v)));
        series.push({ label: 'fitted (USL)', format: rate, color: 3 });
    }
    const verdict = test.knee ? `knee at ${rate(test.knee.rate)}${test.knee.open ? ' or above' : ''}`
        : test.usl?.peak ? `throughput peaks at about ${digits(test.usl.peak.value)} clients` : `${points.length} points measured`;
    return [el('h2', {}, test.title), el('p', { class: 'verdict' }, el('b', {}, verdict)), test.note && el('p', {}, test.note),
        chart({ title: `Throughput by ${name}`, xLabel: name, xFormat: count, data, series, scales: scale,
            axes: [bottom, axis('req/s', (_, ticks) => ticks.map((v) => shortRate(v)), { size: 60 })] }),
        chart({ title: `Latency by ${name}`, xLabel: name, xFormat: count, scales: { ...scale, y: logTicks },
            data: [x, ...['p50_ns', 'p99_ns', 'p99_9_ns'].map((k) => points.map((p) => p[k] || null))],
            series: ['p50', 'p99', 'p99.9'].map((label) => ({ label, format: duration, points: true })),
            axes: [bottom, axis('latency', (_, ticks) => ticks.map((v) => (v === null ? '' : duration(v))), { size: 70 })] }),
        table('Points', [name, 'pass', 'req/s', 'p50', 'p99', 'p99.9', 'errors', 'bottleneck'],
            points.map((p) => [count(p.value), String(p.pass), count(p.rps), duration(p.p50_ns), duration(p.p99_ns), duration(p.p99_9_ns), count(p.errors), bottleneck(p.limited_by)]))];
}

const sweepPage = (doc) => doc.tests.flatMap(sweepTest);
