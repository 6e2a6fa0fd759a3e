/**
 * The fields of a form of entry: a number with steps, a choice of few, a list, a text. Each holds what the officer
 * changed, and follows the live figure until then.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text } = LSO.dom;
  let ids = 0;

  const button = (words, act) => {
    const made = make("button", "entry-button", words);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };

  function row(label) {
    const element = make("div", "entry-row");
    const name = element.appendChild(make("span", "entry-label", label));
    name.id = "entry-label-" + ++ids;
    const holder = element.appendChild(make("div", "entry-controls"));
    const about = element.appendChild(make("span", "entry-about"));
    return { element, holder, about, labelId: name.id };
  }

  /**
   * What was typed as a number: points and spaces group thousands, a comma is the decimal sign; a lone point before one
   * or two digits is one too, because keypads of other languages write it. NaN for what is none.
   * @param {string} typed
   * @param {number} decimals digits allowed after the sign; 0: a whole number
   */
  function parsed(typed, decimals) {
    const bare = typed.trim().replace(/[\s\u00a0]/g, "").replace(/\u2212/g, "-");
    if (!decimals) return Number(bare.replace(/[.,]/g, ""));
    const point = LSO.page.lang === "en" || /^-?\d+\.\d{1,2}$/.test(bare);
    const plain = point ? bare.replace(/,/g, "") : bare.replace(/\./g, "").replace(",", ".");
    return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
  }

  /**
   * A number, typed on the keypad or changed by steps.
   * @param {{label: string, steps: number[], highest: number, changed: function(): void, lowest: (number|undefined), decimals: (number|undefined)}} wanted
   *   lowest is 0 and decimals are 0 where they are not given
   */
  function numberField(wanted) {
    const { element, holder, about, labelId } = row(wanted.label);
    const input = make("input", "entry-number");
    input.type = "text";
    const decimals = wanted.decimals || 0;
    const lowest = wanted.lowest || 0;
    input.inputMode = decimals ? "decimal" : "numeric";
    input.autocomplete = "off";
    input.setAttribute("aria-labelledby", labelId);
    let touched = false;
    let live = null;
    const value = () => (input.value.trim() === "" ? null : parsed(input.value, decimals));
    const written = (number) => (decimals ? LSO.format.number(number, LSO.page.lang, decimals) : String(number));
    const isFit = () => {
      const now = value();
      return now !== null && (decimals ? Number.isFinite(now) : Number.isInteger(now)) && now >= lowest && now <= wanted.highest;
    };
    function touch() {
      touched = true;
      mark();
      wanted.changed();
    }
    function mark() {
      element.classList.toggle("is-changed", touched);
      input.setAttribute("aria-invalid", String(touched && input.value.trim() !== "" && !isFit()));
    }
    function step(by) {
      const from = isFit() ? value() : live === null ? 0 : live;
      input.value = written(Number(Math.min(wanted.highest, Math.max(lowest, from + by)).toFixed(decimals)));
      touch();
    }
    const steps = wanted.steps.map((by) => {
      const made = button((by > 0 ? "+" : "\u2212") + Math.abs(by), () => step(by));
      made.setAttribute("aria-label", wanted.label + ": " + LSO.t(by > 0 ? "entry.plus" : "entry.less", { count: Math.abs(by) }));
      return [by, made];
    });
    holder.append(...steps.filter(([by]) => by < 0).map((each) => each[1]), input, ...steps.filter(([by]) => by > 0).map((each) => each[1]));
    input.addEventListener("input", touch);
    input.addEventListener("focus", () => input.select());
    return {
      element,
      follow(cell, words, path) {
        live = cell && typeof cell.v === "number" ? Number(cell.v.toFixed(decimals)) : null;
        text(about, words);
        LSO.dom.cell(about, cell ? path : null);
        if (!touched && root.document.activeElement !== input) {
          const shown = live === null ? "" : written(live);
          if (input.value !== shown) input.value = shown;
        }
      },
      taken: () => (touched && isFit() ? value() : null),
      wrong: () => touched && input.value.trim() !== "" && !isFit(),
      clear() {
        touched = false;
        mark();
      },
    };
  }

  /**
   * One of few, as buttons that stay pressed.
   * @param {{label: string, choices: Array<[string, *]>, near: function(*, *): boolean, changed: function(): void}} wanted
   */
  function choiceField(wanted) {
    const { element, holder, about, labelId } = row(wanted.label);
    holder.setAttribute("role", "group");
    holder.setAttribute("aria-labelledby", labelId);
    let chosen;
    let live;
    const buttons = wanted.choices.map(([words, value]) => {
      const made = button(words, () => {
        chosen = chosen === value ? undefined : value;
        mark();
        wanted.changed();
      });
      holder.appendChild(made);
      return [value, made];
    });
    function mark() {
      element.classList.toggle("is-changed", chosen !== undefined);
      for (const [value, made] of buttons) {
        made.setAttribute("aria-pressed", String(chosen === undefined ? live !== undefined && wanted.near(live, value) : chosen === value));
        made.classList.toggle("is-chosen", chosen === value);
      }
    }
    mark();
    return {
      element,
      follow(cell, words, path) {
        live = cell && typeof cell.v === "number" ? cell.v : undefined;
        text(about, words);
        LSO.dom.cell(about, cell ? path : null);
        mark();
      },
      taken: () => (chosen === undefined ? null : chosen),
      wrong: () => false,
      clear() {
        chosen = undefined;
        mark();
      },
    };
  }

  /** A list to choose from, or a text. @returns {{element: HTMLElement, control: HTMLElement}} */
  function control(label, tag, options) {
    const { element, holder, labelId } = row(label);
    const made = holder.appendChild(make(tag, "entry-control"));
    made.setAttribute("aria-labelledby", labelId);
    for (const [value, words] of options || []) {
      const option = made.appendChild(make("option", "", words));
      option.value = value;
    }
    if (tag === "input") {
      made.type = "text";
      made.maxLength = 500;
    }
    return { element, control: made };
  }

  LSO.entryFields = { button, numberField, choiceField, control };
})(typeof window === "undefined" ? globalThis : window);
