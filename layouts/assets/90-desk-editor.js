/**
 * A text editor: a text area with numbered lines, two blanks for Tab (Escape gives Tab back), and a mark on the line
 * that is at fault. The text is a mapping or a payload; it is never run.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, data } = LSO.dom;
  const desk = (LSO.desk = LSO.desk || {});
  /** What the server takes of a mapping; of a payload more, by upload. */
  const LONGEST = 65536;

  /**
   * @param {HTMLElement} holder an element with data-editor and data-label
   * @param {function(string): void} changed told the text a moment after the last key
   * @param {{longest?: number, waitMs?: number}=} options
   */
  desk.editor = function (holder, changed, options) {
    const { longest = LONGEST, waitMs = 350 } = options || {};
    const numbers = holder.appendChild(make("pre", "editor-numbers", "1"));
    numbers.setAttribute("aria-hidden", "true");
    const area = holder.appendChild(make("textarea", "editor-text"));
    area.id = "editor-" + holder.dataset.editor;
    area.setAttribute("aria-label", holder.dataset.label);
    area.spellcheck = false;
    area.setAttribute("autocapitalize", "off");
    area.setAttribute("autocomplete", "off");
    area.wrap = "off";
    area.maxLength = longest;
    let free = false;
    let timer = null;
    let faulty = null;

    function number() {
      const lines = area.value.split("\n").length;
      const wanted = Array.from({ length: lines }, (_, i) => (i + 1 === faulty ? "▸" + (i + 1) : i + 1)).join("\n");
      if (numbers.textContent !== wanted) numbers.textContent = wanted;
      numbers.scrollTop = area.scrollTop;
    }

    area.addEventListener("input", () => {
      number();
      root.clearTimeout(timer);
      timer = root.setTimeout(() => changed(area.value), waitMs);
    });
    area.addEventListener("scroll", () => (numbers.scrollTop = area.scrollTop));
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") free = true;
      if (event.key !== "Tab" || free || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input"));
    });
    area.addEventListener("blur", () => (free = false));
    number();

    return {
      area,
      get: () => area.value,
      /** Put a text in, without telling anybody. */
      set(value) {
        root.clearTimeout(timer);
        area.value = value;
        faulty = null;
        data(holder, "wrong", null);
        number();
      },
      /** Mark the line a sentence of the server speaks of ("mapping:12: …", "line 12"), or none. */
      mark(sentence) {
        const found = /(?:\bline |^[^:]*(?:: )?[\w-]+:)(\d+)\b/.exec(sentence || "");
        faulty = found ? Number(found[1]) : null;
        data(holder, "wrong", sentence ? "true" : null);
        number();
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
