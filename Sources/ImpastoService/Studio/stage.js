// The stage: the photo, its painting above it, and what is said about them.

import { api } from "./api.js";
import { Divider } from "./divider.js";
import { $, say } from "./dom.js";
import { state } from "./state.js";
import { Zoom } from "./zoom.js";

const displaySize = 2048; // The photo is loaded in this size until more of its pixels are looked at.

const before = $("#before"), after = $("#after"), picture = $("#picture"), stage = $("#stage");
let paintingURL = null;
let paintedSize = 0; // Longer side of the painting that is shown.

/// What pointers do on the stage: they move the picture, unless a brush takes them.
export const pointer = { isBrush: false };

export const zoom = new Zoom(stage, picture, {
  mayDrag: () => !pointer.isBrush,
  changed: () => {
    $("#zoom-level").textContent = `${Math.round(zoom.magnification * 100)} %`;
    $("#zoom-fit").setAttribute("aria-pressed", zoom.isFitted);
    loadPixels();
    noteDetail();
  },
});

const divider = new Divider($("#divider"), picture, { placeOf: (event) => zoom.placeOf(event) });

/// The longer side of the picture on the screen, in the screen's pixels.
export function shownSize() {
  return Math.round(Math.max(picture.clientWidth, picture.clientHeight) * devicePixelRatio);
}

/// Shows a photo that the service has.
export function showPhoto({ id, width, height, name }) {
  clearPainting();
  before.dataset.size = displaySize;
  before.src = api.photoURL(id, displaySize);
  before.alt = name ? `Your photo: ${name}` : "Your photo";
  zoom.setSize(width, height);
}

/// All pixels of the photo come only when the screen can show them.
function loadPixels() {
  if (!state.photo) return;
  const longest = Math.max(state.photo.width, state.photo.height);
  if (longest <= displaySize || Number(before.dataset.size) >= longest) return;
  if (shownSize() <= displaySize) return;
  before.dataset.size = longest;
  before.src = api.photoURL(state.photo.id, longest);
}

/// A photo that does not come was asked for while no service was there, and is asked for again, or its time has run out.
export function onLostPhoto(lost) {
  before.addEventListener("error", async () => {
    if (!state.photo) return;
    const { id } = state.photo;
    try {
      await api.findPhoto(id);
      if (state.photo?.id === id) showPhoto(state.photo);
    } catch (error) {
      if (state.photo?.id === id) lost(error);
    }
  });
}

/// Shows a painting: a blob of the preview, or the address of a result.
export function showPainting(source, description) {
  const url = source instanceof Blob ? URL.createObjectURL(source) : source;
  const previous = paintingURL;
  after.onload = () => {
    after.hidden = false;
    paintedSize = Math.max(after.naturalWidth, after.naturalHeight);
    noteDetail();
    if (previous?.startsWith("blob:")) URL.revokeObjectURL(previous);
  };
  after.alt = description;
  after.src = url;
  paintingURL = url;
}

export function clearPainting() {
  if (paintingURL?.startsWith("blob:")) URL.revokeObjectURL(paintingURL);
  paintingURL = null;
  after.hidden = true;
  after.removeAttribute("src");
  paintedSize = 0;
  setComparing(false);
  noteDetail();
}

/// A preview has fewer pixels than the photo: said where someone looks closely.
function noteDetail() {
  const isCoarse = paintedSize > 0 && !zoom.isFitted && state.photo
    && paintedSize < Math.max(state.photo.width, state.photo.height) && shownSize() > 1.5 * paintedSize;
  say($("#stage-note"), isCoarse ? "A preview. Save paints every pixel." : "");
}

function setComparing(isComparing) {
  divider.isShown = isComparing;
  $("#compare").setAttribute("aria-pressed", isComparing);
}

export function showWorking(isWorking) {
  $("#painting-sign").hidden = !isWorking;
  stage.setAttribute("aria-busy", isWorking);
}

$("#compare").addEventListener("click", () => setComparing(!divider.isShown && !after.hidden));
$("#zoom-in").addEventListener("click", () => zoom.zoom(1.5));
$("#zoom-out").addEventListener("click", () => zoom.zoom(1 / 1.5));
$("#zoom-fit").addEventListener("click", () => zoom.fit());
$("#zoom-pixels").addEventListener("click", () => zoom.pixels());
