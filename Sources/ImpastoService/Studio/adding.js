// Adding a style: a painting is learned as a job that can be watched, stopped early, kept or thrown away.

import { api } from "./api.js";
import { $, announce, attempt, element, say, setChildren } from "./dom.js";
import { stemOf, typeOf } from "./files.js";
import { finishJob, isActive, jobs, newestFirst, onJobs, removeJob, startJob } from "./jobs.js";
import { stateInWords } from "./jobview.js";
import { drawLosses } from "./losses.js";
import { goTo } from "./router.js";
import { change, state } from "./state.js";
import { loadStyles, onStyles, styleNamed } from "./styles.js";

let painting = null; // the file
const name = $("#style-name"), title = $("#painting-title");
const views = new Map(); // of the runs, by job
const upload = async (file) => (await api.upload("photos", file, typeOf(file), file.name)).id;

/// Takes a painting that was chosen, dropped or pasted.
export async function takePainting(file) {
  say($("#painting-error"), "");
  try {
    const { id } = await api.upload("photos", file, typeOf(file), file.name);
    painting = id;
    $("#painting-image").src = api.photoURL(id, 640);
    $("#painting-image").hidden = false;
    const words = stemOf(file.name).replace(/[-_]+/g, " ").trim();
    if (!title.value) title.value = words.charAt(0).toUpperCase() + words.slice(1);
    suggestName();
  } catch (error) {
    say($("#painting-error"), error.message);
  }
}

/// A name from the title, as styles are named, until the user has typed one.
function suggestName() {
  if (name.dataset.isTyped) return;
  name.value = title.value.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

async function begin(event) {
  event.preventDefault();
  say($("#add-error"), "");
  if (!painting) return say($("#painting-error"), "Choose a painting first.");
  if (styleNamed(name.value)) return say($("#add-error"), `There is a style ${name.value} already. Give this one another name.`);
  $("#start-adding").disabled = true;
  try {
    const content = await Promise.all([...$("#content-photos").files].map(upload));
    const job = await startJob("add-style", {
      painting, name: name.value, title: title.value, steps: $("#steps").valueAsNumber,
      ...(state.model && { model: state.model }),
      ...($("#painting-artist").value && { artist: $("#painting-artist").value }),
      ...($("#painting-license").value && { license: $("#painting-license").value }),
      ...(content.length > 0 && { content }),
    });
    if (!isActive(job)) await loadStyles(); // So few steps that it is over already.
    views.get(job.id).scrollIntoView({ block: "center" });
    announce("Learning has begun.");
  } catch (error) {
    say($("#add-error"), error.message);
  } finally {
    $("#start-adding").disabled = false;
  }
}

const blendSteps = 40; // These first ones only look for a blend of known styles to begin with.

const canBeKept = (job) => job.state === "running" && job.losses?.at(-1)?.[0] > blendSteps;

/// One training: losses, the newest contact sheet, and what can be done.
function runView() {
  const heading = element("h2"), status = element("p", { class: "job-state", role: "status" });
  const bar = element("progress", { max: 1, "aria-label": "Progress" });
  const chart = element("div", { class: "losses" });
  const sheet = element("img", { class: "sheet", alt: "Photos in the new style, as far as it is learned", hidden: true });
  const hint = element("p", { class: "hint", text: `The first ${blendSteps} steps look for a blend of known styles to begin with. After them you can stop and keep what is learned.` });
  const error = element("p", { class: "error", role: "alert", hidden: true });
  const buttons = element("div", { class: "row" });
  const view = element("section", { class: "run" }, heading, status, bar, chart, sheet, hint, error, buttons);
  let shown = null;

  const button = (text, kind, action) => element("button", { class: `button ${kind}`, type: "button", text, onclick: attempt(error, action) });

  function buttonsFor(job) {
    const style = job.settings.name;
    if (isActive(job)) return [
      canBeKept(job) ? button("Stop and keep", "primary", () => finishJob(job)) : null,
      button("Throw away", "quiet", () => removeJob(job)),
    ];
    if (job.state !== "done" || !styleNamed(style)) return [button("Remove", "quiet", () => removeJob(job))];
    return [
      button("Paint with it", "primary", async () => {
        change({ mixture: [{ name: style, weight: 1 }] });
        goTo("studio");
      }),
      element("a", { class: "button", href: api.styleFileURL(style), download: `${style}.style.safetensors`, text: "Save as a file" }),
      button("Throw away", "quiet", async () => {
        await api.removeStyle(style);
        await removeJob(job);
        await loadStyles();
      }),
    ];
  }

  view.update = (job) => {
    heading.textContent = job.settings.title || job.settings.name;
    status.textContent = job.state === "done" ? "Learned. The style is in the gallery." : stateInWords(job);
    status.classList.toggle("failed", job.state === "failed");
    bar.hidden = !isActive(job);
    hint.hidden = !isActive(job) || canBeKept(job);
    if (job.progress === null) bar.removeAttribute("value");
    else bar.value = job.progress;
    drawLosses(chart, job.losses);
    if (job.preview && sheet.getAttribute("src") !== job.preview) {
      sheet.src = job.preview;
      sheet.hidden = false;
    }
    const wanted = `${job.state} ${canBeKept(job)} ${Boolean(styleNamed(job.settings.name))}`;
    if (shown === wanted) return;
    const isNew = shown !== null && job.state === "done";
    shown = wanted;
    view.dataset.state = job.state;
    buttons.replaceChildren(...buttonsFor(job).filter(Boolean));
    if (isNew && !styleNamed(job.settings.name)) loadStyles().catch((problem) => say(error, problem.message));
  };
  return view;
}

function showRuns() {
  const runs = newestFirst().filter(({ kind }) => kind === "add-style");
  for (const job of runs) {
    if (!views.has(job.id)) views.set(job.id, runView());
    views.get(job.id).update(job);
  }
  for (const id of views.keys()) if (!jobs.has(id)) views.delete(id);
  setChildren($("#add-runs"), runs.map(({ id }) => views.get(id)));
}

export function startAdding() {
  $("#choose-painting").addEventListener("change", (event) => {
    if (event.target.files.length > 0) takePainting(event.target.files[0]);
    event.target.value = "";
  });
  title.addEventListener("input", suggestName);
  name.addEventListener("input", () => (name.dataset.isTyped = name.value ? "yes" : ""));
  $("#add-form").addEventListener("submit", begin);
  onJobs(showRuns);
  onStyles(showRuns);
}
