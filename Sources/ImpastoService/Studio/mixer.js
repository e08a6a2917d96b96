// The blend: a slider for each style, the pad, and what holds for all of it.

import { removing, setting } from "./blend.js";
import { $, element } from "./dom.js";
import { cornersOf, pointOf, sharesAt, showPoint, startPad } from "./pad.js";
import { percent } from "./settings.js";
import { change, onChange, state, untouched } from "./state.js";
import { factsOf, onStyles, styleNamed, titleOf } from "./styles.js";

const list = $("#mix-list"), pad = $("#pad"), point = $("#pad-point");
let rows = []; // { name, slider, output }
let isMovingPoint = false;

function row(name, isAlone) {
  const style = styleNamed(name), title = titleOf(style);
  const slider = element("input", {
    type: "range", min: 0, max: 100, step: 1, hidden: isAlone, "aria-label": `Share of ${title}`,
    oninput: () => change({ mixture: setting(name, slider.valueAsNumber / 100, state.mixture) }),
  });
  const output = element("output");
  return {
    name, slider, output,
    item: element("li", { class: "mix-row" },
      style.thumbnail ? element("img", { src: style.thumbnail, alt: "" }) : element("span", { class: "no-picture" }),
      element("div", { class: "mix-text" },
        element("span", { class: "mix-title", text: title }), isAlone ? null : output,
        isAlone ? element("span", { class: "mix-facts", text: factsOf(style) }) : slider),
      element("button", {
        class: "tool icon", type: "button", text: "×", title: "Take out", "aria-label": `Take ${title} out`,
        onclick: () => change({ mixture: removing(name, state.mixture) }),
      })),
  };
}

/// Makes the rows anew only if the styles themselves have changed: a slider that is being dragged stays.
function showMixture() {
  const mixture = state.mixture.filter(({ name }) => styleNamed(name));
  $("#mix-empty").hidden = mixture.length > 0;
  $("#mix-body").hidden = mixture.length === 0;
  const isSame = rows.length === mixture.length && rows.every(({ name }, index) => name === mixture[index].name);
  if (!isSame) {
    rows = mixture.map(({ name }) => row(name, mixture.length === 1));
    list.replaceChildren(...rows.map(({ item }) => item));
    buildPad(mixture);
  }
  mixture.forEach(({ weight }, index) => {
    const { slider, output } = rows[index];
    slider.value = Math.round(weight * 100);
    output.textContent = percent(weight);
  });
  if (cornersOf(mixture.length) && !isMovingPoint) showPoint(point, pointOf(mixture.map(({ weight }) => weight)));
}

function buildPad(mixture) {
  const corners = cornersOf(mixture.length);
  $("#pad-box").hidden = !corners;
  for (const old of pad.querySelectorAll(".pad-corner")) old.remove();
  pad.classList.toggle("line", mixture.length === 2);
  corners?.forEach(([x, y], index) => {
    const style = styleNamed(mixture[index].name);
    const corner = style.thumbnail
      ? element("img", { class: "pad-corner", src: style.thumbnail, alt: "", draggable: false })
      : element("span", { class: "pad-corner", text: titleOf(style) });
    Object.assign(corner.style, { left: `${x * 100}%`, top: `${y * 100}%`, translate: `${-x * 100}% ${-y * 100}%` });
    pad.prepend(corner);
  });
}

function movePoint(place) {
  const shares = sharesAt(place, state.mixture.length);
  isMovingPoint = true; // Where it is dragged, it stays: four weights do not know their point.
  showPoint(point, place);
  change({ mixture: state.mixture.map(({ name }, index) => ({ name, weight: shares[index] })) });
  isMovingPoint = false;
}

const strength = $("#strength"), strokeSize = $("#stroke-size"), keepColors = $("#keep-colors");

function showAdjustments() {
  strength.value = Math.round(state.strength * 100);
  $("#strength-value").textContent = percent(state.strength);
  strokeSize.value = Math.log2(state.strokeSize);
  $("#stroke-size-value").textContent = `× ${Number(state.strokeSize.toFixed(2))}`;
  strokeSize.setAttribute("aria-valuetext", `${Number(state.strokeSize.toFixed(2))} times`);
  keepColors.checked = state.keepColors;
}

export function startMixer() {
  onChange(["mixture"], showMixture);
  onStyles(showMixture);
  onChange(Object.keys(untouched), showAdjustments);
  startPad(pad, point, movePoint);
  strength.addEventListener("input", () => change({ strength: strength.valueAsNumber / 100 }));
  strokeSize.addEventListener("input", () => change({ strokeSize: Number((2 ** strokeSize.valueAsNumber).toFixed(3)) }));
  keepColors.addEventListener("change", () => change({ keepColors: keepColors.checked }));
  $("#reset").addEventListener("click", () => change(untouched));
  showAdjustments();
}
