// The rows of the report. In the data block each row is a number in some columns: which entry, place, verdict and
// instant it has, its port, its round trip. What rows share is there once, so a hundred thousand rows are a few typed
// arrays, and a question about a text is asked once for each different text, not for each row.

const STATES = ["open", "refused", "timeout", "unreachable", "error"];
// What matters first has the least number; 0 is what is not as expected.
const KIND_OF = { timeout: 1, unreachable: 1, error: 2, open: 3, refused: 4 };

// The fields of a report, in its order: which of the shared lists has it, and where in an item of that list.
const FIELDS = {
  name: ["entry", 0], host: ["place", 0], address: ["place", 1], port: ["port"], service: ["service"],
  state: ["verdict", 0], reason: ["verdict", 1], icmp_from: ["verdict", 2], rtt_ms: ["rtt_ms"],
  attempts: ["verdict", 5], expect: ["entry", 1], met: ["verdict", 4], tags: ["entry", 2], vantage: ["entry", 3],
  time: ["time"], source: ["place", 2], doubt: ["verdict", 3], lost_syns: ["verdict", 6],
};
const MAP_ROW = 3;

class ReportData {
  constructor(said) {
    const rows = said.rows;
    this.count = rows.count;
    this.left = Object.values(said.left).reduce((sum, count) => sum + count, 0); // rows that are not here
    this.mapColumns = said.map_columns;
    this.items = { entry: rows.entries, place: rows.places, verdict: rows.verdicts };
    this.firstTime = rows.first_time;
    this.oddTimes = rows.odd_times;
    this.services = new Map(Object.entries(rows.services).map(([port, name]) => [Number(port), name]));
    this.kinds = rows.verdicts.map(([state, , , , met]) => (met === false ? 0 : KIND_OF[state]));
    this.columns = {
      entry: Uint32Array.from(rows.entry), place: Uint32Array.from(rows.place), port: Uint16Array.from(rows.port),
      verdict: Uint32Array.from(rows.verdict), time: Float64Array.from(rows.time),
      rtt_ms: Float64Array.from(rows.rtt_ms),
    };
  }

  // The value of a field: a text, a number, true or false, a list of texts (tags), or null where there is none.
  value(row, field) {
    const [list, at] = FIELDS[field];
    if (list === "port") return this.columns.port[row];
    if (list === "service") return this.services.get(this.columns.port[row]) || null;
    if (list === "rtt_ms") return this.columns.rtt_ms[row] < 0 ? null : this.columns.rtt_ms[row];
    if (list === "time") return this.time(this.columns.time[row]);
    return this.items[list][this.columns[list][row]][at] ?? null;
  }

  // A time as reports have it: milliseconds after the first one, or below zero the number of a text that is no time.
  time(number) {
    return number < 0 ? this.oddTimes[-1 - number] : new Date(this.firstTime + number).toISOString();
  }

  // The same as people read it.
  text(row, field) {
    return shown(field, this.value(row, field));
  }

  // Of each row: 0 not as expected, 1 blocked, then error, open, refused; what matters first has the least number.
  kind(row) {
    return this.kinds[this.columns.verdict[row]];
  }

  // Which row of the overview a row is in, and which column.
  mapRow(row) {
    return this.items.place[this.columns.place[row]][MAP_ROW];
  }

  inMapColumn(row, column) {
    const port = this.columns.port[row];
    return this.mapColumns[column].some(([first, last]) => first <= port && port <= last);
  }

  // The fields that any row has a value in: others need no column.
  usedFields() {
    const used = new Set(["port"]);
    if (this.services.size) used.add("service");
    if (this.columns.rtt_ms.some((rtt) => rtt >= 0)) used.add("rtt_ms");
    if (this.columns.time.some((number) => this.time(number))) used.add("time");
    for (const [field, [list, at]] of Object.entries(FIELDS)) {
      const items = this.items[list];
      if (items && items.some((item) => shown(field, item[at]))) used.add(field);
    }
    return Object.keys(FIELDS).filter((field) => used.has(field));
  }
}

function shown(field, value) {
  if (value === null || value === undefined) return "";
  if (field === "rtt_ms") return value.toFixed(3);
  if (field === "met") return value ? "yes" : "no";
  return visible(Array.isArray(value) ? value.join(", ") : String(value));
}
