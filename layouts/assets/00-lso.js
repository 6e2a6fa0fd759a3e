/**
 * The namespace of all scripts, the page's own data, the wording, and starting a screen when Dash has drawn it.
 *
 * Dash draws after the scripts have loaded and may exchange the page without a new load, so a screen registers with
 * LSO.onScreen(name, start); start(main) runs when <main data-screen="name"> stands and returns how to stop it.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** @type {Object<string, function(HTMLElement): (function(): void)>} */
  const screens = {};
  /** @type {Array<function(HTMLElement): (function(): void)>} */
  const everywhere = [];
  /** @type {Array<function(): void>} how to stop what every screen has */
  let also = [];
  /** @type {?HTMLElement} */
  let current = null;
  /** @type {?function(): void} */
  let stop = null;

  /**
   * What the server wrote for the scripts: language, wording, layers, bounds, gates. Empty before a screen stands.
   * @type {{lang: string, words: Object<string, string>, layers: Object<string, string>, [key: string]: *}}
   */
  LSO.page = { lang: "vi", words: {}, layers: {} };

  /** Words that follow a number, as layouts/wording.py reads them: `[count:site|sites]`. */
  const CHOICE = /\[(\w+):([^|\]]*)\|([^\]]*)\]/g;

  /**
   * A sentence of the catalogue with its values put in. An unknown key is shown as it is, so that it is noticed.
   * @param {string} key
   * @param {Object<string, *>=} values
   * @returns {string}
   */
  LSO.t = function (key, values) {
    let text = LSO.page.words[key];
    if (text === undefined) return key;
    if (text.includes("[")) text = text.replace(CHOICE, (all, name, one, more) => (values && String(values[name]) === "1" ? one : more));
    return values ? text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all)) : text;
  };

  /** The name of anything that carries name_vi and name_en, in the page's language. */
  LSO.name = function (thing) {
    return (LSO.page.lang === "vi" ? thing.name_vi : thing.name_en) || thing.name_vi || thing.id || "";
  };

  /** A field that comes in both languages: LSO.text(alert, "summary"). */
  LSO.text = function (thing, field) {
    const both = LSO.page.lang === "vi" ? ["_vi", "_en"] : ["_en", "_vi"];
    return thing[field + both[0]] || thing[field + both[1]] || "";
  };

  LSO.onScreen = function (name, start) {
    screens[name] = start;
    if (current && current.dataset.screen === name && !stop) begin(current);
  };

  /** What every screen has: start(main) runs after the screen's own and returns how to stop it, or nothing. */
  LSO.onEveryScreen = function (start) {
    everywhere.push(start);
    if (current) also.push(start(current));
  };

  function begin(main) {
    const data = document.getElementById("lso-page");
    if (!data) return;
    try {
      LSO.page = JSON.parse(data.textContent || "{}");
    } catch (error) {
      console.error("The page's data could not be read; reload the page.", error);
      return;
    }
    current = main;
    document.documentElement.lang = LSO.page.lang;
    document.documentElement.dataset.theme = main.dataset.theme || "dark";
    document.documentElement.dataset.screen = main.dataset.screen || "";
    const start = screens[main.dataset.screen || ""];
    stop = start ? start(main) || null : null;
    also = everywhere.map((each) => each(main));
  }

  function look() {
    // Called for every change of the document, also our own: the usual answer is one comparison.
    if (current && current.isConnected) return;
    for (const end of also) if (end) end();
    also = [];
    if (stop) stop();
    stop = current = null;
    const main = document.querySelector("main[data-screen]");
    if (main) begin(main);
  }

  if (root.document) {
    new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
    look();
  }
})(typeof window === "undefined" ? globalThis : window);
