// Small tables of numbers: a press on one says which it is. Arrow keys go from number to number, as in a sheet.
export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".tables");
  const held = place.getRootNode().activeElement?.dataset?.cell;

  function button(table, row, column) {
    const cell = document.createElement("button");
    const share = Math.round(70 * Math.abs(table.shares[row][column]));
    const ink = table.shares[row][column] < 0 ? "var(--below)" : "var(--above)";
    cell.textContent = table.texts[row][column];
    cell.style.background = `color-mix(in srgb, ${ink} ${share}%, transparent)`;
    cell.dataset.cell = `${table.name}-${row}-${column}`;
    cell.className = table.lit.some(([r, c]) => r === row && c === column) ? "lit" : "";
    cell.ariaPressed = cell.dataset.cell === data.chosen;
    cell.ariaLabel = `${table.title}: ${table.rows[row]}, ${table.columns[column]}: ${cell.textContent}`;
    cell.onclick = () => setTriggerValue("cell", cell.dataset.cell);
    cell.onkeydown = (event) => {
      const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
      const next = down === undefined ? null : find(`${table.name}-${row + down}-${column + right}`);
      if (down !== undefined) event.preventDefault();
      next?.focus();
    };
    return cell;
  }

  const find = (name) => place.querySelector(`[data-cell="${name}"]`);
  const heading = (text, scope) => Object.assign(document.createElement("th"), { textContent: text, scope });

  place.replaceChildren(
    ...data.tables.map((table) => {
      const drawn = document.createElement("table");
      drawn.createCaption().textContent = table.title;
      const top = drawn.createTHead().insertRow();
      top.append(heading("", "col"), ...table.columns.map((name) => heading(name, "col")));
      const body = drawn.createTBody();
      table.rows.forEach((name, row) => {
        const line = body.insertRow();
        line.append(heading(name, "row"));
        table.columns.forEach((_, column) => line.insertCell().append(button(table, row, column)));
      });
      return drawn;
    })
  );
  if (held) find(held)?.focus();
}
