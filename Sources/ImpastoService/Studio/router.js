// Pages of the studio by the address after `#`, such as `#results` or `#studio?style=great-wave:1`.

import { $ } from "./dom.js";

const pages = ["studio", "add", "results"];
const listeners = [];

export const router = { page: "studio", query: new URLSearchParams() };

/// Calls a function whenever another page is shown.
export function onPage(listener) {
  listeners.push(listener);
}

function show() {
  const [name, query] = location.hash.slice(1).split("?");
  router.page = pages.includes(name) ? name : "studio";
  router.query = new URLSearchParams(query);
  for (const page of pages) $(`#${page}`).hidden = page !== router.page;
  for (const link of document.querySelectorAll(".bar nav a")) {
    if (link.hash === `#${router.page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const listener of listeners) listener();
}

export function goTo(page) {
  location.hash = `#${page}`;
}

export function startRouter() {
  addEventListener("hashchange", show);
  show();
}
