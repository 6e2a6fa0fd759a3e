/**
 * Where labels stand on the map: beside their point, never over another label, a mark or a box.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** @typedef {{x: number, y: number, w: number, h: number}} Box */

  const crossing = (a, b) =>
    Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) *
    Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));

  /** Right, left, then above and below, then the corners: the order in which a reader expects a label. */
  function candidates(point, size, gap) {
    const { x, y } = point;
    const { w, h } = size;
    const near = [
      [x + gap, y - h / 2], [x - gap - w, y - h / 2], [x - w / 2, y - gap - h], [x - w / 2, y + gap],
      [x + gap, y - gap - h], [x + gap, y + gap], [x - gap - w, y - gap - h], [x - gap - w, y + gap],
    ];
    const far = [1.6, 2.4].flatMap((k) => [
      [x + gap, y - h * k - gap], [x + gap, y + h * (k - 1) + gap], [x - gap - w, y - h * k - gap], [x - gap - w, y + h * (k - 1) + gap],
    ]);
    return [...near, ...far].map(([left, top]) => ({ x: left, y: top, w, h }));
  }

  /** A label with the space of a word before and after it: two side by side must not read as one. */
  const spaced = (box) => ({ ...box, x: box.x - 0.3 * Math.min(box.h, 30), w: box.w + 0.6 * Math.min(box.h, 30) });

  /**
   * Place labels in their order; the first are served best.
   * @param {Array<{point: {x: number, y: number}, size: {w: number, h: number}, gap: number}>} labels
   * @param {Box[]} taken boxes nothing may cover
   * @param {{w: number, h: number}} area inside which a label must lie
   * @returns {Array<?Box>} null where no place without a crossing exists
   */
  function place(labels, taken, area) {
    const used = [...taken];
    return labels.map((label) => {
      let best = null;
      let least = Infinity;
      for (const box of candidates(label.point, label.size, label.gap)) {
        if (box.x < 0 || box.y < 0 || box.x + box.w > area.w || box.y + box.h > area.h) continue;
        const cost = used.reduce((sum, other) => sum + crossing(box, other), 0);
        if (cost < least) {
          best = box;
          least = cost;
        }
        // Touching a line by a hair beats standing far from one's point.
        if (cost <= 0.015 * box.w * box.h) break;
      }
      // A few pixels of a mark may be touched; text over text may not.
      if (!best || least > 0.04 * best.w * best.h) return null;
      used.push(spaced(best));
      return best;
    });
  }

  /**
   * Keep a set of labels in a map's overlay.
   * @param {HTMLElement} overlay the .map-labels element
   */
  LSO.mapLabels = function (overlay) {
    /** @type {Map<string, {element: HTMLElement, icon: HTMLElement, words: HTMLElement, detail: HTMLElement}>} */
    const known = new Map();

    function element(key) {
      if (!known.has(key)) {
        const holder = LSO.dom.make("span", "map-label");
        const icon = holder.appendChild(LSO.dom.make("span", "icon"));
        icon.setAttribute("aria-hidden", "true");
        const lines = holder.appendChild(LSO.dom.make("span", "map-label-lines"));
        const words = lines.appendChild(LSO.dom.make("span", ""));
        const detail = lines.appendChild(LSO.dom.make("span", "map-label-detail"));
        overlay.appendChild(holder);
        known.set(key, { element: holder, icon, words, detail });
      }
      return known.get(key);
    }

    const sizeOf = (made) => ({ w: made.element.offsetWidth, h: made.element.offsetHeight });

    /** Whether a box stands beside its point and not somewhere in the neighbourhood. */
    const beside = (box, { point, gap }) =>
      box.x <= point.x + 2 * gap && box.x + box.w >= point.x - 2 * gap && box.y <= point.y + 2 * gap && box.y + box.h >= point.y - 2 * gap;

    /** First a place for every name; then each, the first ones first, says as much more as the others leave room for. */
    function fitted(labels, taken, area) {
      for (const label of labels) LSO.dom.text(known.get(label.key).detail, null);
      const boxes = place(labels.map((label) => ({ ...label, size: sizeOf(known.get(label.key)) })), taken, area);
      labels.forEach((label, i) => {
        const made = known.get(label.key);
        const used = [...taken, ...boxes.filter((box, k) => box && k !== i).map(spaced)];
        for (const detail of boxes[i] ? (label.details || []).filter(Boolean) : []) {
          LSO.dom.text(made.detail, detail);
          const found = place([{ ...label, size: sizeOf(made) }], used, area)[0];
          if (found && beside(found, label)) {
            boxes[i] = found;
            return;
          }
          LSO.dom.text(made.detail, null);
        }
      });
      return boxes;
    }

    /**
     * @param {Array<{key: string, text: string, details?: string[], point: {x: number, y: number}, gap: number, priority?: ?string,
     *   details: what quieter lines below may say, the longest first; state?: ?string, quiet?: boolean, plain?: boolean}>} labels; plain: without an icon; the most important first
     * @param {Box[]} taken
     */
    return function show(labels, taken) {
      const wanted = new Set(labels.map((label) => label.key));
      for (const [key, made] of known)
        if (!wanted.has(key)) {
          made.element.remove();
          known.delete(key);
        }
      const area = { w: overlay.clientWidth, h: overlay.clientHeight };
      for (const label of labels) {
        const made = element(label.key);
        LSO.dom.text(made.words, label.text);
        LSO.dom.data(made.icon, "icon", !label.plain && label.priority ? label.priority : null);
        LSO.dom.data(made.element, "priority", label.priority);
        LSO.dom.data(made.element, "state", label.state);
        made.element.classList.toggle("is-quiet", Boolean(label.quiet));
      }
      const boxes = fitted(labels, taken, area);
      labels.forEach((label, i) => {
        const style = known.get(label.key).element.style;
        const box = boxes[i];
        style.visibility = box ? "visible" : "hidden";
        if (box) style.transform = `translate(${Math.round(box.x)}px, ${Math.round(box.y)}px)`;
      });
    };
  };
  /** Boxes along a line, so that labels keep off it. */
  function along(points, half) {
    const boxes = [];
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1], points[i]];
      const steps = Math.min(40, Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / (half * 2))));
      for (let k = 0; k <= steps; k++) {
        const x = a.x + ((b.x - a.x) * k) / steps;
        const y = a.y + ((b.y - a.y) * k) / steps;
        boxes.push({ x: x - half, y: y - half, w: 2 * half, h: 2 * half });
      }
    }
    return boxes;
  }

  LSO.mapLabels.place = place;
  LSO.mapLabels.along = along;
})(typeof window === "undefined" ? globalThis : window);
