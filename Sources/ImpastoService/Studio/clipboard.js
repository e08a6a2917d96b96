// Copying, with a way for pages without TLS, on which browsers lock the clipboard.

import { announce, element } from "./dom.js";

export async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    const field = element("textarea", { value: text, class: "visually-hidden", "aria-hidden": "true" });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  announce("Copied.");
}
