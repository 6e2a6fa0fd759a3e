/**
 * The scenes of the wall: who draws which, and which of them is on show.
 *
 * A scene registers once with LSO.scene(name, start). start(section, context) is called once, when the scene is first
 * shown; the section has its size by then. draw() is called only while the scene is on show, at most once a frame and at
 * least once a second, and reads context.settings each time: held alerts show one scene for one gate after the other.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /**
   * @typedef {{settings: Object<string, *>, panel: *, colours: Object<string, string>}} SceneContext
   *   settings: the scene's own mapping in config/screens.yaml as of now; a held alert's gate comes as {gate: "tan-thanh"}.
   * @typedef {{draw: function(*, number): void, stop: function(): void, gate?: function(): ?string}} Scene
   *   draw(store, now); gate: the gate it shows just now, for a scene that chooses one by itself.
   */

  /** @type {Map<string, function(HTMLElement, SceneContext): Scene>} */
  const known = new Map();

  /**
   * Register a scene.
   * @param {string} name
   * @param {function(HTMLElement, SceneContext): Scene} start
   */
  LSO.scene = (name, start) => void known.set(name, start);

  /**
   * The stage of a wall: all scenes' sections, one of them visible.
   * @param {HTMLElement} main
   * @param {*} panel the panel's own mapping, as in config/screens.yaml
   */
  LSO.wallStage = function (main, panel) {
    const sections = new Map([...main.querySelectorAll(".wall-scene")].map((each) => [each.dataset.scene, each]));
    /** @type {Map<string, {scene: Scene, context: SceneContext}>} */
    const started = new Map();
    /** @type {?string} */
    let shown = null;

    /** Show a scene and start it when need be. @param {string} name @param {Object<string, *>} settings */
    function show(name, settings) {
      const section = sections.get(name);
      const start = known.get(name);
      if (!section || !start) return;
      for (const [other, each] of sections) LSO.dom.show(each, other === name);
      shown = name;
      const before = started.get(name);
      if (before) {
        before.context.settings = settings;
        return;
      }
      const context = { settings, panel, colours: LSO.page.colours };
      started.set(name, { context, scene: start(section, context) });
    }

    return {
      /** Whether a scene can be shown here: it has a frame and somebody who draws it. */
      has: (name) => sections.has(name) && known.has(name),
      show,
      /** The name of the scene on show. */
      shown: () => shown,
      /** The gate the scene on show has chosen by itself, null when it has chosen none. */
      gate: () => (shown && started.get(shown).scene.gate && started.get(shown).scene.gate()) || null,
      draw: (store, now) => shown && started.get(shown).scene.draw(store, now),
      stop() {
        for (const { scene } of started.values()) scene.stop();
        started.clear();
        shown = null;
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
