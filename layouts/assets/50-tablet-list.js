/**
 * Parts the tablet's pages share: lists that keep their elements (and so the focus and the finger's place) while their
 * figures change, rows of choices, and a figure written with its state.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, data, cell } = LSO.dom;
  const { has, ofCell } = LSO.freshness;

  /**
   * Keep the children of an element in step with items.
   * @param {HTMLElement} list
   * @param {Array<*>} items each with a `key` of its own
   * @param {function(*): HTMLElement} make an element for an item
   * @param {function(HTMLElement, *): void} fill called each time
   */
  LSO.keepList = function (list, items, make, fill) {
    const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
    let before = null;
    for (const item of items) {
      const element = known.get(String(item.key)) || make(item);
      known.delete(String(item.key));
      data(element, "key", item.key);
      const place = before ? before.nextSibling : list.firstChild;
      if (place !== element) list.insertBefore(element, place);
      fill(element, item);
      before = element;
    }
    for (const gone of known.values()) gone.remove();
  };

  /**
   * Write a figure: its words, whether it is old, and where it comes from.
   * @param {HTMLElement} element
   * @param {?Object} one the Cell; without a value the element is hidden
   * @param {string} path of the Cell, topic first
   * @param {function(number): string} write
   * @returns {boolean} whether there is a figure
   */
  LSO.writeFigure = function (element, one, path, write, now) {
    const known = has(one);
    text(element, known ? write(one.v) : null);
    cell(element, known ? path : null);
    element.classList.toggle("is-stale", known && ofCell(one, now) !== "live");
    return known;
  };

  /** "chậm 14 ph" or who entered it; null for a live figure of a feed. */
  LSO.figureState = (one, now) => {
    if (!has(one)) return null;
    const state = ofCell(one, now);
    return state !== "live" || LSO.quality.isManual(one, now) ? LSO.stateWords(state, one, now) : null;
  };

  /**
   * A row of which one is chosen.
   * @param {HTMLElement} holder
   * @param {string} name its data-choice
   * @param {function(string): void} chosen told the new value
   * @returns {function(): string} tells the value
   */
  LSO.choiceOf = function (holder, name, chosen) {
    const row = holder.querySelector(`[data-choice="${name}"]`);
    const options = [...row.querySelectorAll("[data-value]")];
    let value = options[0].dataset.value;
    row.addEventListener("click", (event) => {
      const option = event.target.closest("[data-value]");
      if (!option) return;
      value = option.dataset.value;
      for (const each of options) each.setAttribute("aria-pressed", String(each === option));
      chosen(value);
    });
    return () => value;
  };

  /** Rows of term and figure. @param {Array<{key: string, label: string, words: string, note?: string, cell?: *, path?: string}>} rows */
  LSO.factRows = function (list, rows, now) {
    LSO.keepList(
      list,
      rows,
      () => {
        const row = LSO.dom.make("div", "fact");
        row.append(LSO.dom.make("dt", ""), LSO.dom.make("dd", "fact-value"));
        row.lastChild.append(LSO.dom.make("span", "fact-figure"), LSO.dom.make("span", "fact-note"));
        return row;
      },
      (row, one) => {
        text(row.firstChild, one.label);
        const [figure, note] = row.lastChild.children;
        text(figure, one.words);
        cell(figure, one.path || null);
        figure.classList.toggle("is-stale", Boolean(one.cell) && ofCell(one.cell, now) !== "live");
        text(note, [LSO.figureState(one.cell, now), one.note].filter(Boolean).join(" · ") || null);
      }
    );
  };
})(typeof window === "undefined" ? globalThis : window);
