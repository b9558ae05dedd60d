// Who stands with whom at the end: the right half of `alliances.png`, every actor in its place.

const STANDINGS = ['friendly', 'wary', 'hostile', 'fought', 'conflict'];
const STANDING_WORDS = {
  friendly: 'friendly', wary: 'wary', hostile: 'hostile', conflict: 'open conflict',
  fought: 'open conflict at some time, in at least half',
};

// The most frequent standing of a pair and its share; the graver one where two are as frequent.
function standing(pair) {
  let best = ['conflict', pair.end.conflict];
  for (const kind of ['hostile', 'wary', 'friendly']) if (pair.end[kind] > best[1]) best = [kind, pair.end[kind]];
  if (pair.breaks_out.value >= 0.5 && best[0] !== 'conflict') best = ['fought', pair.breaks_out.value];
  return best;
}

// The pairs that are drawn: peace between two who never meet says nothing.
const ties = answer => answer.pairs.map(pair => [pair, ...standing(pair)])
  .filter(([pair, kind]) => pair.meets || STANDINGS.indexOf(kind) >= 2)
  .sort((a, b) => STANDINGS.indexOf(a[1]) - STANDINGS.indexOf(b[1]));

function tie(points, kind, share, thin) {
  const [conflict, hostile, friendly] = data.look.ties;
  const d = path(points), tint = colour => faint(colour, 0.12 + 0.88 * share);
  const line = (stroke, width, dash) => draw('path', { d, fill: 'none', stroke, 'stroke-width': width, 'stroke-dasharray': dash });
  if (kind === 'friendly') return [line(tint(friendly), thin)];
  if (kind === 'hostile') return [line(tint(hostile), thin, '6 4')];
  if (kind === 'fought') return [line(tint(conflict), 1.4 * thin)];
  if (kind === 'conflict') return [line(tint(conflict), 5.4), line(ink.ground, 1.8)];
  return [];
}

// A tie bends toward the centre.
function chord([ax, ay], [bx, by], [cx, cy]) {
  const mx = (ax + bx) / 2, my = (ay + by) / 2;
  const kx = mx + (cx - mx) * 0.28, ky = my + (cy - my) * 0.28;
  return Array.from({ length: 25 }, (_, n) => {
    const t = n / 24, mix = (a, c, b) => (1 - t) * (1 - t) * a + 2 * t * (1 - t) * c + t * t * b;
    return [mix(ax, kx, bx), mix(ay, ky, by)];
  });
}

function alliancesPicture(answer) {
  const places = data.choices[answer.choice].places;
  const width = 780, half = width / 2, shift = -112;
  const at = ([x, y]) => [half + x, y + shift];
  const nodes = places.nodes.map(at), patrons = places.patrons.map(at);
  const centre = [half, nodes.length ? nodes.reduce((sum, n) => sum + n[1], 0) / nodes.length : 380];
  const radius = power => Math.max(4, Math.min(28, 46 * Math.sqrt(Math.max(0, power || 0))));
  const thin = answer.factions.length <= 8 ? 2.4 : 1.5;
  const parts = [];
  for (const s of answer.support) {
    if (!(s.end >= 0.02)) continue;
    const [a, b] = [patrons[s.patron], nodes[s.faction]];
    parts.push(draw('line', { x1: a[0], y1: a[1], x2: b[0], y2: b[1], stroke: hue(data.look.ties[3]), opacity: 0.45, 'stroke-width': 0.6 + 2.4 * Math.min(1, s.end) }));
  }
  for (const [pair, kind, share] of ties(answer)) parts.push(...tie(chord(nodes[pair.a], nodes[pair.b], centre), kind, share, thin));
  const members = answer.coalitions.length ? answer.coalitions[0].members : [];
  answer.factions.forEach((faction, k) => {
    const [cx, cy] = nodes[k], r = radius(faction.power_end);
    parts.push(draw('circle', { cx, cy, r: r + 2, fill: ink.ground }));
    parts.push(draw('circle', { cx, cy, r, fill: hue(places.colours[k]) }));
    if (members.includes(k)) parts.push(draw('circle', { cx, cy, r: r + 3.4, fill: 'none', stroke: ink.text, 'stroke-width': 1.8 }));
  });
  const halo = { stroke: ink.ground, 'stroke-width': 3, 'paint-order': 'stroke', 'stroke-linejoin': 'round' };
  places.names.forEach(([where, lines], k) => {
    const [x, y] = at(where), [nx, ny] = nodes[k];
    const far = Math.hypot(x - nx, y - ny), size = radius(answer.factions[k].power_end) + 5;
    if (far > size + 24) parts.push(draw('line', { x1: nx + (x - nx) * size / far, y1: ny + (y - ny) * size / far, x2: x - 3 * Math.sign(x - nx), y2: y, stroke: ink.grey, 'stroke-width': 0.8 }));
    lines.forEach((line, n) => parts.push(draw('text', { x, y: y + 4.5 + 15 * (n - (lines.length - 1) / 2), 'text-anchor': where[0] < 0 ? 'end' : 'start', ...halo }, fit(line, half - Math.abs(where[0]) - 4, 13))));
  });
  answer.patrons.forEach((patron, k) => {
    const [x, y] = patrons[k], up = y < centre[1];
    parts.push(draw('rect', { x: x - 5, y: y - 5, width: 10, height: 10, fill: hue(data.look.ties[4]) }));
    parts.push(draw('text', { x, y: up ? y - 11 : y + 20, 'text-anchor': 'middle', 'font-size': 12.5, 'font-weight': 'bold', fill: hue(data.look.ties[4]), ...halo }, fit(patron.name, 146, 12.5, true)));
  });
  // The key.
  let x = 10, y = 732;
  const entry = (mark, words, room) => {
    const text = fit(words, width - 70, 12), wanted = room + wide(text, 12) + 22;
    if (x > 10 && x + wanted > width - 4) [x, y] = [10, y + 20];
    parts.push(...mark(x, y), draw('text', { x: x + room, y: y + 4, 'font-size': 12, fill: ink.grey }, text));
    x += wanted;
  };
  for (const kind of ['conflict', 'fought', 'hostile', 'friendly']) entry((x, y) => tie([[x, y], [x + 30, y]], kind, 1, thin), STANDING_WORDS[kind], 37);
  entry((x, y) => [draw('circle', { cx: x + 7, cy: y, r: 6, fill: ink.grey })], 'area: share of power', 19);
  if (answer.coalitions.length) entry((x, y) => [draw('circle', { cx: x + 8, cy: y, r: 6, fill: ink.grey }), draw('circle', { cx: x + 8, cy: y, r: 9, fill: 'none', stroke: ink.text, 'stroke-width': 1.8 })], `member of ${answer.coalitions[0].name}`, 22);
  if (answer.patrons.length) entry((x, y) => [draw('rect', { x: x + 2, y: y - 5, width: 10, height: 10, fill: hue(data.look.ties[4]) })], 'patron, and whom it supports', 19);
  for (const [name, colour] of places.blocs) entry((x, y) => [draw('circle', { cx: x + 6, cy: y, r: 6, fill: hue(colour) })], name, 17);
  const fights = ties(answer).filter(([, kind]) => kind === 'conflict' || kind === 'fought')
    .map(([pair]) => `${answer.factions[pair.a].name} and ${answer.factions[pair.b].name}`);
  const said = fights.length ? `In open conflict, or so at some time in at least half of the histories: ${fights.join('; ')}` : 'No pair is most often in open conflict';
  return picture(width, y + 14, 'Network of factions and patrons at the end', said, ...parts);
}

// Pairs that stand otherwise than in the scenario as it stands, in words.
function changedPairs(answer, base) {
  const key = (of, pair) => [of.factions[pair.a].key, of.factions[pair.b].key].join(' ');
  const before = new Map(ties(base).map(([pair, kind, share]) => [key(base, pair), [kind, share]]));
  return ties(answer).flatMap(([pair, kind, share]) => {
    const was = before.get(key(answer, pair));
    if (!was || was[0] === kind) return [];
    const names = `${answer.factions[pair.a].name} – ${answer.factions[pair.b].name}`;
    return [[names, `${STANDING_WORDS[was[0]]} (${was[1].toFixed(2)})`, `${STANDING_WORDS[kind]} (${share.toFixed(2)})`]];
  });
}
