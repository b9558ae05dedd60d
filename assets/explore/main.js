// The page: controls, answers, what happens in between.

let base = null;
let shownAnswer = null;
const pool = new Pool({ shows: show, fails: fail, breaks: stopped });

// Half-widths to which every chance may be asked for.
const WIDTHS = [[0.05, '± 0.05: quick'], [0.02, '± 0.02'], [0.01, '± 0.01'], [0, `all ${count(data.replicates)} histories`]];

function buildControls() {
  byId('story-of-scenario').lastElementChild.replaceChildren(
    ...(data.story || 'It has no story.').split(/\n\s*\n/).map(text => el('p', {}, text.trim())),
    el('p', { class: 'note' }, `Evidence: ${data.evidence || 'not calibrated'}.`));
  byId('made').textContent = seen(`Made by simulate ${data.version} from ${data.choices[0].path || 'standard input'}. ${data.screening} It works out its histories itself, by the program's own engine, and asks nothing of any network.`);

  if (data.choices.length > 1) {
    const radio = (choice, k) => el('label', { class: 'choice' },
      el('input', { type: 'radio', name: 'choice', value: k, checked: k === 0, on: { change: () => { setting.choice = k; setting.events.clear(); changed(); } } }),
      k === 0 ? 'None: the scenario as it stands' : choice.title);
    byId('choices').append(el('fieldset', {}, el('legend', {}, 'Counterfactual'), data.choices.map(radio)));
  }
  for (const lever of data.levers) byId('levers').append(leverRow(lever));
  if (!data.levers.length) byId('levers').append(el('p', { class: 'about' }, 'No number is uncertain: name some when the page is made, with --lever key=low:high.'));
  byId('events').firstElementChild.textContent = `Events (${data.events.length})`;
  byId('events').hidden = !data.events.length;
  for (const event of [...data.events].sort((a, b) => (a.date || '9').localeCompare(b.date || '9'))) {
    const box = el('input', { type: 'checkbox', 'data-event': event.id, on: { change: () => {
      if (box.checked === given(event)) setting.events.delete(event.id);
      else setting.events.set(event.id, box.checked);
      changed();
    } } });
    byId('events').lastElementChild.append(el('label', { class: 'choice' }, box, `${event.name}${event.date ? ` (${event.date})` : ''}`));
  }
  byId('width').append(...WIDTHS.map(([width, words]) => el('option', { value: width, selected: width === 0.02 }, words)));
  byId('width').addEventListener('change', () => pool.refine(Number(byId('width').value)));
  byId('reset').addEventListener('click', () => { takeFragment(''); changed(); });
  byId('controls').addEventListener('submit', event => event.preventDefault());
  for (const button of document.querySelectorAll('[data-copy]')) button.addEventListener('click', () => copySetting(button.dataset.copy));
  byId('figures').addEventListener('click', async () => {
    const { text } = await pool.teller.ask('summary', { run: isBase() ? 0 : 1 });
    download(`${data.name}.summary.json`, new Blob([text], { type: 'application/json' }));
  });
  for (const place of document.querySelectorAll('[data-save]')) {
    for (const kind of ['svg', 'png']) {
      place.append(el('button', { type: 'button', class: 'small', on: { click: () => savePicture(`${data.name}.${place.dataset.save}`, kind, plainly(() => pictureOf(place.dataset.save))) } }, `Save ${kind.toUpperCase()}`));
    }
  }
  byId('flip').addEventListener('change', () => drawAlliances());
  byId('tell-week').addEventListener('input', sayWeek);
  byId('tell-it').addEventListener('click', () => tell(byId('tell-outcome').value, Number(byId('tell-week').value)));
  byId('outcomes').addEventListener('click', event => {
    const box = byId('outcomes').firstElementChild.getBoundingClientRect();
    const at = pointed(shownAnswer, box.width, event.clientX - box.left, event.clientY - box.top);
    if (!at) return;
    byId('tell-outcome').value = at.outcome.key;
    byId('tell-week').value = at.week;
    sayWeek();
    tell(at.outcome.key, at.week);
  });
  let wait;
  new ResizeObserver(() => { clearTimeout(wait); wait = setTimeout(drawPictures, 60); }).observe(document.querySelector('main'));
  addEventListener('hashchange', () => { if (takeFragment(location.hash.slice(1)).changed) changed(); });
}

function leverRow(lever) {
  const id = `lever-${data.levers.indexOf(lever)}`;
  const range = el('input', { type: 'range', id, min: 0, max: lever.places.length - 1, step: 1, value: lever.middle, 'data-lever': lever.key, 'aria-describedby': `${id}-about` });
  range.addEventListener('input', () => { setting.levers.set(lever.key, Number(range.value)); changed(); });
  const free = el('button', { type: 'button', class: 'small', 'aria-label': `${lever.key}: as in the scenario`, on: { click: () => { setting.levers.delete(lever.key); changed(); range.focus(); } } }, 'reset');
  const unit = ['1', 'share'].includes(lever.unit) ? '' : ` In ${lever.unit}.`;
  const moves = lever.moves ? ` Over its span it moves “${lever.moves.what}” by ${lever.moves.by.toFixed(2)} in the mean.` : '';
  return el('div', { class: 'lever' },
    el('label', { for: id }, el('code', {}, lever.key)),
    el('div', { class: 'row' }, range, el('output', { for: id }), free),
    el('p', { class: 'about', id: `${id}-about` }, `${lever.about}.${unit} In the scenario: `, el('code', {}, shortened(lever.given, 90)), `.${moves}`));
}

// Lets the controls say what the setting is.
function showSetting() {
  data.levers.forEach((lever, k) => {
    const range = byId(`lever-${k}`), row = range.closest('.lever'), place = setting.levers.get(lever.key);
    const moved = place !== undefined;
    range.value = moved ? place : lever.middle;
    row.classList.toggle('moved', moved);
    const words = moved ? lever.places[place] : 'as given';
    row.querySelector('output').textContent = words;
    range.setAttribute('aria-valuetext', moved ? words : 'as in the scenario');
    row.querySelector('button').disabled = !moved;
  });
  for (const box of document.querySelectorAll('[data-event]')) {
    const event = data.events.find(e => e.id === box.dataset.event), own = setting.events.get(event.id);
    box.disabled = given(event) === null;
    box.checked = own === undefined ? given(event) === true : own;
  }
  for (const radio of document.querySelectorAll('[name=choice]')) radio.checked = Number(radio.value) === setting.choice;
  byId('reset').disabled = isBase();
  byId('asked').textContent = isBase() ? 'The scenario as it stands.' : seen(settingInWords());
}

// The setting is another.
function changed() {
  const words = fragment();
  history.replaceState(null, '', words ? `#${words}` : location.pathname + location.search);
  showSetting();
  byId('trouble').hidden = true;
  byId('history').hidden = true;
  byId('said').textContent = '';
  if (isBase()) {
    pool.rest();
    show(base, true);
    return;
  }
  byId('count').textContent = 'working it out …';
  byId('progress').removeAttribute('value');
  pool.ask({ choice: setting.choice, settings: settings(), width: Number(byId('width').value) });
}

// What stands beside the base; nothing where it is the base.
const beside = () => (shownAnswer === base ? null : base);

function show(answer, done) {
  shownAnswer = answer;
  const other = beside();
  document.body.dataset.replicates = answer.replicates;
  document.body.dataset.done = done;
  byId('progress').value = done ? 1 : answer.replicates / data.replicates;
  const known = answer.one_draw ? 'all of one draw of the inputs: no interval' : `every chance known to ± ${answer.half_width.toFixed(3)}`;
  const failed = answer.failed ? `; ${count(answer.failed)} stopped being finite and are left out` : '';
  byId('count').textContent = `${count(answer.replicates)} of ${count(data.replicates)} histories, seed ${answer.seed}; ${known}${failed}${done ? '' : ' …'}`;
  byId('headline').replaceChildren(headlineTable(answer, other));
  if (other && done) byId('said').textContent = seen(summed(answer));
  if (other && answer.against.pairing.unpaired) byId('said').textContent = seen(`Compared with other random numbers: ${answer.against.pairing.unpaired}.`);
  byId('differs').replaceChildren(...[other ? differsTable(answer) : el('p', {}, 'Nothing: this is the scenario as it stands.')].flat().filter(Boolean));
  const select = byId('tell-outcome'), before = select.value;
  const outcomes = answer.outcomes.filter(o => o.chance.value > 0);
  select.replaceChildren(...outcomes.map(o => el('option', { value: o.key }, o.label)));
  if (outcomes.some(o => o.key === before)) select.value = before;
  const weeks = byId('tell-week'), horizon = answer.steps * answer.step_weeks;
  if (!weeks.hasAttribute('max')) weeks.setAttribute('value', Math.round(horizon / 2));
  weeks.max = horizon;
  sayWeek();
  drawPictures();
}

function pictureOf(name) {
  const width = Math.max(300, Math.floor(byId('outcomes').clientWidth));
  if (name === 'outcomes') return outcomesPicture(shownAnswer, beside(), width);
  if (name === 'control') return controlPicture(shownAnswer, beside(), width);
  const flipped = beside() && byId('flip').checked;
  return alliancesPicture(flipped ? base : shownAnswer);
}

function drawPictures() {
  if (!shownAnswer) return;
  byId('outcomes').replaceChildren(pictureOf('outcomes'));
  byId('control').replaceChildren(pictureOf('control'));
  drawAlliances();
}

function drawAlliances() {
  byId('flip').parentElement.hidden = !beside();
  byId('alliances').replaceChildren(pictureOf('alliances'));
  const rows = beside() ? changedPairs(shownAnswer, base) : [];
  byId('changed').replaceChildren(...(rows.length ? [table('Pairs that most often stand otherwise, with the share of histories', [['Pair'], ['In the scenario'], ['Here']], rows)] : []));
}

function sayWeek() {
  const week = Number(byId('tell-week').value);
  byId('tell-date').textContent = dayAfter(shownAnswer.start, week);
  byId('tell-week').setAttribute('aria-valuetext', dayAfter(shownAnswer.start, week));
}

async function tell(key, week) {
  const outcome = shownAnswer.outcomes.find(o => o.key === key), turn = pool.turn;
  if (!outcome) return;
  byId('count').textContent += ' Telling a history …';
  try {
    const { told } = await pool.teller.ask('tell', { run: beside() ? 1 : 0, outcome: key, week: Math.round(week) });
    if (turn === pool.turn) showHistory(shownAnswer, told, outcome);
  } catch (problem) {
    fail(problem);
  }
  byId('count').textContent = byId('count').textContent.replace(' Telling a history …', '');
}

async function copySetting(kind) {
  const link = location.href.split('#')[0] + (fragment() ? `#${fragment()}` : '');
  let words = link;
  if (kind === 'flags') words = `simulate ${flags()} --seed ${base.seed} -n ${data.replicates}`;
  if (kind === 'overlay') {
    const keys = laidKeys();
    try {
      const run = isBase() ? 0 : 1;
      words = overlayHead() + (keys.length ? (await pool.teller.ask('overlay', { run, keys })).text : '');
    } catch (problem) {
      return fail(problem);
    }
  }
  byId('said').textContent = await copy(words);
}

// What is wrong with a setting, in the program's words.
function fail(problem) {
  byId('trouble').textContent = seen(problem);
  byId('trouble').hidden = false;
  byId('count').textContent = 'This setting can\'t be run; what is shown is the one before.';
  byId('progress').value = 0;
}

function stopped(words) {
  pool.rest();
  fail(`The engine has stopped: ${words}\nLoad the page again.`);
}

async function begin() {
  if (typeof WebAssembly !== 'object' || typeof DecompressionStream !== 'function') {
    throw new Error('this browser is too old for it; one of 2023 or later works');
  }
  byId('page').hidden = false;
  buildControls();
  showSetting();
  byId('count').textContent = 'reading …';
  base = await pool.begin();
  show(base, true);
  const { whole } = takeFragment(location.hash.slice(1));
  if (!isBase()) changed();
  if (!whole) byId('said').textContent = 'The link says more than this page has: what it knows is set.';
}

begin().catch(error => {
  byId('page').hidden = false;
  fail(`The page can't work here: ${error && error.message ? error.message : error}`);
});
