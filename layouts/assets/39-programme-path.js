/**
 * The path of a target as a drawing: base, aims, the straight lines between them, and where the value stands today. SVG of
 * a few dozen shapes; its texts are HTML's, so that they keep their size.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make } = LSO.dom;
  const SVG = "http://www.w3.org/2000/svg";
  const YEAR_MS = 31557600000;
  /** Years drawn before today where nothing is known of them. */
  const BEFORE = 1;
  const MARGIN = { left: 0.03, right: 0.13, top: 0.22, bottom: 0.28 };

  /** A year's value is due on its last day; a date stands for itself. Hanoi's midnight, as on the server. */
  const dayMs = (text) => Date.parse((/^\d{4}$/.test(String(text)) ? text + "-12-31" : text) + "T00:00:00+07:00");

  /**
   * The points of the plan, in the order of time.
   * @returns {Array<{at: number, v: number, kind: "base"|"aim", words: string}>}
   */
  function points(target) {
    const P = LSO.programme;
    const found = [];
    if (target.base) found.push({ at: dayMs(target.base.date), v: target.base.value, kind: "base", words: P.amount(target.base.value, target) });
    for (const aim of target.aims) if (aim.year) found.push({ at: dayMs(aim.year), v: aim.value, kind: "aim", words: P.amount(aim.value, target) });
    return found;
  }

  function shape(parent, tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    parent.appendChild(made);
    return made;
  }

  /** A text at a place of the drawing, in shares of its box. */
  function label(holder, className, words, x, y, side) {
    const made = holder.appendChild(make("span", "target-path-label " + className, words));
    made.style.left = (x * 100).toFixed(2) + "%";
    made.style.top = (y * 100).toFixed(2) + "%";
    made.dataset.side = side;
  }

  /**
   * Draw a target's path.
   * @param {HTMLElement} holder emptied first
   * @param {*} target
   * @param {number} now the server's clock
   */
  function path(holder, target, now) {
    const P = LSO.programme;
    holder.replaceChildren();
    const plan = points(target);
    const told = target.cell && target.cell.v !== null ? target.cell : null;
    const always = target.aims.find((aim) => !aim.year);
    const judged = target.valid_to ? Math.min(now, dayMs(target.valid_to)) : now;
    const values = [...plan.map((each) => each.v), always ? always.value : null, told ? told.v : null].filter((v) => v !== null);
    const start = Math.min(...plan.map((each) => each.at), told ? told.at : now, judged - BEFORE * YEAR_MS);
    const end = Math.max(...plan.map((each) => each.at), judged + BEFORE * YEAR_MS);
    let low = Math.min(...values);
    let high = Math.max(...values);
    const room = (high - low || Math.abs(high) || 1) * 0.12;
    low -= room;
    high += room;
    const down = target.better === "down";
    const x = (at) => MARGIN.left + ((at - start) / (end - start)) * (1 - MARGIN.left - MARGIN.right);
    const y = (v) => {
      const share = (v - low) / (high - low);
      return MARGIN.top + (down ? share : 1 - share) * (1 - MARGIN.top - MARGIN.bottom);
    };
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 1 1");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    holder.appendChild(svg);
    const line = (className, from, to) => shape(svg, "line", { class: className, x1: from[0], y1: from[1], x2: to[0], y2: to[1], "vector-effect": "non-scaling-stroke" });
    line("target-path-ground", [0, 0.86], [1, 0.86]);
    line("target-path-today", [x(judged), 0.06], [x(judged), 0.86]);
    if (always) line("target-path-plan", [x(start), y(always.value)], [x(end), y(always.value)]);
    for (let i = 1; i < plan.length; i++) line("target-path-plan", [x(plan[i - 1].at), y(plan[i - 1].v)], [x(plan[i].at), y(plan[i].v)]);
    if (plan.length) {
      const last = plan[plan.length - 1];
      if (last.at < end) line("target-path-plan is-kept", [x(last.at), y(last.v)], [x(end), y(last.v)]);
    }
    if (told && Math.abs(told.at - judged) > 0.05 * YEAR_MS) line("target-path-since", [x(told.at), y(told.v)], [x(judged), y(told.v)]);
    for (const each of plan) {
      point(holder, "is-" + each.kind, x(each.at), y(each.v));
      // The base is often the value itself: one label is enough.
      if (!told || told.at - each.at > 86400000 || told.v !== each.v) label(holder, "is-" + each.kind, each.words, x(each.at), y(each.v), each.at === end ? "right" : "above");
      label(holder, "is-year", String(new Date(each.at + 25200000).getUTCFullYear()), x(each.at), 1, "foot");
    }
    if (always) label(holder, "is-aim", P.amount(always.value, target), x(end), y(always.value), "right");
    label(holder, "is-year is-now", target.valid_to ? P.dateText(target.valid_to) : LSO.t("programme.today"), x(judged), 0, "head");
    if (told) {
      point(holder, "is-value", x(told.at), y(told.v));
      label(holder, "is-value", P.amount(told.v, target), x(told.at), y(told.v), target.ahead !== null && target.ahead < 0 !== down ? "below" : "above");
    }
    holder.setAttribute("role", "img");
    holder.setAttribute("aria-label", words(target, plan, told));
  }

  function point(holder, className, x, y) {
    const made = holder.appendChild(make("span", "target-path-point " + className));
    made.style.left = (x * 100).toFixed(2) + "%";
    made.style.top = (y * 100).toFixed(2) + "%";
  }

  /** The drawing for who cannot see it. */
  function words(target, plan, told) {
    const P = LSO.programme;
    const parts = plan.map((each) => `${new Date(each.at + 25200000).getUTCFullYear()}: ${each.words}`);
    if (told) parts.push(LSO.t("programme.today") + ": " + P.amount(told.v, target));
    if (target.path_now !== null) parts.push(LSO.t("programme.path_now", { value: P.amount(target.path_now, target) }));
    return LSO.t("programme.path") + ". " + parts.join("; ");
  }

  Object.assign(LSO.programme, { path });
})(typeof window === "undefined" ? globalThis : window);
