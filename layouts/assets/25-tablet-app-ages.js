/**
 * Ages on figures: while the line is gone each figure carries its own, and each card the instant of what it shows.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** Cards whose numbers stand in sentences, in charts and on maps too, where no single figure can carry an age. */
  const BLOCKS = ".card, dialog[open].sheet";

  /** The Cell at `topic/path/in/it` of a store, or null. */
  function cellAt(store, address) {
    const [topic, ...path] = address.split("/");
    let node = store.get(topic);
    for (const part of path) {
      if (node === null || node === undefined || typeof node !== "object") return null;
      node = node[part];
    }
    return node && typeof node === "object" && "at" in node && "src" in node ? node : null;
  }

  /**
   * @returns {function(HTMLElement, *, number, ?number): void} put(main, store, now, newest): newest null takes all
   *   ages away again
   */
  LSO.figureAges = function () {
    let marked = false;

    return function put(main, store, now, newest) {
      if (newest === null && !marked) return;
      marked = newest !== null;
      for (const figure of main.querySelectorAll("[data-cell]")) LSO.dom.data(figure, "age", marked ? ageOf(figure, store, now, newest) : null);
      if (!marked) for (const figure of main.querySelectorAll("[data-age]")) delete figure.dataset.age;
      for (const block of main.querySelectorAll(BLOCKS)) stamp(block, marked ? words(now, newest) : null);
    };

    function ageOf(figure, store, now, newest) {
      const cell = cellAt(store, figure.dataset.cell);
      const about = store.about(figure.dataset.cell.split("/", 1)[0]);
      const at = cell && cell.at ? cell.at : about ? Math.min(about.at, newest) : newest;
      return now < at ? LSO.format.clock(at) : LSO.format.age(LSO.freshness.ageOf(at, now));
    }

    function words(now, newest) {
      const time = LSO.agedTime(newest, now);
      if (now < newest) return LSO.t("tabletapp.block_clock", { time });
      return LSO.t("tabletapp.block", { time, ago: LSO.format.ago(LSO.freshness.ageOf(newest, now)) });
    }

    function stamp(block, said) {
      let line = block.querySelector(":scope > .kept-age");
      if (!said) return line && line.remove();
      if (!line) line = block.appendChild(LSO.dom.make("p", "kept-age"));
      if (line.textContent !== said) line.textContent = said;
    }
  };
})(typeof window === "undefined" ? globalThis : window);
