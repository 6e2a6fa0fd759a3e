/**
 * The table of sources: what was declared and what was heard, put together, each with one state.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, data, style, make } = LSO.dom;
  const F = LSO.format;
  const COLUMNS = ["state", "source", "last", "age", "rate", "delay", "refused", "gaps"];
  /** The worst first: what needs a hand stands on top. */
  const ORDER = ["failing", "refused", "lost", "late", "paused", "waiting", "running", "ended"];
  /** A cadence nobody stated: the commonest of our feeds. */
  const CADENCE_S = 300;
  /** The bar is full at this many cadences: there a source counts as lost. */
  const FULL = 10;
  const HOUR_MS = 3600000;
  const SPANS = { day: { hours: 24, cells: 288 }, month: { hours: 720, cells: 360 } };

  /**
   * Every source and every declared feed as one list.
   * @returns {Array<{key: string, name: string, state: string, source: ?*, fact: ?*, fresh: ?string, ageS: ?number, cadenceS: number}>}
   */
  LSO.feedRows = function (feeds, now) {
    const facts = Object.values(feeds.declared || {}).filter(Boolean);
    const bySource = new Map(facts.filter((fact) => fact.source).map((fact) => [fact.source, fact]));
    const rows = Object.entries(feeds.sources || {}).filter(([, source]) => source).map(([key, source]) => row(key, source, bySource.get(key) || null, now));
    const seen = new Set(rows.map((each) => each.key));
    for (const fact of facts) if (!seen.has(fact.source)) rows.push(row(fact.source || fact.name, null, fact, now));
    return rows.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.name < b.name ? -1 : 1));
  };

  function row(key, source, fact, now) {
    const cadenceS = (source && source.cadence_s) || CADENCE_S;
    const ageS = source && source.last_at ? LSO.freshness.ageOf(source.last_at, now) : null;
    const fresh = ageS === null ? null : LSO.freshness.stateOf(ageS, cadenceS);
    return { key, name: source ? LSO.name(source) : fact.name, state: stateOf(source, fact, fresh), source, fact, fresh, ageS, cadenceS };
  }

  function stateOf(source, fact, fresh) {
    if (fact && fact.state !== "running" && fact.state !== "waiting") return fact.state;
    if (source && source.ended) return "ended";
    if (fresh === null) return "waiting";
    if (fresh === "lost") return "lost";
    return fresh === "live" ? "running" : "late";
  }

  /** Silence that is no gap: three cadences, and never less than the five minutes that are told apart. */
  LSO.feedAllowedMs = (cadenceS) => Math.max(3 * cadenceS, 300) * 1000;

  /** The strips as the server told them, by span; asked for again when they are older than a cell. */
  LSO.feedStrips = function (arrived) {
    const held = {};
    async function ask(span) {
      const known = (held[span] = held[span] || { at: 0 });
      if (known.asking) return;
      known.asking = true;
      const answer = await LSO.desk.ask("GET", "/api/v1/feeds/strips?hours=" + SPANS[span].hours);
      held[span] = { at: Date.now(), body: answer.ok ? answer.body : known.body };
      if (answer.ok) arrived();
    }
    return {
      get(span) {
        const known = held[span];
        const oldest = span === "day" ? 60000 : 600000;
        if (!known || Date.now() - known.at > oldest) ask(span);
        return known && known.body;
      },
      cells(span, key, cadenceS) {
        const body = this.get(span);
        if (!body) return null;
        const heard = body.sources[key] || { first: null, gaps: [] };
        return { heard, from: body.from, to: body.to, cells: LSO.desk.cells(heard, body.from, body.to, SPANS[span].cells, LSO.feedAllowedMs(cadenceS)) };
      },
      spans: Object.keys(SPANS),
    };
  };

  /** One strip with its name for those who cannot see it. */
  LSO.feedStrip = function (canvas, strips, span, row) {
    const found = strips.cells(span, row.key, row.cadenceS);
    if (!found) return;
    LSO.desk.strip(canvas, found.cells);
    const words = LSO.t("feeds.strip." + span) + ": " + LSO.desk.stripWords(found.heard, LSO.feedAllowedMs(row.cadenceS));
    if (canvas.getAttribute("aria-label") !== words) {
      // A picture once it shows something: before that there is nothing to be told of it.
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", words);
      canvas.title = words;
    }
  };

  /**
   * @param {HTMLElement} main
   * @param {function(string): void} choose told the key of the row chosen
   */
  LSO.feedsTable = function (main, strips, choose) {
    const body = LSO.dom.part(main, "sources-rows");
    /** @type {Map<string, *>} */
    const rows = new Map();

    function make_(key) {
      const line = make("tr", "desk-row");
      // It acts by itself: only a hold asks where one of its numbers comes from.
      line.setAttribute("role", "row");
      const cells = Object.fromEntries(COLUMNS.map((name) => [name, line.appendChild(make("td", "col-" + name))]));
      const button = cells.source.appendChild(make("button", "desk-open"));
      button.type = "button";
      const held = {
        line, cells, button,
        icon: cells.state.appendChild(make("span", "icon")), word: cells.state.appendChild(make("span", "desk-state")),
        name: button.appendChild(make("span", "desk-name")), kind: button.appendChild(make("span", "desk-kind")),
        last: cells.last.appendChild(make("span", "desk-strong")), clock: cells.last.appendChild(make("span", "desk-sub")),
        bar: cells.age.appendChild(make("span", "age-bar")), ratio: cells.age.appendChild(make("span", "desk-sub")),
        count: cells.refused.appendChild(make("span", "desk-strong")), why: cells.refused.appendChild(make("span", "desk-sub")),
        strips: strips.spans.map((span) => {
          return [span, cells.gaps.appendChild(make("canvas", "strip"))];
        }),
      };
      held.figures = [
        [held.last, "age_s", "last"], [held.ratio, "age_cadences", "age"], [cells.rate, "rate_per_s", "rate"],
        [cells.delay, "delay_s", "delay"], [held.count, "refused_today", "refused"],
      ];
      held.icon.setAttribute("aria-hidden", "true");
      held.fill = held.bar.appendChild(make("span", "age-fill"));
      line.addEventListener("click", () => choose(key));
      return held;
    }

    function fill(held, row, chosen, now) {
      const { source, state } = row;
      data(held.line, "state", state);
      data(held.line, "fresh", row.fresh);
      data(held.icon, "icon", "feed-" + state);
      text(held.word, LSO.t("feeds.state." + state));
      text(held.name, row.name);
      text(held.kind, LSO.feedKind(row));
      text(held.last, row.ageS === null ? "–" : F.age(row.ageS));
      text(held.clock, source && source.last_at ? LSO.feedWhen(source.last_at, now) : null);
      const ratio = row.ageS === null ? null : row.ageS / row.cadenceS;
      LSO.dom.show(held.bar, ratio !== null);
      style(held.fill, "width", Math.min(100, ((ratio || 0) / FULL) * 100).toFixed(0) + "%");
      text(held.ratio, ratio === null ? null : LSO.t("feeds.cadences", { ratio: ratio < 10 ? F.number(ratio, null, 1) : F.number(ratio), cadence: F.age(row.cadenceS) }));
      write(held.cells.rate, source && !source.ended ? F.number(source.rate_per_s, null, 1) : "–");
      write(held.cells.delay, source && source.delay_s !== null && source.delay_s !== undefined ? LSO.feedDelay(source.delay_s) : "–");
      const today = LSO.feedRefusedToday(source);
      text(held.count, F.number(today.total));
      data(held.cells.refused, "some", today.total ? "true" : null);
      text(held.why, today.first ? LSO.feedReason(today.first) + (today.more ? " +" + today.more : "") : null);
      for (const [span, canvas] of held.strips) LSO.feedStrip(canvas, strips, span, row);
      held.button.setAttribute("aria-pressed", String(chosen));
      held.line.classList.toggle("is-chosen", chosen);
      for (const [element, field, column] of held.figures) LSO.feedFigure(element, row, source && `sources/${row.key}/${field}`, "feeds.column." + column);
    }

    function write(cell, value) {
      if (cell.textContent !== value) cell.textContent = value;
    }

    return {
      show(list, chosen, now) {
        const wanted = new Set(list.map((row) => row.key));
        for (const [key, { line }] of rows) if (!wanted.has(key)) {
          line.remove();
          rows.delete(key);
        }
        list.forEach((row, i) => {
          if (!rows.has(row.key)) rows.set(row.key, make_(row.key));
          const held = rows.get(row.key);
          // Placed before it is filled: a canvas has a size only where it stands.
          if (body.children[i] !== held.line) body.insertBefore(held.line, body.children[i] || null);
          fill(held, row, row.key === chosen, now);
        });
      },
      focus(key) {
        const held = rows.get(key);
        if (held) held.button.focus();
      },
    };
  };

  /**
   * Say which figure of the topic `feeds` an element shows, so that it can be asked where that comes from, and what it
   * is called in the help's list. What shows no number is no figure.
   * @param {HTMLElement} element filled already
   * @param {{name: string, key: string}} of the row it belongs to
   * @param {?string} path in the topic, for example sources/yard/rate_per_s
   * @param {string} word key of what it is called
   */
  LSO.feedFigure = function (element, of, path, word) {
    const shown = path && /\d/.test(element.textContent);
    LSO.dom.cell(element, shown ? "feeds/" + path : null);
    data(element, "label", shown ? [LSO.feedCalled(of), LSO.t(word), element.textContent].join(" · ") : null);
  };

  /** A source's name alone; what is derived of it in several ways goes by one name, and is told apart by its key. */
  LSO.feedCalled = ({ name, key }) => (key.includes(":") ? `${name} (${key})` : name);

  LSO.feedDelay = (seconds) => (seconds < 10 ? F.number(seconds, null, 1) + "\u00a0" + LSO.t("desk.seconds") : F.age(seconds));
  LSO.feedWhen = (ms, now) => (now - ms < 20 * HOUR_MS ? F.clock(ms, "hanoi", true) : F.day(ms).replace(/^\S+ /, ""));

  LSO.feedKind = function ({ source, fact, key }) {
    const kind = fact ? fact.kind : source.kind;
    const known = LSO.page.words["feeds.kind." + kind];
    const words = [known || kind, key];
    // A simulator and a replay say it by their kind; what is derived from one must say it too.
    if (source && source.simulated && kind === "derived") words.push(LSO.t("sim.mark"));
    return words.join(" · ");
  };

  /** A reason in words. */
  LSO.feedReason = (reason) => LSO.feedReasonOf(reason);

  LSO.feedRefusedToday = function (source) {
    const reasons = Object.entries((source && source.refused_today) || {}).sort((a, b) => b[1] - a[1]);
    return { reasons, total: reasons.reduce((sum, [, count]) => sum + count, 0), first: reasons.length ? reasons[0][0] : null, more: Math.max(0, reasons.length - 1) };
  };
})(typeof window === "undefined" ? globalThis : window);
