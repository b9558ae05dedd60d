'use strict';
// Runs the engine beside the page. A message has `id`, which its answer has too, and what is to
// be done; `problem` in an answer says what is wrong with what was asked, `broken` that the
// engine has ended.
let engine, texts;
const encode = text => new TextEncoder().encode(text);
const decode = bytes => new TextDecoder().decode(bytes);
const read = (at, length) => new Uint8Array(engine.memory.buffer, at, length).slice();

function call(name, input, ...numbers) {
  if (input) {
    // Before the memory is looked at: to make room may move it.
    const at = engine.room(input.length);
    new Uint8Array(engine.memory.buffer).set(input, at);
  }
  const code = engine[name](...numbers);
  const output = read(engine.output(), engine.length());
  if (code !== 0) throw { problem: decode(output) };
  return output;
}

// Each after its length.
function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(all.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    all.set(part, at + 4);
    at += 4 + part.length;
  }
  return all;
}

const acts = {
  async begin({ module, scenarios }) {
    engine = (await WebAssembly.instantiate(module, {})).exports;
    engine.begin();
    texts = scenarios;
  },
  open({ run, choice, settings, grows }) {
    call('open', encode(JSON.stringify({ text: texts[choice], settings })), run);
    if (grows) call('grow', null, run);
  },
  replicate({ run, first, end }) {
    const began = performance.now();
    const part = call('replicate', null, run, first, end);
    return { first, end, part, took: performance.now() - began };
  },
  add({ run, parts }) {
    call('add', joined(parts), run);
    return { answer: call('answer', null, run) };
  },
  summary({ run }) {
    return { text: decode(call('summary', null, run)) };
  },
  tell({ run, outcome, week }) {
    return { told: JSON.parse(decode(call('tell', encode(outcome), run, week))) };
  },
  overlay({ run, keys }) {
    return { text: decode(call('overlay', encode(JSON.stringify(keys)), run)) };
  },
};

onmessage = async ({ data }) => {
  let answer;
  try {
    answer = (await acts[data.act](data)) || {};
  } catch (error) {
    if (error && error.problem !== undefined) {
      answer = { problem: error.problem };
    } else {
      let words = String(error);
      if (engine) words += ' ' + decode(read(engine.last_words(), engine.last_words_length()));
      answer = { broken: words };
    }
  }
  answer.id = data.id;
  const bytes = answer.part || answer.answer;
  postMessage(answer, bytes ? [bytes.buffer] : []);
};
