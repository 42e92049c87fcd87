// Text that others wrote, as it may be shown. Names and hosts come from files and the network: what is not printable
// (controls, direction marks, invisible characters, lone surrogates) becomes an escape that can be read, as everywhere
// in scanner. All text goes into the page as textContent or an attribute, never as HTML.

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function escapeOf(char) {
  const code = char.codePointAt(0);
  const short = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
  if (short) return short;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

function visible(text) {
  return text.replace(UNPRINTABLE, escapeOf);
}

// An element with text, and attributes if any.
function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const spelled = (number) => number.toLocaleString("en");
const counted = (number, noun) => `${spelled(number)} ${noun}${number === 1 ? "" : "s"}`;
