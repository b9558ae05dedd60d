// The setting: which scenario, what its levers and events are set to; as settings of the command
// line, as a link, as a command.

const data = JSON.parse(byId('data').textContent);

const setting = { choice: 0, levers: new Map(), events: new Map() };

const isBase = () => setting.choice === 0 && setting.levers.size === 0 && setting.events.size === 0;

// What is laid over the chosen scenario, as `--set` takes it: [key, value].
function pairs() {
  const levers = [...setting.levers].map(([key, place]) => [key, data.levers.find(l => l.key === key).places[place]]);
  const events = [...setting.events].map(([id, on]) => [`event.${id}.enabled`, String(on)]);
  return [...levers, ...events];
}

const settings = () => pairs().map(([key, value]) => `${key}=${value}`);

// Whether an event is on in the chosen scenario as it stands; null where it has no such event.
const given = event => event.on[setting.choice];

function fragment() {
  const words = new URLSearchParams();
  if (setting.choice) words.append('choice', setting.choice);
  for (const [key, place] of setting.levers) words.append('set', `${key}=${data.levers.find(l => l.key === key).places[place]}`);
  for (const [id, on] of setting.events) words.append(on ? 'on' : 'off', id);
  return words.toString();
}

// Takes over what a link says, as far as it is of this page; says whether all of it was.
function takeFragment(text) {
  const before = fragment();
  setting.levers.clear();
  setting.events.clear();
  setting.choice = 0;
  let whole = true;
  const words = [...new URLSearchParams(text)];
  const choice = words.find(([name]) => name === 'choice');
  if (choice) {
    if (/^\d{1,4}$/.test(choice[1]) && Number(choice[1]) < data.choices.length) setting.choice = Number(choice[1]);
    else whole = false;
  }
  for (const [name, value] of words) {
    if (name === 'choice') continue;
    const event = data.events.find(e => e.id === value);
    const [key, ...rest] = value.split('=');
    const lever = data.levers.find(l => l.key === key);
    const place = lever ? lever.places.indexOf(rest.join('=')) : -1;
    if (name === 'set' && place >= 0) setting.levers.set(key, place);
    else if ((name === 'on' || name === 'off') && event && given(event) === (name === 'off')) setting.events.set(value, name === 'on');
    else whole = false;
  }
  return { whole, changed: before !== fragment() };
}

// A word for a shell.
const quoted = text => (/^[\w.,:=+\/@%-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`);

// The words of the command line for the present setting, those given when the page was made too.
function flags() {
  const choice = data.choices[setting.choice];
  const all = [...choice.settings, ...settings()];
  return [quoted(choice.path || 'SCENARIO.toml'), ...all.map(s => `--set ${quoted(s)}`)].join(' ');
}

// The keys of all that is laid over the chosen file; what is watched changes nothing.
function laidKeys() {
  const given = data.choices[setting.choice].settings.filter(s => !s.startsWith('watch+='));
  return [...new Set([...given.map(s => s.split('=')[0].trim()), ...pairs().map(([key]) => key)])];
}

const text = value => JSON.stringify(value);

function overlayHead() {
  const path = data.choices[setting.choice].path;
  const name = path ? path.split(/[\/\\]/).pop() : 'SCENARIO.toml';
  const where = path ? `Save it beside ${seen(path)}.` : 'Put the scenario\'s own file in the place of SCENARIO.toml.';
  return `# ${seen(data.title)}: a setting of its page. ${where}\nextends = ${text(name)}\n\n`.replace(/^# .*$/m, line => line.replace(/[\r\n]/g, ' '));
}

// In words, for who reads and who listens.
function settingInWords() {
  const parts = [];
  if (setting.choice) parts.push(data.choices[setting.choice].title);
  for (const [key, value] of pairs()) {
    const event = key.startsWith('event.') && data.events.find(e => `event.${e.id}.enabled` === key);
    parts.push(event ? `“${event.name}” ${value === 'true' ? 'can happen' : 'called off'}` : `${key} = ${value}`);
  }
  return parts.join('; ');
}
