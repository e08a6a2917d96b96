// The losses of a training as a line. They fall by powers of ten, so the axis is logarithmic.

const width = 320, height = 96, margin = 4;
const namespace = "http://www.w3.org/2000/svg";

/// Draws pairs of step and loss into an element.
export function drawLosses(target, losses) {
  if (!(losses?.length > 1)) return;
  const first = losses[0][0], last = losses.at(-1)[0];
  const logs = losses.map(([, loss]) => Math.log(Math.max(loss, 1e-9)));
  const low = Math.min(...logs), high = Math.max(...logs);
  const points = losses.map(([step], index) => {
    const x = margin + (width - 2 * margin) * (step - first) / Math.max(last - first, 1);
    const y = height - margin - (height - 2 * margin) * (logs[index] - low) / Math.max(high - low, 1e-6);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Loss at step ${last}: ${losses.at(-1)[1].toPrecision(3)}, at step ${first}: ${losses[0][1].toPrecision(3)}`);
  const line = document.createElementNS(namespace, "polyline");
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  target.replaceChildren(svg);
}
