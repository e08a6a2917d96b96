// Zooming and moving of the picture on its stage.

const largest = 16; // CSS pixels for one of the picture.

export class Zoom {
  #width = 1;
  #height = 1;
  #scale = 1; // CSS pixels for one pixel of the picture
  #x = 0;     // of the picture's upper left corner on the stage
  #y = 0;
  #isFitted = true;
  #pointers = new Map();

  /// Moves `picture` within `stage`. `mayDrag()` says whether a pointer moves the picture; `changed` is called after each change.
  constructor(stage, picture, { mayDrag, changed }) {
    Object.assign(this, { stage, picture, mayDrag, changed });
    new ResizeObserver(() => (this.#isFitted ? this.fit() : this.#place())).observe(stage);
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      stage.addEventListener(name, (event) => this.#pointers.delete(event.pointerId));
    }
    stage.addEventListener("dblclick", (event) => this.#isFitted ? this.pixels(event) : this.fit());
    stage.addEventListener("keydown", (event) => this.#key(event));
  }

  get scale() { return this.#scale; }
  get isFitted() { return this.#isFitted; }

  /// Pixels of the screen for one of the picture, as a share.
  get magnification() { return this.#scale * devicePixelRatio; }

  /// The picture's size in its own pixels. Keeps the part that is seen if only the number of pixels changes.
  setSize(width, height) {
    this.#width = width;
    this.#height = height;
    this.fit();
  }

  get #fittingScale() {
    const { clientWidth, clientHeight } = this.stage;
    return Math.min(clientWidth / this.#width, clientHeight / this.#height);
  }

  fit() {
    this.#isFitted = true;
    this.#scale = this.#fittingScale;
    this.#place();
  }

  pixels(at) { this.#zoomTo(1 / devicePixelRatio, this.#onStage(at)); }

  zoom(factor, at) { this.#zoomTo(this.#scale * factor, this.#onStage(at)); }

  /// The place of an event in the picture, as shares of its width and height.
  placeOf(event) {
    const box = this.picture.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #onStage(event) {
    const box = this.stage.getBoundingClientRect();
    return event ? [event.clientX - box.left, event.clientY - box.top] : [box.width / 2, box.height / 2];
  }

  #zoomTo(scale, [atX, atY]) {
    const smallest = Math.min(this.#fittingScale, 1 / devicePixelRatio);
    const next = Math.min(Math.max(scale, smallest), largest);
    const factor = next / this.#scale;
    this.#x = atX - (atX - this.#x) * factor;
    this.#y = atY - (atY - this.#y) * factor;
    this.#scale = next;
    this.#isFitted = Math.abs(next - this.#fittingScale) < 1e-6;
    this.#place();
  }

  /// Where the picture is smaller than the stage it is centred, else its edges do not come inside.
  #place() {
    const within = (offset, room, length) => length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, offset));
    const { clientWidth, clientHeight } = this.stage;
    const width = this.#width * this.#scale, height = this.#height * this.#scale;
    this.#x = within(this.#x, clientWidth, width);
    this.#y = within(this.#y, clientHeight, height);
    Object.assign(this.picture.style, {
      width: `${width}px`, height: `${height}px`, transform: `translate(${this.#x}px, ${this.#y}px)`,
    });
    this.picture.classList.toggle("magnified", this.magnification >= 2);
    this.changed();
  }

  #wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), event);
  }

  #down(event) {
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, event);
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const others = [...this.#pointers.values()].filter(({ pointerId }) => pointerId !== event.pointerId);
    if (others.length === 1) {
      const [other] = others;
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      this.zoom(apart(event) / Math.max(apart(before), 1),
        { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 });
    } else if (this.mayDrag()) {
      this.#shift(event.clientX - before.clientX, event.clientY - before.clientY);
    }
    this.#pointers.set(event.pointerId, event);
  }

  #shift(x, y) {
    this.#x += x;
    this.#y += y;
    this.#place();
  }

  #key(event) {
    if (event.target !== this.stage || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 60;
    const arrows = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.fit();
    else if (event.key === "1") this.pixels();
    else if (event.key in arrows && this.mayDrag()) this.#shift(...arrows[event.key]);
    else return;
    event.preventDefault();
  }
}
