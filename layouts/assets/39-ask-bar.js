/**
 * Search and ask, on every screen: `/`, Ctrl-K or any [data-ask-open] opens one line to type into. A combobox by the
 * ARIA pattern: the focus stays in the line, the arrows choose among answers and finds, Enter opens the view, Esc closes.
 * The server answers (GET /api/v1/ask); nothing is answered here.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** A pause in typing after which the server is asked. */
  const PAUSE_MS = 140;
  const PATIENCE_MS = 8000;
  const LONGEST = 200;
  /** Questions offered while nothing was typed; they stand in the catalogue. */
  const EXAMPLES = 6;
  const { make, text } = LSO.dom;

  /** @type {?{dialog: HTMLDialogElement, input: HTMLInputElement, list: HTMLElement, heard: HTMLElement, at: HTMLElement}} */
  let bar = null;
  let timer = 0;
  let asking = null;
  let active = -1;

  const main = () => root.document.querySelector("main[data-screen]");

  function build(holder) {
    const dialog = make("dialog", "ask");
    const title = dialog.appendChild(make("h2", "ask-heard", LSO.t("ask.title")));
    title.id = "ask-title";
    dialog.setAttribute("aria-labelledby", title.id);
    const line = dialog.appendChild(make("div", "ask-line"));
    line.appendChild(icon("search"));
    const input = line.appendChild(make("input", "ask-input"));
    Object.assign(input, { type: "text", id: "ask-input", maxLength: LONGEST, autocomplete: "off", spellcheck: false, placeholder: LSO.t("ask.placeholder") });
    input.setAttribute("enterkeyhint", "go");
    for (const [name, value] of [["role", "combobox"], ["aria-label", LSO.t("ask.label")], ["aria-autocomplete", "list"], ["aria-controls", "ask-list"], ["aria-expanded", "false"]]) input.setAttribute(name, value);
    const close = line.appendChild(make("button", "ask-close"));
    close.type = "button";
    close.setAttribute("aria-label", LSO.t("ask.close"));
    close.appendChild(icon("close"));
    close.addEventListener("click", () => dialog.close());
    const list = dialog.appendChild(make("div", "ask-results"));
    list.id = "ask-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", LSO.t("ask.results"));
    const heard = dialog.appendChild(make("div", "ask-heard"));
    heard.setAttribute("role", "status");
    const foot = dialog.appendChild(make("div", "ask-foot"));
    const at = foot.appendChild(make("span", ""));
    foot.appendChild(make("span", "ask-keys", LSO.t("ask.keys")));
    input.addEventListener("input", typed);
    input.addEventListener("keydown", pressed);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", closed);
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) take(option);
    });
    // The focus stays in the line, wherever one touches.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    holder.appendChild(dialog);
    return { dialog, input, list, heard, at };
  }

  function icon(name) {
    const shape = make("span", "icon");
    shape.dataset.icon = name;
    shape.setAttribute("aria-hidden", "true");
    return shape;
  }

  function open(words) {
    const holder = main();
    if (!holder) return;
    if (bar && !bar.dialog.isConnected) bar = null;
    if (!bar) bar = build(holder);
    if (!bar.dialog.open) bar.dialog.showModal();
    bar.input.value = typeof words === "string" ? words : "";
    bar.input.focus();
    if (bar.input.value) ask();
    else examples();
  }

  function closed() {
    root.clearTimeout(timer);
    if (asking) asking.abort();
    asking = null;
  }

  function typed() {
    root.clearTimeout(timer);
    timer = root.setTimeout(ask, PAUSE_MS);
  }

  async function ask() {
    const words = bar.input.value.trim();
    if (asking) asking.abort();
    asking = null;
    if (!words) return examples();
    const mine = (asking = new AbortController());
    const limit = root.setTimeout(() => mine.abort(), PATIENCE_MS);
    const query = new URLSearchParams({ q: words, lang: LSO.page.lang, screen: main().dataset.screen, limit: "8" });
    try {
      const answer = await fetch("/api/v1/ask?" + query, { credentials: "same-origin", signal: mine.signal, headers: { Accept: "application/json" } });
      if (mine !== asking) return;
      if (!answer.ok) return said(LSO.t(answer.status === 429 ? "ask.too_many" : answer.status === 401 || answer.status === 403 ? "ask.refused" : "ask.away"));
      const reply = await answer.json();
      if (mine === asking) draw(reply);
    } catch (error) {
      // Another letter was typed meanwhile: its own question is under way.
      if (mine === asking) said(LSO.t("ask.away"));
    } finally {
      root.clearTimeout(limit);
    }
  }

  function fill(parts) {
    bar.list.replaceChildren(...parts.filter(Boolean));
    bar.list.scrollTop = 0;
    const shown = bar.list.querySelectorAll("[role=option]");
    shown.forEach((option, index) => (option.id = "ask-option-" + index));
    // A list of choices only where there is one: a sentence alone is a group of words.
    bar.list.setAttribute("role", shown.length ? "listbox" : "group");
    const any = options().length > 0;
    bar.input.setAttribute("aria-expanded", String(any));
    choose(any && bar.input.value.trim() ? 0 : -1);
  }

  function said(sentence) {
    fill([notice(sentence)]);
    text(bar.at, null);
    bar.heard.textContent = sentence;
  }

  function notice(sentence) {
    const line = make("p", "ask-said");
    line.append(icon("help"), sentence);
    return line;
  }

  function group(name, children) {
    if (!children.length) return null;
    const holder = make("div", "ask-group");
    holder.setAttribute("role", "group");
    holder.setAttribute("aria-label", name);
    const heading = make("div", "ask-group-name", name);
    heading.setAttribute("aria-hidden", "true");
    holder.append(heading, ...children);
    return holder;
  }

  function option(kind, url) {
    const element = make("div", "ask-option");
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    element.dataset.kind = kind;
    if (url) element.dataset.url = url;
    return element;
  }

  function examples() {
    const rows = [];
    for (let number = 1; number <= EXAMPLES; number++) {
      const row = option("example");
      row.dataset.words = LSO.t("ask.example." + number);
      row.append(make("span", "", row.dataset.words));
      rows.push(row);
    }
    text(bar.at, null);
    bar.heard.textContent = "";
    fill([group(LSO.t("ask.try"), rows)]);
  }

  function draw(reply) {
    const time = LSO.format.clock ? LSO.format.clock(Date.now() + offset()) : "";
    text(bar.at, reply.answers.length && time ? LSO.t("ask.as_of", { time }) : null);
    fill([
      reply.said ? notice(reply.said) : null,
      group(LSO.t("ask.answers"), reply.answers.map(answerRow)),
      group(LSO.t("ask.finds"), reply.finds.map(findRow)),
    ]);
    const first = reply.answers.length ? " " + reply.answers[0].sentence : "";
    bar.heard.textContent = (reply.said ? reply.said + " " : "") + LSO.t("ask.count", { answers: reply.answers.length, finds: reply.finds.length }) + first;
  }

  /** How far the server's clock is from this machine's. */
  function offset() {
    const live = LSO.screen && LSO.screen.live;
    return live && live.serverNow && live.status.state !== "frozen" ? live.serverNow() - Date.now() : 0;
  }

  function answerRow(answer) {
    const row = option("answer", answer.url);
    row.dataset.answer = answer.kind;
    if (answer.priority) row.dataset.priority = answer.priority;
    row.classList.toggle("is-old", answer.freshness === "stale" || answer.freshness === "lost");
    const sentence = row.appendChild(make("div", "ask-sentence"));
    if (answer.priority) sentence.append(icon(answer.priority));
    sentence.append(answer.sentence);
    const note = row.appendChild(make("div", "ask-note"));
    if (answer.simulated) note.append(make("span", "ask-sim", LSO.t("ask.simulated")));
    if (answer.note) note.append(make("span", "", answer.note));
    if (answer.url) note.append(make("span", "ask-go", LSO.t("ask.view") + " →"));
    return row;
  }

  function findRow(find) {
    const row = option("find", find.url);
    row.append(make("span", "", find.name), make("span", "ask-detail", find.detail));
    return row;
  }

  const options = () => Array.from(bar.list.querySelectorAll("[role=option]"));

  function choose(index) {
    const rows = options();
    active = rows.length ? Math.max(-1, Math.min(rows.length - 1, index)) : -1;
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === active)));
    if (active >= 0) {
      bar.input.setAttribute("aria-activedescendant", rows[active].id);
      if (active > 0) rows[active].scrollIntoView({ block: "nearest" });
      else bar.list.scrollTop = 0;
    } else bar.input.removeAttribute("aria-activedescendant");
  }

  function pressed(event) {
    if (event.isComposing) return; // A Vietnamese keyboard is still putting the letter together.
    const rows = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length) {
      event.preventDefault();
      choose((active + step + rows.length) % rows.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (rows[active]) take(rows[active]);
      else ask();
    }
  }

  function take(row) {
    if (row.dataset.words) {
      bar.input.value = row.dataset.words;
      bar.input.focus();
      return ask();
    }
    const url = row.dataset.url;
    if (!url) return undefined;
    bar.dialog.close();
    return root.location.assign(url);
  }

  /** Whether somebody is typing into something else. */
  function typing(target) {
    return Boolean(target && target.closest && target.closest("input, textarea, select, [contenteditable]"));
  }

  /** A question that came with the address (?ask=…, from the page without a script) is asked once, not at each reload. */
  function brought() {
    const address = new URL(root.location.href);
    const words = address.searchParams.get("ask");
    if (words === null) return;
    address.searchParams.delete("ask");
    root.history.replaceState(root.history.state, "", address);
    open(words.slice(0, LONGEST));
  }

  if (root.document) {
    LSO.onEveryScreen(brought);
    root.document.addEventListener("keydown", (event) => {
      const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
      const k = (event.ctrlKey || event.metaKey) && !event.altKey && (event.key === "k" || event.key === "K");
      if ((!slash && !k) || event.defaultPrevented) return;
      const other = root.document.querySelector("dialog[open]");
      if (other && !(bar && other === bar.dialog)) return;
      event.preventDefault();
      if (!other) open();
    });
    root.document.addEventListener("click", (event) => {
      if (event.target.closest && event.target.closest("[data-ask-open]")) open();
    });
  }

  LSO.ask = { open, close: () => bar && bar.dialog.open && bar.dialog.close() };
})(typeof window === "undefined" ? globalThis : window);
