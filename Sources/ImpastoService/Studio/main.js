// The studio's page: puts its parts together.

import { connection } from "./api.js";
import { startAdding, takePainting } from "./adding.js";
import { $, announce, attempt, element, say } from "./dom.js";
import { startFilm } from "./film.js";
import { startGallery } from "./gallery.js";
import { loadJobs } from "./jobs.js";
import { startMixer } from "./mixer.js";
import { showWelcome, startOpening } from "./open.js";
import { draftSize, Preview } from "./preview.js";
import { finishRegion, startRegions } from "./regions.js";
import { startResults } from "./results.js";
import { onPage, router, startRouter } from "./router.js";
import { startSaving } from "./save.js";
import { inWords, paintingSettings, settingsOfLink } from "./settings.js";
import { startSignIn } from "./signin.js";
import { clearPainting, onLostPhoto, showPainting, showPhoto, showWorking, shownSize } from "./stage.js";
import { change, onChange, state } from "./state.js";
import { factsOf, loadStyles, onStyles, styleNamed, styles, titleOf } from "./styles.js";
import { startTabs } from "./tabs.js";
import { showPaintings } from "./welcome.js";

const preview = new Preview({
  show(blob, settings) {
    say($("#paint-error"), "");
    showPainting(blob, `Your photo in the style of ${inWords({ styles: settings.styles })}`);
  },
  fail: (error) => say($("#paint-error"), error.message),
  working: showWorking,
  usefulSize: () => Math.min(Math.max(shownSize(), draftSize), Math.max(state.photo.width, state.photo.height)),
});

function repaint() {
  const settings = paintingSettings();
  if (!settings) {
    clearPainting();
    say($("#paint-error"), "");
  }
  preview.request(settings);
}

/// The label beside the picture, as in a museum.
function showLabel() {
  const [first, ...others] = state.mixture.map(({ name }) => styleNamed(name)).filter(Boolean);
  const label = $("#museum-label");
  label.replaceChildren();
  if (!first) return;
  const title = [first, ...others].map(titleOf).join(" + ");
  label.append(element("span", { text: title }), element("small", { text: others.length === 0 ? factsOf(first) : "A blend" }));
  announce(`Painting in ${title}`);
}

function takeLink() {
  const values = settingsOfLink(router.query);
  if (!values) return;
  change(values);
  history.replaceState(null, "", "#studio"); // From here on the settings are the user's own.
}

onChange(["photo"], () => {
  if (state.photo) showPhoto(state.photo);
  showWelcome(false);
});
onChange(["photo", "mixture", "strength", "strokeSize", "keepColors", "regions"], repaint);
onChange(["mixture"], showLabel);
onChange(["model"], attempt($("#gallery-error"), async () => {
  await loadStyles(); // Another model may lack styles of the mixture.
  repaint();
}));
onStyles(showLabel);
onStyles(showPaintings);

onLostPhoto((error) => {
  change({ photo: null, film: null, regions: [] });
  say($("#open-error"), error.message);
});

connection.addEventListener("offline", () => ($("#offline").hidden = false));
connection.addEventListener("online", () => {
  $("#offline").hidden = true;
  readJobs();
});

const readJobs = attempt($("#results-error"), loadJobs);

async function start() {
  await startSignIn();
  const selectTab = startTabs($(".tabs"), (id) => id !== "tab-regions" && finishRegion());
  startGallery(preview);
  startMixer();
  startRegions();
  startFilm();
  startSaving();
  startResults(() => selectTab("tab-mix"));
  startAdding();
  startOpening({ add: takePainting });
  onPage(takeLink);
  startRouter();
  if (state.photo) showPhoto(state.photo);
  await loadStyles();
  repaint();
  await readJobs();
}

start().catch((error) => say($("#open-error"), error.message));
