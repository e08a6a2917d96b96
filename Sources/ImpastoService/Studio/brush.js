// The brush: strokes on the stage by pointer or keys.

import { $ } from "./dom.js";
import { pointer, zoom } from "./stage.js";

const stage = $("#stage"), picture = $("#picture"), cursor = $("#brush-cursor");
const size = $("#brush-size"), erase = $("#erase");
let stroke = null;
let pointerId = null;
let place = [0.5, 0.5]; // of the cursor, as shares of the picture

const sizeShare = () => size.valueAsNumber / 100;

function showCursor() {
  const box = picture.getBoundingClientRect(), outer = stage.getBoundingClientRect();
  const diameter = sizeShare() * Math.max(box.width, box.height);
  Object.assign(cursor.style, {
    width: `${diameter}px`, height: `${diameter}px`,
    left: `${box.left - outer.left + place[0] * box.width}px`, top: `${box.top - outer.top + place[1] * box.height}px`,
  });
  cursor.classList.toggle("erasing", erase.checked);
}

/// Lets the brush paint or rest.
export function setBrush(isActive) {
  pointer.isBrush = isActive;
  stroke = null;
  cursor.hidden = !isActive;
  stage.classList.toggle("brushing", isActive);
  if (isActive) showCursor();
}

/// Starts the brush. `drawing(stroke)` is called while a stroke grows, and `drawn(stroke)` at its end; `drawing(null)` if it is given up.
export function startBrush({ drawing, drawn }) {
  const begin = () => (stroke = { points: [place], size: sizeShare(), erases: erase.checked });
  const end = () => {
    if (!stroke) return;
    const finished = stroke;
    stroke = null;
    drawn(finished);
  };

  stage.addEventListener("pointerdown", (event) => {
    if (!pointer.isBrush || event.button !== 0 || event.target.closest("[role=slider]")) return;
    if (stroke) { // A second finger zooms.
      stroke = null;
      return drawing(null);
    }
    pointerId = event.pointerId;
    stage.setPointerCapture(pointerId);
    place = zoom.placeOf(event);
    drawing(begin());
  });
  stage.addEventListener("pointermove", (event) => {
    if (!pointer.isBrush) return;
    place = zoom.placeOf(event);
    showCursor();
    if (!stroke || event.pointerId !== pointerId) return;
    const [x, y] = stroke.points.at(-1);
    // Points closer than a sixteenth of the brush change nothing that is seen.
    if (Math.hypot(place[0] - x, place[1] - y) < stroke.size / 16) return;
    stroke.points.push(place);
    drawing(stroke);
  });
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
  stage.addEventListener("keydown", (event) => {
    if (!pointer.isBrush || event.target !== stage) return;
    const step = 0.02;
    const arrows = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === " ") {
      begin();
      end();
    } else if (event.key in arrows) {
      place = place.map((share, axis) => Math.min(Math.max(share + arrows[event.key][axis], 0), 1));
      showCursor();
    } else return;
    event.preventDefault();
  });
  size.addEventListener("input", showCursor);
  erase.addEventListener("change", showCursor);
}
