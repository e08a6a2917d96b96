// Arithmetic of blends: lists of { name, weight } whose weights sum to 1.

/// The same proportions with the sum 1; equal shares where all weights are 0.
export function normalized(mixture) {
  const sum = mixture.reduce((total, { weight }) => total + weight, 0);
  return mixture.map(({ name, weight }) => ({ name, weight: sum > 0 ? weight / sum : 1 / mixture.length }));
}

const scaled = (mixture, sum) => normalized(mixture).map(({ name, weight }) => ({ name, weight: weight * sum }));

/// With one more style, which gets an equal share.
export function adding(name, mixture) {
  const weight = 1 / (mixture.length + 1);
  return [...scaled(mixture, 1 - weight), { name, weight }];
}

/// Without a style, whose share goes to the others.
export function removing(name, mixture) {
  return normalized(mixture.filter((part) => part.name !== name));
}

/// With another share for one style; the others divide the rest among them as before.
export function setting(name, weight, mixture) {
  const others = scaled(mixture.filter((part) => part.name !== name), 1 - weight);
  return mixture.map((part) => part.name === name ? { name, weight } : others.find((other) => other.name === part.name));
}
