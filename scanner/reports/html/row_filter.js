// Which rows a filter leaves. It is made of words that all must be met; `wordsOf` says what they may look like, as
// people copy them out of scanner's own output. Each different text is asked once, then a row is a few look-ups.

// Where a word without a field is looked for. What was expected is not among them: whoever asks for `open`, or leaves
// it out, means what was found, and would lose just the failures, which were expected open.
const SEARCHED = ["name", "host", "address", "service", "state", "reason", "icmp_from", "tags", "doubt"];
const WORD = /(?:"[^"]*"?|[^\s"])+/g; // the last quote may still be missing
const VALUE = /(?:"[^"]*"?|[^",])+/g;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const HOST_AND_PORT = /^(?:\[([^\]]+)\]|([^:[\]]+)(?=:))(?::(\d*))?$/;
const PORTS = /^(\d+)(?:-(\d*))?$/;

// The words of a query: `text`, or `field:value,value` (one of the values is enough); a `-` before it turns it around,
// quotes keep blanks and commas together. A word that has no value yet is left out.
function wordsOf(query) {
  return (query.toLowerCase().match(WORD) || []).map((word) => {
    const not = word.startsWith("-");
    const said = not ? word.slice(1) : word;
    const field = said.slice(0, Math.max(0, said.indexOf(":")));
    // `fe80::1` is an address, not a field: only a field's name makes a field of what precedes a colon.
    const isField = Object.hasOwn(FIELDS, field);
    const values = isField ? said.slice(field.length + 1).match(VALUE) || [] : [said];
    const texts = values.map((value) => value.replaceAll('"', "")).filter((text) => text && text !== "=");
    return { not, field: isField ? field : "", texts };
  }).filter(({ texts }) => texts.length);
}

// What tells whether a text in small letters has what is looked for. `=text` is the whole text, and an IPv4 address
// only itself: 10.0.0.1 is not part of 10.0.0.10.
function matcherOf(text) {
  if (text.startsWith("=")) return (each) => each === text.slice(1);
  if (!IPV4.test(text)) return (each) => each.includes(text);
  const alone = new RegExp(`(?<![\\d.])${text.replaceAll(".", "\\.")}(?!\\d)`);
  return (each) => alone.test(each);
}

class RowFilter {
  constructor(report) {
    this.report = report;
    this.texts = new Map();
  }

  // The rows (numbers, in their order) whose verdict is among `verdicts` (true or false for each; null: any), that lie
  // in a cell of the overview ({row, column}; null: anywhere) and meet the query.
  rows(query, verdicts, cell) {
    const { report } = this;
    const tests = wordsOf(query).map((word) => this.test(word));
    const found = new Uint32Array(report.count);
    let count = 0;
    for (let row = 0; row < report.count; row++) {
      if (verdicts && !verdicts[report.columns.verdict[row]]) continue;
      if (cell && (report.mapRow(row) !== cell.row || !report.inMapColumn(row, cell.column))) continue;
      if (tests.every((test) => test(row))) found[count++] = row;
    }
    return found.subarray(0, count);
  }

  // What tells whether a row meets a word.
  test({ not, field, texts }) {
    const tests = texts.flatMap((text) => (field ? [this.fieldTest(field, text)] : this.anywhereTests(text)));
    return (row) => tests.some((test) => test(row)) !== not;
  }

  // For a word without a field: any of these.
  anywhereTests(text) {
    const tests = SEARCHED.map((field) => this.fieldTest(field, text));
    if (/^\d+$/.test(text)) tests.push(this.portTest(text));
    const [both, address, host, port] = HOST_AND_PORT.exec(text) || [];
    if (both) tests.push(this.targetTest(address || host, port));
    return tests;
  }

  // `10.0.0.1:22`, `[::1]:22`: this host, or address, and no other; without a port, any.
  targetTest(host, port) {
    const [isHost, isAddress] = ["host", "address"].map((field) => this.fieldTest(field, `=${host}`));
    const isPort = port ? this.portTest(port) : () => true;
    return (row) => (isHost(row) || isAddress(row)) && isPort(row);
  }

  // `22`, `80-90`; `80-`, on its way to a range, is still 80.
  portTest(text) {
    const ports = this.report.columns.port;
    const [all, first, last] = PORTS.exec(text.replace(/^=/, "")) || [];
    if (!all) return () => false;
    return (row) => Number(first) <= ports[row] && ports[row] <= Number(last || first);
  }

  fieldTest(field, text) {
    if (field === "port") return this.portTest(text);
    const { report } = this;
    const [list] = FIELDS[field];
    const matches = matcherOf(text);
    if (!report.items[list]) return (row) => matches(report.text(row, field).toLowerCase());
    const hits = this.lowered(field).map((texts) => texts.some(matches));
    if (!hits.includes(true)) return () => false;
    const column = report.columns[list];
    return (row) => hits[column[row]];
  }

  // The texts of a field in small letters, for each item of its list: several only where each is one by itself (tags).
  lowered(field) {
    if (!this.texts.has(field)) {
      const [list, at] = FIELDS[field];
      const texts = this.report.items[list].map((item) => (Array.isArray(item[at]) ? item[at] : [item[at]]));
      this.texts.set(field, texts.map((each) => each.map((text) => shown(field, text).toLowerCase())));
    }
    return this.texts.get(field);
  }
}
