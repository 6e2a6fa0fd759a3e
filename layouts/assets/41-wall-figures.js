/**
 * What the wall's scenes are made of: a figure with its source and state, a list that grows and shrinks, the note of a
 * panel, and giving way where the seats need larger type than a box has room for.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, make } = LSO.dom;
  const { has, ofCell, worst } = LSO.freshness;

  /**
   * Write a figure: its text, where it comes from, and whether it can be believed. Without a value it is hidden.
   * @param {HTMLElement} element
   * @param {?Object} cell
   * @param {string} path of the Cell in the store: "gates/gates/tan-thanh/queue"
   * @param {function(number): string} write
   * @param {number} now
   * @returns {boolean} whether the figure is live
   */
  function figure(element, cell, path, write, now) {
    text(element, has(cell) ? write(cell.v) : null);
    LSO.dom.cell(element, has(cell) ? path : null);
    const live = has(cell) && ofCell(cell, now) === "live";
    element.classList.toggle("is-stale", has(cell) && !live);
    data(element, "state", has(cell) ? ofCell(cell, now) : null);
    return live;
  }

  /** The note of a panel: what is wrong with its figures, else what it says by itself. */
  function note(panel, cells, now, own) {
    const found = worst(cells.filter(has), now);
    const late = found && found.state !== "live";
    data(LSO.dom.part(panel, "note-icon"), "icon", late ? found.state : null);
    text(LSO.dom.part(panel, "note"), late ? LSO.stateWords(found.state, found.cell, now) : LSO.quality.ofSome(cells, now) || own || null);
    show(LSO.dom.part(panel, "empty"), found === null);
  }

  /** Mark a part whose figures are simulated while others on the screen are real. */
  const simulated = (element, cells, mixed) => data(element, "sim", mixed && cells.some((cell) => has(cell) && cell.sim) ? "true" : null);

  /** Whether some of what is on the screen is simulated and some is not. */
  const mixed = (store) => LSO.simulation(store.get("feeds"), store.get("gates").gates) === "partly";

  /**
   * Keep a list in step with rows: elements are made once, kept by key, and stand in the rows' order.
   * @param {HTMLElement} holder
   * @param {function(): HTMLElement} create
   * @returns {function(Array<{key: string}>, function(HTMLElement, *): void): void}
   */
  function list(holder, create) {
    /** @type {Map<string, HTMLElement>} */
    const known = new Map();
    return function update(rows, fill) {
      const wanted = new Set(rows.map((row) => row.key));
      for (const [key, element] of known)
        if (!wanted.has(key)) {
          element.remove();
          known.delete(key);
        }
      rows.forEach((row, i) => {
        if (!known.has(row.key)) known.set(row.key, create());
        const element = known.get(row.key);
        if (holder.children[i] !== element) holder.insertBefore(element, holder.children[i] || null);
        fill(element, row);
      });
    };
  }

  /** An element with parts: tree("div", "row", [["span", "near", "label"], ["span", "far", "value"]]). */
  function tree(tag, className, parts, attributes) {
    const element = make(tag, className);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    for (const [inner, innerClass, name] of parts) {
      const child = element.appendChild(make(inner, innerClass));
      if (name) child.dataset.part = name;
    }
    return element;
  }

  /**
   * Let a box shed what matters least when it does not hold all: elements with data-shed, the highest number first.
   * Larger type for a far seat then costs a line and never half a letter.
   * @param {HTMLElement} box
   * @returns {function(string): void} to be called with a key of what is inside; it measures only when key or size change
   */
  function shedding(box) {
    let seen = "";
    return function fit(key) {
      const unit = root.getComputedStyle(box).getPropertyValue("--far-factor");
      const state = [key, box.clientWidth, box.clientHeight, unit].join();
      if (state === seen) return;
      seen = state;
      const giving = [...box.querySelectorAll("[data-shed]")].sort((a, b) => Number(b.dataset.shed) - Number(a.dataset.shed));
      for (const element of giving) element.classList.remove("is-shed");
      for (const element of giving) {
        if (box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1) break;
        element.classList.add("is-shed");
      }
    };
  }

  /** "Hai Yên, Lộc Bình …": as many as are wanted, and that there are more. */
  const some = (names, most) => names.slice(0, most).join(", ") + (names.length > most ? " …" : "");

  LSO.wallKit = { figure, note, simulated, mixed, list, tree, shedding, some };
})(typeof window === "undefined" ? globalThis : window);
