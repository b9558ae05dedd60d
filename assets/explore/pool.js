// The workers: some run replicates, one puts them together and answers. A question is a setting;
// its replicates are asked for in parts, and each answer is of all parts so far that follow each
// other. The first part is small, and its runner, the one who puts together and the page have the
// machine to themselves. A new question drops what is left of the one before.

async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// A worker whose answers are promised.
class Engine {
  constructor(url, broken) {
    this.worker = new Worker(url);
    this.waiting = new Map();
    this.next = 0;
    this.worker.onerror = event => broken(event.message || 'a worker could not be started');
    this.worker.onmessage = ({ data }) => {
      const { resolve, reject } = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (data.broken !== undefined) broken(data.broken);
      else if (data.problem !== undefined) reject(data.problem);
      else resolve(data);
    };
  }

  // Adds parts to a run, and reads what it comes to with them.
  async added(run, parts) {
    const { answer } = await this.ask('add', { run, parts });
    return JSON.parse(new TextDecoder().decode(answer));
  }

  ask(act, given = {}) {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, act, ...given });
    });
  }
}

// Replicates of a part: the first, and how long later ones should take.
const FIRST_PART = 16;
const PART_TIME = 80;

class Pool {
  // `shows` gets every answer, `fails` what is wrong with a setting, `breaks` why no more comes.
  constructor({ shows, fails, breaks }) {
    Object.assign(this, { shows, fails, breaks, turn: 0, answered: true, after: null });
  }

  async begin() {
    const [module, texts, base] = await Promise.all(['engine', 'texts', 'base'].map(id => unpacked(byId(id).textContent)));
    const compiled = await WebAssembly.compile(module);
    const scenarios = JSON.parse(new TextDecoder().decode(texts));
    const url = URL.createObjectURL(new Blob([byId('worker').textContent], { type: 'text/javascript' }));
    const start = async () => {
      const engine = new Engine(url, words => this.breaks(words));
      await engine.ask('begin', { module: compiled, scenarios });
      return engine;
    };
    const many = Math.max(1, Math.min(navigator.hardwareConcurrency || 2, 8));
    [this.teller, ...this.runners] = await Promise.all(Array.from({ length: many + 1 }, start));
    await this.teller.ask('open', { run: 0, choice: 0, settings: [], grows: true });
    const answer = await this.teller.added(0, [base]);
    // Once through, so that the first question finds an engine that is warm.
    const given = { run: 1, choice: 0, settings: [] };
    this.teller.ask('open', { ...given, grows: true });
    for (const runner of this.runners) {
      runner.ask('open', given);
      const part = runner.ask('replicate', { run: 1, first: 0, end: FIRST_PART });
      // What comes after a question would be taken for a part of its answer.
      part.then(found => { if (this.turn === 0 && runner === this.runners[0]) this.teller.added(1, [found.part]); });
    }
    return Object.assign(answer, { choice: 0 });
  }

  // Asks how a setting comes out, until every chance is known to `width`. While the question
  // before has no answer yet, the newest of those that wait comes next.
  ask(question) {
    if (!this.answered) {
      this.after = question;
      return;
    }
    this.begins(question);
  }

  begins({ choice, settings, width }) {
    const turn = ++this.turn;
    Object.assign(this, { choice, width, answered: false, after: null, parts: new Map(), given: 0, taken: 0, last: undefined, busy: false, done: false });
    const given = { run: 1, choice, settings };
    this.opened = this.teller.ask('open', { ...given, grows: true });
    this.opened.catch(problem => { if (turn === this.turn) { this.done = true; this.settle(); this.fails(problem); } });
    const open = runner => {
      runner.size = FIRST_PART;
      return runner.ask('open', given);
    };
    const first = this.runners.find(runner => runner.waiting.size === 0) || this.runners[0];
    const opened = open(first);
    // Of a setting that can't be read the teller says what is wrong.
    opened.then(() => this.part(first, turn), () => {});
    this.all = () => {
      for (const runner of this.runners) {
        (runner === first ? opened : open(runner)).then(() => this.feed(runner, turn), () => {});
      }
    };
  }

  // No question is open: the base case is shown.
  rest() {
    this.turn++;
    Object.assign(this, { answered: true, after: null, parts: null, all: null, last: undefined, done: true });
  }

  // The question has an answer; the next may come.
  settle() {
    this.answered = true;
    if (this.after) this.begins(this.after);
  }

  // How wide intervals may be, from now on.
  refine(width) {
    this.width = width;
    if (!this.done || this.last === undefined) return;
    this.done = this.last <= width || this.taken >= data.replicates;
    if (!this.done) for (const runner of this.runners) this.feed(runner, this.turn);
  }

  async feed(runner, turn) {
    while (turn === this.turn && !this.done && this.given < data.replicates) await this.part(runner, turn);
  }

  // Lets a runner run the replicates that come next.
  async part(runner, turn) {
    if (turn !== this.turn) return;
    const first = this.given;
    const end = Math.min(first + runner.size, data.replicates);
    this.given = end;
    const found = await runner.ask('replicate', { run: 1, first, end });
    if (turn !== this.turn) return;
    // Whole groups of lanes, as many as take about the time wanted.
    const wanted = Math.floor((end - first) * PART_TIME / Math.max(1, found.took) / 16) * 16;
    runner.size = Math.max(16, Math.min(wanted, 2 * runner.size, 512));
    this.parts.set(first, found);
    this.add(turn);
  }

  async add(turn) {
    if (this.busy) return;
    const parts = [];
    while (this.parts.has(this.taken)) {
      const { part, end } = this.parts.get(this.taken);
      this.parts.delete(this.taken);
      this.taken = end;
      parts.push(part);
    }
    if (parts.length === 0) return;
    this.busy = true;
    let found;
    try {
      await this.opened;
      found = await this.teller.added(1, parts);
    } catch (problem) {
      if (turn === this.turn) this.fails(problem);
      return;
    }
    if (turn !== this.turn) return;
    this.busy = false;
    this.last = found.half_width;
    this.done = this.last <= this.width || this.taken >= data.replicates;
    this.shows(Object.assign(found, { choice: this.choice }), this.done);
    if (!this.answered) this.settle();
    if (turn !== this.turn) return;
    if (this.all) this.all();
    this.all = null;
    this.add(turn);
  }
}
