// A picture from the camera of this computer; phones have a better one behind their own file dialog.

import { $, say } from "./dom.js";

const dialog = $("#camera"), view = $("#camera-view");

async function begin() {
  say($("#camera-error"), "");
  dialog.showModal();
  try {
    view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1920 }, height: { ideal: 1080 } } });
  } catch (error) {
    say($("#camera-error"), `The camera cannot be used: ${error.message}.`);
  }
}

function end() {
  for (const track of view.srcObject?.getTracks() ?? []) track.stop();
  view.srcObject = null;
}

/// The current frame of a video as a JPEG file.
export function frameOf(video, name) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(
    (blob) => resolve(new File([blob], name, { type: "image/jpeg" })), "image/jpeg", 0.95));
}

/// Gives a picture to `taken`.
export function startCamera(taken) {
  const phone = document.createElement("input");
  Object.assign(phone, { type: "file", accept: "image/*", capture: "environment" });
  phone.addEventListener("change", () => phone.files.length > 0 && taken(phone.files[0]));

  const hasOwnDialog = matchMedia("(pointer: coarse)").matches || !navigator.mediaDevices;
  $("#take-picture").addEventListener("click", () => hasOwnDialog ? phone.click() : begin());
  $("#camera-close").addEventListener("click", () => dialog.close());
  $("#camera-shoot").addEventListener("click", async () => {
    if (view.videoWidth === 0) return;
    const file = await frameOf(view, "camera.jpg");
    dialog.close();
    taken(file);
  });
  dialog.addEventListener("close", end);
}
