/**
 * Draws the component `Markup`: one element whose inside is text. React makes the element and leaves its inside to our
 * scripts; see dashboard/markup.py for why.
 */
(function (root) {
  "use strict";

  function Markup(props) {
    const inside = props.inner ? { dangerouslySetInnerHTML: { __html: props.inner } } : {};
    return root.React.createElement(props.tag, { ...props.attributes, ...inside });
  }
  /** The text never changes: drawing it anew would undo what the scripts wrote. */
  const still = () => true;

  root.lso_markup = {
    get Markup() {
      // React comes after this file is read; the renderer asks once it is there.
      const made = root.React.memo(Markup, still);
      Object.defineProperty(this, "Markup", { value: made });
      return made;
    },
  };
})(typeof window === "undefined" ? globalThis : window);
