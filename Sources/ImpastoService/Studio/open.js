// Opening a photo or film: by choice, drop, paste, camera, or one of the samples.

import { api } from "./api.js";
import { startCamera } from "./camera.js";
import { $, announce, element, say } from "./dom.js";
import { carriesFiles, isFilm, typeOf } from "./files.js";
import { openFilm } from "./film.js";
import { goTo, router } from "./router.js";
import { change, state } from "./state.js";

/// Gives the service a photo and begins with it.
export async function openPhoto(blob, name) {
  const photo = await api.upload("photos", blob, typeOf(blob), name);
  change({ photo: { ...photo, name: name ?? null }, film: null, regions: [], job: null });
  announce("The photo is open.");
}

async function open(makeFile) {
  say($("#open-error"), "");
  $("#opening").hidden = false;
  try {
    const file = await makeFile();
    if (isFilm(file)) await openFilm(file);
    else await openPhoto(file, file.name);
    goTo("studio");
    showWelcome(false);
  } catch (error) {
    // The sentence stands beside the buttons that caused it, so they are shown again.
    showWelcome(true);
    say($("#open-error"), error.message);
  } finally {
    $("#opening").hidden = true;
  }
}

/// Shows the choice of photos, or the workbench.
export function showWelcome(isShown) {
  const isNeeded = isShown || !state.photo;
  $("#welcome").hidden = !isNeeded;
  $("#workbench").hidden = isNeeded;
  $("#back-to-photo").hidden = !state.photo;
}

async function showSamples() {
  const samples = await api.samples();
  $("#sample-list").replaceChildren(...samples.map(({ title, url, name }) => element("li", {},
    element("button", {
      class: "sample", type: "button", "aria-label": `Open the sample ${title}`,
      onclick: () => open(async () => new File([await api.sample(url)], `${name}.jpg`, { type: "image/jpeg" })),
    }, element("img", { src: url, alt: "", loading: "lazy" })))));
  $("#samples").hidden = samples.length === 0;
}

/// Starts all ways in. On another page than the studio, `others[page]` takes a dropped or pasted file.
export function startOpening(others) {
  const take = (file) => router.page in others ? others[router.page](file) : open(async () => file);

  $("#choose-file").addEventListener("change", (event) => {
    if (event.target.files.length > 0) take(event.target.files[0]);
    event.target.value = ""; // The same file may be chosen again.
  });
  $("#open-another").addEventListener("click", () => {
    showWelcome(true);
    $("#choose-file").focus();
  });
  $("#back-to-photo").addEventListener("click", () => showWelcome(false));
  startCamera((file) => open(async () => file));

  let depth = 0; // of entered elements: leaving one for its child is no end.
  const sign = (change) => {
    depth = Math.max(0, depth + change);
    $("#drop-sign").hidden = depth === 0;
  };
  addEventListener("dragenter", (event) => carriesFiles(event) && sign(1));
  addEventListener("dragleave", (event) => carriesFiles(event) && sign(-1));
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    sign(-depth);
    take(event.dataTransfer.files[0]);
  });
  addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (file) take(file);
  });
  showWelcome(false);
  showSamples().catch((error) => say($("#open-error"), error.message));
}
