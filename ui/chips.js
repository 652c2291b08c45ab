// Word chips that can be put in another order: by pointer or touch (drag) and by keyboard (arrow keys, Home, End).
// Every new order is sent once, as a list of the words' first places.
export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector("[role=listbox]");
  const live = parentElement.querySelector("[aria-live]");
  let order = [...data.order];

  const place = (chip) => [...list.children].indexOf(chip);
  const send = () => setTriggerValue("order", order.join("-"));

  function draw(focused) {
    list.replaceChildren(
      ...order.map((first, now) => {
        const chip = document.createElement("div");
        chip.className = "chip" + (first === now ? "" : " moved");
        chip.role = "option";
        chip.tabIndex = 0;
        chip.textContent = data.words[first];
        chip.title = data.words[first];
        chip.dataset.first = first;
        chip.ariaLabel = `${data.words[first]}, place ${now + 1} of ${order.length}. Arrow keys move it.`;
        chip.onkeydown = onKey;
        chip.onpointerdown = onGrab;
        return chip;
      })
    );
    if (focused !== undefined) list.children[focused]?.focus();
  }

  function move(from, to) {
    if (to < 0 || to >= order.length || to === from) return;
    order.splice(to, 0, ...order.splice(from, 1));
    draw(to);
    live.textContent = `${data.words[order[to]]} is now word ${to + 1} of ${order.length}`;
    send();
  }

  function onKey(event) {
    const from = place(event.currentTarget);
    const to = { ArrowLeft: from - 1, ArrowUp: from - 1, ArrowRight: from + 1, ArrowDown: from + 1, Home: 0,
                 End: order.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(from, to);
  }

  function onGrab(event) {
    if (event.button > 0) return;
    const chip = event.currentTarget;
    const start = [event.clientX, event.clientY];
    const before = order.join();
    chip.classList.add("held");

    const onMove = ({ clientX, clientY }) => {
      chip.style.transform = "";
      const over = [...list.children].find((other) => {
        const box = other.getBoundingClientRect();
        return other !== chip && clientX >= box.left && clientX <= box.right && clientY >= box.top - 8 && clientY <= box.bottom + 8;
      });
      if (over) {
        if (place(over) > place(chip)) over.after(chip);
        else over.before(chip);
        order = [...list.children].map((each) => Number(each.dataset.first));
        [start[0], start[1]] = [clientX, clientY];
      }
      chip.style.transform = `translate(${clientX - start[0]}px, ${clientY - start[1]}px)`;
    };
    const onDrop = () => {
      for (const [name, listener] of listeners) window.removeEventListener(name, listener);
      draw(place(chip));
      if (order.join() !== before) send();
    };
    // On the window: a chip that changes its place in the document loses a pointer that it had captured.
    const listeners = [["pointermove", onMove], ["pointerup", onDrop], ["pointercancel", onDrop]];
    for (const [name, listener] of listeners) window.addEventListener(name, listener);
  }

  // A new order comes back from the server as new data: the chip that had the focus keeps it.
  const held = list.getRootNode().activeElement?.dataset?.first;
  draw(held === undefined ? undefined : order.indexOf(Number(held)));
}
