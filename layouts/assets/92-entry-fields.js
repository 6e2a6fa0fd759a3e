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
   * A whole number, typed on the numeric keypad or changed by steps.
   * @param {{label: string, steps: number[], highest: number, changed: function(): void}} wanted
   */
  function numberField(wanted) {
    const { element, holder, about, labelId } = row(wanted.label);
    const input = make("input", "entry-number");
    input.type = "text";
    input.inputMode = "numeric";
    input.autocomplete = "off";
    input.setAttribute("aria-labelledby", labelId);
    let touched = false;
    let live = null;
    const value = () => (input.value.trim() === "" ? null : Number(input.value.replace(/[\s.,]/g, "")));
    const isFit = () => {
      const now = value();
      return now !== null && Number.isInteger(now) && now >= 0 && now <= wanted.highest;
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
      input.value = String(Math.min(wanted.highest, Math.max(0, from + by)));
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
      follow(cell, words) {
        live = cell && typeof cell.v === "number" ? Math.round(cell.v) : null;
        text(about, words);
        if (!touched && root.document.activeElement !== input) {
          const shown = live === null ? "" : String(live);
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
      follow(cell, words) {
        live = cell && typeof cell.v === "number" ? cell.v : undefined;
        text(about, words);
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
