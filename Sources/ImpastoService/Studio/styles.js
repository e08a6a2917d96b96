// The styles that the service knows.

import { api } from "./api.js";
import { normalized } from "./blend.js";
import { change, state } from "./state.js";

export const styles = { all: [], models: [], hasPhotoRow: false };

const listeners = [];

/// Calls a function whenever the styles have been read anew.
export function onStyles(listener) {
  listeners.push(listener);
}

/// Reads the models and the styles of the chosen one. The row `photo` is not a style: strength stands for it.
export async function loadStyles() {
  styles.models = await api.models();
  if (!styles.models.some(({ name }) => name === state.model)) change({ model: null });
  const { styles: all } = await api.styles(state.model);
  styles.hasPhotoRow = all.some(({ name }) => name === "photo");
  styles.all = all.filter(({ name }) => name !== "photo");
  const isKnown = ({ name }) => Boolean(styleNamed(name));
  if (!state.mixture.every(isKnown)) change({ mixture: normalized(state.mixture.filter(isKnown)) });
  for (const listener of listeners) listener();
}

export const styleNamed = (name) => styles.all.find((style) => style.name === name);

export const titleOf = (style) => style.title ?? style.name;

/// Artist, year and licence in one line, as far as they are known.
export const factsOf = (style) => [[style.artist, style.year].filter(Boolean).join(", "), style.license].filter(Boolean).join(" · ");
