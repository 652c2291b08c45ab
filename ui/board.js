// A picture cut into tiles, two of which change places: click or tap one, then the other, or drag one onto the other;
// by keyboard the arrow keys go from tile to tile, Enter or Space takes one and swaps it, Escape lets it go.
// Every swap is sent once, as the two places.
const GLIDE = 350;

export default function ({ data, parentElement, setTriggerValue }) {
  const board = parentElement.querySelector(".board");
  const canvas = board.querySelector("canvas");
  const says = parentElement.querySelector(".says");
  const marks = { over: board.querySelector(".over"), taken: board.querySelector(".taken") };
  const { columns, order, source } = data;
  const rows = order.length / columns;
  const last = board.last ?? {}; // what the previous run of this function drew
  const now = (board.last = { source, columns, order: [...order], over: last.over ?? 0, taken: null, picture: last.picture });
  if (now.over >= order.length) now.over = 0;

  const at = (place) => [Math.floor(place / columns), place % columns];
  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  const name = (place) => `row ${at(place)[0] + 1}, column ${at(place)[1] + 1}`;

  function draw(share = 1, before = null) {
    const scale = window.devicePixelRatio || 1;
    const side = Math.round(canvas.clientWidth * scale);
    if (!side || !now.picture?.complete) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d");
    const gap = Math.max(1, Math.round(scale * 1.2));
    const from = [now.picture.width / columns, now.picture.height / rows];
    const edge = (index, count) => Math.round((index * (side + gap)) / count);
    pen.clearRect(0, 0, side, side);
    now.order.forEach((tile, place) => {
      const [row, column] = at(place);
      const [oldRow, oldColumn] = before ? at(before.indexOf(tile)) : [row, column];
      const [y, x] = [oldRow + (row - oldRow) * share, oldColumn + (column - oldColumn) * share];
      const [tileRow, tileColumn] = at(tile);
      pen.drawImage(
        now.picture, tileColumn * from[0], tileRow * from[1], from[0], from[1],
        edge(x, columns), edge(y, rows), edge(x + 1, columns) - edge(x, columns) - gap,
        edge(y + 1, rows) - edge(y, rows) - gap,
      );
    });
  }

  function glide(before) {
    const start = performance.now();
    const step = (time) => {
      if (board.last !== now) return;
      const share = Math.min(Math.max((time - start) / GLIDE, 0), 1);
      draw(share < 1 ? 1 - (1 - share) ** 3 : 1, before);
      if (share < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  function mark(which, place) {
    now[which] = place;
    marks[which].hidden = place === null;
    if (place === null) return;
    const [row, column] = at(place);
    Object.assign(marks[which].style, {
      left: `${(100 * column) / columns}%`, top: `${(100 * row) / rows}%`,
      width: `${100 / columns}%`, height: `${100 / rows}%`,
    });
  }

  function tell() {
    const [over, home] = [name(now.over), now.order[now.over]];
    const holds = home === now.over ? "a patch in its own place" : `the patch of ${name(home)}`;
    if (now.taken === null) says.textContent = capital(`${over}: ${holds}.`);
    else if (now.taken === now.over) says.textContent = capital(`${over}: choose another to swap with.`);
    else says.textContent = `Swap ${name(now.taken)} with ${over}?`;
  }

  function choose(place) {
    if (now.taken === null || now.taken === place) {
      mark("taken", now.taken === place ? null : place);
      return tell();
    }
    const [first, second] = [now.taken, place];
    const before = [...now.order];
    [now.order[first], now.order[second]] = [now.order[second], now.order[first]];
    mark("taken", null);
    tell();
    glide(before);
    setTriggerValue("swap", `${first}-${second}`);
  }

  function placeOf({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const index = (part, count) => Math.min(Math.max(Math.floor(part * count), 0), count - 1);
    return index((clientY - box.top) / box.height, rows) * columns + index((clientX - box.left) / box.width, columns);
  }

  let pressed = null;
  board.onpointermove = (event) => {
    if (event.pointerType === "touch") return;
    mark("over", placeOf(event));
    tell();
  };
  board.onpointerleave = () => {
    if (board.getRootNode().activeElement !== board) marks.over.hidden = true;
    pressed = null;
    says.textContent = data.hint;
  };
  board.onpointerdown = (event) => (pressed = event.button > 0 ? null : placeOf(event));
  board.onpointercancel = () => (pressed = null);
  board.onpointerup = (event) => {
    if (pressed === null) return;
    const place = placeOf(event);
    mark("over", place);
    if (place !== pressed && event.pointerType !== "touch") mark("taken", pressed);
    pressed = null;
    choose(place);
  };
  board.onkeydown = (event) => {
    const [row, column] = at(now.over);
    const to = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column], Home: [row, 0], End: [row, columns - 1],
    }[event.key];
    if (event.key === "Enter" || event.key === " ") choose(now.over);
    else if (event.key === "Escape") mark("taken", null);
    else if (!to) return;
    else if (to[0] >= 0 && to[0] < rows && to[1] >= 0 && to[1] < columns) mark("over", to[0] * columns + to[1]);
    event.preventDefault();
    mark("over", now.over);
    tell();
  };
  board.onfocus = () => mark("over", now.over);
  board.onblur = () => (marks.over.hidden = true);

  board.ariaLabel = data.label;
  mark("over", now.over);
  mark("taken", null);
  marks.over.hidden = board.getRootNode().activeElement !== board;
  if (last.order?.length !== order.length || !says.textContent) says.textContent = data.hint;

  const moved = last.source === source && last.columns === columns && last.order.join() !== order.join();
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (last.source === source && now.picture) moved && !still ? glide(last.order) : draw();
  else {
    now.picture = new Image();
    now.picture.onload = () => draw();
    now.picture.src = source;
  }
  const watch = new ResizeObserver(() => draw());
  watch.observe(canvas);
  return () => watch.disconnect();
}
