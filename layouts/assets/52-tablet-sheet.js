/**
 * The tablet's sheet: one alert with who has it, until when, and what to do. Live while it is open; its address is
 * "#/alert/ID", so that going back closes it.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;

  /**
   * @param {HTMLElement} main
   * @param {function(): void} back leaves the sheet's address
   */
  LSO.tabletSheet = function (main, back) {
    const sheet = part(main, "sheet");
    let id = null;
    let drawn = "";

    part(sheet, "sheet-close").addEventListener("click", () => sheet.close());
    // A touch beside the sheet closes it: the backdrop belongs to the dialog itself.
    sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
    sheet.addEventListener("close", () => {
      if (id === null) return;
      id = null;
      back();
    });

    /** Show an alert, or none. */
    function show_(wanted) {
      if (wanted === id) return;
      id = wanted;
      drawn = "";
      if (id === null) {
        if (sheet.open) sheet.close();
      } else if (!sheet.open) sheet.showModal();
    }

    function draw(store, now) {
      if (id === null) return;
      const alert = (store.get("alerts").items || {})[id];
      if (!alert) {
        // It is over while somebody reads it; before the list has come nothing is known of it.
        if (store.has("alerts")) sheet.close();
        return;
      }
      data(sheet, "priority", alert.priority);
      data(part(sheet, "sheet-icon"), "icon", alert.priority);
      text(part(sheet, "sheet-title"), LSO.text(alert, "summary"));
      text(part(sheet, "sheet-meta"), [LSO.t("priority." + alert.priority), LSO.alerts.since(alert, now), LSO.alerts.lasted(alert, now), alert.simulated ? LSO.t("sim.mark") : ""].filter(Boolean).join(" · "));
      text(part(sheet, "sheet-until"), LSO.tabletNeeds.deadline(alert, now));
      const gate = LSO.page.gates.find((one) => one.id === (alert.gate || alert.place));
      const commune = String(alert.place).startsWith("commune.");
      const where = part(sheet, "sheet-where");
      show(where, Boolean(gate) || commune);
      where.setAttribute("href", gate ? "#/gate/" + gate.id : commune ? "#/" + (LSO.tabletCommunes.topicOf(alert) + "/" + alert.place) : "#/now");
      rows(alert, store);
    }

    function rows(alert, store) {
      const { value, limit } = LSO.alerts.against(alert);
      const found = [];
      const put = (key, words) => words && found.push([LSO.t(key), words]);
      if (value) found.push([LSO.alerts.valueName(alert), value]);
      put("duty.figure.limit", limit);
      put("tablet.who", LSO.alerts.holder(alert));
      put("duty.note", alert.note);
      put("duty.text.where", LSO.lostCoverage.details(store.get("network").lost, alert).join(" "));
      for (const name of ["response", "cause", "consequence", "owner"]) put("duty.text." + name, LSO.text(alert, name));
      const key = JSON.stringify(found);
      if (key === drawn) return;
      drawn = key;
      part(sheet, "sheet-rows").replaceChildren(...found.map(([label, words]) => {
        const row = make("div", "sheet-row" + (words.length > 60 ? " is-long" : ""));
        row.append(make("dt", "", label), make("dd", "", words));
        return row;
      }));
    }

    return { show: show_, draw, alert: () => id, close: () => show_(null) };
  };
})(typeof window === "undefined" ? globalThis : window);
