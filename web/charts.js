// SPDX-License-Identifier: MIT
// Line charts by uPlot: drag or + zooms, double click or "reset" shows all, arrows move the cursor.

const redraws = new Set(); // the charts of the page, for when colours change

const axis = (label, values, more) => ({
    label, labelSize: 20, labelFont: '12px system-ui, sans-serif', font: '12px system-ui, sans-serif',
    stroke: () => color('--ink'), grid: { stroke: () => color('--line'), width: 1 },
    ticks: { stroke: () => color('--line') }, values, ...more,
});

const lines = (s, i) => ({
    label: s.label, class: s.edge ? 'edge' : 'line', spanGaps: s.spanGaps ?? false, dash: s.dash,
    stroke: () => (s.edge ? 'transparent' : lineColor(s.color ?? i)), width: s.points ? 0 : (s.width ?? 1.5),
    points: { show: s.points ?? false, size: 6, fill: () => lineColor(s.color ?? i) },
    value: (_, v) => (v === null || v === undefined ? '–' : s.format(v)),
});

// alpha of a colour of the page, for bands
function faded(i) {
    const c = lineColor(i);
    return c.startsWith('#') ? `${c}33` : c;
}

function zoom(plot, factor) {
    const { min, max } = plot.scales.x, log = plot.scales.x.distr === 3;
    const to = log ? Math.log : (v) => v, from = log ? Math.exp : (v) => v;
    const middle = (to(min) + to(max)) / 2, half = ((to(max) - to(min)) / 2) * factor;
    plot.setScale('x', { min: from(middle - half), max: from(middle + half) });
}

function reset(plot) {
    const x = plot.data[0];
    plot.setScale('x', { min: x[0], max: x[x.length - 1] });
}

function keys(plot) {
    return (event) => {
        const last = plot.data[0].length - 1, at = plot.cursor.idx ?? 0;
        const move = { ArrowLeft: Math.max(at - 1, 0), ArrowRight: Math.min(at + 1, last), Home: 0, End: last };
        if (event.key === '+' || event.key === '=') zoom(plot, 0.5);
        else if (event.key === '-') zoom(plot, 2);
        else if (event.key === '0' || event.key === 'Escape') reset(plot);
        else if (event.key in move) {
            const x = plot.data[0][move[event.key]];
            plot.setCursor({ left: plot.valToPos(x, 'x'), top: plot.bbox.height / 4 / devicePixelRatio });
        } else return;
        event.preventDefault();
    };
}

const button = (text, label, f) => el('button', { type: 'button', 'aria-label': label, on: { click: f } }, text);

// One chart. o: title, note, data (of uPlot: x and one list for each of o.series), series, axes, scales, bands.
function chart(o) {
    const holder = el('div', { class: 'plot', tabindex: 0, role: 'img', 'aria-label': `${o.title}. ${o.note ?? ''}` });
    let plot = null;
    const make = () => {
        plot = new uPlot({
            width: Math.max(holder.clientWidth, 280), height: o.height ?? 260,
            scales: { ...o.scales, x: { time: false, ...o.scales?.x } },
            axes: o.axes, bands: o.bands, cursor: { drag: { x: true, y: false }, focus: { prox: 16 } },
            series: [{ label: o.xLabel, value: (_, v) => (v === null ? '–' : o.xFormat(v)) }, ...o.series.map(lines)],
        }, o.data, holder);
        holder.plot = plot;
        redraws.add(plot);
    };
    holder.addEventListener('keydown', (event) => plot && keys(plot)(event));
    new ResizeObserver(() => {
        if (!holder.clientWidth) return;
        if (!plot) make();
        else if (plot.width !== holder.clientWidth) plot.setSize({ width: holder.clientWidth, height: o.height ?? 260 });
    }).observe(holder);
    const tools = el('span', { class: 'tools' },
        button('+', `zoom in: ${o.title}`, () => zoom(plot, 0.5)),
        button('−', `zoom out: ${o.title}`, () => zoom(plot, 2)),
        button('reset', `show all: ${o.title}`, () => reset(plot)));
    return el('figure', {}, tools, el('h3', {}, o.title), holder, o.note && el('figcaption', {}, o.note));
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const plot of redraws) plot.redraw(false);
    for (const paint of repaints) paint();
});

// A distance from 0 on a logarithmic axis, where there is something to show.
const logTicks = { distr: 3, log: 10 };
