/**
 * Sharing what is shown: frozen under a code, given on as a link or as a picture that carries its time, source and mark.
 *
 * The picture is made by the server from the frozen moment, so that it is the same whoever asks for it.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, show } = LSO.dom;
  const LOOK_MS = 700;
  /** A picture that takes longer is not coming: the sentence says so, and the link works all the same. */
  const PATIENCE_MS = 90000;

  LSO.sharing = function () {
    let parts = null;
    let moment = null;
    let picture = null;
    let turn = 0;

    function build() {
      const dialog = LSO.appDialog({ name: "share", title: LSO.t("share.title"), close: LSO.t("share.close"), closed: drop });
      const said = LSO.appLine(false);
      const trouble = LSO.appLine(true);
      const ready = make("div", "app-share-ready");
      const mark = make("p", "app-share-sim", LSO.t("share.simulated"));
      const label = make("label", "", LSO.t("share.link"));
      const link = make("input", "app-share-link");
      Object.assign(link, { type: "url", readOnly: true, id: "tablet-share-link" });
      label.htmlFor = link.id;
      link.addEventListener("focus", () => link.select());
      const send = LSO.appButton(LSO.t("share.send_link"), sendLink, true);
      show(send, Boolean(root.navigator.share));
      const copy = LSO.appButton(LSO.t("share.copy"), copyLink, !root.navigator.share);
      const make_ = LSO.appButton(LSO.t("share.picture"), draw);
      const image = make("img", "app-share-picture");
      image.hidden = true;
      const sendFile = LSO.appButton(LSO.t("share.send_picture"), sendPicture, true);
      const save = make("a", "button", LSO.t("share.save_picture"));
      const buttons = make("div", "app-buttons");
      buttons.append(send, copy, make_);
      const after = make("div", "app-buttons");
      after.append(sendFile, save);
      ready.append(make("p", "app-quiet", LSO.t("share.explain")), mark, label, link, buttons, image, after);
      dialog.body.append(said, ready, trouble);
      parts = { dialog, said, trouble, ready, mark, link, copy, make: make_, image, sendFile, save, after };
    }

    const name = () => root.document.title;
    const simulated = () => moment.simulated !== "none";
    const words = () => LSO.t(simulated() ? "share.text_simulated" : "share.text", { name: name(), time: LSO.fullTime(moment.at) });

    function drop() {
      turn += 1;
      if (picture) root.URL.revokeObjectURL(picture.url);
      picture = null;
    }

    async function freeze(context) {
      const mine = ++turn;
      const answer = await LSO.appAsk("POST", "/api/v1/frozen", { screen: "tablet", path: context.path || "/tablet", note: "" });
      if (mine !== turn) return;
      if (answer.status !== 201) {
        text(parts.said, null);
        const sentence = { 0: "share.away", 401: "share.refused", 403: "share.refused" }[answer.status] || "share.failed";
        return text(parts.trouble, LSO.t(sentence, { message: LSO.appReason(answer) }));
      }
      take(answer.body);
    }

    function take(found) {
      moment = found;
      text(parts.said, LSO.t("share.frozen", { time: LSO.fullTime(moment.at), code: moment.code }));
      parts.link.value = root.location.origin + moment.url;
      show(parts.mark, simulated());
      show(parts.ready, true);
    }

    function sendLink() {
      const told = { title: name(), text: words(), url: parts.link.value };
      root.navigator.share(told).catch(() => {}); // Whoever closes the browser's sheet has decided so.
    }

    async function copyLink() {
      try {
        await root.navigator.clipboard.writeText(words() + "\n" + parts.link.value);
        text(parts.copy, LSO.t("share.copied"));
      } catch (error) {
        parts.link.focus();
        text(parts.copy, LSO.t("share.copy_by_hand"));
      }
    }

    async function draw() {
      const mine = turn;
      parts.make.disabled = true;
      text(parts.trouble, null);
      text(parts.make, LSO.t("share.picture_wait"));
      const found = await picture_(mine);
      if (mine !== turn) return;
      parts.make.disabled = false;
      text(parts.make, LSO.t("share.picture"));
      if (typeof found === "string") return text(parts.trouble, LSO.t("share.picture_failed", { message: found }));
      picture = found;
      parts.image.src = found.url;
      parts.image.alt = LSO.t("share.picture_alt", { code: moment.code });
      parts.save.href = found.url;
      parts.save.download = found.file.name;
      show(parts.image, true);
      show(parts.after, true);
      show(parts.make, false);
      show(parts.sendFile, Boolean(root.navigator.canShare && root.navigator.canShare({ files: [found.file] })));
    }

    /** @returns {Promise<string|{file: File, url: string}>} a reason where there is no picture */
    async function picture_(mine) {
      const begun = Date.now();
      const asked = await LSO.appAsk("POST", "/api/v1/exports", { deck: "share", frozen: moment.code, format: "png", lang: LSO.page.lang });
      if (asked.status !== 202) return LSO.appReason(asked);
      let state = asked.body;
      while (state.state !== "done") {
        if (mine !== turn) return "";
        if (state.state === "failed" || Date.now() - begun > PATIENCE_MS) return state.error || state.message || "PNG";
        await new Promise((go) => root.setTimeout(go, LOOK_MS));
        const answer = await LSO.appAsk("GET", "/api/v1/exports/" + encodeURIComponent(asked.body.id));
        if (answer.status !== 200) return LSO.appReason(answer);
        state = answer.body;
        if (state.total && mine === turn) text(parts.make, LSO.t("share.picture_busy", { done: state.done, total: state.total }));
      }
      const answer = await root.fetch(state.url || `/api/v1/exports/${asked.body.id}/file`, { credentials: "same-origin" }).catch(() => null);
      if (!answer || !answer.ok) return String(answer ? answer.status : 0);
      const blob = await answer.blob();
      const file = new File([blob], `lang-son-${moment.code}.png`, { type: "image/png" });
      return { file, url: root.URL.createObjectURL(file) };
    }

    function sendPicture() {
      root.navigator.share({ files: [picture.file], title: name(), text: words() }).catch(() => {});
    }

    return {
      /** @param {{path?: string}} context address of what is shown */
      open(context) {
        if (!parts) build();
        drop();
        text(parts.trouble, null);
        text(parts.copy, LSO.t("share.copy"));
        for (const each of [parts.ready, parts.image, parts.after]) show(each, false);
        show(parts.make, true);
        text(parts.said, LSO.t("share.freezing"));
        parts.dialog.open();
        const code = LSO.frozenCode && LSO.frozenCode();
        // What is frozen already is shared under its own code.
        const held = code && LSO.screen.live.moment && LSO.screen.live.moment();
        if (held) return take(held);
        freeze(context || {});
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
