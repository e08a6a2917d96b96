// The few functions with which the other modules read and make elements.

export const $ = (selector, root = document) => root.querySelector(selector);

/// An element with properties (`class`, `text`, `on…`, `data-…`, `aria-…`, or any DOM property) and children.
export function element(tag, properties = {}, ...children) {
  const result = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "class") result.className = value;
    else if (name === "text") result.textContent = value;
    else if (name.startsWith("on")) result.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") result.setAttribute(name, value);
    else result[name] = value;
  }
  result.append(...children.filter((child) => child !== null && child !== undefined));
  return result;
}

/// Gives an element these children. Those that stay where they are are not touched: a film among them plays on.
export function setChildren(target, children) {
  const isSame = children.length === target.children.length && children.every((child, index) => target.children[index] === child);
  if (!isSame) target.replaceChildren(...children);
}

/// Shows a text in an element made for it, or hides the element where there is none.
export function say(target, text) {
  target.textContent = text ?? "";
  target.hidden = !text;
}

/// A handler that does something for the user; its failure is told in `target`, beside what caused it.
export const attempt = (target, action) => async (...values) => {
  try {
    say(target, "");
    await action(...values);
  } catch (error) {
    say(target, error.message);
  }
};

/// Tells screen readers what has happened elsewhere on the page.
export function announce(text) {
  $("#announcements").textContent = text;
}
