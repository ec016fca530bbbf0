// SPDX-License-Identifier: MIT
// A search for a capacity: its trials, and the interval that they leave.

function capacityTest(test) {
    const promise = test.slo.map((s) => `${s.command ? `${s.command}.` : ''}${s.quantile} ≤ ${duration(s.ns)}`).join(', ');
    const tones = { found: 'good' }, outcomes = ['pass', 'fail', 'void'], n = test.trials.map((_, i) => i + 1);
    const series = outcomes.map((o, i) => ({ label: o, format: rate, points: true, color: [3, 1, 2][i] }));
    const data = [n, ...outcomes.map((o) => test.trials.map((t) => (t.outcome === o ? t.rate : null)))], bands = [];
    for (const [key, label] of [['low', '95% CI low'], ['high', '95% CI high']])
        if (test.low !== null && test.high !== null) {
            series.push({ label, format: rate, edge: true });
            data.push(n.map(() => test[key]));
        }
    if (data.length > 4) bands.push({ series: [5, 4], fill: () => faded(0) });
    return [el('h2', {}, test.title), el('p', { class: `verdict ${tones[test.end] ?? 'open'}` }, el('b', {}, `${test.at_least ? '≥ ' : ''}${rate(test.capacity_rps)}`),
        test.low !== null && test.high !== null && ` (95% CI ${count(test.low)}–${count(test.high)})`, ` with ${promise}`, el('br'),
        el('span', { class: 'soft' }, test.verdict)),
    test.note && el('p', {}, test.note),
    test.trials.length > 1 && chart({ title: 'Trials in order', xLabel: 'trial', xFormat: count, data, series, bands, scales: { y: logTicks },
        axes: [axis('trial', (_, ticks) => ticks.map((v) => (Number.isInteger(v) ? v : ''))), axis('offered req/s', (_, ticks) => ticks.map((v) => (v === null ? '' : shortRate(v))), { size: 60 })] }),
    folded('Table of the trials', table('Trials', ['trial', 'rate', 'outcome', 'judged', 'p50', 'p99', 'bottleneck'],
        test.trials.map((t, i) => [String(i + 1), count(t.rate), t.outcome, `${digits(t.asked_s)} s`, duration(t.latency_ns.p50?.ns), duration(t.latency_ns.p99?.ns), bottleneck(t.limited_by)])))];
}

// A test for each promise of a search that had several.
function promisesOf(test) {
    const said = (i) => test.trials.map((trial) => ({ ...trial, ...trial.promises?.[i] }));
    return (test.promises ?? [test]).map((promise, i) => ({ ...test, ...promise, trials: said(i) }));
}

const capacityPage = (doc) => doc.tests.flatMap(promisesOf).flatMap(capacityTest);
