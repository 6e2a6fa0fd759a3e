/**
 * Writing into the page only where something changed: an unchanged text costs no layout.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** Set the text of an element, "" or null hides it: what has no data is left out. */
  function text(element, value) {
    if (!element) return;
    const wanted = value === null || value === undefined ? "" : String(value);
    if (element.textContent !== wanted) element.textContent = wanted;
    show(element, wanted !== "");
  }

  function show(element, visible) {
    if (element && element.hidden === visible) element.hidden = !visible;
  }

  /** Set a data attribute; null removes it. */
  function data(element, name, value) {
    if (!element) return;
    if (value === null || value === undefined || value === "") {
      if (name in element.dataset) delete element.dataset[name];
    } else if (element.dataset[name] !== String(value)) element.dataset[name] = String(value);
  }

  function style(element, name, value) {
    if (element && element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
  }

  /**
   * Say which figure an element shows: the topic and the path of its Cell in the store, for example
   * cell(element, "gates/gates/tan-thanh/queue"). Who clicks or holds the element is told where the number comes from.
   */
  const cell = (element, path) => data(element, "cell", path);

  /** The part of a component: part(card, "queue") finds data-part="queue" inside. */
  const part = (element, name) => element && element.querySelector(`[data-part="${name}"]`);

  /** Make an element with a class and a text. */
  function make(tag, className, content) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (content !== undefined) element.textContent = content;
    return element;
  }

  /** How many device-independent pixels one design pixel (1920×1080) is on this screen. */
  let unit = () => Math.min(root.innerWidth / 1920, root.innerHeight / 1080);

  /** Give a screen that is not drawn for 1920×1080 another unit, for the map's lines. Returns how to take it back. */
  function designUnit(other) {
    const own = unit;
    unit = other;
    return () => (unit = own);
  }

  LSO.dom = { text, show, data, cell, style, part, make, unit: () => unit(), designUnit };
})(typeof window === "undefined" ? globalThis : window);
