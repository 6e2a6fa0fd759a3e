/**
 * A dialog beside what it is about: one element for each use, filled by whoever opens it. The browser keeps the focus
 * inside and closes it on Esc; the focus goes back to where it came from.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const make = LSO.dom.make;
  const GAP_PX = 8;

  /**
   * @param {string} name of the dialog, for its style: dialog[data-dialog=name]
   * @param {string} title key of its title in the catalogue
   * @returns {{open: function(?Element, ?HTMLElement=, function()=): HTMLElement, close: function(): void}}
   *   open(beside, back, eachSecond) shows it and returns its empty body
   */
  LSO.sideDialog = function (name, title) {
    let element = null;
    let body = null;
    let second = null;

    function build() {
      element = make("dialog", "side-dialog");
      element.dataset.dialog = name;
      const head = make("div", "side-dialog-head");
      const heading = make("h2", "side-dialog-title");
      heading.id = `side-dialog-${name}`;
      const close = make("button", "side-dialog-close");
      close.type = "button";
      close.append(make("span", "icon"));
      close.firstChild.dataset.icon = "close";
      close.addEventListener("click", () => element.close());
      head.append(heading, close);
      body = make("div", "side-dialog-body");
      element.append(head, body);
      element.setAttribute("aria-labelledby", heading.id);
      // A click on the backdrop is a click on the dialog itself.
      element.addEventListener("click", (event) => event.target === element && element.close());
      element.addEventListener("close", () => root.clearInterval(second));
    }

    function place(beside) {
      element.style.removeProperty("left");
      element.style.removeProperty("top");
      if (!beside) return;
      const about = beside.getBoundingClientRect();
      const own = element.getBoundingClientRect();
      const below = about.bottom + GAP_PX;
      const above = about.top - GAP_PX - own.height;
      const top = below + own.height <= root.innerHeight ? below : Math.max(GAP_PX, above);
      const left = Math.min(Math.max(GAP_PX, about.left), root.innerWidth - own.width - GAP_PX);
      element.style.setProperty("left", `${Math.max(GAP_PX, left)}px`);
      element.style.setProperty("top", `${Math.max(GAP_PX, Math.min(top, root.innerHeight - own.height - GAP_PX))}px`);
    }

    return {
      open(beside, back, eachSecond) {
        if (!element) build();
        const main = document.querySelector("main[data-screen]") || document.body;
        if (element.parentElement !== main) main.appendChild(element);
        element.querySelector(".side-dialog-title").textContent = LSO.t(title);
        element.querySelector(".side-dialog-close").setAttribute("aria-label", LSO.t("help.close"));
        const focused = back || document.activeElement;
        if (!element.open) element.showModal();
        element.onclose = () => focused && focused.isConnected && focused.focus({ preventScroll: true });
        root.clearInterval(second);
        if (eachSecond) second = root.setInterval(eachSecond, 1000);
        // Filled after this: placed when its size is known.
        root.requestAnimationFrame(() => place(beside));
        const sized = new ResizeObserver(() => (element.open ? place(beside) : sized.disconnect()));
        sized.observe(body);
        return body;
      },
      close() {
        if (element && element.open) element.close();
      },
    };
  };
})(window);
