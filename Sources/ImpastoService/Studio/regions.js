// Regions: parts of the photo, painted over with a brush, each with a style of its own.

import { api } from "./api.js";
import { setBrush, startBrush } from "./brush.js";
import { $, announce, element, say } from "./dom.js";
import { drawStrokes, fitCanvas, maskOf } from "./mask.js";
import { change, onChange, state } from "./state.js";
import { onStyles, styles, titleOf } from "./styles.js";

const colors = ["#e4572e", "#2e86de", "#8e44ad", "#1e9e6a"];
const tint = $("#mask-tint");
let active = null; // the id of the region that the brush paints

const regionOf = (id) => state.regions.find((region) => region.id === id);
const colorOf = (id) => colors[state.regions.findIndex((region) => region.id === id) % colors.length];

const changeRegion = (id, values) =>
  change({ regions: state.regions.map((region) => region.id === id ? { ...region, ...values } : region) });

function showTint(id, extra) {
  const region = regionOf(id);
  if (!region || !state.photo) return;
  if (tint.dataset.photo !== state.photo.id) {
    fitCanvas(tint, state.photo);
    tint.dataset.photo = state.photo.id;
  }
  drawStrokes(tint, extra ? [...region.strokes, extra] : region.strokes, colorOf(id));
  tint.classList.add("shown");
}

const hideTint = () => tint.classList.remove("shown");

/// Keeps the strokes at once, and their mask as soon as the service has it; an older upload changes nothing.
async function setStrokes(id, strokes) {
  changeRegion(id, { strokes });
  try {
    const blob = await maskOf(strokes, state.photo);
    const mask = blob && (await api.upload("photos", blob, "image/png", "mask.png")).id;
    if (regionOf(id)?.strokes === strokes) changeRegion(id, { mask });
    say($("#region-error"), "");
  } catch (error) {
    say($("#region-error"), error.message);
  }
}

function edit(id) {
  active = id;
  setBrush(true);
  showTint(id);
  setTimeout(hideTint, 600);
  show();
}

/// Puts the brush away.
export function finishRegion() {
  if (active === null) return;
  active = null;
  setBrush(false);
  hideTint();
  show();
}

function add() {
  const used = new Set([...state.mixture, ...state.regions.map(({ style }) => ({ name: style }))].map(({ name }) => name));
  const style = styles.all.find(({ name }) => !used.has(name)) ?? styles.all[0];
  const id = 1 + Math.max(0, ...state.regions.map((region) => region.id));
  change({ regions: [...state.regions, { id, style: style.name, strokes: [], mask: null }] });
  edit(id);
  announce("New region. Paint on the picture.");
}

function remove(id) {
  if (active === id) finishRegion();
  hideTint();
  change({ regions: state.regions.filter((region) => region.id !== id) });
}

function row(region, index) {
  const name = `Region ${index + 1}`;
  const select = element("select", {
    "aria-label": `Style of ${name}`, onchange: () => changeRegion(region.id, { style: select.value }),
  }, ...(styles.hasPhotoRow ? [element("option", { value: "photo", text: "The photo itself" })] : []),
  ...styles.all.map((style) => element("option", { value: style.name, text: titleOf(style) })));
  select.value = region.style;
  const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
  swatch.style.backgroundColor = colorOf(region.id);
  return element("li", {
    class: "region-row", onpointerenter: () => showTint(region.id), onpointerleave: hideTint,
  }, swatch, select,
  element("button", {
    class: "tool", type: "button", text: "Paint", "aria-pressed": region.id === active, "aria-label": `Paint ${name}`,
    onclick: () => region.id === active ? finishRegion() : edit(region.id),
  }),
  element("button", {
    class: "tool icon", type: "button", text: "×", title: "Remove", "aria-label": `Remove ${name}`, onclick: () => remove(region.id),
  }));
}

function show() {
  const focused = document.activeElement?.getAttribute("aria-label");
  $("#region-list").replaceChildren(...state.regions.map(row));
  const again = [...$("#region-list").querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === focused);
  again?.focus();
  $("#brush").hidden = active === null;
  $("#add-region").disabled = state.mixture.length === 0;
  $("#undo-stroke").disabled = !regionOf(active)?.strokes.length;
  if (active !== null && !regionOf(active)) finishRegion(); // The photo has changed.
}

export function startRegions() {
  startBrush({
    drawing: (stroke) => showTint(active, stroke),
    drawn(stroke) {
      setStrokes(active, [...regionOf(active).strokes, stroke]);
      showTint(active);
      setTimeout(hideTint, 400);
    },
  });
  const size = $("#brush-size");
  const showSize = () => ($("#brush-size-value").textContent = `${size.value} %`);
  size.addEventListener("input", showSize);
  $("#add-region").addEventListener("click", add);
  $("#finish-region").addEventListener("click", finishRegion);
  $("#undo-stroke").addEventListener("click", () => {
    setStrokes(active, regionOf(active).strokes.slice(0, -1));
    showTint(active);
    setTimeout(hideTint, 400);
  });
  onChange(["regions", "mixture"], show);
  onStyles(show);
  showSize();
}
