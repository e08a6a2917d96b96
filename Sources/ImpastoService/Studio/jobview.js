// One job on the page: its progress, its result, and what can be done with it.

import { api } from "./api.js";
import { copy } from "./clipboard.js";
import { attempt, element } from "./dom.js";
import { isActive, removeJob } from "./jobs.js";
import { inWords } from "./settings.js";

const kinds = {
  "stylize": "Painting", "interpolate": "Animation", "sheet": "Sheet of styles", "grid": "Grid of blends",
  "optimize": "Optimised painting", "video": "Film", "add-style": "New style",
};

export function bytesInWords(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function remaining({ progress, started }) {
  if (!(progress > 0.03) || !started) return "";
  const seconds = (Date.now() - new Date(started)) / 1000 * (1 - progress) / progress;
  if (seconds < 5) return "";
  return seconds < 90 ? `, about ${Math.ceil(seconds / 5) * 5} seconds left` : `, about ${Math.round(seconds / 60)} minutes left`;
}

/// The state of a job in a sentence.
export function stateInWords(job) {
  switch (job.state) {
    case "queued": return job.position > 1 ? `Waiting, number ${job.position} in the queue` : "Waiting";
    case "running": return job.progress === null ? "Working" : `${Math.floor(job.progress * 100)} %${remaining(job)}`;
    case "failed": return job.problem?.detail ?? "This did not work.";
    case "canceled": return "Canceled";
    case "done": return job.result
      ? [job.result.width > 1 ? `${job.result.width} × ${job.result.height}` : null, bytesInWords(job.result.bytes)].filter(Boolean).join(" · ")
      : "Done";
  }
}

/// The result to look at: a picture or a film, else nothing.
export function resultPicture(job) {
  const { type } = job.result;
  if (type.startsWith("video/")) {
    return element("video", { src: api.resultURL(job), controls: true, loop: true, muted: true, preload: "metadata", "aria-label": "The painted film" });
  }
  if (!type.startsWith("image/")) return null;
  return element("img", { src: api.resultURL(job, 640), alt: `Result: ${inWords(job.settings)}`, loading: "lazy" });
}

/// An element for a job with `update(job)`. `reuse(job)` takes over its settings, where a job is far from the form that
/// it came from; `makePicture(job)` makes an element for its result.
export function jobView(tag, { reuse, makePicture = resultPicture } = {}) {
  const picture = element("div", { class: "job-picture" });
  const words = element("p", { class: "job-words" });
  const status = element("p", { class: "job-state" });
  const bar = element("progress", { max: 1, "aria-label": "Progress" });
  const buttons = element("div", { class: "row job-buttons" });
  const error = element("p", { class: "error", role: "alert", hidden: true });
  const view = element(tag, { class: "job" }, picture, element("div", { class: "job-body" }, words, status, bar, error, buttons));
  let shown = null; // The state that picture and buttons are made for.

  function buttonsFor(job) {
    const button = (text, action) => element("button", { class: "button quiet", type: "button", text, onclick: attempt(error, action) });
    if (isActive(job)) return [button("Cancel", () => removeJob(job))];
    return [
      job.state === "done" && job.result && element("a", {
        class: "button primary", href: job.result.url, download: job.result.name, text: "Download" }),
      reuse && job.settings.styles && button("Use these settings", () => reuse(job)),
      reuse && button("Copy command", () => copy(job.command)),
      button("Remove", () => removeJob(job)),
    ].filter(Boolean);
  }

  view.update = (job) => {
    const text = inWords(job.settings);
    words.textContent = job.kind === "stylize" ? text : [kinds[job.kind], text].filter(Boolean).join(": ");
    status.textContent = stateInWords(job);
    status.classList.toggle("failed", job.state === "failed");
    bar.hidden = !isActive(job);
    if (job.progress === null) bar.removeAttribute("value");
    else bar.value = job.progress;
    if (shown === job.state) return;
    shown = job.state;
    view.dataset.state = job.state;
    view.dataset.job = job.id;
    buttons.replaceChildren(...buttonsFor(job));
    picture.replaceChildren(...[job.state === "done" && job.result ? makePicture(job) : null].filter(Boolean));
  };
  return view;
}
