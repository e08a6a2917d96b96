// Settings in the forms that others know: the service's JSON, a link, and words.

import { normalized } from "./blend.js";
import { state, untouched } from "./state.js";
import { styleNamed } from "./styles.js";

const rounded = (number, digits = 3) => Number(number.toFixed(digits));

/// Shares by name; styles that round to nothing are left out.
function shares(mixture) {
  return Object.fromEntries(mixture.map(({ name, weight }) => [name, rounded(weight)]).filter(([, weight]) => weight > 0));
}

/// What the service needs to paint, or null while no style is chosen.
export function paintingSettings() {
  if (!state.photo || state.mixture.length === 0) return null;
  return {
    photo: state.photo.id,
    styles: shares(state.mixture),
    ...(state.model && { model: state.model }),
    strength: state.strength,
    strokeSize: state.strokeSize,
    keepColors: state.keepColors,
    regions: state.regions.filter(({ mask }) => mask)
      .map(({ mask, style }) => ({ mask, styles: { [style]: 1 } })),
  };
}

/// The part of a link after `#`: everything but photo and regions, which belong to one photo.
export function linkOf() {
  const query = new URLSearchParams();
  query.set("style", Object.entries(shares(state.mixture)).map(([name, share]) => `${name}:${share}`).join(","));
  if (state.strength !== untouched.strength) query.set("strength", state.strength);
  if (state.strokeSize !== untouched.strokeSize) query.set("stroke-size", state.strokeSize);
  if (state.keepColors) query.set("keep-colors", "");
  return `#studio?${query}`.replaceAll("%3A", ":").replaceAll("%2C", ",");
}

const between = (text, low, high, otherwise) => {
  const number = Number(text);
  return text !== null && number >= low && number <= high ? number : otherwise;
};

/// The settings of a link, as values of the state. What does not make sense is as if it were not there.
export function settingsOfLink(query) {
  const mixture = (query.get("style") ?? "").split(",").filter(Boolean).map((part) => {
    const [name, weight] = part.split(":");
    return { name, weight: between(weight ?? "1", 0, 1, 1) };
  });
  if (mixture.length === 0) return null;
  return {
    mixture: normalized(mixture),
    strength: between(query.get("strength"), 0, 1, untouched.strength),
    strokeSize: between(query.get("stroke-size"), 0.02, 4, untouched.strokeSize),
    keepColors: query.has("keep-colors"),
  };
}

/// Settings of a job, as values of the state, to go on from them.
export function stateOfSettings(settings) {
  return {
    mixture: normalized(Object.entries(settings.styles ?? {}).map(([name, weight]) => ({ name, weight }))),
    strength: settings.strength ?? untouched.strength,
    strokeSize: settings.strokeSize ?? untouched.strokeSize,
    keepColors: settings.keepColors ?? untouched.keepColors,
  };
}

export const percent = (share) => `${Math.round(share * 100)} %`;

const title = (name) => styleNamed(name)?.title ?? name;

/// The settings of a job in a few words.
export function inWords(settings) {
  const styles = Object.entries(settings.styles ?? {});
  const words = [styles.length === 1
    ? title(styles[0][0])
    : styles.map(([name, share]) => `${title(name)} ${percent(share)}`).join(", ")];
  if ((settings.strength ?? 1) !== 1) words.push(`strength ${percent(settings.strength)}`);
  if ((settings.strokeSize ?? 1) !== 1) words.push(`strokes × ${rounded(settings.strokeSize, 2)}`);
  if (settings.keepColors) words.push("colours kept");
  if (settings.regions?.length) words.push(settings.regions.length === 1 ? "one region" : `${settings.regions.length} regions`);
  return words.join(" · ");
}
