// Files and the clipboard.

function download(name, blob) {
  const url = URL.createObjectURL(blob);
  el('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// A picture for print: plain colours on white, whatever the page has.
function plainly(make) {
  plain = true;
  try {
    return make();
  } finally {
    plain = false;
  }
}

function svgText(node) {
  // What a standalone file can't be: a mix of colours that not every program knows.
  const copy = node.cloneNode(true);
  for (const part of copy.querySelectorAll('[stroke^="color-mix"], [fill^="color-mix"]')) {
    for (const name of ['stroke', 'fill']) {
      const value = part.getAttribute(name);
      if (value && value.startsWith('color-mix')) part.setAttribute(name, mixed(value));
    }
  }
  return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy);
}

// A mix as one colour.
function mixed(value) {
  const [, colour, share, ground] = value.match(/(#[0-9a-f]{6}) (\d+)%, (#[0-9a-f]{6})/) || [null, '#969ca4', '100', '#ffffff'];
  const at = (text, k) => parseInt(text.slice(1 + 2 * k, 3 + 2 * k), 16);
  const mix = k => Math.round((at(colour, k) * share + at(ground, k) * (100 - share)) / 100).toString(16).padStart(2, '0');
  return `#${mix(0)}${mix(1)}${mix(2)}`;
}

async function savePicture(name, kind, node) {
  const svg = new Blob([svgText(node)], { type: 'image/svg+xml' });
  if (kind === 'svg') return download(`${name}.svg`, svg);
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = el('canvas', { width: 2 * node.getAttribute('width'), height: 2 * node.getAttribute('height') });
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
    download(`${name}.png`, png);
  } finally {
    URL.revokeObjectURL(url);
  }
}

// Shows a text to be taken, and puts it on the clipboard where that is allowed.
async function copy(words) {
  const area = byId('copied');
  area.value = words;
  area.select();
  try {
    await navigator.clipboard.writeText(words);
    return 'Copied.';
  } catch {
    area.focus();
    return 'Select the text and copy it.';
  }
}
