// SPDX-License-Identifier: MIT
// A plain run: verdict, quantiles, and what happened over time.

const limits = {
    CLIENT: ['bad', 'the client: these figures reflect the client, not the server'],
    SERVER: ['good', 'the server'], NETWORK: ['open', 'the network'],
    RATE: ['good', 'the offered load: the server kept up'], UNKNOWN: ['open', 'unknown'],
};

// Its short form, for tables.
const bottleneck = (limit) => (limit === 'RATE' ? 'offered load' : limit?.toLowerCase());

const mark = (i) => (i ? (i.few ? ' *' : '') + (i.unstable ? ' ~' : '') : '');

// What was checked of the load; of an invalid one, why.
function validityLine(v) {
    if (!v) return null;
    const bad = v.verdict !== 'VALID', named = v.checks.filter((c) => c.status === (bad ? 'fail' : 'pass'));
    const words = bad ? named.map((c) => `${c.name}: ${c.reason}`).join('; ') : named.map((c) => c.name).join(', ');
    return [el('br'), bad ? el('b', {}, `INVALID (${words})`) : el('span', { class: 'soft' }, `VALID (${words})`)];
}

function runVerdict(test) {
    const [tone, words] = limits[test.finding.limited_by] ?? limits.UNKNOWN, l = test.latency_ns;
    return el('p', { class: `verdict ${tone}` }, el('b', {}, rate(test.rps)),
        l ? `, p50 ${duration(l.p50)}, p99 ${l.intervals.p99.at_least ? '≥ ' : ''}${duration(l.p99)}${mark(l.intervals.p99)}` : ', no latency',
        ` · bottleneck: ${words}`, el('br'), el('span', { class: 'soft' }, test.finding.why), validityLine(test.validity));
}

function quantileTable(l) {
    const keys = Object.keys(l.intervals);
    const ci = (i) => (i.low === null ? '–' : `${duration(i.low)} – ${i.high === null ? 'no upper end' : duration(i.high)}`);
    return table('Latency. * too few samples above this percentile, ~ unstable during the run, ≥ lower bound',
        ['percentile', 'latency', '95% CI'],
        [['min', duration(l.min), ''], ['mean', duration(l.mean), ''],
            ...keys.map((k) => [quantileName(k), `${l.intervals[k].at_least ? '≥ ' : ''}${duration(l[k])}${mark(l.intervals[k])}`, ci(l.intervals[k])]),
            ['max', duration(l.max), '']]);
}

function countsTable(test) {
    const c = test.counts, rows = [['answered', count(c.answered)], ['errors', count(c.errors)]];
    if (c.hits !== null) rows.push(['hits', percent(test.hit_ratio ?? 0)]);
    if (test.kept !== null) rows.push(['of the scheduled requests completed', percent(test.kept)]);
    for (const [key, name] of [['unfinished', 'unanswered at the end'], ['lost_connections', 'lost connections'], ['pushes', 'pushes']])
        if (c[key]) rows.push([name, count(c[key])]);
    rows.push(['duration', `${digits(test.seconds)} s`], ['client CPU', test.client_cpu.us_per_request === null ? '–' : `${digits(test.client_cpu.us_per_request)} µs/request`]);
    return table('Counts', ['', ''], rows);
}

const measured = (test) => test.series.filter((r) => r.phase === 'measure');

function overTime(test) {
    const rows = measured(test);
    if (rows.length < 2) return [];
    const x = rows.map((r) => r.start_s + r.length_s / 2), flat = (v) => rows.map(() => v);
    const time = axis('seconds', (_, ticks) => ticks.map((v) => digits(v)));
    const data = [x, rows.map((r) => r.rps)], series = [{ label: 'answered', format: rate }];
    if (test.config.rate) {
        data.push(rows.map((r) => (r.length_s > 0 ? r.due / r.length_s : null)));
        series.push({ label: 'scheduled', format: rate, dash: [4, 4], color: 3 });
    }
    const found = [chart({ title: 'Throughput over time', xLabel: 'time', xFormat: (v) => `${digits(v)} s`, data, series,
        scales: { y: { range: (_, __, most) => [0, most * 1.05 || 1] } },
        axes: [time, axis('req/s', (_, ticks) => ticks.map((v) => shortRate(v)), { size: 60 })] })];
    const quantiles = ['p50', 'p99', 'p99_9'], intervals = test.latency_ns?.intervals;
    if (!intervals) return found;
    const positive = (v) => (v > 0 ? v : null), lines = [], bands = [], values = [x];
    quantiles.forEach((q, i) => {
        lines.push({ label: quantileName(q), format: duration, color: i });
        values.push(rows.map((r) => positive(r[q])));
    });
    quantiles.forEach((q, i) => {
        if (!intervals[q].low || !intervals[q].high) return;
        bands.push({ series: [lines.length + 2, lines.length + 1], fill: () => faded(i) });
        for (const end of ['low', 'high']) {
            lines.push({ label: `${quantileName(q)} CI ${end}`, format: duration, color: i, edge: true });
            values.push(flat(intervals[q][end]));
        }
    });
    found.push(chart({ title: 'Latency over time', xLabel: 'time', xFormat: (v) => `${digits(v)} s`, data: values, series: lines, bands,
        note: 'Per interval of the series; bands are the 95% CI of the whole run.', scales: { y: logTicks },
        axes: [time, axis('latency', (_, ticks) => ticks.map((v) => (v === null ? '' : duration(v))), { size: 70 })] }));
    return found;
}

// Several tests in one chart: latency by percentile, the axis stretched towards 100 %.
// named: list of [label, buckets of histogramOf]
function byPercentile(named) {
    const lines = named.filter(([, buckets]) => buckets.length);
    if (!lines.length) return null;
    const tables = lines.map(([, buckets]) => {
        const all = buckets.reduce((sum, [, n]) => sum + n, 0), x = [], y = [];
        let below = 0;
        for (const [ns, n] of buckets) {
            below += n;
            x.push(all / Math.max(all - below, 0.5)); // 1 / (1 - p)
            y.push(ns);
        }
        return [x, y];
    });
    const data = tables.length > 1 ? uPlot.join(tables) : tables[0];
    const share = (v) => `p${Number((100 - 100 / v).toPrecision(8))}`;
    return chart({ title: 'Latency by percentile', xLabel: 'percentile', xFormat: share, data, height: 300,
        series: lines.map(([label], i) => ({ label, format: duration, color: i, spanGaps: true })),
        scales: { x: logTicks, y: logTicks },
        axes: [axis('percentile', (_, ticks) => ticks.map((v) => (v === null ? '' : share(v)))),
            axis('latency', (_, ticks) => ticks.map((v) => (v === null ? '' : duration(v))), { size: 70 })] });
}

function seriesTable(test) {
    const rows = measured(test);
    return rows.length > 1 && folded('Table of the series', table('Per interval', ['from', 'req/s', 'errors', 'p50', 'p99', 'p99.9', 'max'],
        rows.slice(0, 1000).map((r) => [`${digits(r.start_s)} s`, count(r.rps), count(r.errors), duration(r.p50), duration(r.p99), duration(r.p99_9), duration(r.max)])),
    rows.length > 1000 && el('p', { class: 'soft' }, `The first 1,000 of ${count(rows.length)} rows.`));
}

const warnings = (list) => list.length > 0 && el('ul', { class: 'warnings' }, list.map((d) => el('li', {}, d.text)));

function runTest(test, percentiles) {
    if (test.status === 'skipped') return [el('h2', {}, test.title), el('p', {}, test.note)];
    return [el('h2', {}, test.title), runVerdict(test), test.note && el('p', {}, test.note), warnings(test.doubts), percentiles,
        ...overTime(test), heatMap(measured(test)),
        test.latency_ns && quantileTable(test.latency_ns), countsTable(test), seriesTable(test)];
}

function assertionTable(doc) {
    return doc.assertions?.length > 0 && table('Assertions', ['assertion', 'test', 'measured', ''],
        doc.assertions.map((a) => [a.assertion, a.test ?? '–', a.value === null ? '–' : digits(a.value), a.held ? 'PASS' : 'FAIL']));
}

const runHead = (doc) => doc.config?.engine === 'null' ? 'no server, null' : `${doc.server.name || 'server'} ${doc.server.version} at ${doc.server.target}`;

function summaryTable(doc) {
    const tests = doc.tests.filter((t) => t.status !== 'skipped');
    return tests.length > 1 && table('All tests', ['test', 'req/s', 'p50', 'p99', 'max', 'errors', 'bottleneck'], tests.map((t) => [
        t.title, count(t.rps), ...['p50', 'p99', 'max'].map((q) => duration(t.latency_ns?.[q])), count(t.counts.errors), bottleneck(t.finding.limited_by)]));
}

// Of one test the percentiles stand below its verdict, of several below the table of all.
function runPage(doc, percentiles) {
    const several = doc.tests.length > 1;
    return [summaryTable(doc), assertionTable(doc), several && percentiles, doc.tests.flatMap((t) => runTest(t, !several && percentiles))];
}
