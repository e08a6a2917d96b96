// Masks as strokes of a brush: drawn anew from them, so that each can be undone and all of them kept.
// A stroke is { points: [[x, y], …], size, erases }: points as shares of width and height, size as a share of the longer side.

const longerSide = 1024; // The service stretches a mask to the photo and softens its edges.

/// A canvas in the photo's proportions.
export function fitCanvas(canvas, { width, height }) {
  const scale = longerSide / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
}

/// Draws strokes in a color on a transparent canvas.
export function drawStrokes(canvas, strokes, color) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  Object.assign(context, { strokeStyle: color, lineCap: "round", lineJoin: "round" });
  for (const { points, size, erases } of strokes) {
    context.globalCompositeOperation = erases ? "destination-out" : "source-over";
    context.lineWidth = size * longerSide;
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x * canvas.width, y * canvas.height);
    // A line without length is not drawn, not even its round ends.
    if (points.length === 1) context.lineTo(points[0][0] * canvas.width + 0.1, points[0][1] * canvas.height);
    context.stroke();
  }
  context.globalCompositeOperation = "source-over";
}

/// The strokes as a PNG, white on black; null if nothing is white.
export async function maskOf(strokes, photo) {
  const canvas = document.createElement("canvas");
  fitCanvas(canvas, photo);
  drawStrokes(canvas, strokes, "white");
  const context = canvas.getContext("2d");
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  if (!data.some((value) => value > 127)) return null;
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "black";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
