/**
 * Entering the programme's targets: a tile each for what people report, those that nobody told first. A step or a number
 * and the button: two touches. Where communes report too, the tile's second field says for whom the number is.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { data } = LSO.dom;
  const { numberField, control } = LSO.entryFields;
  const METRIC = "target_value";
  const PROVINCE = "lang-son";
  const MOST = 1e9;
  /** Which tiles come first: what nobody told, what only a document says, what is simulated, the rest. */
  const RANK = { none: 0, document: 1, feed: 3, manual: 4 };

  const rankOf = (target) => (target.basis === "feed" && target.cell && target.cell.sim ? 2 : RANK[target.basis]);

  /** What the target is to reach: "mục tiêu 90 % năm 2025". */
  function aimOf(target) {
    return LSO.t(target.aim.year ? "entry.target_aim" : "entry.target_aim_always", { value: LSO.programme.amount(target.aim.value, target), year: target.aim.year });
  }

  /** @returns {{element: HTMLElement, key: string, rank: function(): number, show: function(*, number, *, *): void}} */
  function tile(target, send) {
    let made = null;
    let told = target;
    const changed = () => made && made.changed();
    const value = numberField({ label: aimOf(target), steps: [-1, 1], lowest: target.lowest, highest: target.highest === null ? MOST : target.highest, decimals: target.unit === "%" ? Math.max(1, target.decimals) : target.decimals, changed });
    const byCommune = target.commune_metric === METRIC;
    const place = byCommune ? control(LSO.t("entry.place"), "select", [[PROVINCE, LSO.t("entry.province")]]) : null;
    const at = () => (place ? place.control.value : PROVINCE);
    const items = () => (value.taken() === null ? [] : [{ metric: METRIC, place: at(), dims: { target: target.key }, value: value.taken() }]);
    const fields = place ? [{ element: place.element, wrong: () => false, clear() {} }, value] : [value];
    made = LSO.entryForms.form({ title: LSO.name(target), metrics: [METRIC], fields, items }, send);
    data(made.element, "target", target.key);
    if (place) place.control.addEventListener("change", () => {
      value.clear();
      changed();
      follow(lastNow, lastSources);
    });
    let lastNow = 0;
    let lastSources = {};

    function follow(now, sources) {
      const cell = at() === PROVINCE ? told.cell : (told.communes || {})[at()];
      const source = cell && cell.src === "document" ? LSO.t("entry.target_document", { date: told.known ? told.known.date : "" }) : LSO.entryForms.about(cell, now, sources);
      const path = `programme/targets/${target.key}/` + (at() === PROVINCE ? "cell" : "communes/" + at());
      value.follow(cell, cell ? source : LSO.t("entry.target_none"), path);
    }

    return {
      element: made.element,
      key: target.key,
      rank: () => rankOf(told),
      places(communes) {
        if (!place || place.control.options.length > 1 || !communes.length) return;
        for (const each of communes) place.control.appendChild(new Option(LSO.name(each), each.id));
      },
      show(known, now, sources) {
        told = known;
        lastNow = now;
        lastSources = sources;
        data(made.element, "state", told.basis === "none" ? "missing" : null);
        follow(now, sources);
      },
    };
  }

  /**
   * All tiles under one holder.
   * @param {HTMLElement} holder
   * @param {function(Array<*>): Promise<?string>} send
   * @returns {{show: function(*, *, number, *): void}}
   */
  function targetTiles(holder, send) {
    const tiles = new Map();
    let ordered = "";
    return {
      show(programme, services, now, sources) {
        const targets = Object.values(programme.targets || {}).filter((each) => each && each.metric === METRIC && !each.valid_to);
        if (!targets.length) return;
        const communes = Object.values(services.communes || {}).filter(Boolean).sort((a, b) => LSO.name(a).localeCompare(LSO.name(b), LSO.page.lang));
        for (const target of targets) {
          if (!tiles.has(target.key)) tiles.set(target.key, tile(target, send));
          tiles.get(target.key).places(communes);
          tiles.get(target.key).show(target, now, sources);
        }
        const wanted = [...tiles.values()].sort((a, b) => a.rank() - b.rank());
        const names = wanted.map((each) => each.key).join();
        // Nothing moves under a finger.
        if (names === ordered || holder.querySelector(".is-changed") || holder.contains(root.document.activeElement)) return;
        ordered = names;
        holder.append(...wanted.map((each) => each.element));
      },
    };
  }

  LSO.entryTargets = { targetTiles };
})(typeof window === "undefined" ? globalThis : window);
