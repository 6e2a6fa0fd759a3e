/**
 * The self-test of a panel: what its type measures in millimetres and arc-minutes, which distance it serves, a ruler to
 * hold a tape against, and how this display and the others do.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, data, part, make } = LSO.dom;
  const F = LSO.format;
  const SVG = "http://www.w3.org/2000/svg";
  const RULER_MM = 200;
  const AGAIN_MS = 5000;
  const LINES = 30;

  const metres = (value) => LSO.t("selftest.metres", { value: F.number(value, undefined, 1) });
  const millimetres = (value) => LSO.t("selftest.millimetres", { value: F.number(value, undefined, 1) });

  function start(main) {
    const facts = LSO.page.facts.wall || {};
    const panel = LSO.panelType.panelOf(facts, "", root.location.search);
    const awake = LSO.keepAwake(() => {});
    const sweep = LSO.pixelSweep(main);
    let stopped = false;

    function measure() {
      const ratio = root.devicePixelRatio || 1;
      const type = LSO.panelType.typeOf(panel, root.innerWidth, root.innerHeight, ratio);
      main.style.setProperty("--far-factor", type.factor.toFixed(4));
      text(part(main, "panel"), LSO.t("selftest.panel", {
        name: LSO.name(panel), inches: F.number(panel.diagonal_in), metres: F.number(panel.distance_m, undefined, panel.distance_m % 1 ? 1 : 0),
      }));
      const verdict = part(main, "verdict");
      text(verdict, LSO.t(type.enough ? "selftest.enough" : "selftest.not_enough", { serves: metres(type.servesM), distance: metres(panel.distance_m) }));
      data(verdict, "enough", String(type.enough));
      about(type, ratio);
      for (const row of part(main, "sizes").querySelectorAll("tbody tr")) size(row, type, ratio);
      ruler(type);
    }

    function about(type, ratio) {
      const width = Math.round(root.innerWidth * ratio);
      const height = Math.round(root.innerHeight * ratio);
      const told = panel.width_px ? panel.width_px + "×" + panel.height_px : null;
      list(part(main, "facts"), [
        ["address", "/wall/" + panel.id],
        ["window", root.innerWidth + "×" + root.innerHeight + " · " + F.number(ratio, undefined, 2) + " · " + width + "×" + height],
        ["told", told ? told + (told === width + "×" + height ? "" : " · " + LSO.t("selftest.differs")) : LSO.t("selftest.not_told")],
        ["pitch", LSO.t("selftest.millimetres", { value: F.number(type.pitchMm, undefined, 3) })],
        ["factor", F.number(type.factor, undefined, 2) + (type.needed > type.factor * 1.001 ? " · " + LSO.t("selftest.needed", { value: F.number(type.needed, undefined, 2) }) : "")],
        ["serves", metres(type.servesM)],
      ]);
    }

    /** One size of type: CSS pixels, cap height, angle at the farthest seat, and from how far it can be read. */
    function size(row, type, ratio) {
      const px = Number(row.dataset.size);
      const far = row.dataset.kind === "far";
      const cap = type.capMm(px, far);
      const angle = type.arcMinutes(px, far, panel.distance_m);
      text(part(row, "px"), F.number(px * type.unit * (far ? type.factor : 1) * ratio, undefined, 1));
      text(part(row, "mm"), millimetres(cap));
      text(part(row, "arc"), LSO.t("selftest.minutes", { value: F.number(angle, undefined, 1) }));
      text(part(row, "reads"), metres(cap / LSO.panelType.MM_PER_M));
      data(row, "enough", far ? String(angle >= LSO.panelType.ARC_MINUTES * 0.999) : null);
    }

    function ruler(type) {
      const box = part(main, "ruler");
      const length = Math.floor(Math.min(RULER_MM, (box.clientWidth - 40) * type.pitchMm) / 10) * 10;
      const at = (mm) => 1 + mm / type.pitchMm;
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("width", String(at(length) + 40));
      svg.setAttribute("height", "64");
      for (let mm = 0; mm <= length; mm += type.pitchMm > 0.6 ? 5 : 1) {
        const line = document.createElementNS(SVG, "line");
        const x = String(at(mm));
        const high = mm % 10 === 0 ? 34 : mm % 5 === 0 ? 24 : 14;
        for (const [name, value] of Object.entries({ x1: x, x2: x, y1: "0", y2: String(high) })) line.setAttribute(name, value);
        svg.append(line);
        if (mm % 50 !== 0) continue;
        const label = document.createElementNS(SVG, "text");
        label.setAttribute("x", x);
        label.setAttribute("y", "56");
        label.textContent = mm === 0 ? "0" : LSO.t("selftest.centimetres", { value: F.number(mm / 10) });
        svg.append(label);
      }
      box.replaceChildren(svg);
    }

    function health() {
      const lock = awake.state();
      list(part(main, "health"), [
        ["lock", LSO.t("selftest.lock." + lock)],
        ["secure", LSO.t(root.isSecureContext ? "selftest.secure_yes" : "selftest.secure_no")],
        ["storage", LSO.t(storage() ? "selftest.storage_yes" : "selftest.storage_no")],
        ["motion", LSO.t(root.matchMedia("(prefers-reduced-motion: reduce)").matches ? "selftest.motion_reduced" : "selftest.motion_full")],
        ["reload", facts.reload_at ? LSO.t("selftest.reload_at", { time: facts.reload_at }) : LSO.t("selftest.reload_never")],
        ["version", facts.version || ""],
      ]);
    }

    function list(box, rows) {
      box.replaceChildren(...rows.filter(([, value]) => value).flatMap(([name, value]) => {
        const term = make("dt", "", LSO.t("selftest.fact." + name));
        const said = make("dd", "", value);
        said.dataset.fact = name;
        return [term, said];
      }));
    }

    async function ask() {
      try {
        const [screens, journal] = await Promise.all(
          ["/api/v1/screens", "/api/v1/screens/journal?screen=wall&limit=" + LINES].map(async (path) => (await root.fetch(path)).json())
        );
        if (stopped) return;
        rows("screens", screens.screens.map((one) => screenRow(one)));
        rows("journal", journal.entries.map((line) => journalRow(line)));
      } catch (error) {
        if (!stopped) rows("screens", []);
      }
    }

    function screenRow(one) {
      const last = one.displays[0] || {};
      const scene = last.scene ? LSO.t("scene." + last.scene) + (last.code ? " · " + last.code : "") : "";
      return [LSO.name(one) + " · " + one.url, LSO.t("selftest.beat." + one.state), one.age_s === null ? "" : F.ago(one.age_s), scene,
        last.lock ? LSO.t("selftest.lock." + last.lock) : "", last.width ? last.width + "×" + last.height : ""];
    }

    const journalRow = (line) => [F.day(line.at) + " " + F.clock(line.at, "hanoi", true), line.panel, LSO.t("selftest.kind." + line.kind),
      line.for_ms ? F.duration(line.for_ms / 1000) : "", line.detail];

    function rows(name, found) {
      part(main, name + "-rows").replaceChildren(...found.map((cells) => {
        const row = make("tr");
        row.append(...cells.map((cell) => make("td", "", cell)));
        return row;
      }));
      LSO.dom.show(part(main, name + "-empty"), found.length === 0);
    }

    function storage() {
      try {
        root.localStorage.setItem("lso-self-test", "1");
        root.localStorage.removeItem("lso-self-test");
        return true;
      } catch (error) {
        return false;
      }
    }

    function links() {
      part(main, "panels").replaceChildren(...Object.values(facts.panels || {}).map((one) => {
        const link = make("a", "", LSO.name(one));
        link.href = "/wall/self-test?panel=" + encodeURIComponent(one.id);
        if (one.id === panel.id) link.setAttribute("aria-current", "page");
        return link;
      }));
    }

    for (const span of main.querySelectorAll("[data-grey]")) {
      const grey = Number(span.dataset.grey);
      span.style.background = `hsl(0 0% ${grey}%)`;
      span.style.color = `hsl(0 0% ${grey >= 50 ? 0 : 100}%)`;
    }
    links();
    measure();
    health();
    ask();
    const timer = root.setInterval(() => {
      health();
      ask();
    }, AGAIN_MS);
    root.addEventListener("resize", measure);
    return function stop() {
      stopped = true;
      root.clearInterval(timer);
      root.removeEventListener("resize", measure);
      sweep.stop();
      awake.stop();
    };
  }

  LSO.onScreen("selftest", start);
})(typeof window === "undefined" ? globalThis : window);
