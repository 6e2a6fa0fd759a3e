/**
 * The tablet's first page: three things that need the leader, what changed since the last look, the gates, and the
 * province in a line.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, cell } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const SHOWN = 3;
  /** More is no news but a list; the rest is counted. */
  const CHANGES_SHOWN = 12;

  LSO.tabletNeedsList = function (main, seen) {
    const list = part(main, "needs-list");
    return function update(store, now) {
      const needs = LSO.tabletNeeds.rank(store.get, now, { user: LSO.page.user_name, readAt: seen.since() });
      const shown = needs.slice(0, SHOWN);
      show(list, shown.length > 0);
      LSO.tabletNeeds.draw(list, shown);
      const alerts = Object.values(store.get("alerts").items || {}).filter(Boolean).length;
      text(part(main, "more"), alerts > 0 ? LSO.t("tablet.more", { count: F.number(alerts) }) : null);
      show(part(main, "none"), shown.length === 0);
      if (shown.length) return;
      const known = store.has("alerts");
      const calm = LSO.alerts.calm(store.get, now, LSO.screen.live.status.state === "open");
      data(part(main, "none-icon"), "icon", known ? (calm.sure ? "ok" : "late") : null);
      text(part(main, "none-title"), LSO.t(known ? (calm.sure ? "tablet.none" : "alert.none") : "alert.waiting"));
      text(part(main, "none-detail"), known ? calm.words : null);
    };
  };

  /** "09:15" today, "09:15 21/11" before. */
  const when = (ms, now) => F.clock(ms) + (F.day(ms) === F.day(now) ? "" : " " + F.day(ms).replace(/^\S+ /, "").replace(/\/\d{4}$/, ""));

  LSO.tabletChangesList = function (main, seen) {
    const list = part(main, "changes-list");
    const page = main.querySelector('[data-page="now"]');
    const all = part(main, "changes-all");
    let store = null;
    let at = 0;
    part(main, "seen").addEventListener("click", () => store && seen.read(store, at));
    all.addEventListener("click", () => {
      data(page, "all", "all" in page.dataset ? null : "yes");
      LSO.tabletRedraw();
    });

    /** Whole lines only: what weighs least makes room first, and the button that shows all says how many there are. */
    function fit() {
      const items = [...list.children];
      for (const item of items) show(item, true);
      const open = "all" in page.dataset;
      const light = items.slice().reverse().sort((a, b) => Number(b.dataset.weight) - Number(a.dataset.weight));
      let over = 0;
      while (!open && over < light.length - 1 && list.scrollHeight > list.clientHeight + 1) show(light[over++], false);
      all.setAttribute("aria-expanded", String(open));
      text(all, open ? LSO.t("tablet.changes_less") : over ? LSO.t("tablet.changes_all", { count: F.number(items.length) }) : null);
    }

    return function update(one, now) {
      store = one;
      at = now;
      const look = seen.look(store, now);
      const found = look ? look.changes.slice(0, CHANGES_SHOWN) : [];
      text(part(main, "changes-title"), look ? LSO.t("tablet.changes_since", { time: when(look.since, now) }) : LSO.t("tablet.changes"));
      text(part(main, "changes-none"), look ? (found.length ? null : LSO.t(now - look.since < 60000 ? "tablet.changes_first" : "tablet.changes_none")) : LSO.t("tablet.changes_waiting"));
      show(part(main, "seen"), found.length > 0);
      show(list, found.length > 0);
      const rest = look ? look.changes.length - found.length : 0;
      if (rest > 0) found.push({ key: "rest", at: null, href: "#/alerts", words: LSO.t("tablet.changes_more", { count: F.number(rest) }) });
      LSO.keepList(list, found, make, (item, change) => {
        const link = item.firstChild;
        if (link.getAttribute("href") !== change.href) link.setAttribute("href", change.href);
        data(item, "priority", LSO.urgent(change.priority));
        data(item, "weight", change.weight === undefined ? 9 : change.weight);
        const [time, icon, words] = link.children;
        if (time.textContent !== (change.at ? when(change.at, now) : "–")) time.textContent = change.at ? when(change.at, now) : "–";
        data(icon, "icon", LSO.urgent(change.priority));
        text(words, change.words);
      });
      fit();
    };

    function make() {
      const item = LSO.dom.make("li", "");
      const link = item.appendChild(LSO.dom.make("a", "change"));
      link.append(LSO.dom.make("span", "change-time"), LSO.dom.make("span", "icon"), LSO.dom.make("span", "change-words"));
      link.children[1].setAttribute("aria-hidden", "true");
      return item;
    }
  };

  LSO.tabletGates = function (main) {
    const tiles = [...main.querySelectorAll("[data-tile]")];

    return function update(topic, now) {
      const gates = topic.gates || {};
      for (const tile of tiles) fill(tile, gates[tile.dataset.tile], now);
      today(topic.today || {}, now);
    };

    function fill(tile, gate, now) {
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const state = queue ? ofCell(queue, now) : null;
      const priority = gate && state === "live" ? LSO.urgent(gate.priority) : null;
      const before = gate ? gate.queue_yesterday : null;
      const path = "gates/gates/" + tile.dataset.tile;
      data(tile, "state", state);
      data(tile, "priority", priority);
      text(part(tile, "queue"), queue ? F.number(queue.v) : null);
      cell(part(tile, "queue"), queue ? path + "/queue" : null);
      text(part(tile, "empty"), queue ? null : LSO.quality.instead(gate && gate.queue, LSO.t("gate.no_data")));
      text(part(tile, "change"), queue && before !== null && before !== undefined ? F.signed(queue.v - before) : null);
      LSO.writeFigure(part(tile, "clearance"), gate && gate.clearance_median, path + "/clearance_median", (v) => LSO.t("tablet.clearance", { time: F.duration(v) }), now);
      const late = queue && state !== "live";
      data(part(tile, "icon"), "icon", late ? state : priority);
      text(part(tile, "status"), late || LSO.quality.isManual(queue, now) ? LSO.stateWords(state, queue, now) : priority ? LSO.t("priority." + priority) : gate && gate.open === false ? LSO.t("tablet.closed") : null);
    }

    function today(counts, now) {
      let any = false;
      for (const name of ["vehicles_export", "vehicles_import"]) {
        const line = part(main, "today-" + name);
        const one = counts[name] && counts[name].cell;
        show(line, has(one));
        if (LSO.writeFigure(part(line, "value"), one, `gates/today/${name}/cell`, (v) => F.number(v), now)) any = true;
      }
      show(part(main, "today"), any);
    }
  };

  /** Services, network, programme: one figure each, and what is wrong with them in a few words. */
  LSO.tabletStrip = function (main) {
    const place = (name) => main.querySelector(`[data-strip="${name}"]`);

    function put(name, one, path, write, detail, now) {
      const holder = place(name);
      const figure = part(holder, "figure");
      if (has(one)) LSO.writeFigure(figure, one, path, write, now);
      else {
        text(figure, LSO.t("panel.empty"));
        cell(figure, null);
        figure.classList.remove("is-stale");
      }
      data(holder, "empty", has(one) ? null : "yes");
      text(part(holder, "detail"), LSO.figureState(one, now) || detail);
    }

    return function update(store, now) {
      const services = store.get("services").province || {};
      put("services", services.on_time_rate, "services/province/on_time_rate", (v) => LSO.t("tablet.strip.on_time", { share: F.percent(v * 100) }),
        has(services.overdue) ? LSO.t("tablet.strip.overdue", { count: F.number(services.overdue.v) }) : null, now);
      const network = store.get("network").province || {};
      const whole = has(network.expected) && has(network.on_air) ? Math.max(0, network.expected.v - network.on_air.v) : null;
      put("network", network.on_air, "network/province/on_air", (v) => LSO.t("tablet.strip.on_air", { count: F.number(v) }), whole === null ? null : LSO.t("tablet.strip.silent", { count: F.number(whole) }), now);
      programme(store.get("programme").targets || {});
    };

    function programme(targets) {
      const known = Object.values(targets).filter((target) => target && target.state && target.state !== "unknown");
      const holder = place("programme");
      const behind = known.filter((target) => ["behind", "far_behind"].includes(target.state)).length;
      const all = Object.values(targets).filter(Boolean).length;
      text(part(holder, "figure"), known.length ? LSO.t("tablet.strip.behind", { count: F.number(behind) }) : all ? LSO.t("tablet.strip.targets", { count: F.number(all) }) : LSO.t("panel.empty"));
      data(holder, "empty", all ? null : "yes");
      text(part(holder, "detail"), known.length ? LSO.t("tablet.strip.of", { known: F.number(known.length), all: F.number(all) }) : null);
    }
  };
})(typeof window === "undefined" ? globalThis : window);
