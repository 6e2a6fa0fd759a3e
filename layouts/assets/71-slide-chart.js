/**
 * Charts of a slide as SVG: one bar, or lines over time with axes, the limit and the day before as a ghost. Drawn in
 * pixels of the screen, so that letters have the size that is promised whatever the picture's size.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const SVG = "http://www.w3.org/2000/svg";
  /** Letters of the axes, in pixels of the design: nothing is smaller. */
  const TEXT = 27;
  const DESIGN_WIDTH = 1280;

  /** Add an SVG element. */
  function add(parent, tag, attributes, content) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (content !== undefined) element.textContent = content;
    if (parent) parent.appendChild(element);
    return element;
  }

  /** Pixels of the screen in one pixel of the slide's design. */
  const unit = (element) => (element.closest(".slide") || element).clientWidth / DESIGN_WIDTH;

  /** A bar of a share of its room, 0..1; a figure above 0 is never nothing. */
  LSO.slideBar = function (share) {
    const svg = add(null, "svg", { class: "slide-bar-room", "aria-hidden": "true", preserveAspectRatio: "none" });
    add(svg, "rect", { x: 0, y: 0, height: "100%", width: `${Math.max(share > 0 ? 1 : 0, share * 100).toFixed(2)}%` });
    return svg;
  };

  /**
   * Draw the lines of a chart into a holder that has its size.
   * @param {HTMLElement} holder
   * @param {*} chart of kind "line"
   */
  LSO.slideLine = function (holder, chart) {
    holder.replaceChildren();
    const b = unit(holder);
    const [width, height] = [holder.clientWidth, holder.clientHeight];
    const values = chart.series.flatMap((series) => series.values).filter((value) => value !== null);
    if (!width || !height || !values.length) return;
    const { low, high } = LSO.lineChart.range(values, chart.limit);
    const marks = LSO.lineChart.ticks(low, high);
    const write = (value) => LSO.format.number(value);
    const left = Math.max(...marks.map((mark) => write(mark).length)) * TEXT * 0.62 * b + 12 * b;
    const bottom = TEXT * 1.5 * b;
    const top = TEXT * 0.6 * b;
    const last = Math.max(1, chart.categories.length - 1);
    const x = (i) => left + (i / last) * (width - left - 4 * b);
    const y = (value) => top + (1 - (value - low) / (high - low)) * (height - bottom - top);
    const svg = add(holder, "svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": chart.title });
    for (const mark of marks) {
      add(svg, "line", { x1: left, x2: width, y1: y(mark), y2: y(mark), class: "slide-grid" });
      add(svg, "text", { x: left - 10 * b, y: y(mark) + TEXT * 0.35 * b, "text-anchor": "end" }, write(mark));
    }
    for (const i of hours(chart.categories)) {
      const at = Math.min(Math.max(x(i), left + TEXT * 1.3 * b), width - TEXT * 1.3 * b);
      add(svg, "text", { x: at, y: height - 6 * b, "text-anchor": "middle" }, chart.categories[i]);
    }
    if (chart.limit !== null) add(svg, "line", { x1: left, x2: width, y1: y(chart.limit), y2: y(chart.limit), class: "slide-limit" });
    // The ghost lies behind.
    for (const series of [...chart.series].reverse()) add(svg, "path", { d: path(series.values, x, y), "data-role": series.role, class: "slide-curve" });
  };

  /** Four times along the axis, full hours where there are some. */
  function hours(categories) {
    const full = categories.map((name, i) => [name, i]).filter(([name]) => name.endsWith(":00")).map(([, i]) => i);
    const from = full.length >= 4 ? full : categories.map((_, i) => i);
    const step = Math.max(1, Math.round(from.length / 4));
    return from.filter((_, i) => i % step === Math.floor(step / 2)).slice(0, 4);
  }

  function path(values, x, y) {
    let pen = "M";
    return values
      .map((value, i) => {
        if (value === null) {
          pen = "M";
          return "";
        }
        const step = `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
        pen = "L";
        return step;
      })
      .join("");
  }

  LSO.slideSvg = { add, unit };
})(typeof window === "undefined" ? globalThis : window);
