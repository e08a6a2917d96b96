// A film: one of its frames is painted as a photo, until the whole film is.

import { api } from "./api.js";
import { frameOf } from "./camera.js";
import { $, announce, say } from "./dom.js";
import { stemOf, typeOf } from "./files.js";
import { change, onChange, state } from "./state.js";

const video = document.createElement("video");
Object.assign(video, { muted: true, preload: "auto", playsInline: true });
const slider = $("#moment"), time = $("#moment-time");

const once = (name) => new Promise((resolve, reject) => {
  video.addEventListener(name, resolve, { once: true });
  video.addEventListener("error", () => reject(new Error(
    "This browser cannot show the film. It shows MP4 with H.264, and WebM.")), { once: true });
});

async function load(source) {
  const isReady = once("loadeddata");
  video.src = source;
  await isReady;
}

/// The frame at a moment, given to the service as a photo.
async function photoAt(moment, name) {
  const isThere = once("seeked");
  video.currentTime = moment;
  await isThere;
  const photo = await api.upload("photos", await frameOf(video, "frame.jpg"), "image/jpeg", `${stemOf(name)}.jpg`);
  return { ...photo, name };
}

/// Gives the service a film and begins with a frame of it.
export async function openFilm(file) {
  await load(URL.createObjectURL(file));
  const moment = Math.min(1, video.duration / 2);
  const [film, photo] = await Promise.all([
    api.upload("films", file, typeOf(file), file.name),
    photoAt(moment, file.name),
  ]);
  change({ film: { id: film.id, name: file.name, duration: video.duration, moment }, photo, regions: [], job: null });
  announce("The film is open.");
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;

function showFilm() {
  $("#film-moment").hidden = !state.film;
  if (!state.film) return;
  slider.max = state.film.duration;
  if (document.activeElement !== slider) slider.value = state.film.moment;
  time.textContent = clock(state.film.moment);
}

let newest = 0;

async function moveTo(moment) {
  const turn = ++newest;
  try {
    if (!video.src) await load(api.filmURL(state.film.id)); // After a reload.
    const photo = await photoAt(moment, state.film.name);
    if (turn === newest) change({ photo, film: { ...state.film, moment } });
  } catch (error) {
    say($("#paint-error"), error.message);
  }
}

export function startFilm() {
  slider.addEventListener("input", () => (time.textContent = clock(slider.valueAsNumber)));
  slider.addEventListener("change", () => moveTo(slider.valueAsNumber));
  onChange(["film"], showFilm);
  showFilm();
}
