/**
 * Targets as rows: name, figure, a bar with the aim and today's point of the path, and what each day must bring. The same
 * row for the wall (`far`), for touch and for a slide; a row is written anew only when something in it changed.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, show, data, style, cell: says } = LSO.dom;
  /** Lists that were drawn, by their container. */
  const drawn = new WeakMap();

  function icon(className) {
    const made = make("span", ("icon " + (className || "")).trim());
    made.setAttribute("aria-hidden", "true");
    return made;
  }

  /** The skeleton of a row; the same parts and classes as layouts/components/target.py. */
  function skeleton(tag) {
    const row = make(tag, "target-row");
    const part = (parent, kind, name) => {
      const made = parent.appendChild(make(kind, "target-" + name));
      made.dataset.part = name;
      return made;
    };
    const head = part(row, "div", "head");
    part(head, "span", "name");
    const figure = part(head, "span", "figure");
    part(figure, "span", "value");
    part(figure, "span", "unit");
    const bar = part(row, "div", "bar");
    bar.setAttribute("aria-hidden", "true");
    for (const name of ["fill", "path", "aim"]) part(bar, "span", name);
    const foot = part(row, "div", "foot");
    const state = part(foot, "span", "state");
    state.appendChild(icon()).dataset.part = "icon";
    part(state, "span", "state-word");
    part(foot, "span", "aim-word");
    part(foot, "span", "need");
    part(foot, "span", "source");
    part(foot, "span", "owner");
    return row;
  }

  const within = (row, name) => row.querySelector(`[data-part="${name}"]`);

  /** Put a bar's share, or hide what has none. */
  function place(row, name, share) {
    const element = within(row, name);
    show(element, share !== null);
    if (share !== null) style(element, "--share", String(Math.round(share * 1000) / 1000));
  }

  /**
   * Write a target into a row.
   * @param {HTMLElement} row made by `skeleton`
   * @param {*} target of the topic
   * @param {number} now the server's clock
   * @param {{size: string}} how
   */
  function fill(row, target, now, how) {
    const P = LSO.programme;
    const told = target.cell && target.cell.v !== null ? target.cell : null;
    const at = P.scale(target);
    const aged = P.aged(target, now);
    data(row, "target", target.key);
    data(row, "state", told ? target.state : "missing");
    data(row, "basis", target.basis);
    data(row, "fresh", aged || (told ? "live" : null));
    data(row, "priority", told && target.state === "far_behind" ? "high" : null);
    text(within(row, "name"), LSO.name(target));
    const value = told ? P.parts(told.v, target) : { figure: "\u2013", unit: "" };
    const figure = within(row, "value");
    text(figure, value.figure);
    figure.classList.toggle("is-stale", Boolean(aged && aged !== "late"));
    text(within(row, "unit"), value.unit || null);
    data(row, "unit", P.isRank(target) ? "rank" : null);
    if (told) says(figure, `programme/targets/${target.key}/cell`);
    data(figure, "metric", told ? target.metric : null);
    show(within(row, "bar"), true);
    place(row, "fill", told ? at(told.v) : null);
    place(row, "path", told && target.path_now !== null && target.path_now !== target.aim.value ? at(target.path_now) : null);
    place(row, "aim", at(target.aim.value));
    data(within(row, "icon"), "icon", told ? P.ICONS[target.state] : null);
    text(within(row, "state-word"), told ? P.stateWord(target) : LSO.t("programme.none"));
    text(within(row, "aim-word"), LSO.t("programme.aim", { aim: P.aim(target) }) + (P.assumed(target) ? " " + LSO.t("programme.assumed") : ""));
    text(within(row, "need"), [told ? P.overdue(target) : null, how.size === "far" && !told ? null : P.need(target)].filter(Boolean).join(" · ") || null);
    text(within(row, "source"), told ? P.source(target, now) : null);
    // Nothing is touched on the wall: what a touch would tell of its owner stands in the row.
    const owner = how.size === "far" ? LSO.text(target, "owner") : "";
    text(within(row, "owner"), owner ? LSO.t("programme.owned", { owner }) + (target.owner_assumed ? " " + LSO.t("programme.assumed") : "") : null);
  }

  /** What a row shows, to know whether it has to be written: ages count by the minute. */
  const signature = (target, now) => JSON.stringify([target, LSO.page.lang, Math.floor(now / 60000)]);

  /**
   * Draw the targets into a container, and again whenever something may have changed.
   *
   * `touch` shows all of them by group. `far` and `slide` show as many as the container holds without scrolling, the urgent
   * first, and say how many more there are.
   * @param {HTMLElement} container with a height of its own for `far` and `slide`
   * @param {{topic: *, now: number, size: ("far"|"touch"|"slide"), href: (function(string): string|undefined),
   *   most: (number|undefined), keys: (string[]|undefined)}} how
   */
  function list(container, how) {
    const P = LSO.programme;
    let targets = P.all(how.topic);
    if (how.keys) targets = targets.filter((target) => how.keys.includes(target.key));
    let known = drawn.get(container);
    if (!known || known.size !== how.size || known.lang !== LSO.page.lang) {
      known = { size: how.size, lang: LSO.page.lang, rows: new Map(), said: new Map(), order: "", head: make("p", "target-summary"), body: make("div", "target-groups"), more: make("p", "target-more") };
      container.replaceChildren(known.head, known.body, known.more);
      container.classList.add("targets");
      data(container, "size", how.size);
      drawn.set(container, known);
    }
    text(known.head, targets.length ? P.summary(targets) : LSO.t(how.topic && how.topic.targets ? "programme.empty" : "live.connecting"));
    const groups = how.size === "touch" ? byGroup(targets, how.topic.groups || []) : [{ key: "", words: "", targets: P.ordered(targets) }];
    const order = JSON.stringify([groups.map((group) => [group.key, group.targets.map((target) => target.key)]), how.most]);
    if (order !== known.order) {
      known.order = order;
      known.body.replaceChildren(...groups.map((group) => groupOf(group, known, how)));
    }
    for (const target of targets) {
      const row = known.rows.get(target.key);
      const said = signature(target, how.now);
      if (!row || known.said.get(target.key) === said) continue;
      known.said.set(target.key, said);
      fill(row, target, how.now, how);
    }
    fit(container, known, how);
  }

  function byGroup(targets, groups) {
    const listed = groups.map((group) => ({ key: group.key, words: LSO.name(group), targets: targets.filter((target) => target.group === group.key).sort((a, b) => a.order - b.order) }));
    return listed.filter((group) => group.targets.length);
  }

  function groupOf(group, known, how) {
    const element = make("section", "target-group");
    if (group.words) element.appendChild(make("h3", "target-group-title", group.words));
    const rows = element.appendChild(make("ul", "target-rows"));
    for (const target of group.targets) {
      let row = known.rows.get(target.key);
      if (!row) {
        row = skeleton(how.href ? "a" : "div");
        known.rows.set(target.key, row);
      }
      if (how.href) row.href = how.href(target.key);
      rows.appendChild(make("li", "target-item")).appendChild(row);
    }
    return element;
  }

  /** Leave out the last rows that the container does not hold, and say how many. */
  function fit(container, known, how) {
    if (how.size === "touch") {
      show(known.more, false);
      return;
    }
    const items = [...known.body.querySelectorAll(".target-item")];
    const key = [container.clientWidth, container.clientHeight, items.length, how.most, items.map((each) => each.firstChild.dataset.state).join()].join(":");
    if (key === known.fitted) return;
    known.fitted = key;
    let most = Math.min(how.most || items.length, items.length);
    const put = () => {
      items.forEach((item, i) => show(item, i < most));
      text(known.more, most < items.length ? LSO.t("programme.more", { count: items.length - most }) : null);
    };
    put();
    // One row less at a time: rows of two lines and of three stand in the same columns.
    while (most > 1 && container.scrollHeight > container.clientHeight + 1) {
      most -= 1;
      put();
    }
  }

  Object.assign(LSO.programme, { list, skeleton, fill, icon });
})(typeof window === "undefined" ? globalThis : window);
