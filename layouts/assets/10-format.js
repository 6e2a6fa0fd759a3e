/**
 * Figures and times as people read them. The same as layouts/formats.py; a test compares the two.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const NBSP = "\u00a0";
  const MINUS = "\u2212";
  /** Hours ahead of UTC; neither place changes its clock in the year. */
  const ZONES = { hanoi: 7, beijing: 8 };

  /** A sign, unit or name of the page's language: the sentence `format.<key>` of its catalogue. */
  const word = (key) => LSO.page.words["format." + key];
  const two = (value) => String(value).padStart(2, "0");

  function number(value, lang, decimals) {
    const [whole, rest] = Math.abs(value).toFixed(decimals || 0).split(".");
    const text = whole.replace(/\B(?=(\d{3})+$)/g, word("group")) + (rest ? word("point") + rest : "");
    return (value < 0 && /[1-9]/.test(text) ? MINUS : "") + text;
  }

  function signed(value, lang, decimals) {
    const text = number(value, lang, decimals);
    return text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : "+" + text;
  }

  const percent = (pct, lang, decimals) =>
    word("percent").replace("{value}", number(pct, lang, decimals === undefined ? 1 : decimals));

  function duration(seconds) {
    const whole = Math.max(0, seconds);
    if (whole < 60) return "<1" + NBSP + word("minute");
    const minutes = Math.floor(whole / 60) + (whole % 60 >= 30 ? 1 : 0);
    if (minutes < 60) return minutes + NBSP + word("minute");
    const hours = Math.floor(minutes / 60);
    // From a hundred hours on the minutes say nothing.
    return number(hours) + word("hour") + (hours < 100 ? NBSP + two(minutes % 60) : "");
  }

  function age(seconds) {
    const whole = Math.floor(Math.max(0, seconds));
    if (whole < 60) return whole + NBSP + word("second");
    if (whole < 3600) return Math.floor(whole / 60) + NBSP + word("minute");
    if (whole < 172800) return Math.floor(whole / 3600) + word("hour") + NBSP + two(Math.floor((whole % 3600) / 60));
    return number(Math.floor(whole / 86400)) + NBSP + word("day");
  }

  const ago = (seconds) => word("ago").replace("{age}", age(seconds));

  function money(vnd) {
    const size = Math.abs(vnd);
    if (size >= 999500000) return number(vnd / 1e9, undefined, 2) + NBSP + word("billion") + NBSP + "₫";
    if (size >= 1e6) return number(vnd / 1e6) + NBSP + word("million") + NBSP + "₫";
    return number(vnd) + NBSP + "₫";
  }

  const distance = (metres) =>
    metres < 995
      ? number(Math.floor(metres / 10 + 0.5) * 10) + NBSP + "m"
      : number(metres / 1000, undefined, 1) + NBSP + "km";

  /** The calendar of a zone as a Date whose UTC fields are the local ones. */
  const local = (ms, zone) => new Date(ms + ZONES[zone || "hanoi"] * 3600000);

  function clock(ms, zone, seconds) {
    const at = local(ms, zone);
    const text = two(at.getUTCHours()) + ":" + two(at.getUTCMinutes());
    return seconds ? text + ":" + two(at.getUTCSeconds()) : text;
  }

  function day(ms) {
    const at = local(ms, "hanoi");
    const pick = (key, index) => word(key).split(" ")[index];
    // The week of the catalogue begins on Monday.
    const values = {
      weekday: pick("weekdays", (at.getUTCDay() + 6) % 7), day: pick("days", at.getUTCDate() - 1),
      month: pick("months", at.getUTCMonth()), year: at.getUTCFullYear(),
    };
    return word("date").replace(/\{(\w+)\}/g, (all, name) => values[name]);
  }

  LSO.format = { number, signed, percent, duration, age, ago, money, distance, clock, day };
})(typeof window === "undefined" ? globalThis : window);
