/**
 * Taking a deck away as a file: a button opens the choice of formats, then shows how far the file is and hands it over.
 *
 * Any <button data-part="export"> on a screen is one. data-deck names the deck; data-frozen the code of the moment, else
 * the address does (?frozen=); without either the file is of the moment it is asked for.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const FORMATS = ["pdf", "pptx", "png"];
  const LOOK_MS = 400;
  /** Looks that fail one after the other before the person is told; the house may just be restarting. */
  const MOST_FAILED = 12;

  /** @typedef {{deck?: string, frozen?: string, lang?: string, format: string, slide?: string}} Wish */

  /**
   * Make a file.
   * @param {Wish} wish
   * @param {function({state: string, done: number, total: number, ahead: number}): void=} told of progress
   * @param {AbortSignal=} signal
   * @returns {Promise<{url: string, name: string}>} rejects with an Error whose message is a sentence for the person
   */
  LSO.makeExport = async function (wish, told, signal) {
    const body = JSON.stringify({ lang: LSO.page.lang, ...wish });
    const headers = { "Content-Type": "application/json" };
    let job = await ask("/api/v1/exports", { method: "POST", headers, body, signal });
    for (let failed = 0; ; ) {
      if (told) told(job);
      if (job.state === "done") return { url: job.url, name: job.name };
      if (job.state === "failed") throw new Error(LSO.t("export.failed"));
      await pause(LOOK_MS, signal);
      try {
        job = await ask("/api/v1/exports/" + encodeURIComponent(job.id), { signal });
        failed = 0;
      } catch (error) {
        if (error.final || ++failed >= MOST_FAILED) throw error;
      }
    }
  };

  async function ask(url, options) {
    let answer;
    try {
      answer = await root.fetch(url, { credentials: "same-origin", ...options });
    } catch (error) {
      const away = new Error(LSO.t("export.away"));
      away.final = error.name === "AbortError";
      throw away;
    }
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) return body;
    const known = { 401: "export.refused", 403: "export.refused", 404: "export.gone", 429: "export.busy" }[answer.status];
    const failure = new Error(known ? LSO.t(known) : LSO.t("export.other", { message: (body.error || {}).message || answer.status }));
    failure.final = answer.status < 500;
    throw failure;
  }

  function pause(ms, signal) {
    return new Promise((resolve, reject) => {
      const timer = root.setTimeout(resolve, ms);
      if (signal) signal.addEventListener("abort", () => {
        root.clearTimeout(timer);
        reject(Object.assign(new Error("aborted"), { final: true }));
      }, { once: true });
    });
  }

  /** Let the browser save what was made. */
  LSO.saveExport = function (file) {
    const link = LSO.dom.make("a");
    link.href = file.url;
    link.download = file.name;
    document.body.appendChild(link);
    link.click();
    link.remove();
  };

  function start(main) {
    const dialog = LSO.sideDialog("export", "export.title");
    let running = null;

    function clicked(event) {
      const button = event.target.closest("[data-part=export]");
      if (button && main.contains(button)) open(button);
    }

    function open(button) {
      const frozen = button.dataset.frozen || new URLSearchParams(root.location.search).get("frozen") || "";
      const body = dialog.open(button, button);
      if (running) return;
      choose(body, { deck: button.dataset.deck || "", frozen });
    }

    function choose(body, wish) {
      body.replaceChildren(LSO.dom.make("p", "export-hint", LSO.t(wish.frozen ? "export.of_moment" : "export.of_now", { code: wish.frozen })));
      const list = body.appendChild(LSO.dom.make("div", "export-formats"));
      for (const format of FORMATS) {
        const choice = list.appendChild(LSO.dom.make("button", "button export-format"));
        choice.type = "button";
        choice.dataset.format = format;
        choice.appendChild(LSO.dom.make("strong", "export-name", LSO.t("export." + format)));
        choice.appendChild(LSO.dom.make("span", "export-what", LSO.t("export." + format + "_what")));
        choice.addEventListener("click", () => make(body, { ...wish, format }));
      }
      list.firstChild.focus();
    }

    async function make(body, wish) {
      running = new AbortController();
      const said = LSO.dom.make("p", "export-said", LSO.t("export.waiting"));
      said.setAttribute("role", "status");
      const bar = LSO.dom.make("progress", "export-bar");
      bar.setAttribute("aria-label", LSO.t("export.title"));
      body.replaceChildren(said, bar);
      try {
        const file = await LSO.makeExport(wish, (job) => tell(said, bar, job), running.signal);
        running = null;
        ready(body, file, wish);
      } catch (error) {
        running = null;
        if (!main.isConnected) return;
        const sentence = LSO.dom.make("p", "export-said", error.message);
        sentence.setAttribute("role", "alert");
        body.replaceChildren(sentence, again(body, wish));
      }
    }

    function tell(said, bar, job) {
      if (job.total) {
        bar.max = job.total;
        bar.value = job.done;
      }
      const working = job.state !== "waiting" && job.total > 0;
      LSO.dom.text(said, working ? LSO.t("export.working", { done: job.done, total: job.total }) : LSO.t(job.ahead ? "export.ahead" : "export.waiting", { count: job.ahead }));
    }

    function ready(body, file, wish) {
      const said = LSO.dom.make("p", "export-said", LSO.t("export.ready"));
      said.setAttribute("role", "status");
      const link = LSO.dom.make("a", "button is-main export-link", file.name);
      link.href = file.url;
      link.download = file.name;
      body.replaceChildren(said, link, again(body, wish));
      link.focus();
      LSO.saveExport(file);
    }

    function again(body, wish) {
      const button = LSO.dom.make("button", "button", LSO.t("export.again"));
      button.type = "button";
      button.addEventListener("click", () => choose(body, { deck: wish.deck, frozen: wish.frozen }));
      return button;
    }

    main.addEventListener("click", clicked);
    return function stop() {
      main.removeEventListener("click", clicked);
      if (running) running.abort();
      dialog.close();
    };
  }

  LSO.onEveryScreen(start);
})(window);
