// What the eye would trip over, measured in the page: returns a list of sentences, empty when all is well.
(minPx) => {
  const found = [], boxes = [], width = innerWidth, height = innerHeight;
  const root = document.scrollingElement;
  if (root.scrollWidth > width + 1 || root.scrollHeight > height + 1)
    found.push(`scrolls: ${root.scrollWidth}×${root.scrollHeight} in ${width}×${height}`);
  const hidden = (element) => {
    if (element.checkVisibility && !element.checkVisibility()) return true; // in a closed <details>, for one
    for (let node = element; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.display === "none" || style.visibility !== "visible" || Number(style.opacity) === 0) return true;
      // Written for those who listen: cut to nothing on purpose.
      if (style.clipPath === "inset(50%)" || style.clip === "rect(0px, 0px, 0px, 0px)") return true;
    }
    return false;
  };
  // The window of a scrolled part: what lies beyond it is not seen.
  const seen = (element, line) => {
    const part = { left: line.left, right: line.right, top: line.top, bottom: line.bottom };
    for (let parent = element; parent; parent = parent.parentElement) {
      const style = getComputedStyle(parent);
      if (parent === root || parent === document.body || !/auto|scroll/.test(style.overflowX + style.overflowY)) continue;
      const outer = parent.getBoundingClientRect();
      part.left = Math.max(part.left, outer.left);
      part.right = Math.min(part.right, outer.right);
      part.top = Math.max(part.top, outer.top);
      part.bottom = Math.min(part.bottom, outer.bottom);
    }
    return part.right > part.left && part.bottom > part.top ? part : null;
  };
  // What lies under an open dialog is dimmed and not read.
  const walker = document.createTreeWalker(document.querySelector("dialog:modal") || document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || /^(SCRIPT|STYLE|NOSCRIPT)$/i.test(element.tagName) || hidden(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const matrix = element instanceof SVGElement && element.getScreenCTM ? element.getScreenCTM() : null;
    const px = parseFloat(getComputedStyle(element).fontSize) * (matrix ? Math.hypot(matrix.a, matrix.b) : 1);
    const name = `"${node.data.trim().slice(0, 40)}" <${element.tagName.toLowerCase()}.${element.className}>`;
    if (box.left < -1 || box.top < -1 || box.right > width + 1 || box.bottom > height + 1) found.push(`outside: ${name}`);
    if (px < minPx - 0.5) found.push(`small: ${px.toFixed(1)} px ${name}`);
    for (let parent = element, depth = 0; parent && depth < 4; parent = parent.parentElement, depth++) {
      const style = getComputedStyle(parent);
      if (!/hidden|clip/.test(style.overflowX + style.overflowY)) continue;
      const outer = parent.getBoundingClientRect();
      if (box.right > outer.right + 1 || box.bottom > outer.bottom + 1 || box.left < outer.left - 1 || box.top < outer.top - 1)
        found.push(`clipped: ${name}`);
      break;
    }
    // Text that runs out of its own column touches what stands beside it, even where the two do not yet overlap.
    const own = element.getBoundingClientRect();
    if (!(element instanceof SVGElement) && getComputedStyle(element).display !== "contents" && (box.right > own.right + 1.5 || box.left < own.left - 1.5))
      found.push(`spills: ${name}`);
    for (const whole of range.getClientRects()) {
      const line = seen(element, whole);
      if (!line) continue;
      const pad = whole.height * 0.18; // line height is not ink
      boxes.push({ name, node, left: line.left, right: line.right, top: line.top + pad, bottom: line.bottom - pad });
    }
  }
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length; j++) {
      const a = boxes[i], b = boxes[j];
      if (a.node === b.node) continue;
      const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (w <= 1 || h <= 1) continue;
      const smaller = Math.min((a.right - a.left) * (a.bottom - a.top), (b.right - b.left) * (b.bottom - b.top));
      if (w * h > 0.15 * smaller) found.push(`overlap: ${a.name} × ${b.name}`);
    }
  return found;
}
