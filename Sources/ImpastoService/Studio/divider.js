// The border between photo and painting, moved by pointer or keys.

export class Divider {
  #share = 0.5;

  constructor(handle, picture, { placeOf }) {
    Object.assign(this, { handle, picture, placeOf });
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation(); // The stage would move the picture.
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) this.#set(this.placeOf(event)[0]);
    });
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -0.02, ArrowDown: -0.02, ArrowRight: 0.02, ArrowUp: 0.02, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 };
      if (!(event.key in steps)) return;
      event.preventDefault();
      this.#set(this.#share + steps[event.key]);
    });
  }

  set isShown(isShown) {
    this.handle.hidden = !isShown;
    this.picture.classList.toggle("divided", isShown);
    this.#set(0.5);
  }

  get isShown() { return !this.handle.hidden; }

  #set(share) {
    this.#share = Math.min(Math.max(share, 0), 1);
    const text = Math.round(this.#share * 100);
    this.picture.style.setProperty("--divider", `${this.#share * 100}%`);
    this.handle.setAttribute("aria-valuenow", text);
    this.handle.setAttribute("aria-valuetext", `${text} % photo`);
  }
}
