// SPDX-License-Identifier: MIT
// Puts the page together from the documents of --json that it carries.

const kinds = {
    run: { head: runHead, page: runPage, title: 'Run' },
    compare: { head: compareHead, page: comparePage, title: 'Comparison' },
    aa: { head: compareHead, page: comparePage, title: 'Comparison of a server with itself' },
    saturate: { head: runHead, page: capacityPage, title: 'Capacity' },
    sweep: { head: runHead, page: sweepPage, title: 'Sweep' },
    trend: { head: trendHead, page: trendPage, title: 'Trend' },
};

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function machine(doc) {
    const e = doc.environment, rows = Object.entries(e).filter(([key]) => key !== 'facts').map(([key, value]) => [key, String(value ?? '–')]);
    return [el('h2', {}, 'How it was measured'), el('p', {}, 'Command line to reproduce:'),
        el('pre', {}, ['hkv-bench', ...doc.command_line.slice(doc.kind === 'run' ? 1 : 0)].map(quoted).join(' ')),
        doc.environment_changes?.length > 0 && table('The machine changed during the run', ['', 'at the start', 'at the end'],
            doc.environment_changes.map((c) => [c.name, String(c.start), String(c.end)])),
        folded('Configuration', el('pre', {}, JSON.stringify(doc.tests.map((t) => t.config ?? { test: t.test }), null, 2))),
        folded('Client machine', table('Client machine', ['', ''], rows), table('Settings of the system', ['', ''], Object.entries(e.facts ?? {}).map(([k, v]) => [k, String(v)]))),
        el('p', { class: 'soft' }, `hkv-bench ${doc.tool.version} (${doc.tool.git}), ${doc.tool.build.compiler}, ${doc.tool.build.type}${
            doc.tool.build.sanitize ? `, sanitizers ${doc.tool.build.sanitize}: these figures are no measurements` : ''}`)];
}

async function together(docs) {
    const named = [];
    for (const doc of docs.filter((d) => d.kind === 'run'))
        for (const test of doc.tests.filter((t) => t.latency_ns))
            named.push([docs.length > 1 ? `${test.title} · ${runHead(doc)} · ${doc.started}` : test.title, await histogramOf(test.latency_ns.histogram)]);
    return byPercentile(named);
}

function documentPage(doc, percentiles) {
    const kind = kinds[doc.kind];
    if (!kind) return [el('h1', {}, `A document of an unknown kind: ${doc.kind}`)];
    return [el('h1', {}, `${kind.title}: ${kind.head(doc)}`),
        el('p', { class: 'soft' }, [doc.started, ...Object.entries(doc.tags ?? {}).map(([k, v]) => `${k}=${v}`)].join(' · ')),
        doc.interrupted && el('p', { class: 'verdict open' }, 'Interrupted: partial results.'), kind.page(doc, percentiles), doc.environment && machine(doc)];
}

async function showPage() {
    const docs = JSON.parse(document.getElementById('results').textContent), page = document.getElementById('page');
    document.title = `${kinds[docs[0].kind]?.title ?? 'Report'}: ${kinds[docs[0].kind]?.head(docs[0]) ?? ''} – hkv-bench`;
    const percentiles = await together(docs);
    page.replaceChildren(...docs.flatMap((doc, i) => documentPage(doc, i === 0 && percentiles)).flat(4).filter(Boolean));
    document.documentElement.dataset.ready = 'yes';
}

showPage();
