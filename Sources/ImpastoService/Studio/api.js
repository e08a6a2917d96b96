// Requests to the service. A request that meets no server waits until it is back and is repeated: all of them may be.

const base = "/api/v1";

/// An answer other than success: `message` is a sentence for the reader, `field` what of the settings caused it.
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem?.detail || problem?.title || `The service answered with status ${status}.`);
    this.status = status;
    this.field = problem?.field;
  }
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/// Tells `online` and `offline`, and `unauthorized` where a token is needed.
export const connection = new EventTarget();
let returning = null;

/// Resolves when the service answers again; all requests that wait share one series of questions.
function serviceIsBack() {
  returning ??= (async () => {
    connection.dispatchEvent(new Event("offline"));
    for (;;) {
      await wait(1000);
      try {
        if ((await fetch("/healthz", { cache: "no-store" })).ok) break;
      } catch { /* Not yet. */ }
    }
    returning = null;
    connection.dispatchEvent(new Event("online"));
  })();
  return returning;
}

async function send(path, options) {
  for (;;) {
    let response;
    try {
      response = await fetch(path.startsWith("/") ? path : `${base}/${path}`, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      await serviceIsBack();
      continue;
    }
    if (response.ok) return response;
    const problem = await response.json().catch(() => null);
    if (response.status === 401) connection.dispatchEvent(new Event("unauthorized"));
    const pause = Number(response.headers.get("Retry-After"));
    const isBusy = response.status === 503 || (response.status === 429 && options.isPatient);
    if (!isBusy) throw new ApiError(response.status, problem);
    await wait(Math.min(pause || 1, 30) * 1000);
    options.signal?.throwIfAborted();
  }
}

const json = (body, options = {}) => ({
  ...options, method: "POST", body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", ...options.headers },
});

const read = async (path, options = {}) => (await send(path, options)).json();

/// 128 random bits. `crypto.randomUUID` is missing on pages without TLS, as on a phone in the same house.
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const api = {
  models: async () => (await read("models")).models,
  styles: (model) => read(model ? `styles?model=${encodeURIComponent(model)}` : "styles"),
  samples: async () => (await read("samples")).samples,
  sample: async (url) => (await send(url, {})).blob(),

  upload: (kind, blob, type, name) => read(kind, {
    method: "POST", body: blob,
    headers: { "Content-Type": type, ...(name && { "X-Impasto-Name": encodeURIComponent(name) }) },
  }),
  photoURL: (id, size) => `${base}/photos/${id}${size ? `?size=${size}` : ""}`,
  findPhoto: (id) => send(`photos/${id}?size=16`, { cache: "no-store" }),
  filmURL: (id) => `${base}/films/${id}`,

  /// The picture as a blob, at once. With a slot, a newer request of the same slot outdates this one.
  stylize: async (settings, { slot, signal, isPatient } = {}) => (await send("stylize", json(
    settings, { signal, isPatient, headers: slot && { "X-Impasto-Slot": slot } }))).blob(),
  command: async (kind, settings) => (await read("command", json({ kind, settings }))).command,

  startJob: (kind, settings) => read("jobs", json(
    { kind, settings }, { headers: { "Idempotency-Key": randomId() } })),
  jobs: (before) => read(before ? `jobs?before=${encodeURIComponent(before)}` : "jobs", { cache: "no-store" }),
  removeJob: (id) => send(`jobs/${id}`, { method: "DELETE" }),
  finishJob: (id) => send(`jobs/${id}/finish`, { method: "POST" }),
  eventsURL: (id) => `${base}/jobs/${id}/events`,
  resultURL: (job, size) => size ? `${job.result.url}?size=${size}` : job.result.url,

  removeStyle: (name) => send(`styles/${encodeURIComponent(name)}`, { method: "DELETE" }),
  styleFileURL: (name) => `${base}/styles/${encodeURIComponent(name)}/file`,
  signIn: (token) => send("session", json({ token })),
};
