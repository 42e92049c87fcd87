// The table of rows: heads that sort, rows to walk through with the arrow keys, and all fields of one of them.

const TITLES = {
  name: "Name", host: "Host", address: "Address", port: "Port", service: "Service", state: "State", reason: "Reason",
  icmp_from: "ICMP from", rtt_ms: "RTT (ms)", attempts: "Attempts", expect: "Expected", met: "Met", tags: "Tags",
  vantage: "Vantage", time: "Time", source: "Source", doubt: "In doubt", lost_syns: "Lost SYNs",
};
const NUMBERS = new Set(["port", "rtt_ms", "attempts", "lost_syns"]);
const AT_FIRST = new Set([
  "name", "host", "port", "service", "state", "reason", "icmp_from", "rtt_ms", "expect", "met", "doubt",
]);
const ARROWS = { ascending: "▲", descending: "▼", none: "" };
const SIGNS = { yes: ["✓ ", "sign good"], no: ["✗ ", "sign bad"] };
// Characters of a column: as many as its longest text has, within these.
const NARROWEST = 6;
const WIDEST = 28;
const CHARACTER = 0.92; // a digit is wider than most letters
const PADDING = 16; // pixels, as in page.css

class RowTable {
  // `onSort(sort)` is called with {field, down}, or null for the first order.
  constructor(section, report, order, onSort) {
    this.report = report;
    this.order = order;
    this.onSort = onSort;
    this.table = section.querySelector("#table");
    this.details = section.querySelector("#details");
    this.used = report.usedFields();
    this.fields = this.used.filter((field) => this.isAtFirst(field));
    this.widths = new Map(this.used.map((field) => [field, widthOf(report, field)]));
    this.sort = null;
    this.lines = new Int32Array(0);
    this.groupRows = new Map();
    this.active = -1;
    this.window = new RowWindow(section.querySelector("#table-box"), this.table.tBodies[0], (index) => this.row(index));
    this.table.tBodies[0].addEventListener("keydown", (event) => this.onKey(event));
    this.table.tBodies[0].addEventListener("click", (event) => this.onClick(event));
    this.drawHeads();
  }

  // Whether a column is there before anybody has chosen: not where all addresses are just the hosts once more, and the
  // vantage only where there are several.
  isAtFirst(field) {
    const { place, entry } = this.report.items;
    if (field === "address") return place.some(([host, address]) => host !== address);
    if (field === "vantage") return entry.some((each) => each[3] !== entry[0][3]);
    return AT_FIRST.has(field);
  }

  // Shows these lines (see RowOrder.arranged), from the top.
  show(lines) {
    this.lines = lines;
    this.active = -1;
    this.groupRows = countGroups(lines);
    this.table.setAttribute("aria-rowcount", String(lines.length + 1));
    this.hideDetails();
    this.window.show(lines.length);
    this.active = lines.findIndex((line) => line >= 0);
    this.window.redraw();
  }

  setColumn(field, on) {
    const chosen = new Set(this.fields);
    if (on) chosen.add(field);
    else chosen.delete(field);
    this.fields = this.used.filter((each) => chosen.has(each));
    this.drawHeads();
    this.window.redraw();
  }

  drawHeads() {
    const heads = this.fields.map((field) => this.head(field));
    this.table.tHead.rows[0].replaceChildren(...heads);
    // A table without a width of its own would be as wide as its widest texts.
    this.table.style.width = wide(this.fields.map((field) => this.widths.get(field)));
    this.table.setAttribute("aria-colcount", String(heads.length));
  }

  head(field) {
    const sorted = this.sort && this.sort.field === field;
    const direction = sorted ? (this.sort.down ? "descending" : "ascending") : "none";
    const head = element("th", "", { scope: "col", "aria-sort": direction });
    head.style.width = wide([this.widths.get(field)]);
    if (NUMBERS.has(field)) head.className = "number";
    const button = element("button", TITLES[field], { type: "button", "data-field": field });
    button.append(element("span", ARROWS[direction], { "aria-hidden": "true" }));
    button.addEventListener("click", () => this.press(field));
    head.append(button);
    return head;
  }

  // Up, then down, then what matters first again.
  press(field) {
    const same = this.sort && this.sort.field === field;
    this.sort = !same ? { field, down: false } : this.sort.down ? null : { field, down: true };
    this.drawHeads();
    this.table.tHead.querySelector(`[data-field="${field}"]`).focus();
    this.onSort(this.sort);
  }

  row(index) {
    const line = this.lines[index];
    const made = element("tr", "", { "aria-rowindex": String(index + 2) });
    if (line < 0) {
      made.className = "group";
      const head = element("th", this.order.heading(-1 - line, this.groupRows.get(line)), { scope: "rowgroup" });
      head.colSpan = this.fields.length;
      made.append(head);
      return made;
    }
    made.dataset.index = String(index);
    made.tabIndex = index === this.active ? 0 : -1;
    if (this.report.value(line, "met") === false) made.className = "unmet";
    made.append(...this.fields.map((field) => this.cell(line, field)));
    return made;
  }

  cell(row, field) {
    const text = this.report.text(row, field);
    const cell = element("td", text);
    if (NUMBERS.has(field)) cell.className = "number";
    if (text.length > this.widths.get(field)) cell.title = text;
    // The mark before a state or a word, which says it once more to the eye.
    const sign = field === "state" ? [text[0].toUpperCase(), `key ${text}`] : field === "met" && SIGNS[text];
    const [mark, kind] = sign || [];
    if (mark) cell.prepend(element("span", mark, { class: kind, "aria-hidden": "true" }));
    return cell;
  }

  onKey(event) {
    const page = Math.max(1, Math.floor(this.window.box.clientHeight / ROW_HEIGHT) - 2);
    const all = this.lines.length;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -all, End: all };
    if (event.key in steps) {
      event.preventDefault();
      this.activate(this.active + steps[event.key], Math.sign(steps[event.key]));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.openDetails();
    }
  }

  onClick(event) {
    const row = event.target.closest("tr[data-index]");
    if (!row || String(getSelection())) return; // whoever selects text does not ask for details
    this.activate(Number(row.dataset.index), 1);
    this.openDetails();
  }

  // Makes the row at `index` the one that has the focus; over a heading it goes on in the same direction.
  activate(index, direction) {
    let at = Math.min(Math.max(index, 0), this.lines.length - 1);
    if (this.lines[at] < 0) at += at === 0 ? 1 : direction || 1;
    if (at >= this.lines.length || this.lines[at] < 0) return;
    this.active = at;
    this.window.reveal(at, this.table.tHead.offsetHeight);
    this.window.redraw();
    this.table.querySelector(`tr[data-index="${at}"]`)?.focus({ preventScroll: true });
    if (!this.details.hidden) this.showDetails(this.lines[at]);
  }

  // Below the table, which may end where the window does: whoever asks for them is to see them.
  openDetails() {
    this.showDetails(this.lines[this.active]);
    this.details.scrollIntoView({ block: "nearest" });
  }

  showDetails(row) {
    const pairs = this.used.map((field) => {
      const pair = element("div");
      pair.append(element("dt", field), element("dd", this.report.text(row, field) || "–"));
      return pair;
    });
    this.details.querySelector("dl").replaceChildren(...pairs);
    this.details.hidden = false;
  }

  hideDetails() {
    this.details.hidden = true;
  }
}

// How many rows each group has among these lines, by the number of its heading.
function countGroups(lines) {
  const counts = new Map();
  let heading = 0;
  for (const line of lines) {
    if (line < 0) heading = line;
    else counts.set(heading, (counts.get(heading) || 0) + 1);
  }
  return counts;
}

// The room for columns of so many characters.
function wide(columns) {
  const characters = columns.reduce((sum, each) => sum + each, 0);
  return `calc(${(characters * CHARACTER).toFixed(2)}ch + ${columns.length * PADDING}px)`;
}

function widthOf(report, field) {
  const [list, at] = FIELDS[field];
  const items = report.items[list];
  let longest = Math.max(TITLES[field].length + 2, NARROWEST);
  if (field === "state") longest = 15;
  if (field === "rtt_ms") longest = 11;
  if (field === "time") longest = 25;
  for (const item of items || []) longest = Math.max(longest, shown(field, item[at]).length);
  if (field === "service") for (const name of report.services.values()) longest = Math.max(longest, name.length);
  return Math.min(longest, WIDEST);
}
