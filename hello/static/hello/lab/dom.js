// Elements without markup: text stays text, whatever it holds.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...real(children));
  return element;
}

/** Nested lists flattened, and nothing left out but what is no child. */
const real = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

export const find = (selector, within = document) => within.querySelector(selector);
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** The element's children are these, and no others. */
export function fill(element, ...children) {
  element.replaceChildren(...real(children));
  return element;
}

/** Calls the handler with the form's values when it is sent, and keeps its button still meanwhile. */
export function onSubmit(form, handler) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter ?? find("button", form);
    await whileBusy(button, () => handler(Object.fromEntries(new FormData(form)), form, button));
  });
}

export function onClick(target, handler) {
  const button = typeof target === "string" ? find(target) : target;
  button?.addEventListener("click", () => whileBusy(button, () => handler(button)));
}

/** Says on the button that something is under way, without taking the focus from it. */
export async function whileBusy(button, work) {
  if (button?.getAttribute("aria-disabled") === "true") return undefined;
  button?.setAttribute("aria-disabled", "true");
  try {
    return await work();
  } finally {
    button?.removeAttribute("aria-disabled");
  }
}

/** Calls the last of several quick calls, once they pause. */
export function debounced(milliseconds, call) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), milliseconds);
  };
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function bytes(count) {
  if (count < 1024) return `${count} B`;
  if (count < 1024 ** 2) return `${(count / 1024).toFixed(1)} KiB`;
  if (count < 1024 ** 3) return `${(count / 1024 ** 2).toFixed(1)} MiB`;
  return `${(count / 1024 ** 3).toFixed(1)} GiB`;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** JSON text with its parts marked for the style sheet. */
export function jsonMarkup(text) {
  const pieces = [];
  let done = 0;
  for (const match of text.matchAll(TOKEN)) {
    pieces.push(text.slice(done, match.index));
    const kind = match[2] ? "key" : match[1] ? "string" : match[3] ? "number" : "word";
    pieces.push(h("span", { class: kind }, match[1] ?? match[0]), match[2] ?? "");
    done = match.index + match[0].length;
  }
  return [...pieces, text.slice(done)];
}
