/**
 * Figures and times as people read them. The same as layouts/formats.py; a test compares the two.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const NBSP = "\u00a0";
  const MINUS = "\u2212";
  const SIGNS = { vi: [".", ","], en: [",", "."] };
  const UNITS = {
    vi: { s: "giây", min: "ph", h: "g", d: "ngày", ago: "trước", bn: "tỷ", m: "triệu", pct: NBSP + "%" },
    en: { s: "s", min: "min", h: "h", d: "d", ago: "ago", bn: "bn", m: "m", pct: "%" },
  };
  const WEEKDAYS = {
    vi: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
  };
  const MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  /** Hours ahead of UTC; neither place changes its clock in the year. */
  const ZONES = { hanoi: 7, beijing: 8 };

  const known = (lang) => {
    const wanted = lang || (LSO.page && LSO.page.lang) || "vi";
    return SIGNS[wanted] ? wanted : "en";
  };
  const two = (value) => String(value).padStart(2, "0");

  function number(value, lang, decimals) {
    const [group, point] = SIGNS[known(lang)];
    const [whole, rest] = Math.abs(value).toFixed(decimals || 0).split(".");
    const text = whole.replace(/\B(?=(\d{3})+$)/g, group) + (rest ? point + rest : "");
    return (value < 0 && /[1-9]/.test(text) ? MINUS : "") + text;
  }

  function signed(value, lang, decimals) {
    const text = number(value, lang, decimals);
    return text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : "+" + text;
  }

  const percent = (pct, lang, decimals) =>
    number(pct, lang, decimals === undefined ? 1 : decimals) + UNITS[known(lang)].pct;

  function duration(seconds, lang) {
    const unit = UNITS[known(lang)];
    const whole = Math.max(0, seconds);
    if (whole < 60) return "<1" + NBSP + unit.min;
    const minutes = Math.floor(whole / 60) + (whole % 60 >= 30 ? 1 : 0);
    if (minutes < 60) return minutes + NBSP + unit.min;
    const hours = Math.floor(minutes / 60);
    // From a hundred hours on the minutes say nothing.
    return number(hours, lang) + unit.h + (hours < 100 ? NBSP + two(minutes % 60) : "");
  }

  function age(seconds, lang) {
    const unit = UNITS[known(lang)];
    const whole = Math.floor(Math.max(0, seconds));
    if (whole < 60) return whole + NBSP + unit.s;
    if (whole < 3600) return Math.floor(whole / 60) + NBSP + unit.min;
    if (whole < 172800) return Math.floor(whole / 3600) + unit.h + NBSP + two(Math.floor((whole % 3600) / 60));
    return number(Math.floor(whole / 86400), lang) + NBSP + unit.d;
  }

  const ago = (seconds, lang) => age(seconds, lang) + " " + UNITS[known(lang)].ago;

  function money(vnd, lang) {
    const unit = UNITS[known(lang)];
    const size = Math.abs(vnd);
    if (size >= 999500000) return number(vnd / 1e9, lang, 2) + NBSP + unit.bn + NBSP + "₫";
    if (size >= 1e6) return number(vnd / 1e6, lang) + NBSP + unit.m + NBSP + "₫";
    return number(vnd, lang) + NBSP + "₫";
  }

  const distance = (metres, lang) =>
    metres < 995
      ? number(Math.floor(metres / 10 + 0.5) * 10, lang) + NBSP + "m"
      : number(metres / 1000, lang, 1) + NBSP + "km";

  /** The calendar of a zone as a Date whose UTC fields are the local ones. */
  const local = (ms, zone) => new Date(ms + ZONES[zone || "hanoi"] * 3600000);

  function clock(ms, zone, seconds) {
    const at = local(ms, zone);
    const text = two(at.getUTCHours()) + ":" + two(at.getUTCMinutes());
    return seconds ? text + ":" + two(at.getUTCSeconds()) : text;
  }

  function day(ms, lang) {
    const at = local(ms, "hanoi");
    const weekday = WEEKDAYS[known(lang)][at.getUTCDay()];
    if (known(lang) === "en")
      return `${weekday} ${at.getUTCDate()} ${MONTHS_EN[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
    return `${weekday} ${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
  }

  LSO.format = { number, signed, percent, duration, age, ago, money, distance, clock, day };
})(typeof window === "undefined" ? globalThis : window);
