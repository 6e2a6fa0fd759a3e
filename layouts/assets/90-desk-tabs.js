/**
 * Tabs: arrow keys move between them, Home and End to the ends, and the address remembers which one is open.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const desk = (LSO.desk = LSO.desk || {});

  /**
   * @param {HTMLElement} main
   * @param {function(string): void} opened told the name of the tab that was opened
   */
  desk.tabs = function (main, opened) {
    const buttons = [...main.querySelectorAll("[data-tab]")];
    let current = buttons[0].dataset.tab;

    function open(name, focus) {
      const wanted = buttons.find((button) => button.dataset.tab === name);
      if (!wanted) return;
      current = name;
      for (const button of buttons) {
        const chosen = button === wanted;
        button.setAttribute("aria-selected", String(chosen));
        button.tabIndex = chosen ? 0 : -1;
        LSO.dom.show(main.querySelector(`[data-pane="${button.dataset.tab}"]`), chosen);
      }
      if (focus) wanted.focus();
      root.history.replaceState(null, "", name === buttons[0].dataset.tab ? root.location.pathname + root.location.search : "#" + name);
      opened(name);
    }

    const to = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    for (const button of buttons) {
      button.addEventListener("click", () => open(button.dataset.tab, false));
      button.addEventListener("keydown", (event) => {
        if (!(event.key in to)) return;
        event.preventDefault();
        const at = buttons.indexOf(button) + to[event.key];
        const next = buttons[Math.min(Math.max(at, 0), buttons.length - 1)];
        open(next.dataset.tab, true);
      });
    }
    const asked = root.location.hash.slice(1);
    if (asked && asked !== current) open(asked, false);
    return { open: (name) => open(name, true), current: () => current };
  };
})(typeof window === "undefined" ? globalThis : window);
