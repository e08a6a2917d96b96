// The gallery: every style, painted on the user's own photo.

import { api } from "./api.js";
import { adding, removing } from "./blend.js";
import { $, element, say } from "./dom.js";
import { change, onChange, state } from "./state.js";
import { factsOf, onStyles, styles, titleOf } from "./styles.js";

const size = 320;
const gallery = $("#gallery"), search = $("#search");
const cards = new Map(); // by the style's name
let painting = null; // the controller of the paintings under way

/// Replaces the mixture by one style.
function choose(name) {
  change({ mixture: [{ name, weight: 1 }] });
}

const isMixed = (name) => state.mixture.some((part) => part.name === name);

/// Adds a style to the blend, or takes it out.
function toggle(name) {
  change({ mixture: isMixed(name) ? removing(name, state.mixture) : adding(name, state.mixture) });
}

function card(style) {
  const title = titleOf(style), facts = factsOf(style);
  const picture = element("img", { class: "card-picture", alt: "", decoding: "async" });
  const button = element("button", {
    class: "card-choose", type: "button", onclick: () => choose(style.name), "aria-label": `${title}. ${facts}`,
  }, element("span", { class: "card-frame" },
    picture,
    style.thumbnail && element("img", { class: "card-painting", alt: "", src: style.thumbnail, loading: "lazy" })),
  element("span", { class: "card-title", text: title }),
  element("span", { class: "card-facts", text: facts }));
  const add = element("button", { class: "card-add", type: "button", onclick: () => toggle(style.name) });
  return { style, picture, button, add, item: element("li", { class: "card" }, button, add) };
}

function build() {
  cards.clear();
  for (const style of styles.all) cards.set(style.name, card(style));
  gallery.replaceChildren(...[...cards.values()].map(({ item }) => item));
  const select = $("#model");
  select.replaceChildren(...styles.models.map(({ name, isDefault }) => element("option", {
    value: isDefault ? "" : name, text: name, selected: (state.model ?? "") === (isDefault ? "" : name),
  })));
  select.hidden = styles.models.length < 2;
  filter();
  mark();
  paint();
}

/// Shows which styles are in the mixture.
function mark() {
  for (const [name, { style, item, button, add }] of cards) {
    const isIn = isMixed(name);
    item.classList.toggle("chosen", isIn);
    button.setAttribute("aria-pressed", isIn);
    add.textContent = isIn ? "✓" : "+";
    add.hidden = state.mixture.length === 0;
    add.setAttribute("aria-label", isIn ? `Take ${titleOf(style)} out of the blend` : `Add ${titleOf(style)} to the blend`);
    add.title = isIn ? "Take out of the blend" : "Add to the blend";
  }
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { style, item } of cards.values()) {
    const text = [style.name, style.title, style.artist, style.year].join(" ").toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden) count += 1;
  }
  say($("#gallery-count"), words.length === 0 ? "" : count === 0 ? "No painting of that name." : `${count} of ${cards.size}`);
}

let givesWay = () => Promise.resolve();

/// One style after the other; the live preview goes first.
async function paint() {
  painting?.abort();
  say($("#gallery-error"), "");
  if (!state.photo) return;
  const controller = painting = new AbortController();
  for (const { picture } of cards.values()) {
    if (picture.src.startsWith("blob:")) URL.revokeObjectURL(picture.src);
    picture.removeAttribute("src");
  }
  for (const [name, { picture }] of cards) {
    await givesWay();
    if (controller.signal.aborted) return;
    try {
      const blob = await api.stylize({
        photo: state.photo.id, styles: { [name]: 1 }, size, format: "jpeg", quality: 85, ...(state.model && { model: state.model }),
      }, { signal: controller.signal, isPatient: true });
      picture.src = URL.createObjectURL(blob);
    } catch (error) {
      if (controller.signal.aborted) return;
      return say($("#gallery-error"), error.message);
    }
  }
}

/// Starts the gallery. Each of its paintings waits until `preview` is idle.
export function startGallery(preview) {
  givesWay = () => preview.idle();
  onStyles(build);
  onChange(["photo"], paint);
  onChange(["mixture"], mark);
  search.addEventListener("input", filter);
  $("#model").addEventListener("change", (event) => change({ model: event.target.value || null }));
}
