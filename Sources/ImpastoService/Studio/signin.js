// The token of a studio that is open to other computers: from the printed link, or typed in.

import { api, connection } from "./api.js";
import { $, say } from "./dom.js";

const dialog = $("#sign-in");

/// Exchanges the token of a link for a cookie, and takes it out of the address. Asks for one whenever the service wants it.
export async function startSignIn() {
  connection.addEventListener("unauthorized", () => dialog.open || dialog.showModal());
  dialog.addEventListener("cancel", (event) => event.preventDefault()); // Nothing works without.
  $("#sign-in-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await api.signIn($("#token").value.trim());
      location.reload();
    } catch (error) {
      say($("#sign-in-error"), error.message);
    }
  });
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  await api.signIn(token).catch((error) => {
    say($("#sign-in-error"), error.message);
    if (!dialog.open) dialog.showModal();
  });
}
