/**
 * The table of live alerts: one row an alert, kept in place and only moved or rewritten where something changed.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, data, make } = LSO.dom;
  const F = LSO.format;
  const COLUMNS = ["priority", "state", "place", "value", "age", "who", "note"];

  /**
   * @param {HTMLElement} main
   * @param {function(string): void} choose told the id of the alert that was clicked
   */
  LSO.dutyTable = function (main, choose) {
    const table = LSO.dom.part(main, "table");
    const body = LSO.dom.part(main, "rows");
    /** @type {Map<string, {row: HTMLElement, cells: Object<string, HTMLElement>}>} */
    const rows = new Map();

    function rowOf(id) {
      if (!rows.has(id)) {
        const row = make("tr", "alert-row");
        row.setAttribute("role", "row");
        const cells = {};
        for (const name of COLUMNS) {
          cells[name] = row.appendChild(make("td", "col-" + name));
          cells[name].setAttribute("role", "gridcell");
        }
        const mark = cells.priority.appendChild(make("span", "icon"));
        mark.setAttribute("aria-hidden", "true");
        cells.mark = mark;
        cells.priorityWord = cells.priority.appendChild(make("span", "priority-word"));
        cells.badge = cells.state.appendChild(make("span", "badge"));
        cells.placeName = cells.place.appendChild(make("span", "place-name"));
        cells.short = cells.place.appendChild(make("span", "place-short"));
        cells.amount = cells.value.appendChild(make("span", "value-amount"));
        cells.limit = cells.value.appendChild(make("span", "value-limit"));
        row.addEventListener("click", () => choose(id));
        row.addEventListener("focus", () => row.getAttribute("aria-selected") === "true" || choose(id));
        rows.set(id, { row, cells });
      }
      return rows.get(id);
    }

    function fill({ row, cells }, alert, selected, store, now) {
      const { value, limit } = LSO.alerts.against(alert);
      data(row, "priority", alert.priority);
      data(row, "state", alert.state);
      data(cells.mark, "icon", alert.priority);
      data(cells.badge, "state", alert.state);
      text(cells.priorityWord, LSO.t("priority." + alert.priority));
      text(cells.badge, LSO.alerts.stateWord(alert));
      text(cells.placeName, LSO.alerts.place(alert, store.get));
      text(cells.short, LSO.text(alert, "short"));
      text(cells.amount, value);
      LSO.dom.cell(cells.amount, `alerts/items/${alert.id}`);
      text(cells.limit, limit === null ? null : LSO.t("duty.limit", { limit }));
      write(cells.age, F.age(Math.max(0, now - alert.started_at) / 1000));
      write(cells.who, alert.acked_by || "");
      write(cells.note, alert.note || "");
      const chosen = alert.id === selected;
      if (row.getAttribute("aria-selected") !== String(chosen)) row.setAttribute("aria-selected", String(chosen));
      // One row is in the order of Tab, the chosen one; the keys move from there.
      row.tabIndex = chosen ? 0 : -1;
    }

    /** A cell keeps its place when it is empty. */
    function write(cell, value) {
      if (cell.textContent !== value) cell.textContent = value;
    }

    return {
      show(alerts, selected, store, now) {
        LSO.dom.show(table, alerts.length > 0);
        const wanted = new Set(alerts.map((alert) => alert.id));
        for (const [id, { row }] of rows)
          if (!wanted.has(id)) {
            row.remove();
            rows.delete(id);
          }
        alerts.forEach((alert, i) => {
          const held = rowOf(alert.id);
          fill(held, alert, selected, store, now);
          if (body.children[i] !== held.row) body.insertBefore(held.row, body.children[i] || null);
        });
      },
      /** Bring a row into view and give it the keys, so that a screen reader reads it out. */
      focus(id) {
        const held = rows.get(id);
        if (held) held.row.focus();
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
