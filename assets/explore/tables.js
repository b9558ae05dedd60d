// The headline table, what differs, and a history in words.

const dateOf = (answer, week, none) => (isNumber(week) ? dayAfter(answer.start, week) : none);

function headlineTable(answer, base) {
  const swatch = outcome => {
    const mark = el('span', { class: 'swatch', 'aria-hidden': 'true' });
    mark.style.background = hue((data.look.outcomes[outcome.colour] || ['#969ca4'])[0]);
    return mark;
  };
  const columns = [['Outcome'], ['Chance', true], ['95 % interval', true]];
  if (base) columns.push(['In the scenario', true], ['Difference', true], ['95 % interval', true], ['']);
  columns.push(['Half of all by', true]);
  const rows = answer.outcomes.map(outcome => {
    const row = [[swatch(outcome), outcome.label], chance(outcome.chance.value), interval(outcome.chance)];
    if (base) {
      const was = base.outcomes.find(o => o.key === outcome.key);
      const found = answer.against.outcomes.find(o => o.key === outcome.key);
      const d = found && found.difference;
      row.push(was ? chance(was.chance.value) : '–');
      row.push(d ? difference(d.horizon.value) : '–', d ? differenceInterval(d.horizon) : '–');
      row.push(verdict(d ? marked(found) : 'not in both'));
    }
    row.push(outcome.dated ? dateOf(answer, outcome.median_week, 'not reached') : '–');
    return row;
  });
  const c = base && answer.against.cohesion;
  if (c) {
    const clear = c.low > 0 || c.high < 0;
    rows.push(['Mean cohesion', '', '', '', difference(c.value), differenceInterval(c), verdict(clear ? 'clear' : 'within noise'), '']);
  }
  const said = base
    ? `Chances by ${answer.end}; differences on the same random numbers, history by history, over the ${count(answer.against.used)} that both have`
    : `Chances by ${answer.end}, as the scenario stands`;
  return table(said, columns, rows);
}

const verdict = words => el('span', { class: words.startsWith('clear') ? 'verdict clear' : 'verdict' }, words);

// Whether a difference is larger than chance alone would make it.
function marked({ difference: d, clear }) {
  if (d.gained === 0 && d.lost === 0) return 'in no history';
  if (!clear) return 'within noise';
  return Math.abs(d.horizon.value) < 0.0005 ? 'clear, but below 0.001' : 'clear';
}

// What is said aloud of an answer.
function summed(answer) {
  const clear = answer.against.outcomes.filter(o => o.clear);
  const one = o => `${o.label} ${difference(o.difference.horizon.value)}`;
  if (answer.against.same) return 'No history comes out otherwise.';
  return clear.length ? `Clear: ${clear.map(one).join('; ')}. All else is within noise.` : 'Every difference is within noise.';
}

function differsTable(answer) {
  const { entries, structure } = answer.against.differs;
  const rows = entries.filter(e => e.kind === 'number' || e.kind === 'setting')
    .map(e => [el('code', {}, e.key), el('code', {}, shortened(e.first ?? '–', 300)), el('code', {}, shortened(e.other ?? '–', 300))]);
  const parts = structure.map(s => `${s.key} ${s.added ? 'is added' : 'is left out'}`).join('; ');
  if (!rows.length) return el('p', {}, 'Nothing that the model reads.');
  return [parts ? el('p', {}, parts) : null, table('Every value that the model reads and that is another', [['Key'], ['In the scenario'], ['Here']], rows)];
}

function showHistory(answer, told, outcome) {
  const article = byId('history');
  const { story, replicate, week } = told;
  const list = lines => lines.map(line => el('p', {}, line));
  const entry = e => el('li', {}, el('time', { datetime: e.date }, e.date), ' ', e.text);
  const heading = el('h3', { tabindex: '-1' }, `One history: ${outcome.label}, ${dayAfter(answer.start, week)}`);
  article.replaceChildren(
    heading,
    ...list(story.beginning),
    el('ol', {}, story.entries.map(entry)),
    ...list(story.end),
    el('p', { class: 'note' }, `It is replicate ${replicate}, one of ${count(answer.replicates)}, and no more likely than any other. ${story.left_out} lesser things are left out. The program tells all of it, with a picture: `,
      el('code', {}, `simulate replay ${flags()} --replicate ${replicate} --seed ${answer.seed} -n ${answer.asked}`)),
    el('p', {}, el('button', { type: 'button', on: { click: () => { article.hidden = true; byId('tell-it').focus(); } } }, 'Close')),
  );
  article.hidden = false;
  heading.focus();
}
