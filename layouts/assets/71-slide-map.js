/**
 * The map of a slide as SVG: shapes in a box of 0..1, labels beside it with leaders to their gates.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const TEXT = 29;
  const AREAS = new Set(["land", "commune", "lost"]);

  /**
   * Draw a map into a holder that has its size; the box is fitted into it.
   * @param {HTMLElement} holder
   * @param {{shapes: Array<{kind: string, points: Array<[number, number]>, label: string, priority: ?string}>, aspect: number}} map
   */
  LSO.slideMap = function (holder, map) {
    const { add, unit } = LSO.slideSvg;
    holder.replaceChildren();
    const b = unit(holder);
    const height = Math.min(holder.clientHeight, holder.clientWidth / map.aspect);
    const width = height * map.aspect;
    if (!height) return;
    const at = ([x, y]) => `${(x * width).toFixed(1)} ${(y * height).toFixed(1)}`;
    const svg = add(holder, "svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": LSO.t("briefing.map") });
    for (const shape of map.shapes) {
      if (shape.kind === "gate") continue;
      const line = "M" + shape.points.map(at).join("L") + (AREAS.has(shape.kind) ? "Z" : "");
      add(svg, "path", { d: line, class: "slide-shape", "data-kind": shape.kind, "data-priority": shape.priority || "none" });
    }
    for (const shape of map.shapes) if (shape.kind === "gate") gate(svg, shape);

    function gate(parent, shape) {
      const group = add(parent, "g", { class: "slide-gate", "data-priority": shape.priority || "none" });
      const [place, label] = shape.points;
      const [x, y] = [place[0] * width, place[1] * height];
      if (label && shape.label) {
        const [tx, ty] = [label[0] * width, label[1] * height];
        add(group, "path", { d: `M${x} ${y}L${tx - 24 * b} ${ty}H${tx - 8 * b}`, class: "slide-leader" });
        add(group, "text", { x: tx, y: ty + TEXT * 0.36 * b }, shape.label);
      }
      mark(group, shape.priority, x, y, 11 * b);
    }

    /** Shape as well as colour: a diamond, a triangle, a dot. */
    function mark(parent, priority, x, y, r) {
      if (priority === "critical") add(parent, "path", { d: `M${x} ${y - r * 1.3}l${r * 1.3} ${r * 1.3}l${-r * 1.3} ${r * 1.3}l${-r * 1.3} ${-r * 1.3}Z`, class: "slide-dot" });
      else if (priority === "high") add(parent, "path", { d: `M${x} ${y - r * 1.2}L${x + r * 1.25} ${y + r}H${x - r * 1.25}Z`, class: "slide-dot" });
      else add(parent, "circle", { cx: x, cy: y, r: r * 0.7, class: "slide-dot" });
    }
  };
})(typeof window === "undefined" ? globalThis : window);
