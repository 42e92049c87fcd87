// Which rows a filter leaves. It is made of words that all must be met: a word is looked for in every text of a row and
// in its port; `field:word` only in that field (a port is the whole number); a `-` before it turns it around. Each
// different text is asked once, then a row is a few look-ups.

const SEARCHED = ["name", "host", "address", "service", "state", "reason", "icmp_from", "expect", "tags", "doubt"];

function wordsOf(query) {
  return query.toLowerCase().split(/\s+/).filter((word) => word && word !== "-").map((word) => {
    const not = word.startsWith("-");
    const text = not ? word.slice(1) : word;
    const colon = text.indexOf(":");
    const field = text.slice(0, Math.max(0, colon));
    // `fe80::1` is an address, not a field: only a field's name makes a field of what precedes a colon.
    return Object.hasOwn(FIELDS, field) ? { not, field, text: text.slice(colon + 1) } : { not, field: "", text };
  });
}

class RowFilter {
  constructor(report) {
    this.report = report;
    this.texts = new Map();
  }

  // The rows (numbers, in their order) that have one of `kinds` (a set; null: any), lie in a cell of the overview
  // ({row, column}; null: anywhere) and meet the query.
  rows(query, kinds, cell) {
    const { report } = this;
    const tests = wordsOf(query).map((word) => this.test(word));
    const found = new Uint32Array(report.count);
    let count = 0;
    for (let row = 0; row < report.count; row++) {
      if (kinds && !kinds.has(report.kind(row))) continue;
      if (cell && (report.mapRow(row) !== cell.row || !report.inMapColumn(row, cell.column))) continue;
      if (tests.every((test) => test(row))) found[count++] = row;
    }
    return found.subarray(0, count);
  }

  // What tells whether a row meets a word.
  test({ not, field, text }) {
    const fields = field ? [field] : SEARCHED;
    const port = !field || field === "port" ? this.portTest(text, Boolean(field)) : () => false;
    const tests = [...fields.filter((each) => each !== "port").map((each) => this.fieldTest(each, text)), port];
    return (row) => tests.some((test) => test(row)) !== not;
  }

  portTest(text, whole) {
    const ports = this.report.columns.port;
    if (!/^\d+$/.test(text)) return () => false;
    return whole ? (row) => ports[row] === Number(text) : (row) => String(ports[row]) === text;
  }

  fieldTest(field, text) {
    const { report } = this;
    const [list] = FIELDS[field];
    if (!report.items[list]) return (row) => report.text(row, field).includes(text);
    const hits = this.lowered(field).map((each) => each.includes(text));
    if (!hits.includes(true)) return () => false;
    const column = report.columns[list];
    return (row) => hits[column[row]];
  }

  // The texts of a field in small letters, one for each item of its list.
  lowered(field) {
    if (!this.texts.has(field)) {
      const [list, at] = FIELDS[field];
      const items = this.report.items[list];
      this.texts.set(field, items.map((item) => shown(field, item[at]).toLowerCase()));
    }
    return this.texts.get(field);
  }
}
