// The jobs of the service: read once, then followed by its events.

import { api } from "./api.js";

const mostStreams = 2; // Browsers keep six connections to a host, and pictures need some.

export const jobs = new Map(); // by id
export const isActive = ({ state }) => state === "queued" || state === "running";

let cursor = null;
const streams = new Map(); // by job
const listeners = [];

/// Calls a function after each change of the jobs.
export function onJobs(listener) {
  listeners.push(listener);
}

export const hasOlderJobs = () => cursor !== null;

/// The newest first.
export const newestFirst = () => [...jobs.values()].sort((a, b) => b.created.localeCompare(a.created));

function tell() {
  follow();
  for (const listener of listeners) listener();
}

function put(job) {
  jobs.set(job.id, job);
  tell();
}

/// Reads all jobs anew, as far as the first page of them goes.
export async function loadJobs() {
  const answer = await api.jobs();
  jobs.clear();
  for (const job of answer.jobs) jobs.set(job.id, job);
  cursor = answer.next;
  tell();
}

export async function loadOlderJobs() {
  const answer = await api.jobs(cursor);
  for (const job of answer.jobs) jobs.set(job.id, job);
  cursor = answer.next;
  tell();
}

export async function startJob(kind, settings) {
  const job = await api.startJob(kind, settings);
  put(job);
  return job;
}

/// Cancels a job that waits or runs, and removes one that is over.
export async function removeJob(job) {
  await api.removeJob(job.id);
  if (!isActive(job)) {
    jobs.delete(job.id);
    tell();
  }
}

export async function finishJob(job) {
  await api.finishJob(job.id);
}

/// Listens to the oldest jobs that are not over yet.
function follow() {
  for (const job of newestFirst().filter(isActive).reverse()) {
    if (streams.size >= mostStreams) return;
    if (!streams.has(job.id)) listen(job.id);
  }
}

function listen(id) {
  const stream = new EventSource(api.eventsURL(id));
  streams.set(id, stream);
  const close = () => {
    stream.close();
    streams.delete(id);
  };
  stream.addEventListener("progress", (event) => put(JSON.parse(event.data)));
  stream.addEventListener("preview", (event) => {
    const job = jobs.get(id);
    if (job) put({ ...job, preview: JSON.parse(event.data).url });
  });
  stream.addEventListener("end", (event) => {
    close();
    put(JSON.parse(event.data));
  });
  stream.addEventListener("error", () => {
    // The browser connects again by itself, unless it was refused.
    if (stream.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(() => loadJobs().catch(() => {}), 2000);
  });
}
