/**
 * One target in depth: its row, its path, who answers for it, and its parts by tier, commune and district.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, show, data } = LSO.dom;
  const drawn = new WeakMap();

  function section(parent, name, key) {
    const element = parent.appendChild(make("section", "target-part target-part-" + name));
    element.appendChild(make("h3", "target-part-title", LSO.t(key)));
    return { element, body: element.appendChild(make(name === "tiers" ? "ul" : "div", "target-" + name + "-body")) };
  }

  function build(container, how) {
    container.replaceChildren();
    container.classList.add("targets", "target-detail");
    data(container, "size", how.size);
    const row = container.appendChild(LSO.programme.skeleton("div"));
    const known = {
      row,
      path: section(container, "path", "programme.path"),
      facts: container.appendChild(make("dl", "target-facts")),
      note: container.appendChild(make("p", "target-note")),
      tiers: section(container, "tiers", "programme.tiers"),
      communes: section(container, "communes", "programme.communes"),
      districts: section(container, "districts", "programme.districts"),
    };
    return known;
  }

  /** Name and value pairs; what is not known is left out. */
  function facts(list, pairs) {
    list.replaceChildren();
    for (const [key, value] of pairs) {
      if (!value) continue;
      const pair = list.appendChild(make("div", "target-fact"));
      pair.appendChild(make("dt", "target-fact-name", LSO.t(key)));
      pair.appendChild(make("dd", "target-fact-value", value));
    }
  }

  function known(target, now) {
    const P = LSO.programme;
    const told = target.cell;
    const assumed = (flag) => (flag ? " " + LSO.t("programme.assumed") : "");
    const aims = target.aims.map((aim) => (aim.year ? LSO.t("programme.aim_year", { value: P.amount(aim.value, target), year: aim.year }) : LSO.t("programme.aim_always", { value: P.amount(aim.value, target) })) + assumed(aim.assumption));
    const who = target.basis === "manual" ? LSO.t("programme.entered", { who: target.entered_by, when: LSO.format.day(target.entered_at) + " " + LSO.format.clock(target.entered_at) }) : P.source(target, now);
    return [
      ["programme.fact.aims", aims.join(" · ")],
      ["programme.fact.path", told && target.path_now !== null ? LSO.t("programme.path_today", { value: P.amount(target.path_now, target), ahead: target.ahead === null ? "" : (target.ahead > 0 ? "+" : "") + P.difference(target.ahead, target) }) : told ? LSO.t("programme.path_none") : null],
      ["programme.fact.need", [P.overdue(target), P.need(target)].filter(Boolean).join(" · ")],
      ["programme.fact.owner", LSO.text(target, "owner") + assumed(target.owner_assumed)],
      ["programme.fact.source", told ? who : LSO.t("programme.none")],
      ["programme.fact.said", target.basis === "document" && target.known ? LSO.text(target.known, "source") + assumed(target.known.assumption) : null],
      ["programme.fact.document", LSO.text(target, "document")],
      ["programme.fact.base", target.base ? P.amount(target.base.value, target) + ", " + P.dateText(target.base.date) + " \u2013 " + LSO.text(target.base, "source") + assumed(target.base.assumption) : null],
    ];
  }

  /**
   * Draw one target in depth, and again whenever something may have changed.
   * @param {HTMLElement} container
   * @param {string} key
   * @param {{topic: *, now: number, size: ("far"|"touch"|"slide")}} how
   */
  function detail(container, key, how) {
    const target = ((how.topic || {}).targets || {})[key];
    if (!target) return;
    let made = drawn.get(container);
    const wanted = key + "|" + LSO.page.lang + "|" + how.size;
    if (!made || made.wanted !== wanted || !container.contains(made.row)) {
      made = Object.assign(build(container, how), { wanted, said: "" });
      drawn.set(container, made);
    }
    const said = JSON.stringify([target, Math.floor(how.now / 60000)]);
    if (said === made.said) {
      // The names of communes may arrive after the target.
      LSO.programme.communes(made.communes.body, target);
      LSO.programme.districts(made.districts.body, target);
      return;
    }
    made.said = said;
    LSO.programme.fill(made.row, target, how.now, how);
    LSO.programme.path(made.path.body, target, how.now);
    facts(made.facts, known(target, how.now));
    text(made.note, LSO.text(target, "note") || null);
    show(made.tiers.element, Object.keys(target.tiers || {}).length > 0);
    if (target.tiers) LSO.programme.tiers(made.tiers.body, target);
    show(made.communes.element, Boolean(target.communes));
    if (target.communes) LSO.programme.communes(made.communes.body, target);
    show(made.districts.element, Boolean(target.districts));
    if (target.districts) LSO.programme.districts(made.districts.body, target);
  }

  Object.assign(LSO.programme, { detail });
})(typeof window === "undefined" ? globalThis : window);
