// One point among up to four styles: its place says the share of each.

const corners = {
  2: [[0, 0.5], [1, 0.5]],
  3: [[0, 0], [1, 0], [0.5, 1]],
  4: [[0, 0], [1, 0], [0, 1], [1, 1]],
};

const clamped = (number) => Math.min(Math.max(number, 0), 1);

/// The corners of so many styles in a square of side 1; undefined where a pad cannot show them.
export const cornersOf = (count) => corners[count];

/// The shares of the styles at a point: linear between two, barycentric between three, bilinear between four.
export function sharesAt([x, y], count) {
  x = clamped(x);
  y = clamped(y);
  if (count === 2) return [1 - x, x];
  if (count === 4) return [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
  const third = y, second = clamped(x - y / 2), first = clamped(1 - second - third);
  const sum = first + second + third;
  return [first / sum, second / sum, third / sum];
}

/// The point of some shares: the mean of the corners. For two and three styles `sharesAt` leads back to the shares.
export function pointOf(shares) {
  const places = cornersOf(shares.length);
  return [0, 1].map((axis) => shares.reduce((total, share, index) => total + share * places[index][axis], 0));
}

/// Lets pointer and arrow keys move the point of a pad; `moved([x, y])` tells where to.
export function startPad(pad, point, moved) {
  const place = (event) => {
    const box = pad.getBoundingClientRect();
    moved([clamped((event.clientX - box.left) / box.width), clamped((event.clientY - box.top) / box.height)]);
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    place(event);
  });
  pad.addEventListener("pointermove", (event) => pad.hasPointerCapture(event.pointerId) && place(event));
  point.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 0.1 : 0.02;
    const arrows = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (!(event.key in arrows)) return;
    event.preventDefault();
    const [x, y] = arrows[event.key];
    moved([clamped(Number(point.dataset.x) + x), clamped(Number(point.dataset.y) + y)]);
  });
}

/// Puts the point at a place.
export function showPoint(point, [x, y]) {
  Object.assign(point.dataset, { x, y });
  Object.assign(point.style, { left: `${x * 100}%`, top: `${y * 100}%` });
}
