// The history: everything that was painted in full size, with its settings.

import { $, element, say, setChildren } from "./dom.js";
import { hasOlderJobs, isActive, jobs, loadOlderJobs, newestFirst, onJobs } from "./jobs.js";
import { jobView } from "./jobview.js";
import { goTo } from "./router.js";
import { stateOfSettings } from "./settings.js";
import { change } from "./state.js";

const views = new Map(); // by job

function show(reuse) {
  const shown = newestFirst().filter(({ kind }) => kind !== "add-style");
  for (const job of shown) {
    if (!views.has(job.id)) {
      const date = element("time", { class: "job-date", dateTime: job.created, text: new Date(job.created).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) });
      const view = jobView("li", { reuse });
      $(".job-body", view).prepend(date);
      views.set(job.id, view);
    }
    views.get(job.id).update(job);
  }
  for (const id of views.keys()) if (!jobs.has(id)) views.delete(id);
  setChildren($("#result-list"), shown.map(({ id }) => views.get(id)));
  $("#results-empty").hidden = shown.length > 0;
  $("#more-results").hidden = !hasOlderJobs();
  const active = [...jobs.values()].filter(isActive).length;
  $("#active-jobs").hidden = active === 0;
  $("#active-jobs").textContent = active;
  $("#active-jobs").setAttribute("aria-label", `${active} at work`);
}

/// Starts the history; `reused` is called when settings of a job have been taken over.
export function startResults(reused) {
  const reuse = (job) => {
    change(stateOfSettings(job.settings));
    goTo("studio");
    reused();
  };
  onJobs(() => show(reuse));
  $("#more-results").addEventListener("click", () => loadOlderJobs().catch((error) => say($("#results-error"), error.message)));
}
