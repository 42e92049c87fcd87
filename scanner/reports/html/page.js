// The page as a whole: what is asked for (words, verdicts, a cell of the overview, an order) and who shows it.
//
// The other files, each of which knows only those before it: `visible.js` makes text safe to show, `report_data.js` has
// the rows, `row_filter.js` and `row_order.js` say which and in what order (neither touches the document),
// `row_window.js` keeps in the document what can be seen, `row_table.js` is the table, `map_keys.js` the overview.
// `theme.js` has run before.

class Page {
  constructor(report) {
    this.report = report;
    this.filter = new RowFilter(report);
    this.order = new RowOrder(report);
    this.section = document.getElementById("rows");
    this.input = document.getElementById("filter");
    this.place = document.getElementById("place");
    this.verdicts = null;
    this.cell = null;
    this.sort = null;
    this.tableBox = document.getElementById("table-box");
    this.none = element("p", "No listed target matches.", { hidden: "" });
    this.tableBox.after(this.none);
    this.section.hidden = false;
    this.table = new RowTable(this.section, report, this.order, (sort) => {
      this.sort = sort;
      this.show();
    });
    this.makeChoices();
    this.makeColumns();
    this.input.addEventListener("input", () => this.show());
    this.place.addEventListener("click", () => this.choose(null));
    const map = document.getElementById("map");
    if (map) new MapKeys(map, document.getElementById("map-said"), (cell) => this.choose(cell));
    document.addEventListener("keydown", (event) => this.onKey(event));
  }

  // Buttons with their numbers: all rows, what is not as expected, and each state that there is. A row not as expected
  // counts in its state, too, as in the summary.
  makeChoices() {
    const { count, columns, items } = this.report;
    const rows = items.verdict.map(() => 0);
    for (const verdict of columns.verdict) rows[verdict]++;
    const choice = (label, has) => {
      const verdicts = items.verdict.map(has);
      return { label, verdicts, count: rows.reduce((sum, each, verdict) => sum + (verdicts[verdict] ? each : 0), 0) };
    };
    const choices = [
      choice("Not as expected", ([, , , , met]) => met === false),
      ...STATES.map((state) => choice(state[0].toUpperCase() + state.slice(1), ([each]) => each === state)),
    ];
    const all = { label: "All", verdicts: null, count };
    const buttons = [all, ...choices.filter((each) => each.count)].map(({ label, verdicts, count: some }) => {
      const button = element("button", `${label} ${spelled(some)}`, { type: "button" });
      button.setAttribute("aria-pressed", String(verdicts === null));
      button.addEventListener("click", () => {
        this.verdicts = verdicts;
        for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
        this.show();
      });
      return button;
    });
    document.getElementById("kinds").append(...buttons);
  }

  makeColumns() {
    const boxes = this.table.used.map((field) => {
      const label = element("label");
      const box = element("input", "", { type: "checkbox" });
      box.checked = this.table.fields.includes(field);
      box.addEventListener("change", () => this.table.setColumn(field, box.checked));
      label.append(box, TITLES[field]);
      return label;
    });
    document.querySelector("#columns div").append(...boxes);
  }

  // Only the targets of a cell of the overview, or of all again (null).
  choose(cell) {
    this.cell = cell;
    this.place.hidden = !cell;
    if (cell) {
      this.place.textContent = `${cell.text} ✕`;
      this.place.setAttribute("aria-label", `Only ${cell.text}: show all again`);
    }
    this.show();
    if (cell) {
      this.section.scrollIntoView({ block: "start" });
      this.place.focus({ preventScroll: true });
    } else this.input.focus();
  }

  show() {
    const rows = this.filter.rows(this.input.value, this.verdicts, this.cell);
    this.table.show(this.order.arranged(rows, this.sort));
    document.getElementById("count").textContent = this.countText(rows.length);
    this.none.hidden = rows.length > 0;
    this.tableBox.hidden = !rows.length;
  }

  // How many rows are shown, of how many; and what is not among them because the page has no room for all.
  countText(some) {
    const { count, left } = this.report;
    const all = left ? `${spelled(count)} listed targets` : counted(count, "target");
    const text = some === count ? all : `${spelled(some)} of ${all}`;
    if (!left) return text;
    if (!this.cell) return `${text}; ${spelled(left)} more were left out`;
    if (this.cell.targets === null) return `${text}; some of this cell may be left out`;
    const gone = this.cell.targets - this.filter.rows("", null, this.cell).length;
    return gone > 0 ? `${text}; ${spelled(gone)} of this cell were left out` : text;
  }

  onKey(event) {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.input.focus();
      this.input.select();
    } else if (event.key === "Escape") {
      if (event.target === this.input && this.input.value) {
        this.input.value = "";
        this.show();
      }
      document.getElementById("columns").open = false;
      this.table.hideDetails();
    }
  }
}

// The switch between light and dark: what it says is what it does.
function makeThemeSwitch(button) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const tell = () => { button.textContent = isDark() ? "Light colours" : "Dark colours"; };
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("scanner-theme", theme);
    } catch {
      // it holds as long as the page is open
    }
    tell();
  });
  system.addEventListener("change", tell);
  tell();
  button.hidden = false;
}

makeThemeSwitch(document.getElementById("theme"));
const report = new ReportData(JSON.parse(document.getElementById("report-data").textContent));
if (report.count) new Page(report).show(); // else there is no table
// Last, so that the plain lists stay if anything above fails: on screen the table now takes their place.
document.documentElement.classList.add("live");
