/**
 * A dialog of the tablet's app: a title, a place for its content, and a way out by button, key and touch beside it.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make } = LSO.dom;

  /**
   * Make a closed dialog in the screen.
   * @param {{name: string, title: string, close: string, closed?: function(): void}} told name: its class; close: the
   *   words of the button that closes it
   * @returns {{body: HTMLElement, open: function(): void, close: function(): void, isOpen: function(): boolean,
   *   title: function(string): void}}
   */
  LSO.appDialog = function (told) {
    const dialog = make("dialog", "app-dialog app-" + told.name);
    const head = make("div", "app-dialog-head");
    const title = make("h2", "app-dialog-title", told.title);
    const out = make("button", "button", told.close);
    const body = make("div", "app-dialog-body");
    title.id = "tablet-" + told.name + "-title";
    out.type = "button";
    dialog.setAttribute("aria-labelledby", title.id);
    head.append(title, out);
    dialog.append(head, body);
    (root.document.querySelector("main[data-screen]") || root.document.body).appendChild(dialog);

    const close = () => dialog.open && dialog.close();
    out.addEventListener("click", close);
    // A touch beside the content: the backdrop belongs to the dialog itself.
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    dialog.addEventListener("close", () => told.closed && told.closed());
    return {
      body,
      open: () => dialog.open || dialog.showModal(),
      close,
      isOpen: () => dialog.open,
      title: (words) => LSO.dom.text(title, words),
    };
  };

  /** A button of the app: 44 px, of type button. */
  LSO.appButton = function (words, act, isMain) {
    const button = make("button", "button" + (isMain ? " is-main" : ""), words);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  };

  /** A line that is read out as it changes: trouble at once, the rest when there is a pause. */
  LSO.appLine = function (isTrouble) {
    const line = make("p", isTrouble ? "app-trouble" : "app-said");
    line.setAttribute("role", isTrouble ? "alert" : "status");
    line.hidden = true;
    return line;
  };

  /**
   * Ask the API.
   * @returns {Promise<{status: number, body: *}>} status 0 where nobody answered; never rejects
   */
  LSO.appAsk = async function (method, path, fields) {
    const limit = new AbortController();
    const timer = root.setTimeout(() => limit.abort(), 15000);
    try {
      const answer = await root.fetch(path, {
        method, credentials: "same-origin", signal: limit.signal, headers: { "Content-Type": "application/json", accept: "application/json" },
        body: fields === undefined ? undefined : JSON.stringify(fields),
      });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch (error) {
      return { status: 0, body: {} };
    } finally {
      root.clearTimeout(timer);
    }
  };

  /** What the server said against it, for a sentence. */
  LSO.appReason = (answer) => (answer.body.error && answer.body.error.message) || String(answer.status);
})(typeof window === "undefined" ? globalThis : window);
