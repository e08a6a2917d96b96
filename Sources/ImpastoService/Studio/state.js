// What the user has chosen: one object, kept over reloads, and who wants to know of its changes.

const key = "impasto.studio";

export const untouched = { strength: 1, strokeSize: 1, keepColors: false };

const initial = {
  ...untouched,
  photo: null,   // { id, width, height, name }
  film: null,    // { id, name, duration, moment }; `photo` is then the frame at that moment
  model: null,
  mixture: [],   // { name, weight }; see blend.js
  regions: [],   // { id, style, strokes, mask }; see mask.js
  format: "png",
  quality: 92,
  job: null,         // the id of the job that was last started from here,
  jobSettings: null, // and its settings as text
};

function kept() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {}; // Storage may be forbidden, or hold what an older page wrote.
  }
}

const listeners = [];

export const state = { ...initial, ...kept() };

/// Changes some values, keeps all of them, and tells those who listen to a changed one.
export function change(values) {
  const names = Object.keys(values).filter((name) => state[name] !== values[name]);
  if (names.length === 0) return;
  Object.assign(state, values);
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch { /* The page works without; only a reload forgets. */ }
  for (const { keys, listener } of listeners) {
    if (keys.some((name) => names.includes(name))) listener();
  }
}

/// Calls a function after each change of one of the named values.
export function onChange(keys, listener) {
  listeners.push({ keys, listener });
}
