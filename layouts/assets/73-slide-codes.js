/**
 * Codes as people meet them: the code of a presentation with its picture, and what a code somebody typed opens.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make } = LSO.dom;

  /** The code in large letters, how to use it, and the link as a picture to be scanned. @returns {HTMLElement[]} */
  LSO.followWords = function (code) {
    const picture = make("img", "brief-qr");
    picture.src = `/api/v1/follow/${code}/qr.svg`;
    picture.alt = LSO.t("briefing.qr", { code });
    picture.width = picture.height = 200;
    return [make("p", "brief-code", code), make("p", "", LSO.t("briefing.code_what", { address: root.location.host + "/briefing" })), picture];
  };

  /**
   * Where a code leads: to the presentation that is running under it, or to the frozen moment.
   * @param {string} code
   * @returns {Promise<?string>} an address, null when nobody knows the code
   */
  LSO.findCode = async function (code) {
    const known = async (path) => {
      const answer = await root.fetch(path + encodeURIComponent(code), { credentials: "same-origin" });
      return answer.ok ? answer.json() : null;
    };
    try {
      const presentation = await known("/api/v1/follow/");
      if (presentation && !presentation.ended) return "/briefing?follow=" + presentation.code;
      const moment = await known("/api/v1/frozen/");
      return moment ? moment.url || `/briefing?frozen=${moment.code}` : null;
    } catch (error) {
      return null;
    }
  };
})(typeof window === "undefined" ? globalThis : window);
