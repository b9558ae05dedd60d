// Who holds what over time: a small picture for each arena.

const MOST_ARENAS = 30;

function holderColours(answer) {
  const colours = new Map([['threat', data.look.threat]]);
  answer.factions.forEach((f, k) => colours.set(f.key, data.look.factions[k] || '#969ca4'));
  colours.set('nobody', data.look.nobody);
  return colours;
}

function controlPicture(answer, base, width) {
  const arenas = answer.arenas.slice(0, MOST_ARENAS);
  const colours = holderColours(answer);
  const holds = new Map();
  for (const arena of arenas) for (const h of arena.holders) if (h.shares.some(s => s >= 0.02)) holds.set(h.key, h.name);
  const order = [...colours.keys()].filter(key => holds.has(key));
  const parts = [];
  // Which colour is whose.
  let x = 10, y = 16;
  for (const key of order) {
    const name = fit(holds.get(key), Math.min(240, width - 40), 12);
    const room = wide(name, 12) + 34;
    if (x > 10 && x + room > width - 6) [x, y] = [10, y + 19];
    parts.push(draw('rect', { x, y: y - 9, width: 11, height: 11, fill: hue(colours.get(key)), stroke: ink.grey, 'stroke-width': 0.5 }));
    parts.push(draw('text', { x: x + 16, y, 'font-size': 12 }, name));
    x += room;
  }
  const columns = Math.max(1, Math.min(arenas.length, Math.floor(width / 190)));
  const gap = 26, head = 34, high = 76, foot = 30;
  const each = (width - 40 - gap * (columns - 1)) / columns;
  const weeks = answer.steps * answer.step_weeks;
  const top = y + 18;
  arenas.forEach((arena, n) => {
    const left = 34 + (n % columns) * (each + gap), above = top + Math.floor(n / columns) * (head + high + foot);
    const upper = above + head, lower = upper + high;
    const px = week => left + week / weeks * each, py = share => lower - Math.max(0, Math.min(1, share)) * high;
    parts.push(draw('text', { x: left, y: above + 14, 'font-weight': 'bold' }, fit(arena.name, each, 13, true)));
    const was = base && base.arenas.find(a => a.key === arena.key);
    const before = was ? ` (${chance(was.falls.value)})` : '';
    parts.push(draw('text', { x: left, y: above + 29, 'font-size': 11.5, fill: ink.grey }, fit(`changes hands ${chance(arena.falls.value)}${before}`, each, 11.5)));
    let below = arena.holders[0].shares.map(() => 0);
    const stacked = [...arena.holders].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
    for (const holder of stacked) {
      const over = below.map((s, k) => s + (holder.shares[k] || 0));
      const edge = list => list.map((s, k) => [px(k * answer.step_weeks), py(s)]);
      // Most hold nothing here that could be seen.
      if (holder.shares.some(s => s * high >= 0.05)) {
        parts.push(draw('path', { d: path([...edge(over), ...edge(below).reverse()]) + 'Z', fill: hue(colours.get(holder.key) || '#969ca4') }));
      }
      below = over;
    }
    const threat = was && was.holders.find(h => h.key === 'threat');
    if (threat && threat.shares.some(s => s >= 0.01)) {
      const line = threat.shares.map((s, k) => [k * base.step_weeks, s]).filter(([week]) => week <= weeks).map(([week, s]) => [px(week), py(s)]);
      parts.push(draw('path', { d: path(line), fill: 'none', stroke: '#fff', 'stroke-width': 3, opacity: 0.7 }));
      parts.push(draw('path', { class: 'ghost', d: path(line), fill: 'none', stroke: '#d55e00', 'stroke-width': 1.5, 'stroke-dasharray': '5 3' }));
    }
    parts.push(draw('line', { x1: left, x2: left + each, y1: lower, y2: lower, stroke: ink.grey }));
    if (n % columns === 0) for (const share of [0, 0.5, 1]) parts.push(draw('text', { x: left - 5, y: py(share) + 4, 'text-anchor': 'end', 'font-size': 11, fill: ink.grey }, String(share)));
    let free = -Infinity;
    for (const [week, label] of months(answer.start, weeks, Math.max(1, each / 75))) {
      const at = px(week), half = wide(label, 11) / 2;
      parts.push(draw('line', { x1: at, x2: at, y1: lower, y2: lower + 4, stroke: ink.grey }));
      if (at - half < Math.max(free, left - 20) || at + half > left + each + 18) continue;
      free = at + half + 8;
      parts.push(draw('text', { x: at, y: lower + 16, 'text-anchor': 'middle', 'font-size': 11, fill: ink.grey }, label));
    }
  });
  const rows = Math.ceil(arenas.length / columns);
  const end = top + rows * (head + high + foot);
  if (answer.arenas.length > MOST_ARENAS) parts.push(draw('text', { x: 10, y: end + 4, 'font-size': 12, fill: ink.grey }, `${answer.arenas.length - MOST_ARENAS} more arenas are in the figures.`));
  const said = arenas.map(a => {
    const last = a.holders.map(h => [h.shares[h.shares.length - 1], h.name]).sort((p, q) => q[0] - p[0])[0];
    return `${a.name}: changes hands ${chance(a.falls.value)}, held most at the end by ${last[1]} (${last[0].toFixed(2)})`;
  }).join('; ');
  return picture(width, end + 10, 'Who holds each arena over time', said, ...parts);
}
