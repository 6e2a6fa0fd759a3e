/**
 * Plotly, fetched when the first chart is wanted and the figures stand already: a wall is read from its numbers, and a
 * third of a megabyte of script must not hold them up. The bundle is Plotly's own "basic" one (lines and bars), of the
 * version that the Python package carries.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const VERSION = "4.1.1";
  const ADDRESS = `/assets/plotly/plotly-basic-${VERSION}.min.js?m=${VERSION}`;
  /** A line that drops while the bundle comes is tried again, for as long as the screen lives. */
  const AGAIN_MS = 15000;
  let wanted = null;

  function fetched() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = ADDRESS;
      script.async = true;
      script.onload = () => resolve(root.Plotly);
      script.onerror = () => {
        script.remove();
        reject(new Error("Plotly did not come"));
      };
      document.head.append(script);
    });
  }

  async function come() {
    for (;;) {
      try {
        return await fetched();
      } catch {
        await new Promise((resolve) => root.setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  /** @returns {?object} Plotly, or null while it is on its way; the first call sends for it after the next picture. */
  LSO.plotly = function () {
    if (root.Plotly) return root.Plotly;
    // Two frames on, what is being drawn now has been painted.
    if (!wanted)
      wanted = new Promise((resolve) => root.requestAnimationFrame(() => root.requestAnimationFrame(resolve))).then(come);
    return null;
  };
})(typeof window === "undefined" ? globalThis : window);
