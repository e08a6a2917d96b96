// The paintings on the first page, before there is a photo.

import { $, element } from "./dom.js";
import { factsOf, styles, titleOf } from "./styles.js";

export function showPaintings() {
  const shown = styles.all.filter(({ thumbnail }) => thumbnail);
  $("#painting-list").replaceChildren(...shown.map((style) => element("li", {},
    element("img", { src: style.thumbnail, alt: `${titleOf(style)}. ${factsOf(style)}`, title: `${titleOf(style)} — ${factsOf(style)}`, loading: "lazy" }))));
  $("#paintings").hidden = shown.length === 0;
}
