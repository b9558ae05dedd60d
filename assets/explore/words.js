// Numbers and dates in words, as the program's own tables have them.

const isNumber = value => typeof value === 'number' && Number.isFinite(value);

function chance(value) {
  if (!isNumber(value)) return '–';
  const text = value.toFixed(3);
  if (value > 0 && text === '0.000') return '< 0.001';
  if (value < 1 && text === '1.000') return '> 0.999';
  return text;
}

function interval(e) {
  return e.low <= 0 && e.high >= 1 ? 'no interval' : `[${chance(e.low)}, ${chance(e.high)}]`;
}

function difference(value) {
  if (!isNumber(value)) return '–';
  if (value === 0) return '0.000';
  if (Math.abs(value) < 0.0005) return value > 0 ? '< +0.001' : '> -0.001';
  return (value > 0 ? '+' : '') + value.toFixed(3);
}

function differenceInterval(e) {
  return e.low <= -1 && e.high >= 1 ? 'no interval' : `[${difference(e.low)}, ${difference(e.high)}]`;
}

// A text of at most so many letters: the values of a table go on and on.
const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const count = n => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

const DAY = 86400000;
// The day so many weeks after the start, ISO 8601.
const dayAfter = (start, weeks) => new Date(Date.parse(start + 'T00:00Z') + weeks * 7 * DAY).toISOString().slice(0, 10);

// Months at which an axis from a day over some weeks has ticks: [weeks after the start, label].
function months(start, weeks, most) {
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const begin = new Date(start + 'T00:00Z');
  const each = [1, 2, 3, 6, 12, 24, 60, 120, 240].find(n => weeks / 4.348 / n <= most) || 600;
  const ticks = [];
  const first = begin.getUTCFullYear() * 12 + begin.getUTCMonth();
  for (let month = Math.ceil((first + (begin.getUTCDate() > 1 ? 1 : 0)) / each) * each; ; month += each) {
    const at = (Date.UTC(Math.floor(month / 12), month % 12, 1) - begin.getTime()) / (7 * DAY);
    if (at > weeks) return ticks;
    ticks.push([at, each % 12 ? `${names[month % 12]} ${Math.floor(month / 12)}` : String(Math.floor(month / 12))]);
  }
}
