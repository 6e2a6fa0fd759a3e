/**
 * Saving a mapping as a feed, and following it until its first rows are there.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const KINDS = ["http", "websocket", "folder", "mqtt"];
  /** Controls whose text is a list, and those that are numbers. */
  const LISTS = new Set(["topics", "subscribe"]);
  const NUMBERS = new Set(["every_s", "port"]);
  const id = (name) => "mapping-field-" + name;

  /**
   * @param {HTMLElement} main
   * @param {function(): string} mapping the mapping as it stands
   */
  LSO.mappingSave = function (main, mapping) {
    const form = root.document.getElementById(id("form"));
    const control = (name) => root.document.getElementById(id(name));
    const settings = LSO.desk.editor(form.querySelector('[data-editor="settings"]'), () => {});
    const follow = part(form, "follow");
    let asText = false;
    let following = null;
    let busy = false;

    function groups() {
      const kind = control("kind").value;
      for (const name of KINDS) show(form.querySelector(`[data-group="${name}"]`), !asText && name === kind);
      show(form.querySelector('[data-group="auth"]'), !asText && (kind === "http" || kind === "websocket"));
      show(form.querySelector('[data-group="text"]'), asText);
      const wants = control("auth").value !== "none";
      for (const name of ["auth_name", "auth_secret"]) show(form.querySelector(`[data-field="${id(name)}"]`), wants);
      show(form.querySelector(`[data-field="${id("auth_name")}"]`), wants && control("auth").value !== "bearer");
      show(control("kind").closest(".desk-field"), !asText);
      show(control("source").closest(".desk-field"), !asText);
      text(form.querySelector('[data-do="as-text"]'), LSO.t(asText ? "mapping.as_form" : "mapping.as_text"));
    }

    /** The settings that the controls hold, as an entry of feeds.yaml. */
    function collected() {
      const kind = control("kind").value;
      const found = { kind };
      if (control("source").value.trim()) found.source = control("source").value.trim();
      for (const holder of form.querySelectorAll(`[data-group="${kind}"] input`)) {
        const key = holder.id.slice(id(kind + "-").length);
        const value = holder.value.trim();
        if (!value) continue;
        found[key] = LISTS.has(key) ? value.split(/\s*,\s*/).filter(Boolean) : NUMBERS.has(key) ? Number(value) : value;
      }
      const auth = control("auth").value;
      if (auth !== "none" && (kind === "http" || kind === "websocket")) {
        const name = control("auth_name").value.trim();
        found.auth = { kind: auth, secret: control("auth_secret").value.trim() };
        if (auth === "basic") found.auth.user = name;
        else if (auth !== "bearer" && name) found.auth.name = name;
      }
      return found;
    }

    /** YAML is a superset of JSON: what the form held can be edited on as text. */
    function turn() {
      if (!asText && !settings.get()) settings.set(lines(collected()));
      asText = !asText;
      groups();
    }

    const lines = (found) => Object.entries(found).map(([key, value]) => key + ": " + (typeof value === "string" && /^[\w./:*+-]+$/.test(value) ? value : JSON.stringify(value))).join("\n") + "\n";

    async function send(event) {
      event.preventDefault();
      // React has its own way with forms: the page must not be left.
      event.stopPropagation();
      if (busy) return;
      const name = control("name").value.trim();
      fail(null, "");
      if (!name) return fail(LSO.t("mapping.needs_name"), "name");
      if (!mapping().trim()) return fail(LSO.t("mapping.needs_mapping"), "mapping");
      busy = true;
      form.toggleAttribute("inert", true);
      const answer = await LSO.desk.ask("POST", "/api/v1/feeds", { name, settings: asText ? settings.get() : collected(), mapping: mapping() });
      busy = false;
      form.toggleAttribute("inert", false);
      if (!answer.ok) return fail(answer.sentence, answer.field);
      following = { name, at: Date.now() };
      draw({}, Date.now());
    }

    function fail(sentence, field) {
      text(part(form, "save-error"), sentence);
      for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
      const faulty = field === "name" ? control("name") : null;
      if (faulty) {
        faulty.setAttribute("aria-invalid", "true");
        faulty.focus();
      }
      settings.mark(asText && field === "settings" ? sentence : null);
    }

    /** What became of the feed that was saved: its state, its first rows, and where it is looked after. */
    function draw(feeds) {
      if (!following) return;
      const fact = (feeds.declared || {})[following.name];
      const fresh = fact && fact.declared === "desk";
      const state = fresh ? fact.state : "starting";
      data(follow, "state", state);
      const words = [LSO.t(fresh ? "mapping.follow." + (state === "waiting" && fact.accepted ? "running" : state) : "mapping.follow.starting", { name: following.name })];
      if (fresh && fact.rows) words.push(LSO.t("mapping.follow.rows", { rows: F.number(fact.rows), accepted: F.number(fact.accepted || 0), refused: F.number(fact.refused || 0) }));
      const error = fresh && state !== "running" ? LSO.text(fact, "error") : "";
      const key = JSON.stringify([words, error]);
      if (follow.shown === key) return;
      follow.shown = key;
      const link = make("a", "button", LSO.t("mapping.follow.open"));
      link.href = "/feeds?source=" + encodeURIComponent((fact && fact.source) || following.name);
      follow.replaceChildren(make("span", "desk-strong", words.join(" · ")), ...(error ? [make("p", "desk-error", error)] : []), link);
    }

    form.addEventListener("submit", send, true);
    form.querySelector('[data-do="as-text"]').addEventListener("click", turn);
    for (const name of ["kind", "auth"]) control(name).addEventListener("change", () => root.requestAnimationFrame(groups));
    groups();

    return {
      draw,
      /** Change a feed that is declared: its settings as text, so that nothing of them is lost. */
      edit(feed) {
        root.dash_clientside.set_props(id("name"), { value: feed.name });
        settings.set(feed.settings_yaml);
        asText = true;
        groups();
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
