/**
 * Help on each screen in its own words: what one is looking at, what the states mean, the keys, and every number on
 * the screen, so that a keyboard reaches where each comes from. Opened by "?" or by [data-part="help"].
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const make = LSO.dom.make;
  const MOST_WORDS = 70;
  /** A wall of numbers is no list to walk through. */
  const MOST_NUMBERS = 80;
  const dialog = LSO.sideDialog("help", "help.title");

  const visible = (element) => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;

  /** The words of an element as they are read: pieces that stand apart on the screen stay apart. */
  function wordsOf(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim() && visible(walker.currentNode.parentElement)) found.push(walker.currentNode.data.replace(/\s+/g, " ").trim());
    return found;
  }

  /** What a figure is, in the words around it: its thing's heading, the name of its tile or line, and its row. */
  function labelOf(element) {
    if (element.dataset.label) return element.dataset.label;
    const thing = element.closest("article, section, li, tr, figure, [data-panel]");
    const heading = thing && thing.querySelector("h2, h3, th, .panel-title");
    const row = element.parentElement ? wordsOf(element.parentElement).join(" ") : "";
    const tile = element.closest("a[href], li, tr");
    const name = tile ? wordsOf(tile)[0] || "" : "";
    const words = [heading && !heading.contains(element) ? heading.textContent.trim() : "", row.includes(name) ? "" : name, row].filter(Boolean);
    const text = [...new Set(words)].join(" · ");
    return text.length > MOST_WORDS ? text.slice(0, MOST_WORDS - 1) + "…" : text;
  }

  function numbers(main) {
    const seen = new Set();
    const chosen = (element) => Number(Boolean(element.closest('[data-part="detail"]')));
    // What somebody chose to see in detail comes first, and is not cut off at the end of a long table.
    return [...main.querySelectorAll("[data-cell]")].sort((a, b) => chosen(b) - chosen(a)).filter((element) => {
      if (!visible(element) || seen.has(element.dataset.cell) || !element.textContent.trim()) return false;
      seen.add(element.dataset.cell);
      return true;
    });
  }

  function section(body, title, words) {
    body.append(make("h3", "why-head", LSO.t(title)), make("p", "why-note", LSO.t(words)));
  }

  function open(main, back) {
    const body = dialog.open(null, back);
    body.replaceChildren();
    section(body, "help.what", "help.about." + LSO.page.screen);
    section(body, "help.states", "help.states_how");
    section(body, "help.keys", "help.keys_how");
    section(body, "help.numbers", "help.numbers_how");
    const found = numbers(main);
    const list = make("ul", "help-numbers");
    for (const element of found.slice(0, MOST_NUMBERS)) {
      const button = make("button", "help-number", labelOf(element));
      button.type = "button";
      button.addEventListener("click", () => LSO.explain(element, button));
      const item = make("li", "");
      item.appendChild(button);
      list.appendChild(item);
    }
    body.appendChild(found.length ? list : make("p", "why-note", LSO.t("help.none")));
  }

  function start(main) {
    const writing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]");
    function key(event) {
      if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
      event.preventDefault();
      open(main);
    }
    const click = (event) => {
      const button = event.target instanceof Element && event.target.closest('[data-part="help"]');
      if (button) open(main, button);
    };
    document.addEventListener("keydown", key);
    main.addEventListener("click", click);
    return function stop() {
      dialog.close();
      document.removeEventListener("keydown", key);
      main.removeEventListener("click", click);
    };
  }

  LSO.help = { open: (back) => open(document.querySelector("main[data-screen]"), back), labelOf };
  LSO.onEveryScreen(start);
})(window);
