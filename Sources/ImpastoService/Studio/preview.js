// The live preview. One painting runs at a time, and of the settings that come meanwhile only the newest waits.
// When the settings rest, the picture is painted once more, as sharp as the screen shows it.

import { api, randomId } from "./api.js";

export const draftSize = 480;
const sharpestSize = 1024; // The service paints larger ones as jobs.
const rest = 350; // Milliseconds without a change.

export class Preview {
  #slot = randomId();
  #running = null; // { controller, isSharp }
  #waiting = null;
  #restTimer = null;
  #whenIdle = [];

  /// `show(blob, settings)`, `fail(error)` and `working(isWorking)` tell of results; `usefulSize()` is the longer side
  /// beyond which nobody would see more.
  constructor({ show, fail, working, usefulSize }) {
    Object.assign(this, { show, fail, working, usefulSize });
  }

  /// Paints these settings as soon as possible; older ones that still wait are dropped. Null paints nothing.
  request(settings) {
    clearTimeout(this.#restTimer);
    this.#waiting = settings;
    // A sharp picture is worth waiting for only while nothing changes; a draft is shown, so that a long drag is alive.
    if (settings === null || this.#running?.isSharp) this.#running?.controller.abort();
    if (!this.#running) this.#next();
  }

  /// Resolves when no preview is being painted: other paintings give way to it.
  idle() {
    return this.#running ? new Promise((resolve) => this.#whenIdle.push(resolve)) : Promise.resolve();
  }

  async #next() {
    while (this.#waiting) {
      const settings = this.#waiting;
      this.#waiting = null;
      await this.#paint(settings, Math.min(this.usefulSize(), draftSize));
      if (!this.#waiting) this.#sharpenAtRest(settings);
    }
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #sharpenAtRest(settings) {
    const size = Math.min(this.usefulSize(), sharpestSize);
    if (size <= draftSize) return;
    this.#restTimer = setTimeout(async () => {
      await this.#paint(settings, size);
      this.#next();
    }, rest);
  }

  async #paint(settings, size) {
    const isSharp = size > draftSize;
    const running = { controller: new AbortController(), isSharp };
    this.#running = running;
    this.working(true);
    try {
      const blob = await api.stylize({ ...settings, size, format: "jpeg", quality: 92 },
        { slot: this.#slot, signal: running.controller.signal });
      if (!running.controller.signal.aborted) this.show(blob, settings);
    } catch (error) {
      const isOutdated = running.controller.signal.aborted || error.status === 409;
      if (!isOutdated) this.fail(error);
    } finally {
      this.#running = null;
      this.working(false);
    }
  }
}
