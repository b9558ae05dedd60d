// How likely each outcome is by each date: the picture `outcomes.png` of a run, with the scenario
// as it stands behind it.

const DASHES = ['9 5', '3 3.5', '12 4 3 4'];

// The dated headline outcomes of an answer with their strokes, as in the pictures.
function curves(answer) {
  let further = 0;
  return answer.outcomes.filter(o => o.dated).map(outcome => {
    further += outcome.is_first ? 0 : 1;
    const dash = outcome.is_first ? null : DASHES[(further - 1) % DASHES.length];
    const [line, name] = data.look.outcomes[outcome.colour] || ['#969ca4', '#606770'];
    return { outcome, dash, width: outcome.is_first ? 2.6 : 1.6, line, name };
  });
}

// Where things are in the picture of a width.
function frameOf(answer, width) {
  const beside = width >= 700;
  const names = answer.outcomes.filter(o => o.dated).map(o => wide(seen(o.label), 13, true));
  const left = 44, top = 26, right = width - (beside ? Math.min(330, 46 + Math.max(160, ...names)) : 14);
  const bottom = top + Math.round(Math.max(240, Math.min(460, (right - left) * 0.62)));
  const weeks = answer.steps * answer.step_weeks;
  return {
    beside, left, top, right, bottom, weeks,
    x: week => left + week / weeks * (right - left),
    y: share => bottom - Math.max(0, Math.min(1, share)) * (bottom - top),
  };
}

// From the step before the first case on: what lies before that would only cover the axis.
function shown(outcome) {
  const first = outcome.incidence.findIndex(e => e.value > 0);
  const from = first < 0 ? outcome.incidence.length : Math.max(0, first - 1);
  return outcome.incidence.map((e, step) => [step, e]).slice(from);
}

function axes(frame, answer) {
  const parts = [];
  for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    const y = frame.y(share);
    parts.push(draw('line', { x1: frame.left, x2: frame.right, y1: y, y2: y, stroke: ink.line }));
    parts.push(draw('text', { x: frame.left - 8, y: y + 4, 'text-anchor': 'end', fill: ink.grey, 'font-size': 12 }, share.toFixed(1)));
  }
  let free = -Infinity;
  for (const [week, label] of months(answer.start, frame.weeks, Math.max(2, (frame.right - frame.left) / 80))) {
    const x = frame.x(week), half = wide(label, 12) / 2;
    parts.push(draw('line', { x1: x, x2: x, y1: frame.bottom, y2: frame.bottom + 6, stroke: ink.grey }));
    if (x - half < free || x + half > frame.right + 14) continue;
    free = x + half + 10;
    parts.push(draw('text', { x, y: frame.bottom + 20, 'text-anchor': 'middle', fill: ink.grey, 'font-size': 12 }, label));
  }
  parts.push(draw('line', { x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom, stroke: ink.grey }));
  return parts;
}

// Dated events as dotted lines, with letters at their heads and a key below.
function dated(frame, answer) {
  const days = answer.events.filter(e => e.date && e.chance.value > 0).map(event => ({
    event, week: (Date.parse(event.date) - Date.parse(answer.start)) / (7 * DAY),
  })).filter(({ week }) => week > 0 && week < frame.weeks).sort((a, b) => a.week - b.week);
  const parts = [], key = [];
  let free = -Infinity;
  days.forEach(({ event, week }, k) => {
    const letter = String.fromCharCode(65 + k % 26), x = frame.x(week);
    parts.push(draw('line', { x1: x, x2: x, y1: frame.top, y2: frame.bottom, stroke: ink.grey, 'stroke-dasharray': '2 3' }));
    const at = Math.max(x, free);
    free = at + 11;
    parts.push(draw('text', { x: at, y: frame.top - 6, 'text-anchor': 'middle', 'font-size': 11, 'font-weight': 'bold' }, letter));
    key.push(`${letter} ${event.name}`);
  });
  return { parts, key };
}

// Words in lines of a width.
function wrapped(words, room, size) {
  const lines = [];
  for (const word of words) {
    const last = lines.length - 1;
    if (last >= 0 && wide(`${lines[last]}  ·  ${word}`, size) <= room) lines[last] += `  ·  ${word}`;
    else lines.push(fit(word, room, size));
  }
  return lines;
}

function outcomesPicture(answer, base, width) {
  const frame = frameOf(answer, width);
  const events = dated(frame, answer);
  const parts = [...axes(frame, answer), ...events.parts];
  const at = (outcome, pick) => shown(outcome).map(([step, e]) => [frame.x(step * answer.step_weeks), frame.y(pick(e))]);
  const own = curves(answer);
  if (base) {
    for (const ghost of curves(base)) {
      const line = shown(ghost.outcome).map(([step, e]) => [step * base.step_weeks, e.value]).filter(([week]) => week <= frame.weeks);
      const points = line.map(([week, value]) => [frame.x(week), frame.y(value)]);
      parts.push(draw('path', { class: 'ghost', d: path(points), fill: 'none', stroke: hue(ghost.line), 'stroke-width': 1.2, opacity: 0.55, 'stroke-dasharray': ghost.dash }));
    }
  }
  if (!answer.one_draw) {
    for (const curve of own) {
      const band = [...at(curve.outcome, e => e.high), ...at(curve.outcome, e => e.low).reverse()];
      if (band.length) parts.push(draw('path', { d: path(band) + 'Z', fill: hue(curve.line), opacity: 0.22 }));
    }
  }
  for (const curve of own) {
    parts.push(draw('path', { class: 'curve', d: path(at(curve.outcome, e => e.value)), fill: 'none', stroke: hue(curve.line), 'stroke-width': curve.width, 'stroke-dasharray': curve.dash, 'stroke-linejoin': 'round' }));
  }
  let below = frame.bottom + 34;
  const figures = o => `${chance(o.chance.value)} ${interval(o.chance)}`;
  if (frame.beside) {
    const ends = own.map(c => frame.y(c.outcome.chance.value));
    const places = spread(ends, 34, frame.top + 6, frame.bottom - 6);
    own.forEach((curve, k) => {
      const x = frame.right + 30, y = places[k], room = width - x - 6;
      parts.push(draw('path', { d: path([[frame.right + 2, ends[k]], [frame.right + 8, ends[k]], [x - 10, y], [x - 4, y]]), fill: 'none', stroke: hue(curve.line), opacity: 0.7 }));
      parts.push(draw('text', { x, y: y - 1, 'font-weight': 'bold', fill: hue(curve.name) }, fit(curve.outcome.label, room, 13, true)));
      parts.push(draw('text', { x, y: y + 14, 'font-size': 12 }, fit(figures(curve.outcome), room, 12)));
    });
  } else {
    for (const curve of own) {
      const room = width - 60;
      parts.push(draw('line', { x1: 14, x2: 42, y1: below + 2, y2: below + 2, stroke: hue(curve.line), 'stroke-width': curve.width, 'stroke-dasharray': curve.dash }));
      parts.push(draw('text', { x: 50, y: below + 6, 'font-weight': 'bold', fill: hue(curve.name) }, fit(curve.outcome.label, room, 13, true)));
      parts.push(draw('text', { x: 50, y: below + 21, 'font-size': 12 }, fit(figures(curve.outcome), room, 12)));
      below += 38;
    }
  }
  for (const line of wrapped(events.key, width - 28, 11.5)) {
    parts.push(draw('text', { x: 14, y: below + 6, 'font-size': 11.5, fill: ink.grey }, line));
    below += 17;
  }
  const said = own.map(c => `${c.outcome.label} ${figures(c.outcome)}`).join('; ');
  return picture(width, below + 4, 'Chances of outcomes over time', `By the end: ${said}. The headline table has the figures.`, ...parts);
}

// The outcome and the week nearest to a point of the picture.
function pointed(answer, width, px, py) {
  const frame = frameOf(answer, width);
  if (px < frame.left || px > frame.right || py > frame.bottom + 6) return null;
  const step = Math.round((px - frame.left) / (frame.right - frame.left) * answer.steps);
  const off = o => Math.abs(frame.y(o.incidence[Math.min(step, o.incidence.length - 1)].value) - py);
  const dated = answer.outcomes.filter(o => o.dated && o.chance.value > 0).sort((a, b) => off(a) - off(b));
  return dated.length ? { outcome: dated[0], week: step * answer.step_weeks } : null;
}
