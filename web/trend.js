// SPDX-License-Identifier: MIT
// A figure through the runs of a history, with the levels that it had.

const trendFormats = { 'req/s': rate, ns: duration, count, ratio: percent, us: (v) => `${digits(v)} µs` };

// The level that each run belongs to; none where no change was found.
function trendLevels(s) {
    const starts = s.changes.map((c) => s.points.findIndex((p) => p.run === c.run));
    return s.points.map((_, i) => {
        const after = starts.filter((at) => at <= i).length;
        return s.changes.length === 0 ? null : after ? s.changes[after - 1].after : s.changes[0].before;
    });
}

const trendPoint = (p) => `run ${p.run}${p.label ? `, ${p.label}` : ''}`;

function trendVerdict(s, format) {
    const c = s.changes.at(-1);
    if (!c) return el('p', { class: 'verdict' }, el('b', {}, `no change found in ${s.points.length} runs`));
    return el('p', { class: `verdict ${c.direction === 'worse' ? 'bad' : 'good'}` },
        el('b', {}, `${c.direction} since ${trendPoint(c)}`), `: ${format(c.before)} → ${format(c.after)}`,
        c.differ.length > 0 && `; also changed there: ${c.differ.join(', ')}`);
}

function trendSeries(s) {
    const format = trendFormats[s.unit], x = s.points.map((_, i) => i), name = `${s.metric}${s.promise ? ` (${s.promise})` : ''}`;
    const runs = axis('run', (_, ticks) => ticks.map((v) => (Number.isInteger(v) && s.points[v] ? String(s.points[v].run) : '')));
    return [el('h2', {}, `${s.test}: ${name}`), trendVerdict(s, format),
        chart({ title: `${s.test}: ${name} by run`, xLabel: 'run', xFormat: (v) => (s.points[v] ? trendPoint(s.points[v]) : ''),
            data: [x, s.points.map((p) => p.value), trendLevels(s)],
            series: [{ label: 'measured', format, points: true }, { label: 'level', format, color: 3, width: 2 }],
            axes: [runs, axis(name, (_, ticks) => ticks.map((v) => (v === null ? '' : format(v))), { size: 90 })] }),
        s.changes.length > 0 && table(`Changes of ${s.test} ${name}`, ['since', 'before', 'after', '', 'p', 'also changed there'],
            s.changes.map((c) => [trendPoint(c), format(c.before), format(c.after), c.direction, digits(c.p), c.differ.join(', ')])),
        folded(`Runs of ${s.test} ${name}`, table(`Runs of ${s.test} ${name}`, ['run', 'started', 'label', 'value'],
            s.points.map((p) => [String(p.run), p.started, p.label, `${p.at_least ? '≥ ' : ''}${format(p.value)}`])))];
}

const trendHead = (doc) => [...new Set(doc.series.map((s) => `${s.test} ${s.metric}`))].join(', ');
const trendPage = (doc) => (doc.series.length ? doc.series.flatMap(trendSeries) : [el('p', { class: 'verdict open' }, 'No run has this figure.')]);
