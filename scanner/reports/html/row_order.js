// The order of the rows. At first what matters: not as expected, then blocked, error, open and refused, each in
// groups by state, reason and who sent the ICMP error (and by what was expected instead), the largest group first, with
// a heading. Then as the heads of the table are pressed: by one field, without groups, rows without a value last.

const KINDS = ["Not as expected", "Blocked", "Error", "Open", "Refused"];
const MIXED_KINDS = 2; // the first ones are of several states, and their headings say which
const ITSELF = "the host itself";

class RowOrder {
  constructor(report) {
    this.report = report;
    this.keys = new Map();
    this.group = new Uint32Array(report.count);
    this.groups = [];
    this.sortIntoGroups();
    this.byGroups = this.byGroup();
  }

  // A number for each row's group, in the order of the groups.
  sortIntoGroups() {
    const { group, report: { count, columns, items } } = this;
    const numbers = new Map(); // of the groups, by what they are
    const known = new Map(); // the same by entry and verdict, so that no text is put together for each row
    for (let row = 0; row < count; row++) {
      const verdict = columns.verdict[row];
      const sender = items.verdict[verdict][2];
      const itself = sender !== "" && sender === items.place[columns.place[row]][1];
      const alike = (verdict * items.entry.length + columns.entry[row]) * 2 + Number(itself);
      let number = known.get(alike);
      if (number === undefined) {
        number = this.numberOf(row, itself, numbers);
        known.set(alike, number);
      }
      this.groups[number].rows++;
      group[row] = number;
    }
    const order = [...this.groups].sort(
      (one, other) => one.kind - other.kind || other.rows - one.rows || one.number - other.number,
    );
    const place = new Uint32Array(order.length);
    order.forEach((each, index) => { place[each.number] = index; });
    for (let row = 0; row < count; row++) group[row] = place[group[row]];
    this.groups = order;
  }

  // The number of a row's group, a new one where it is the first of its group.
  numberOf(row, itself, numbers) {
    const { columns, items } = this.report;
    const [state, reason, sender, , met] = items.verdict[columns.verdict[row]];
    const by = itself ? ITSELF : sender;
    const instead = met === false ? items.entry[columns.entry[row]][1] : "";
    const key = [met === false, state, reason, by, instead].join("\n");
    if (!numbers.has(key)) {
      numbers.set(key, this.groups.length);
      const number = this.groups.length;
      this.groups.push({ kind: this.report.kind(row), state, reason, by, instead, rows: 0, number });
    }
    return numbers.get(key);
  }

  // All rows in their first order: by group, address, port.
  byGroup() {
    const { group, report: { count, columns: { place, port } } } = this;
    const rows = Uint32Array.from({ length: count }, (_, row) => row);
    return rows.sort(
      (one, other) =>
        group[one] - group[other] || place[one] - place[other] || port[one] - port[other] || one - other,
    );
  }

  heading(number, rows) {
    const { kind, state, reason, by, instead } = this.groups[number];
    const why = [kind < MIXED_KINDS ? `${KINDS[kind]}: ${state}` : KINDS[kind], reason].filter(Boolean).join(", ");
    const expected = instead ? `, expected ${instead}` : "";
    return `${visible(why + (by ? ` by ${by}` : "") + expected)}: ${counted(rows, "target")}`;
  }

  // What the table shows of `rows`: row numbers, and before each group -1 minus its number. `sort` is {field, down} or
  // null for the first order.
  arranged(rows, sort) {
    if (sort) return Int32Array.from(this.sorted(rows, sort));
    const wanted = new Uint8Array(this.report.count);
    for (const row of rows) wanted[row] = 1;
    const shownRows = [];
    let before = -1;
    for (const row of this.byGroups) {
      if (!wanted[row]) continue;
      if (this.group[row] !== before) {
        before = this.group[row];
        shownRows.push(-1 - before);
      }
      shownRows.push(row);
    }
    return Int32Array.from(shownRows);
  }

  sorted(rows, { field, down }) {
    const keys = this.keysOf(field);
    const place = this.report.columns.place;
    const port = this.report.columns.port;
    const sign = down ? -1 : 1;
    return rows.slice().sort((one, other) => {
      const [a, b] = [keys[one], keys[other]];
      if (a !== b) return a < 0 ? 1 : b < 0 ? -1 : sign * (a - b); // -1: no value, which is last in either direction
      return place[one] - place[other] || port[one] - port[other] || one - other;
    });
  }

  // A number for each row that sorts as the field does; -1 where it has no value.
  keysOf(field) {
    if (!this.keys.has(field)) this.keys.set(field, this.madeKeys(field));
    return this.keys.get(field);
  }

  madeKeys(field) {
    const { report } = this;
    const [list, at] = FIELDS[field];
    if (list === "rtt_ms" || list === "port" || list === "time") return report.columns[list];
    if (list === "service") {
      const names = ranksOf(field, [...report.services.values()]);
      const byPort = new Map([...report.services.keys()].map((port, number) => [port, names[number]]));
      return Float64Array.from(report.columns.port, (port) => byPort.get(port) ?? -1);
    }
    const values = report.items[list].map((item) => item[at]);
    let ranks;
    if (field === "address") ranks = values.map((value, number) => (value ? number : -1));
    else if (field === "host") ranks = hostRanks(report.items.place);
    else ranks = ranksOf(field, values);
    return Float64Array.from(report.columns[list], (number) => ranks[number]);
  }
}

// Places of hosts among each other: those that are addresses as the places are sorted, by number, since fe80::2 comes
// before fe80::1a; then names.
function hostRanks(places) {
  const ranks = new Map();
  for (const [host, address] of places) if (host === address && !ranks.has(host)) ranks.set(host, ranks.size);
  const names = ranksOf("host", places.map(([host, address]) => (host === address ? "" : host)));
  return places.map(([host, address], number) => {
    if (host === address) return host ? ranks.get(host) : -1;
    return names[number] < 0 ? -1 : ranks.size + names[number];
  });
}

// Places of values among each other: numbers by number, states in their own order, texts as people count them.
function ranksOf(field, values) {
  const collator = new Intl.Collator("en", { numeric: true });
  const texts = values.map((value) => shown(field, value));
  if (field === "state") return values.map((value) => STATES.indexOf(value));
  const different = [...new Set(texts)].filter(Boolean).sort(collator.compare);
  const ranks = new Map(different.map((text, rank) => [text, rank]));
  return texts.map((text) => ranks.get(text) ?? -1);
}
