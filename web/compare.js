// SPDX-License-Identifier: MIT
// A comparison: the verdict, ratios with intervals, and the blocks that they rest on.

const toneOf = (c) => (c.better > 0 ? 'good' : c.better < 0 ? 'bad' : c.finding === 'equivalent' ? '' : 'open');

// As many digits as say something.
const ratioText = (x) => (x >= 1000 ? count(x) : x.toFixed(x >= 100 ? 1 : x >= 10 ? 2 : 3));

function contrastTable(x) {
    const value = (c, v) => (v === null ? '–' : ['throughput', 'capacity'].includes(c.metric) ? rate(v) : duration(v));
    return table(`${x.target} vs ${x.reference}`, ['metric', x.reference, x.target, 'ratio', '95% CI', 'verdict'],
        x.contrasts.map((c) => [quantileName(c.metric), value(c, c.reference), value(c, c.target), c.ratio === null ? '–' : ratioText(c.ratio),
            c.low === null ? '–' : `${ratioText(c.low)} – ${c.high === null ? '∞' : ratioText(c.high)}`, c.verdict]));
}

// The ratio of the medians of a metric in each block.
function blockRatios(test, target, reference, key) {
    const middle = (list) => {
        const s = list.filter((v) => v > 0).sort((a, b) => a - b);
        return s.length ? (s[(s.length - 1) >> 1] + s[s.length >> 1]) / 2 : null;
    };
    const of = (block, name) => middle(block.filter((s) => s.target === name).map((s) => s[key]));
    return test.blocks.map((b) => {
        const t = of(b, target), r = of(b, reference);
        return t && r ? t / r : null;
    });
}

function blocksChart(test, x) {
    if (test.blocks.length < 2) return null;
    const primary = x.contrasts.find((c) => c.primary) ?? x.contrasts[0];
    const key = { throughput: 'rps', capacity: 'capacity_rps' }[primary.metric] ?? `${primary.metric}_ns`;
    const ratios = blockRatios(test, x.target, x.reference, key), n = ratios.map((_, i) => i + 1), flat = (v) => n.map(() => v);
    if (!ratios.some((r) => r !== null)) return null;
    const format = (v) => v.toFixed(3), data = [n, ratios, flat(1)];
    const series = [{ label: 'ratio', format, points: true }, { label: 'no difference', format, dash: [4, 4], color: 3 }];
    const bands = [];
    if (primary.low && primary.high) {
        series.push({ label: '95% CI low', format, edge: true }, { label: '95% CI high', format, edge: true });
        data.push(flat(primary.low), flat(primary.high));
        bands.push({ series: [4, 3], fill: () => faded(0) });
    }
    return chart({ title: `Blocks: ${quantileName(primary.metric)} of ${x.target} over ${x.reference}`, xLabel: 'block', xFormat: count, data, series, bands,
        height: 200, axes: [axis('block', (_, ticks) => ticks.map((v) => (Number.isInteger(v) ? v : ''))), axis('ratio', (_, ticks) => ticks.map((v) => v.toFixed(2)), { size: 60 })] });
}

function comparePrimary(test, x) {
    const c = x.contrasts.find((p) => p.primary) ?? x.contrasts[0];
    return el('p', { class: `verdict ${toneOf(c)}` }, `${x.target} vs ${x.reference}: `, el('b', {}, c.verdict),
        c.ratio !== null && el('span', {}, ` · ${quantileName(c.metric)} ratio ${ratioText(c.ratio)}`,
            c.low !== null && ` (95% CI ${ratioText(c.low)}–${c.high === null ? '∞' : ratioText(c.high)})`,
            c.better && c.at_least && c.bound !== null && ` · at least ${ratioText(c.bound)}, for the client held the better side back`,
            ` · ${c.blocks} blocks`));
}

// What each slot has because it is short, or what a remark says already, is left out; the rest is told once for all targets.
function slotWarnings(test) {
    const groups = new Map();
    for (const d of test.doubts)
        if (!['short-run', 'not-precise'].includes(d.name) && !test.remarks.some((r) => r.includes(d.text)))
            groups.set(d.name, [...(groups.get(d.name) ?? []), d]);
    return [...groups.values()].map((g) => ({ text: `${g.map((d) => `${d.target}, ${d.slots} of ${d.of} slots`).join('; ')}: ${g[0].text}` }));
}

function compareTest(test) {
    const rows = test.comparisons.flatMap((x) => x.contrasts.map((c) => ({ ...c, label: `${x.target}: ${quantileName(c.metric)}`, tone: toneOf(c) })));
    const ofSlots = slotWarnings(test);
    return [el('h2', {}, test.title ?? test.test), test.comparisons.map((x) => comparePrimary(test, x)), test.note && el('p', {}, test.note),
        warnings(test.remarks.map((text) => ({ text }))), forest('Ratios', rows),
        test.comparisons.map((x) => [blocksChart(test, x), contrastTable(x)]),
        el('p', { class: 'soft' }, 'Figures are medians over all slots, a ratio is the median over blocks: it is not quite their quotient.'),
        ofSlots.length > 0 && folded(`Warnings of single slots (${ofSlots.length})`, warnings(ofSlots))];
}

const compareHead = (doc) => doc.targets.map((t) => `${t.name} (${t.server || 'server'} ${t.version})`).join(' and ');

const comparePage = (doc) => [
    doc.tests.flatMap(compareTest),
    table('Servers', ['name', 'target', 'server', 'engine'], doc.targets.map((t) => [t.name, t.target, `${t.server} ${t.version}`, t.engine ?? '–'])),
    doc.baseline && el('p', { class: 'soft' }, `The first is run ${doc.baseline.run} of ${doc.baseline.file}, kept ${doc.baseline.started}.`)];
