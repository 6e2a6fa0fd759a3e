// What the eye would trip over in the gallery's specimens: text cut off, over other text, too small for its screen, or
// too faint for its ground. Returns one sentence a finding: "piece/state: what". No picture is compared with another.
() => {
  const found = [];
  const within = 1.5; // pixels that a glyph's box may reach beyond its line
  const parse = (text) => {
    const parts = (text.match(/[\d.]+/g) || []).map(Number);
    if (text.startsWith("color(srgb")) return [...parts.slice(0, 3).map((part) => part * 255), parts[3] === undefined ? 1 : parts[3]];
    return parts.length < 3 ? [0, 0, 0, 0] : [parts[0], parts[1], parts[2], parts[3] === undefined ? 1 : parts[3]];
  };
  const over = (top, under) => top.slice(0, 3).map((part, i) => part * top[3] + under[i] * (1 - top[3]));
  const parentOf = (node) => node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const ground = (element) => {
    const layers = [];
    for (let node = element; node; node = parentOf(node)) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const opacity = (element) => {
    let found = 1;
    for (let node = element; node; node = parentOf(node)) found *= Number(getComputedStyle(node).opacity);
    return found;
  };
  const unseen = (element) => {
    if (!element.checkVisibility()) return true; // also what lies in closed details
    for (let node = element; node; node = parentOf(node)) {
      const style = getComputedStyle(node);
      if (style.display === "none" || style.visibility !== "visible" || Number(style.opacity) === 0) return true;
      // Read out, not shown: the one pixel that screen readers get.
      if (style.clipPath === "inset(50%)" || style.clip === "rect(0px, 0px, 0px, 0px)") return true;
    }
    return false;
  };

  /** The panel, card or button that a text stands on: the nearest ground of its own. */
  const boxOf = (element, inner) => {
    for (let node = element; node && node !== inner && !(node instanceof SVGElement); node = node.parentElement) {
      const style = getComputedStyle(node);
      if (/auto|scroll/.test(style.overflowX) || (style.textOverflow === "ellipsis" && style.overflowX === "hidden")) return null;
      if (style.display !== "inline" && parse(style.backgroundColor)[3] > 0.5) return node.getBoundingClientRect();
    }
    return null;
  };

  /** What of a line is left by the boxes that shorten it: an ellipsis hides the rest. */
  const seenPart = (element, inner, line) => {
    const part = { ...line };
    for (let node = element; node && node !== inner; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (!/hidden|clip/.test(style.overflowX + style.overflowY)) continue;
      const outer = node.getBoundingClientRect();
      part.left = Math.max(part.left, outer.left);
      part.right = Math.min(part.right, outer.right);
      part.top = Math.max(part.top, outer.top);
      part.bottom = Math.min(part.bottom, outer.bottom);
    }
    return part;
  };

  for (const specimen of document.querySelectorAll(".gallery-specimen")) {
    const section = specimen.closest("[data-piece]");
    const where = `${section.dataset.piece}/${specimen.parentElement.dataset.state}`;
    const tell = (what) => found.push(`${where}: ${what}`);
    if (specimen.parentElement.dataset.failed) tell(`not drawn: ${specimen.parentElement.dataset.failed}`);
    const inner = specimen.shadowRoot && specimen.shadowRoot.querySelector("[data-piece]");
    if (!inner) {
      tell("has no specimen");
      continue;
    }
    const frame = inner.getBoundingClientRect();
    const scale = frame.width / Number(section.dataset.width);
    const least = Number(section.dataset.least);
    const boxes = [];
    let words = 0;
    const walker = document.createTreeWalker(inner, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!node.data.trim() || /^(SCRIPT|STYLE|OPTION)$/i.test(element.tagName) || unseen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width < 1 || box.height < 1) continue;
      words += 1;
      const style = getComputedStyle(element);
      const name = `"${node.data.trim().slice(0, 30)}" <${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""}>`;
      const matrix = element instanceof SVGElement && element.getScreenCTM ? element.getScreenCTM() : null;
      const px = parseFloat(style.fontSize) * (matrix ? Math.hypot(matrix.a, matrix.b) / scale : 1);
      if (px < least - 0.5) tell(`small: ${px.toFixed(1)} px, at least ${least}: ${name}`);
      if (box.left < frame.left - within || box.right > frame.right + within) tell(`outside: ${name}`);
      const card = boxOf(element, inner);
      if (card && (box.right > card.right + within || box.left < card.left - within)) tell(`outside: its box: ${name}`);
      let scrolled = false;
      for (let parent = element, depth = 0; parent && parent !== inner.parentNode && depth < 12; parent = parent.parentElement, depth++) {
        const flow = getComputedStyle(parent);
        if (/auto|scroll/.test(flow.overflowX + flow.overflowY)) {
          scrolled = true;
          break;
        }
        if (!/hidden|clip/.test(flow.overflowX + flow.overflowY)) continue;
        if (flow.textOverflow === "ellipsis" || flow.webkitLineClamp !== "none") break; // shortened on purpose, and says so
        const outer = parent.getBoundingClientRect();
        const slack = within + box.height * 0.2 * (parent === element ? 1 : 0); // line height is not ink
        if (box.right > outer.right + within || box.left < outer.left - within || box.bottom > outer.bottom + slack || box.top < outer.top - slack)
          tell(`clipped: ${name}`);
        break;
      }
      if (!element.closest(":disabled")) {
        const under = ground(element);
        const ink = parse(element instanceof SVGElement ? style.fill : style.color);
        const seen = contrast(over([ink[0], ink[1], ink[2], ink[3] * opacity(element)], under), under);
        const large = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700);
        if (seen < (large ? 3 : 4.5) - 0.02) tell(`faint: ${seen.toFixed(2)} ${name}`);
      }
      if (scrolled) continue;
      for (const line of range.getClientRects()) {
        const pad = line.height * 0.2;
        const part = seenPart(element, inner, { left: line.left, right: line.right, top: line.top + pad, bottom: line.bottom - pad });
        if (part.right > part.left && part.bottom > part.top) boxes.push({ name, node, ...part });
      }
    }
    if (!words) tell("says nothing");
    for (let i = 0; i < boxes.length; i++)
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i], boxes[j]];
        if (a.node === b.node) continue;
        const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (w <= 1 || h <= 1) continue;
        const smaller = Math.min((a.right - a.left) * (a.bottom - a.top), (b.right - b.left) * (b.bottom - b.top));
        if (w * h > 0.15 * smaller) tell(`overlap: ${a.name} × ${b.name}`);
      }
  }
  return [...new Set(found)];
}
