// The overview with a mouse and with keys: a cell that is pointed at or has the focus says what it stands for in a line
// above; the arrow keys go from cell to cell, of which only one is in the order of the tab key; Enter or a click shows
// its targets in the table.

const STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }; // down, right
const COUNT = new RegExp(`([\\d,]+) (?:${STATES.join("|")})`, "g"); // `1,200 open` in what a cell says

class MapKeys {
  // `onChoose({row, column, text, targets})` is called with the cell that was chosen; targets: null if not known.
  constructor(table, said, onChoose) {
    this.table = table;
    this.said = said;
    this.onChoose = onChoose;
    this.hint = "Point at a cell for its numbers; Enter or a click lists its targets.";
    this.said.textContent = this.hint;
    const first = table.tBodies[0].rows[0].cells[1];
    first.tabIndex = 0;
    this.current = first;
    table.addEventListener("keydown", (event) => this.onKey(event));
    table.addEventListener("click", (event) => this.choose(event.target.closest("td")));
    table.addEventListener("focusin", (event) => this.tell(event.target.closest("td")));
    table.addEventListener("mouseover", (event) => this.tell(event.target.closest("td")));
    table.addEventListener("mouseleave", () => this.tell(null));
  }

  tell(cell) {
    this.said.textContent = cell ? cell.title : this.hint;
  }

  onKey(event) {
    const cell = event.target.closest("td");
    if (!cell) return;
    if (event.key in STEPS) {
      event.preventDefault();
      const [down, right] = STEPS[event.key];
      const row = this.table.tBodies[0].rows[cell.parentNode.sectionRowIndex + down];
      this.focus(row && row.cells[cell.cellIndex + right]);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(cell);
    }
  }

  focus(cell) {
    if (!cell || cell.tagName !== "TD") return;
    this.current.tabIndex = -1;
    this.current = cell;
    cell.tabIndex = 0;
    cell.focus();
  }

  choose(cell) {
    if (!cell) return;
    const end = cell.title.lastIndexOf(": ");
    const [text, said] = [cell.title.slice(0, end), cell.title.slice(end)];
    const counts = [...said.matchAll(COUNT)].map(([, count]) => Number(count.replaceAll(",", "")));
    // Where it counts pairs of address and port, of which some have several rows, its rows are not known.
    const targets = said.includes(" pair") ? null : counts.reduce((sum, count) => sum + count, 0);
    this.onChoose({ row: cell.parentNode.sectionRowIndex, column: cell.cellIndex - 1, text, targets });
  }
}
