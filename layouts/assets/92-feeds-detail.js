/**
 * One source in full, and what may be done about it.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const DAY_MS = 86400000;

  /**
   * @param {HTMLElement} main
   * @param {*} strips
   * @param {{letters: function(string, ?string): void, marked: function(): void}} told
   */
  LSO.feedsDetail = function (main, strips, told) {
    const panel = part(main, "detail");
    const facts = part(panel, "detail-facts");
    const actions = part(panel, "detail-actions");
    const more = part(panel, "detail-more");
    const canvases = strips.spans.map((span) => {
      const holder = part(panel, "detail-strips").appendChild(make("figure", "desk-strip"));
      const caption = holder.appendChild(make("figcaption", "desk-label"));
      const canvas = holder.appendChild(make("canvas", "strip"));
      canvas.setAttribute("role", "img");
      const foot = holder.appendChild(make("p", "strip-axis"));
      return { span, caption, canvas, from: foot.appendChild(make("span")), to: foot.appendChild(make("span")) };
    });
    let current = null;
    let made = "";
    let recent = { key: null, letters: [], at: 0 };

    function showRow(row, now) {
      show(panel, Boolean(row));
      current = row;
      if (!row) return;
      const { source, fact, state } = row;
      data(panel, "state", state);
      data(part(panel, "detail-icon"), "icon", "feed-" + state);
      text(part(panel, "detail-title"), row.name);
      text(part(panel, "detail-meta"), LSO.t("feeds.state." + state) + since(fact, state, now) + " · " + LSO.feedKind(row));
      const error = fact ? LSO.text(fact, "error") : "";
      text(part(panel, "detail-error"), error && state !== "running" ? error : null);
      for (const each of canvases) strip(each, row);
      list(pairs(row, now), row);
      buttons(row);
      lower(row);
    }

    /** A feed says since when it is in its own state; since when its data is late is its age. */
    function since(fact, state, now) {
      return fact && fact.since && fact.state === state ? " " + LSO.t("feeds.since", { age: F.age(Math.max(0, now - fact.since) / 1000) }) : "";
    }

    function strip({ span, caption, canvas, from, to }, row) {
      LSO.feedStrip(canvas, strips, span, row);
      const found = strips.cells(span, row.key, row.cadenceS);
      text(caption, LSO.t("feeds.strip." + span) + (found ? " · " + LSO.desk.stripWords(found.heard, LSO.feedAllowedMs(row.cadenceS)) : ""));
      text(from, found ? F.day(found.from) + " " + F.clock(found.from) : null);
      text(to, found ? LSO.t("feeds.strip.now") : null);
    }

    /** What is known, in the order one asks for it, each with its path in the topic where it is a number; what is not known is left out. */
    function pairs({ source, fact, cadenceS, key }, now) {
      const found = [["source", key]];
      const ago = (ms) => F.ago(Math.max(0, now - ms) / 1000);
      const own = (field) => source && `sources/${key}/${field}`;
      const told = (field) => `declared/${fact.name}/${field}`;
      if (source && source.detail) found.push(["said", source.detail]);
      found.push(["cadence", F.age(cadenceS), own("cadence_s")]);
      if (source && source.last_at) found.push(["last", ago(source.last_at), own("age_s")]);
      if (source && !source.ended) found.push(["rate", F.number(source.rate_per_s, null, 1), own("rate_per_s")]);
      if (source && source.delay_s !== null && source.delay_s !== undefined) found.push(["delay", LSO.feedDelay(source.delay_s), own("delay_s")]);
      if (fact) {
        if (fact.target) found.push(["target", fact.target]);
        if (fact.mapping) found.push(["mapping", fact.mapping]);
        found.push(["declared", LSO.t("feeds.declared." + (fact.declared === "desk" ? "desk" : "file"))]);
        if (fact.scenario) found.push(["scenario", (source && LSO.text(source, "detail")) || fact.scenario]);
        if (fact.polled_at) found.push(["polled", ago(fact.polled_at), told("polled_age_s")]);
        if (fact.ok_at) found.push(["ok", ago(fact.ok_at), told("ok_age_s")]);
        if (fact.next_at && fact.next_at > now) found.push(["next", LSO.t("feeds.in", { age: F.age((fact.next_at - now) / 1000) }), told("next_in_s")]);
        if (fact.polls) found.push(["polls", F.number(fact.polls) + (fact.failures ? " · " + LSO.t("feeds.failures", { count: F.number(fact.failures) }) : ""), told("polls")]);
        if (fact.rows) found.push(["rows", LSO.t("feeds.rows", { rows: F.number(fact.rows), accepted: F.number(fact.accepted || 0), refused: F.number(fact.refused || 0) }), told("rows")]);
        if (fact.spooled) found.push(["spooled", F.number(fact.spooled), told("spooled")]);
      }
      if (source) found.push(["refused", F.number(source.refused), own("refused")]);
      return found;
    }

    function list(found, row) {
      found.forEach(([name, value, path], i) => {
        const line = facts.children[i] || facts.appendChild(make("div", "desk-fact"));
        if (!line.firstChild) line.append(make("dt"), make("dd"));
        text(line.firstChild, LSO.t("feeds.fact." + name));
        text(line.lastChild, value);
        LSO.feedFigure(line.lastChild, row, path || null, "feeds.fact." + name);
      });
      while (facts.children.length > found.length) facts.lastChild.remove();
    }

    /** The buttons are made anew only when others are needed: one that is pressed must not vanish under the finger. */
    function buttons(row) {
      const wanted = [row.key, row.state === "paused", Boolean(row.fact), row.fact && row.fact.declared, row.fact && row.fact.kind].join("|");
      if (wanted === made) return;
      made = wanted;
      if (!LSO.desk.may()) return;
      const B = LSO.desk.button;
      const found = [];
      if (row.fact) found.push(row.state === "paused" ? B(LSO.t("feeds.do.resume"), () => decide("resume"), "is-main") : B(LSO.t("feeds.do.pause"), () => decide("pause")));
      if (row.fact && row.fact.mapping) found.push(link(LSO.t("feeds.do.mapping"), "/mapping?feed=" + encodeURIComponent(row.fact.name)));
      if (row.fact && row.fact.kind === "simulator") found.push(B(LSO.t("feeds.do.scenario"), scenario));
      found.push(B(LSO.t("feeds.do.mark"), mark));
      if (row.fact && row.fact.declared === "desk") found.push(B(LSO.t("feeds.do.retire"), retire));
      // Whoever is on one of them with the keyboard stays on it, or on what now stands first in its place.
      const held = actions.contains(document.activeElement) ? document.activeElement.textContent : null;
      actions.replaceChildren(...found);
      if (held !== null && found.length) (found.find((one) => one.textContent === held) || found[0]).focus();
    }

    function link(words, address) {
      const found = make("a", "button", words);
      found.href = address;
      return found;
    }

    const path = (name, action) => "/api/v1/feeds/" + encodeURIComponent(name) + (action ? "/" + action : "");

    function decide(action) {
      const name = current.fact.name;
      LSO.desk.dialogue(main, {
        title: LSO.t("feeds.ask." + action, { name: current.name }), text: LSO.t("feeds.ask." + action + "_what"),
        action: LSO.t("feeds.do." + action), fields: [{ name: "why", label: LSO.t("desk.why"), required: true }],
      }, async (values) => (await LSO.desk.ask("POST", path(name, action), values)).sentence || null);
    }

    function retire() {
      const name = current.fact.name;
      LSO.desk.dialogue(main, {
        title: LSO.t("feeds.ask.retire", { name: current.name }), text: LSO.t("feeds.ask.retire_what"),
        action: LSO.t("feeds.do.retire"), fields: [{ name: "why", label: LSO.t("desk.why"), required: true }],
      }, async (values) => (await LSO.desk.ask("DELETE", path(name), values)).sentence || null);
    }

    async function scenario() {
      const name = current.fact.name;
      const playing = current.fact.scenario;
      const answer = await LSO.desk.ask("GET", "/api/v1/scenarios");
      const options = (answer.body.choices || []).map((one) => [one.name, LSO.name(one) || one.name]);
      const hours = (count) => [String(count * 3600), LSO.t("feeds.scenario.hours", { hours: count })];
      LSO.desk.dialogue(main, {
        title: LSO.t("feeds.ask.scenario"), text: LSO.t("feeds.ask.scenario_what"), action: LSO.t("feeds.do.scenario"),
        fields: [
          { name: "scenario", label: LSO.t("feeds.fact.scenario"), type: "select", value: playing, options: [["", LSO.t("feeds.scenario.own")], ...options] },
          { name: "lasts", label: LSO.t("feeds.scenario.lasts"), type: "select", options: [["", LSO.t("feeds.scenario.open")], ...[1, 2, 8, 24].map(hours)] },
          { name: "why", label: LSO.t("desk.why"), required: true },
        ],
      }, async (values) => {
        const wish = { scenario: values.scenario || null, why: values.why };
        if (wish.scenario && values.lasts) wish.ends_after_s = Number(values.lasts);
        return (await LSO.desk.ask("POST", path(name, "scenario"), wish)).sentence || null;
      });
    }

    /** A stretch called a fault of the instrument: from when to when, why; an open end means that it goes on. */
    function mark() {
      const key = current.key;
      const now = Date.now();
      LSO.desk.dialogue(main, {
        title: LSO.t("feeds.ask.mark", { name: current.name }), text: LSO.t("feeds.ask.mark_what"), action: LSO.t("feeds.do.mark"),
        fields: [
          { name: "start", label: LSO.t("feeds.mark.start"), type: "datetime-local", value: LSO.desk.localTime(now - DAY_MS / 24), required: true },
          { name: "end", label: LSO.t("feeds.mark.end"), type: "datetime-local" },
          { name: "metric", label: LSO.t("feeds.mark.metric"), type: "select", options: metrics() },
          { name: "place", label: LSO.t("feeds.mark.place") },
          { name: "why", label: LSO.t("desk.why"), required: true },
        ],
      }, async (values) => {
        const body = { source: key, start: LSO.desk.instant(values.start), end: values.end ? LSO.desk.instant(values.end) : null, why: values.why };
        if (values.metric) body.metric = values.metric;
        if (values.place) body.place = values.place;
        const answer = await LSO.desk.ask("POST", "/api/v1/marks", body);
        if (answer.ok) told.marked();
        return answer.sentence || null;
      });
    }

    function metrics() {
      const names = Object.entries(LSO.page.facts.metrics || {}).map(([key, facts_]) => [key, LSO.name(facts_)]);
      return [["", LSO.t("feeds.mark.all")], ...names.sort((a, b) => (a[1] < b[1] ? -1 : 1))];
    }

    /** Reasons of today and the newest dead letters; asked for when another source is looked at, and each minute. */
    function lower(row) {
      const today = LSO.feedRefusedToday(row.source);
      if (today.total && (recent.key !== row.key || Date.now() - recent.at > 60000)) ask(row.key);
      const letters = recent.key === row.key ? recent.letters : [];
      const key = JSON.stringify([row.key, today.reasons, letters.map((letter) => letter.id)]);
      if (more.shown === key) return;
      more.shown = key;
      const found = [];
      if (today.total) {
        found.push(make("h3", "desk-label", LSO.t("feeds.refused_today")));
        const list_ = make("ul", "desk-reasons");
        for (const [reason, count] of today.reasons) {
          const button = LSO.desk.button("", () => told.letters(row.key, reason), "is-quiet");
          const number = make("strong", "", F.number(count));
          button.append(number, " " + LSO.feedReason(reason));
          LSO.dom.cell(number, `feeds/sources/${row.key}/refused_today/${reason}`);
          data(number, "label", [LSO.feedCalled(row), LSO.t("feeds.refused_today"), button.textContent].join(" · "));
          list_.appendChild(make("li")).appendChild(button);
        }
        found.push(list_);
      }
      for (const letter of letters) found.push(LSO.letterLine(letter));
      more.replaceChildren(...found);
    }

    async function ask(key) {
      recent = { key, letters: recent.key === key ? recent.letters : [], at: Date.now() };
      const answer = await LSO.desk.ask("GET", "/api/v1/dead-letters?limit=4&source=" + encodeURIComponent(key));
      if (answer.ok && recent.key === key) recent.letters = answer.body.dead_letters;
    }

    return { show: showRow };
  };

  LSO.letterLine = function (letter) {
    const line = make("p", "desk-letter");
    line.append(make("span", "desk-sub", F.clock(Date.parse(letter.received_at), "hanoi", true) + (letter.origin ? " · " + letter.origin : "")), LSO.feedRefused(letter, true));
    return line;
  };

  /** An instant as a datetime-local field wants it, on Hanoi's clock, and back. */
  LSO.desk.localTime = (ms) => new Date(ms + 7 * 3600000).toISOString().slice(0, 16);
  LSO.desk.instant = (value) => value + ":00+07:00";
})(typeof window === "undefined" ? globalThis : window);
