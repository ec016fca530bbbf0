// SPDX-License-Identifier: MIT
// Elements from plain words: nothing that a server or a user said is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

function build(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {}))
        if (name === 'on') for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
        else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
    node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
    return node;
}

const el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

// rows: lists of cells, each a text or an element; the first column names the row.
function table(caption, head, rows) {
    const cell = (c, i) => (i === 0 ? el('th', { scope: 'row' }, c) : el('td', {}, c ?? '–'));
    return el('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': caption },
        el('table', {}, el('caption', {}, caption),
            el('thead', {}, el('tr', {}, head.map((h) => el('th', { scope: 'col' }, h)))),
            el('tbody', {}, rows.map((r) => el('tr', {}, r.map(cell))))));
}

const folded = (title, ...children) => el('details', {}, el('summary', {}, title), children);

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const lineColor = (i) => color(`--c${i % 6}`);
