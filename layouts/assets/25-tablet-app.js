/**
 * The hooks by which the tablet's pages reach the app: LSO.tabletApp.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  let codes = null;
  let notes = null;
  let sharing = null;
  let drawnIn = null;

  /** Dialogs belong to the screen that stands: another one gets its own. */
  function anew() {
    const main = root.document.querySelector("main[data-screen]");
    if (main !== drawnIn) codes = notes = sharing = null;
    drawnIn = main;
  }

  LSO.tabletApp = {
    /** What the service worker said last of the shell it keeps: {kept, why, version}; null before it said anything. */
    shell: null,
    /** Whether what is shown did not come over an open line. */
    offline: () => Boolean(LSO.screen && LSO.screen.live.mode) && LSO.screen.live.mode() !== "live",
    /** Ask for a code and open what it stands for. */
    openCode() {
      anew();
      codes = codes || LSO.tabletCodes();
      codes.open();
    },
    /** Write a note to the duty desk about a context: {path, place, alert, title}. */
    note(context) {
      anew();
      notes = notes || LSO.tabletNotes();
      notes.open(context);
    },
    /** Freeze what is shown and share it as link or picture. */
    share(context) {
      anew();
      sharing = sharing || LSO.sharing();
      sharing.open(context);
    },
  };
})(typeof window === "undefined" ? globalThis : window);
