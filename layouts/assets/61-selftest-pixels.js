/**
 * The sweep for dead pixels and burn-in: the whole display in one colour after the other, and a moving bar at the end.
 *
 * Five seconds each: far below three changes a second (WCAG 2.2, 2.3.1).
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const EACH_MS = 5000;
  /** What a display is made of: each of its three lights alone, all, none, and a grey that shows what has burnt in. */
  const FIELDS = [
    ["black", "hsl(0 0% 0%)"], ["white", "hsl(0 0% 100%)"], ["red", "hsl(0 100% 50%)"], ["green", "hsl(120 100% 50%)"],
    ["blue", "hsl(240 100% 50%)"], ["grey", "hsl(0 0% 50%)"],
  ];

  /** @returns {{stop: function(): void}} */
  LSO.pixelSweep = function (main) {
    const box = LSO.dom.part(main, "sweep");
    const name = LSO.dom.part(main, "sweep-name");
    const button = LSO.dom.part(main, "sweep-start");
    let step = -1;
    let timer = null;

    function show() {
      if (step < 0 || step >= FIELDS.length) return end();
      const [key, colour] = FIELDS[step];
      LSO.dom.show(box, true);
      box.style.background = colour;
      LSO.dom.data(box, "field", key);
      LSO.dom.text(name, LSO.t("selftest.field." + key, { at: step + 1, all: FIELDS.length }));
      root.clearTimeout(timer);
      timer = root.setTimeout(() => turn(1), EACH_MS);
    }

    function turn(by) {
      step += by;
      show();
    }

    function begin() {
      step = 0;
      show();
      box.focus();
      if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(() => {});
    }

    function end() {
      root.clearTimeout(timer);
      step = -1;
      LSO.dom.show(box, false);
      if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
      button.focus();
    }

    function key(event) {
      if (event.key === "Escape") end();
      else if (event.key === "ArrowRight" || event.key === " ") turn(1);
      else if (event.key === "ArrowLeft") turn(-1);
      else return;
      event.preventDefault();
    }

    const next = () => turn(1);
    button.addEventListener("click", begin);
    box.addEventListener("click", next);
    box.addEventListener("keydown", key);
    return {
      stop() {
        root.clearTimeout(timer);
        button.removeEventListener("click", begin);
        box.removeEventListener("click", next);
        box.removeEventListener("keydown", key);
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
