// SPDX-License-Identifier: MIT
// What is no line chart: the heat map of latency over time, and the forest plot of ratios.

const repaints = new Set(); // drawings that follow the colours of the page

// Two colours of the page mixed: share 0 to 1 of the second.
function mixed(a, b, share) {
    const part = (c, i) => parseInt(c.slice(1 + 2 * i, 3 + 2 * i), 16);
    return `rgb(${[0, 1, 2].map((i) => Math.round(part(a, i) * (1 - share) + part(b, i) * share))})`;
}

// Latencies by rows of time and by tenths of a decade. rows: start_s, length_s and heat, a list of the first
// bucket and counts from there on (docs/json.md).
function heatMap(rows) {
    const full = rows.filter((r) => r.heat?.length);
    if (full.length < 2) return null;
    const low = Math.min(...full.map((r) => r.heat[0])), high = Math.max(...full.map((r) => r.heat[0] + r.heat.length - 1));
    const most = Math.max(...full.map((r) => Math.max(...r.heat.slice(1)) / r.length_s));
    const end = Math.max(...full.map((r) => r.start_s + r.length_s)), begin = full[0].start_s;
    const bucketNs = (b) => 10 ** (b / 10);
    const canvas = el('canvas', { class: 'heat', role: 'img', tabindex: 0,
        'aria-label': `Requests by time and latency, from ${duration(bucketNs(low))} to ${duration(bucketNs(high))}` });
    const said = el('figcaption', { 'aria-live': 'polite' }, 'The stronger the color, the more requests, on a logarithmic scale. Point at a cell to read it.');
    const left = 64, height = 240, foot = 22;
    const x = (t) => left + ((t - begin) / (end - begin)) * (canvas.clientWidth - left - 4);
    const y = (b) => (high - b) / (high - low) * (height - foot);
    const paint = () => {
        if (!canvas.clientWidth) return;
        canvas.width = canvas.clientWidth * devicePixelRatio;
        canvas.height = height * devicePixelRatio;
        canvas.style.height = `${height}px`;
        const pen = canvas.getContext('2d'), cold = color('--heat0'), hot = color('--heat1');
        pen.scale(devicePixelRatio, devicePixelRatio);
        for (const r of full)
            for (let i = 1; i < r.heat.length; i++) {
                if (!r.heat[i]) continue;
                const top = y(r.heat[0] + i), x0 = x(r.start_s);
                pen.fillStyle = mixed(cold, hot, Math.log1p(r.heat[i] / r.length_s) / Math.log1p(most));
                pen.fillRect(x0, top, x(r.start_s + r.length_s) - x0 + 0.5, y(r.heat[0] + i - 1) - top + 0.5);
            }
        pen.fillStyle = color('--ink');
        pen.font = '12px system-ui, sans-serif';
        for (let b = Math.ceil(low / 10) * 10; b <= high; b += 10) pen.fillText(duration(bucketNs(b)), 2, Math.max(y(b), 12));
        pen.fillText(`${digits(begin)} s`, left, height - 5);
        pen.fillText(`${digits(end)} s`, canvas.clientWidth - 44, height - 5);
    };
    canvas.addEventListener('pointermove', (event) => {
        const t = begin + ((event.offsetX - left) / (canvas.clientWidth - left - 4)) * (end - begin);
        const b = Math.floor(high - (event.offsetY / (height - foot)) * (high - low));
        const r = full.find((q) => t >= q.start_s && t < q.start_s + q.length_s);
        if (r) said.textContent = `${digits(r.start_s)} s: ${count(r.heat[b - r.heat[0] + 1] ?? 0)} requests of ` +
            `${duration(bucketNs(b))} to ${duration(bucketNs(b + 1))}`;
    });
    new ResizeObserver(paint).observe(canvas);
    repaints.add(paint);
    return el('figure', {}, el('h3', {}, 'Latency over time, all requests'), canvas, said);
}

// Ratios with their intervals, one line each. rows: label, ratio, low, high, margin, tone ("good", "bad",
// "open", "").
function forest(title, rows) {
    const known = rows.filter((r) => r.ratio > 0);
    if (!known.length) return null;
    const ends = known.flatMap((r) => [r.low ?? r.ratio, r.high ?? r.ratio, 1 - r.margin, 1 + r.margin]).filter((v) => v > 0);
    const spread = Math.max(...ends.map((v) => Math.abs(Math.log(v)))) * 1.15 || 0.1;
    const width = 900, left = 250, right = 180, step = 28, height = known.length * step + 30;
    const x = (ratio) => left + ((Math.log(ratio) + spread) / (2 * spread)) * (width - left - right);
    const inside = (v) => Math.min(Math.max(v, left), width - right);
    const line = (r, i) => {
        const y = i * step + 18, tone = { good: 'var(--good)', bad: 'var(--bad)', open: 'var(--open)' }[r.tone] ?? 'var(--soft)';
        const to = (v, none) => inside(x(v > 0 ? v : none));
        return svg('g', {},
            svg('rect', { x: inside(x(1 - r.margin)), width: inside(x(1 + r.margin)) - inside(x(1 - r.margin)), y: y - 12, height: 24, fill: 'var(--panel)' }),
            svg('text', { x: 0, y: y + 4 }, r.label.length > 34 ? `${r.label.slice(0, 33)}…` : r.label),
            svg('line', { x1: to(r.low, Math.exp(-spread)), x2: to(r.high, Math.exp(spread)), y1: y, y2: y, stroke: tone, 'stroke-width': 2 }),
            svg('circle', { cx: x(r.ratio), cy: y, r: 4.5, fill: tone }),
            svg('text', { x: width - right + 10, y: y + 4 },
                `${r.ratio.toFixed(3)}${r.low ? ` (${r.low.toFixed(3)}–${r.high ? r.high.toFixed(3) : '∞'})` : ''}`));
    };
    return el('figure', {}, el('h3', {}, title),
        el('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': title },
            svg('svg', { viewBox: `0 0 ${width} ${height}`, width: '100%', role: 'img', style: 'min-width: 34rem',
                'aria-label': known.map((r) => `${r.label}: ratio ${r.ratio.toFixed(3)}`).join('; ') },
                known.map(line),
                svg('line', { x1: x(1), x2: x(1), y1: 0, y2: height - 22, stroke: 'var(--ink)', 'stroke-dasharray': '3 3' }),
                [Math.exp(-spread * 0.8), 1, Math.exp(spread * 0.8)].map((v) =>
                    svg('text', { x: x(v), y: height - 6, 'text-anchor': 'middle', class: 'soft' }, `${v.toFixed(2)}×`)))),
        el('figcaption', {}, 'Ratio to the first server with its 95% CI, on a logarithmic scale. The shaded part is the margin: smaller differences do not matter.'));
}
