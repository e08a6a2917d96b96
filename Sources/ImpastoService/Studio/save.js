// Painting in full size, and the same picture as a command or a link.

import { api } from "./api.js";
import { copy } from "./clipboard.js";
import { $, announce, say, setChildren } from "./dom.js";
import { jobs, onJobs, startJob } from "./jobs.js";
import { jobView, resultPicture } from "./jobview.js";
import { inWords, linkOf, paintingSettings } from "./settings.js";
import { showPainting } from "./stage.js";
import { change, onChange, state } from "./state.js";

const form = $("#save-form"), quality = $("#quality"), share = $("#share");

/// Kind and settings of the job that the form describes; null while no style is chosen.
function plannedJob() {
  const settings = paintingSettings();
  if (!settings) return null;
  if (state.film) {
    const { photo, ...others } = settings;
    const from = $("#film-from").valueAsNumber, duration = $("#film-duration").valueAsNumber;
    return { kind: "video", settings: { ...others, film: state.film.id, ...(from > 0 && { from }), ...(duration > 0 && { duration }) } };
  }
  return { kind: "stylize", settings: {
    ...settings, format: state.format, ...(state.format === "jpeg" && { quality: state.quality }) } };
}

function showForm() {
  form.elements.format.value = state.format;
  quality.value = state.quality;
  $("#quality-value").textContent = state.quality;
  $("#format-choice").hidden = Boolean(state.film);
  $("#quality-setting").hidden = Boolean(state.film) || state.format !== "jpeg";
  $("#film-part").hidden = !state.film;
  $("#paint-full").textContent = state.film ? "Paint the film" : "Paint in full size";
  const isReady = plannedJob() !== null;
  $("#paint-full").disabled = !isReady;
  const size = state.photo ? `${state.photo.width} × ${state.photo.height} pixels` : "";
  $("#full-size").textContent = isReady ? size : "Choose a style first.";
}

let commandTimer = null;

/// The command as the service would run it; asked for only while someone looks.
function showCommand() {
  clearTimeout(commandTimer);
  const planned = plannedJob();
  if (!share.open || !planned) return;
  commandTimer = setTimeout(async () => {
    try {
      $("#command").textContent = await api.command(planned.kind, planned.settings);
    } catch (error) {
      $("#command").textContent = error.message;
    }
  }, 200);
}

// A picture is on the stage already; a film is not.
const view = jobView("div", { makePicture: (job) => job.kind === "video" ? resultPicture(job) : null });
let shownResult = null;

/// The job that was started from here, also after a reload.
function showJob() {
  const job = jobs.get(state.job);
  setChildren($("#save-job"), job ? [view] : []);
  if (!job) return;
  view.update(job);
  if (job.state !== "done" || shownResult === job.id) return;
  shownResult = job.id;
  announce("The picture is painted in full size.");
  const isOnStage = JSON.stringify(plannedJob()?.settings) === state.jobSettings;
  if (isOnStage && job.result?.type.startsWith("image/")) {
    showPainting(job.result.url, `Your photo in the style of ${inWords(job.settings)}, in full size`);
  }
}

async function paintFull(event) {
  event.preventDefault();
  const planned = plannedJob();
  if (!planned) return;
  say($("#save-error"), "");
  $("#paint-full").disabled = true; // One press, one job.
  try {
    const job = await startJob(planned.kind, planned.settings);
    change({ job: job.id, jobSettings: JSON.stringify(planned.settings) });
  } catch (error) {
    say($("#save-error"), error.message);
  } finally {
    $("#paint-full").disabled = false;
  }
}

export function startSaving() {
  form.addEventListener("submit", paintFull);
  form.addEventListener("change", () => change({ format: form.elements.format.value }));
  quality.addEventListener("input", () => change({ quality: quality.valueAsNumber }));
  share.addEventListener("toggle", showCommand);
  $("#copy-command").addEventListener("click", async () => {
    await copy($("#command").textContent);
    $("#copied").textContent = "The command is copied.";
  });
  $("#copy-link").addEventListener("click", async () => {
    await copy(`${location.origin}/${linkOf()}`);
    $("#copied").textContent = "The link is copied. It carries the styles and sliders, not the photo.";
  });
  onChange(["photo", "film", "mixture", "format", "quality", "regions"], showForm);
  onChange(["photo", "mixture", "strength", "strokeSize", "keepColors", "regions", "format", "quality"], showCommand);
  onChange(["job"], showJob);
  onJobs(showJob);
  showForm();
}
