// A slider that moves redraws what follows it at once (charts/scrub.py says what), from the heatmap's own cells.
// The server's answer, exact and with the rest of the page, comes after.
// It writes into plotly's picture by hand: plotly would draw the heatmap anew, 30 ms where this takes 5.

// All that is touched of plotly's inside; tests/ui/test_scrub.py finds each name in the plotly that the browser gets.
const CHART = ".js-plotly-plot";
const onPixels = (graph, axis) => (value) => graph._fullLayout[axis].l2p(value).toFixed(2);
const drawnOf = (graph, index) => graph.querySelector(`.trace${graph._fullData[index].uid}`);
const lineOf = (drawn) => drawn.querySelector(".js-line");
const captionOf = (drawn) => drawn.querySelector("tspan");

const decoded = new WeakMap(); // 131,072 cells take 2 ms

function bytes(z) {
  if (!decoded.has(z)) decoded.set(z, Int8Array.from(atob(z.bdata), (c) => c.charCodeAt(0)));
  return decoded.get(z);
}

const chart = (key) => document.querySelector(`.st-key-${key} ${CHART}`);

// The cell of a heatmap that holds `at` along an axis: its number, and the first and last of what it covers.
function cell(trace, along, at) {
  const [start, step] = [trace[along + "0"], trace["d" + along]];
  const first = start - (step - 1) / 2;
  const number = Math.floor((at - first) / step);
  return { number, low: first + number * step, high: first + (number + 1) * step - 1 };
}

function values(trace, along, number) {
  const [rows, columns] = trace.z.shape.split(",").map(Number);
  const cells = bytes(trace.z);
  const [start, step, count] = along === "y" ? [number * columns, 1, columns] : [number, columns, rows];
  return Array.from({ length: count }, (_, k) => (cells[start + k * step] / 100) * trace.meta);
}

function caption(word, { low, high }) {
  const say = (number) => number.toLocaleString("en");
  return low === high ? `${word} ${say(low)}` : `${word}s ${say(low)}–${say(high)}, mean`;
}

function path(graph, trace, points) {
  const [x, y] = ["x", "y"].map((letter) => {
    return onPixels(graph, (trace[letter + "axis"] ?? letter).replace(letter, letter + "axis"));
  });
  return "M" + points.map(([across, up]) => `${x(across)},${y(up)}`).join("L");
}

function follow(slider, at) {
  for (const graph of document.querySelectorAll(CHART)) {
    graph.data.forEach((trace, index) => {
      const meta = typeof trace.meta === "string" && JSON.parse(trace.meta);
      const cells = meta?.slider === slider && chart(meta.cells)?.data[0];
      const drawn = cells && drawnOf(graph, index);
      if (!drawn) return; // not yet: the server's last answer is being drawn
      const picked = cell(cells, meta.along, at);
      if (meta.part === "caption") {
        captionOf(drawn).textContent = caption(meta.word, picked);
        return;
      }
      const other = { x: "y", y: "x" }[meta.sets];
      const set = meta.part === "guide" ? [at, at] : values(cells, meta.along, picked.number);
      const places = trace[other] ?? set.map((_, k) => cells[other + "0"] + k * cells["d" + other]);
      const points = set.map((value, k) => (meta.sets === "y" ? [places[k], value] : [value, places[k]]));
      lineOf(drawn).setAttribute("d", path(graph, trace, points));
    });
  }
}

export default function () {
  const watch = new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.type !== "range" || target !== document.activeElement) continue;
      const key = target.closest("[class*=st-key-]")?.className.match(/st-key-(\S+)/)[1];
      if (key) follow(key, Number(target.value));
    }
  });
  watch.observe(document.body, { subtree: true, attributeFilter: ["value"] });
  return () => watch.disconnect();
}
