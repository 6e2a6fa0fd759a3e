/**
 * Dead letters: what was refused and why; the mapping that made one is mended beside it, tried on it, and the letter
 * sent through the door again, alone or with all others of its kind.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const PAGE = 100;
  /** Re-driven in one request; more go in several, with progress. */
  const BATCH = 100;

  LSO.feedsLetters = function (main) {
    const rows = part(main, "letters-rows");
    const filters = part(main, "letters-filters");
    const bar = part(main, "letters-actions");
    const panel = part(main, "letter");
    const may = LSO.desk.may();
    const state = { source: "", reason: "", redriven: "no", letters: [], more: false, open: null, row: false, feed: null, picked: new Set() };
    let asked = 0;
    let tried = 0;
    const controls = makeFilters();
    const trial = part(panel, "letter-trial");
    const editor = may ? LSO.desk.editor(panel.querySelector("[data-editor]"), tryOn) : null;
    if (may) {
      does("letter-redrive", () => redrive([state.open.id], editor.get()));
      does("letter-save", save);
      does("letter-all", () => redriveAll(state.open.source, state.open.reason, editor.get()));
    }
    const progress = bar.appendChild(make("p", "desk-hint"));
    progress.setAttribute("role", "status");
    const moreButton = LSO.desk.button(LSO.t("feeds.letters.more"), () => load(true));
    const pickedButton = LSO.desk.button("", () => redrive([...state.picked], null), "is-main");
    bar.append(...(may ? [pickedButton] : []), moreButton);
    draw();

    function does(name, act) {
      panel.querySelector(`[data-do="${name}"]`).addEventListener("click", act);
    }

    function makeFilters() {
      const make_ = (name, label, options) => {
        const holder = filters.appendChild(make("div", "desk-field"));
        const control = LSO.desk.control({ name, type: "select", options });
        control.id = "letters-" + name;
        const said = make("label", "form-label", label);
        said.htmlFor = control.id;
        holder.append(said, control);
        control.addEventListener("change", () => {
          state[name] = control.value;
          load(false);
        });
        return control;
      };
      return {
        source: make_("source", LSO.t("feeds.letters.source"), [["", LSO.t("feeds.letters.any")]]),
        reason: make_("reason", LSO.t("feeds.letters.reason"), [["", LSO.t("feeds.letters.any")]]),
        redriven: make_("redriven", LSO.t("feeds.letters.redriven"), [["no", LSO.t("feeds.letters.open")], ["yes", LSO.t("feeds.letters.done")], ["", LSO.t("feeds.letters.any")]]),
      };
    }

    function options(control, values, words) {
      const chosen = state[control.name];
      const wanted = [...new Set([...values, ...(chosen ? [chosen] : [])])].sort();
      const key = wanted.join("\n");
      if (control.shown !== key) {
        control.shown = key;
        control.replaceChildren(control.firstChild, ...wanted.map((value) => {
          const option = make("option", "", words(value));
          option.value = value;
          return option;
        }));
      }
      control.value = chosen;
    }

    async function load(older) {
      const mine = ++asked;
      const query = new URLSearchParams({ limit: PAGE });
      for (const name of ["source", "reason", "redriven"]) if (state[name]) query.set(name, state[name]);
      if (older && state.letters.length) query.set("before", state.letters[state.letters.length - 1].id);
      const [answer, counts] = await Promise.all([
        LSO.desk.ask("GET", "/api/v1/dead-letters?" + query), LSO.desk.ask("GET", "/api/v1/dead-letters/counts"),
      ]);
      if (mine !== asked) return;
      if (!answer.ok) return text(part(main, "letters-none"), answer.sentence);
      const found = answer.body.dead_letters;
      state.letters = older ? [...state.letters, ...found] : found;
      state.more = found.length === PAGE;
      const known = (counts.ok && counts.body.counts) || [];
      options(controls.source, known.map((one) => one.source), (value) => value);
      options(controls.reason, known.map((one) => one.reason), LSO.feedReason);
      controls.redriven.value = state.redriven;
      if (!older) state.picked.clear();
      draw();
      if (!state.letters.some((letter) => state.open && letter.id === state.open.id)) open(state.letters[0] || null);
    }

    function draw() {
      text(part(main, "letters-none"), state.letters.length ? null : LSO.t("feeds.letters.none"));
      show(moreButton, state.more);
      show(pickedButton, state.picked.size > 0);
      text(pickedButton, state.picked.size ? LSO.t("feeds.letters.redrive_picked", { count: F.number(state.picked.size) }) : null);
      rows.replaceChildren(...state.letters.map(line));
    }

    function line(letter) {
      const row = make("tr", "desk-row");
      const chosen = state.open && state.open.id === letter.id;
      row.classList.toggle("is-chosen", Boolean(chosen));
      const cell = (name, ...children) => {
        const made = row.appendChild(make("td", "col-" + name));
        made.append(...children);
        return made;
      };
      const box = make("input", "form-check-input");
      box.type = "checkbox";
      box.checked = state.picked.has(letter.id);
      box.disabled = !may || Boolean(letter.redriven_at);
      box.setAttribute("aria-label", LSO.t("feeds.letters.pick", { id: letter.id }));
      box.addEventListener("click", (event) => event.stopPropagation());
      box.addEventListener("change", () => {
        state.picked[box.checked ? "add" : "delete"](letter.id);
        show(pickedButton, state.picked.size > 0);
        text(pickedButton, state.picked.size ? LSO.t("feeds.letters.redrive_picked", { count: F.number(state.picked.size) }) : null);
      });
      cell("pick", box);
      const at = Date.parse(letter.received_at);
      cell("at", make("span", "desk-strong", F.clock(at, "hanoi", true)), make("span", "desk-sub", F.day(at)));
      const button = make("button", "desk-open");
      button.type = "button";
      button.append(make("span", "desk-name", letter.source), make("span", "desk-kind", letter.origin || LSO.t("feeds.letters.pushed")));
      button.setAttribute("aria-pressed", String(Boolean(chosen)));
      cell("from", button);
      cell("reason", make("span", "", LSO.feedReason(letter.reason)));
      cell("message", LSO.feedRefused(letter));
      cell("redriven", ...(letter.redriven_at ? [make("span", "desk-strong", letter.redriven_by), make("span", "desk-sub", F.clock(Date.parse(letter.redriven_at)))] : []));
      row.addEventListener("click", () => open(letter));
      return row;
    }

    async function open(letter) {
      // Until its own is known, no other source's mapping stands beside a letter, nor is it sent with it.
      if (editor && state.open && letter && letter.source !== state.open.source) editor.set("");
      state.open = letter;
      state.row = Boolean(letter) && hasRow(letter);
      state.feed = null;
      show(panel, Boolean(letter));
      draw();
      if (!letter) return;
      text(part(panel, "letter-title"), LSO.feedReason(letter.reason));
      const at = Date.parse(letter.received_at);
      const where = [letter.source, letter.origin, F.day(at) + " " + F.clock(at, "hanoi", true)];
      if (letter.field) where.push(LSO.feedField(letter.field));
      if (letter.redriven_at) where.push(LSO.t("feeds.letter.done", { who: letter.redriven_by, time: F.clock(Date.parse(letter.redriven_at)) }));
      text(part(panel, "letter-meta"), where.filter(Boolean).join(" · "));
      part(panel, "letter-message").replaceChildren(LSO.feedRefused(letter, true));
      const payload = part(panel, "letter-payload");
      text(payload, pretty(letter.payload));
      show(payload.previousElementSibling, !payload.hidden);
      if (!may) return;
      fail(null);
      trial.replaceChildren();
      const answer = await LSO.desk.ask("GET", "/api/v1/mapping/of?source=" + encodeURIComponent(letter.source));
      if (!state.open || state.open.id !== letter.id) return;
      state.feed = answer.ok ? answer.body.mapping_of : null;
      const known = state.row && state.feed && state.feed.mapping_yaml;
      text(part(panel, "letter-mapping-title"), known ? LSO.t("feeds.letter.mapping_of", { name: state.feed.mapping || state.feed.name }) : LSO.t(state.row ? "feeds.letter.mapping_none" : "feeds.letter.judged"));
      const { row } = state;
      show(panel.querySelector("[data-editor]"), row);
      editor.set(known || "");
      show(panel.querySelector('[data-do="letter-save"]'), Boolean(row && state.feed && state.feed.name));
      show(panel.querySelector('[data-do="letter-redrive"]'), !letter.redriven_at);
      tryOn(editor.get());
    }

    /** Whether a mapping can read it again: a row, or a reading beside the row it was made of. */
    function hasRow(letter) {
      if (letter.kind === "row") return true;
      try {
        return typeof JSON.parse(letter.payload).row === "object";
      } catch (error) {
        return false;
      }
    }

    /** The payload as it came, in lines where it is JSON. */
    function pretty(payload) {
      try {
        return JSON.stringify(JSON.parse(payload), null, 2);
      } catch (error) {
        return payload;
      }
    }

    async function tryOn(mapping) {
      const letter = state.open;
      const mine = ++tried;
      if (!letter || (letter.kind === "row" && !mapping.trim())) return trial.replaceChildren();
      const answer = await LSO.desk.ask("POST", "/api/v1/dead-letters/try", { id: letter.id, mapping: state.row ? mapping : "" });
      if (mine !== tried || state.open !== letter) return;
      fail(answer.sentence || null);
      if (answer.ok) LSO.desk.trial(trial, answer.body);
    }

    function fail(sentence) {
      text(part(panel, "letter-error"), sentence);
      if (editor) editor.mark(sentence);
    }

    async function redrive(ids, mapping) {
      const sum = { done: 0, refused: [] };
      const row = state.row && mapping && mapping.trim() ? { mapping } : {};
      for (let at = 0; at < ids.length; at += BATCH) {
        said(LSO.t("feeds.redrive.progress", { done: F.number(at), total: F.number(ids.length) }));
        const answer = await LSO.desk.ask("POST", "/api/v1/dead-letters/redrive", { ids: ids.slice(at, at + BATCH), ...row });
        if (!answer.ok) return refused(answer.sentence);
        add(sum, answer.body);
      }
      finish(sum);
    }

    async function redriveAll(source, reason, mapping) {
      const sum = { done: 0, refused: [] };
      const row = state.row && mapping && mapping.trim() ? { mapping } : {};
      for (let before = null, round = 0; round < 10000; round += 1) {
        const answer = await LSO.desk.ask("POST", "/api/v1/dead-letters/redrive", { source, reason, ...row, ...(before ? { before } : {}) });
        if (!answer.ok) return refused(answer.sentence);
        add(sum, answer.body);
        said(LSO.t("feeds.redrive.progress_all", { done: F.number(sum.done), refused: F.number(sum.refused.length) }));
        before = answer.body.next;
        if (!before) break;
      }
      finish(sum);
    }

    function add(sum, body) {
      sum.done += body.done.length;
      sum.refused.push(...body.refused);
    }

    function finish(sum) {
      const first = sum.refused[0];
      said(LSO.t("feeds.redrive.result", { done: F.number(sum.done), refused: F.number(sum.refused.length) }) + (first ? " · " : ""));
      if (first) progress.append(LSO.feedRefused(first, true));
      data(progress, "state", sum.refused.length ? "bad" : "good");
      load(false);
    }

    function refused(sentence) {
      said(sentence);
      fail(sentence);
    }

    function said(sentence) {
      text(progress, sentence);
      data(progress, "state", null);
    }

    /** The mended mapping becomes the feed's own: the feeds process takes it up within a second or two. */
    async function save() {
      const { name, settings_yaml: settings } = state.feed;
      const answer = await LSO.desk.ask("POST", "/api/v1/feeds", { name, settings, mapping: editor.get() });
      fail(answer.sentence || null);
      if (answer.ok) said(LSO.t("feeds.letter.saved", { name }));
    }

    return {
      open: () => load(false),
      /** Show only those of a source, and of a reason, when the list is opened next. */
      filter(source, reason) {
        Object.assign(state, { source, reason: reason || "", redriven: "", open: null });
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
