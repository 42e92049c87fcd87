// Only the rows that can be seen are in the document: all have one height, so the others are two empty rows, above and
// below, that are as high as they would be. A browser keeps its scroll bar, its keys and its search position.

const ROW_HEIGHT = 28; // pixels, as in page.css
const SPARE = 12; // rows that are made above and below what is seen

class RowWindow {
  // `makeRow(index)` gives the row of a place in what is shown.
  constructor(box, body, makeRow) {
    this.box = box;
    this.body = body;
    this.makeRow = makeRow;
    this.length = 0;
    this.first = this.last = -1;
    this.waiting = false;
    box.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    new ResizeObserver(() => this.drawSoon()).observe(box);
  }

  drawSoon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  // Something else is shown: so many rows, from the top.
  show(length) {
    this.length = length;
    this.first = this.last = -1;
    this.box.scrollTop = 0;
    this.draw();
  }

  // The rows that are seen are made again, for what they show has changed.
  redraw() {
    this.first = this.last = -1;
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW_HEIGHT) - SPARE);
    const seen = Math.ceil((this.box.clientHeight || 600) / ROW_HEIGHT) + 2 * SPARE;
    const last = Math.min(this.length, first + seen);
    if (first === this.first && last === this.last) return;
    [this.first, this.last] = [first, last];
    const rows = [blank(first)];
    for (let index = first; index < last; index++) rows.push(this.makeRow(index));
    rows.push(blank(this.length - last));
    this.body.replaceChildren(...rows);
  }

  // Scrolls as little as is needed for a row to be seen below the heads of the table.
  reveal(index, headHeight) {
    const top = index * ROW_HEIGHT;
    const room = this.box.clientHeight - headHeight - ROW_HEIGHT;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top > this.box.scrollTop + room) this.box.scrollTop = top - room;
    this.draw();
  }
}

function blank(rows) {
  const row = element("tr", "", { class: "blank", "aria-hidden": "true" });
  row.style.height = `${rows * ROW_HEIGHT}px`;
  return row;
}
