/**
 * Addresses of the tablet's pages: "#/gate/tan-thanh" is one page of one thing. Every step is an entry of the browser's
 * history, so that going back, bookmarks and shared links work as they do everywhere.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const PAGES = new Set(["now", "gate", "services", "network", "programme", "alerts"]);
  /** Which entry of the bottom bar a page belongs to. */
  const PLACES = { now: "now", gate: "gates", services: "services", network: "network", programme: "programme", alerts: "now", alert: "now" };

  /** @typedef {{page: string, id: string}} Route */

  /** "#/services/commune.06001" as {page: "services", id: "commune.06001"}; what is no address is the first page. */
  function parse(hash) {
    const [, page, ...rest] = (hash || "").split("/");
    let id = rest.join("/");
    try {
      id = decodeURIComponent(id);
    } catch (error) {
      id = "";
    }
    return PAGES.has(page) || page === "alert" || page === "ask" ? { page, id } : { page: "now", id: "" };
  }

  /** Where a page belongs to: what "back" means for somebody who came straight to it. */
  function parent(route) {
    if (route.page === "alert" || route.page === "alerts") return "#/now";
    return route.id && route.page !== "gate" ? `#/${route.page}` : "#/now";
  }

  /**
   * @param {HTMLElement} main
   * @param {function(Route): void} arrived told after each change of the address
   * @returns {{route: function(): Route, back: function(): void, go: function(string): void, stop: function(): void}}
   */
  LSO.tabletRouter = function (main, arrived) {
    const holder = LSO.dom.part(main, "pages");
    const pages = [...holder.querySelectorAll("[data-page]")];
    /** How far down each address was read. */
    const depths = new Map();
    let route = parse(root.location.hash);
    let beneath = route.page === "alert" ? { page: "now", id: "" } : route;
    let steps = 0;

    const key = (one) => one.page + "/" + one.id;

    function changed() {
      const next = parse(root.location.hash);
      if (next.page === "ask") return ask();
      steps += 1;
      depths.set(key(beneath), holder.scrollTop);
      const moved = next.page !== "alert" && key(next) !== key(beneath);
      route = next;
      if (next.page !== "alert") beneath = next;
      show();
      if (!moved) return;
      holder.scrollTop = depths.get(key(next)) || 0;
      const heading = LSO.dom.part(main, "page-title");
      // Who reads by ear hears where the step led; a finger sees no frame around it.
      if (heading) heading.focus({ preventScroll: true });
    }

    /** The command bar is no page: the address goes back to what lies beneath it. */
    function ask() {
      root.history.replaceState(null, "", address(beneath));
      if (LSO.ask) LSO.ask.open();
    }

    const address = (one) => `#/${one.page}${one.id ? "/" + one.id : ""}`;

    function show() {
      for (const page of pages) LSO.dom.show(page, page.dataset.page === beneath.page);
      LSO.dom.data(main, "at", beneath.page);
      const mine = PLACES[beneath.page];
      for (const entry of main.querySelectorAll("[data-place]")) {
        if (entry.dataset.place === mine) entry.setAttribute("aria-current", "page");
        else entry.removeAttribute("aria-current");
      }
      arrived(route, beneath);
    }

    function back() {
      if (steps > 0) root.history.back();
      else root.location.replace(parent(route));
    }

    function onClick(event) {
      const target = event.target.closest("[data-back]");
      if (target) back();
      const asks = event.target.closest('[data-place="ask"]');
      if (asks && LSO.ask) LSO.ask.open();
    }

    main.addEventListener("click", onClick);
    root.addEventListener("hashchange", changed);

    return {
      route: () => route,
      beneath: () => beneath,
      back,
      /** Show the address the page was opened with. */
      begin() {
        if (route.page === "ask") {
          route = beneath = { page: "now", id: "" };
          ask();
        }
        show();
      },
      go: (hash) => (root.location.hash = hash),
      stop() {
        main.removeEventListener("click", onClick);
        root.removeEventListener("hashchange", changed);
      },
    };
  };
  LSO.tabletRouter.parse = parse;
  LSO.tabletRouter.parent = parent;
})(typeof window === "undefined" ? globalThis : window);
