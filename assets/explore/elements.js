'use strict';
// Elements of the page and of its pictures. Text of a scenario is put there as text, nowhere as
// markup.

const byId = id => document.getElementById(id);

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined) continue;
    node.append(child instanceof Node ? child : seen(child));
  }
  return node;
}

// An element of the page.
const el = (name, properties = {}, ...children) => fill(document.createElement(name), properties, children);

// An element of a picture.
const draw = (name, properties = {}, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', name), properties, children);

// What would act instead of being seen is shown as an escape, as everywhere in `simulate`.
const seen = text => String(text).replace(
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
  c => '\\u{' + c.codePointAt(0).toString(16) + '}');

// A table; the first cell of a row is its head. A column is [head, whether it has figures].
function table(caption, columns, rows) {
  const kind = ([, figures]) => (figures ? 'number' : null);
  const head = columns.map(column => el('th', { scope: 'col', class: kind(column) }, column[0]));
  const body = rows.map(row => el('tr', {}, row.map((cell, k) =>
    k === 0 ? el('th', { scope: 'row' }, cell) : el('td', { class: kind(columns[k]) }, cell))));
  return el('table', {}, el('caption', {}, caption), el('thead', {}, el('tr', {}, head)), el('tbody', {}, body));
}

// Colours: variables of the page's style, so that they follow light and dark; plain ones in a
// picture that is saved.
let plain = false;
const ink = {
  get text() { return plain ? '#212529' : 'var(--ink)'; },
  get grey() { return plain ? '#5b626b' : 'var(--grey)'; },
  get ground() { return plain ? '#ffffff' : 'var(--ground)'; },
  get line() { return plain ? '#d5d9df' : 'var(--line)'; },
};
const hue = colour => (plain ? colour : `color-mix(in oklab, ${colour}, white var(--lift))`);
// The same nearer to the ground.
const faint = (colour, share) => `color-mix(in oklab, ${hue(colour)} ${Math.round(100 * share)}%, ${ink.ground})`;

const FONT = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const measure = document.createElement('canvas').getContext('2d');
function wide(text, size, bold) {
  measure.font = `${bold ? 'bold ' : ''}${size}px ${FONT}`;
  return measure.measureText(text).width;
}

// A text cut to a width.
function fit(text, room, size, bold) {
  text = seen(text);
  if (wide(text, size, bold) <= room) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && wide(letters.join('') + '…', size, bold) > room) letters.pop();
  return letters.join('').trimEnd() + '…';
}

// A picture of a size, with a name and a description for who can't see it.
function picture(width, height, title, description, ...children) {
  return draw('svg', {
    xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height,
    role: 'img', 'aria-label': `${title}. ${description}`, 'font-family': FONT, 'font-size': 13, fill: ink.text,
  }, draw('rect', { width, height, fill: ink.ground }), ...children);
}

const path = points => points.map(([x, y], k) => `${k ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

// Places in order that keep a distance, as near as can be to those wanted, between two ends.
function spread(wanted, gap, low, high) {
  const order = wanted.map((y, k) => [y, k]).sort((a, b) => a[0] - b[0]);
  const room = Math.min(gap, (high - low) / Math.max(1, order.length - 1));
  const blocks = [];
  for (const [y, k] of order) {
    blocks.push({ ks: [k], sum: y, first: y });
    for (;;) {
      const [a, b] = blocks.slice(-2);
      if (!b || a.first + a.ks.length * room <= b.first) break;
      a.sum += b.sum - b.ks.length * a.ks.length * room;
      a.ks.push(...b.ks);
      a.first = a.sum / a.ks.length;
      blocks.pop();
      a.first = Math.max(low, Math.min(a.first, high - (a.ks.length - 1) * room));
    }
    const last = blocks[blocks.length - 1];
    last.first = Math.max(low, Math.min(last.first, high - (last.ks.length - 1) * room));
  }
  const places = [];
  for (const block of blocks) block.ks.forEach((k, n) => { places[k] = block.first + n * room; });
  return places;
}
