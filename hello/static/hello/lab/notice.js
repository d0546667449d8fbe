// What a page says when something is empty, under way, gone wrong or out of reach.

import { fill, find, findAll, h } from "./dom.js";
import { Declined, Unreachable } from "./errors.js";

/** A place for messages: `say(element, "Saved.")`, `say(element, "…", "failed")`. */
export function say(element, text, mood = "") {
  if (!element) return;
  set(element, mood);
  fill(element, text);
}

function set(element, mood) {
  element.classList.remove("failed", "offline");
  if (mood) element.classList.add(mood);
}

/** A problem (RFC 9457): its title and detail, and each error beside the field it points at. */
export function sayProblem(element, answer, form) {
  const problem = answer.problem;
  if (!problem) {
    say(element, `The site answered ${answer.status}, with nothing to read.`, "failed");
    return;
  }
  const placed = form ? placeErrors(form, problem.errors ?? []) : [];
  const loose = (problem.errors ?? []).filter((error) => !placed.includes(error));
  const isSaidAnyway = loose.length ? loose.some(({ detail }) => detail === problem.detail) : placed.length;
  set(element, "failed");
  fill(
    element,
    h("strong", {}, `${problem.status} · ${problem.title}`),
    isSaidAnyway ? null : h("span", {}, problem.detail),
    loose.map((error) => h("span", { class: "pointer" }, h("code", {}, error.pointer || "body"), ` ${error.detail}`)),
  );
}

function placeErrors(form, errors) {
  clearErrors(form);
  const placed = errors.filter((error) => {
    const path = error.pointer.slice(1); // a field may be called `params/seconds`
    const field = path && (form.elements[path] ?? form.elements[path.split("/")[0]]);
    if (!field?.id) return false;
    const id = `${field.id}-error`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
    field.closest(".field").append(h("small", { class: "error", id }, h("code", {}, error.pointer), ` ${error.detail}`));
    return true;
  });
  find("[aria-invalid]", form)?.focus();
  return placed;
}

export function clearErrors(form) {
  for (const note of findAll(".error", form)) note.remove();
  for (const field of findAll("[aria-invalid]", form)) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

/** Runs the work; what it meets on the way is said in the element. */
export async function guarded(element, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Declined) say(element, "That needs somebody to be signed in.");
    else if (error instanceof Unreachable) say(element, error.message, "offline");
    else if (error.name === "AbortError") return undefined;
    else throw error;
  }
  return undefined;
}

/** A calm picture of nothing: what could be here, and how it gets here. */
export const empty = (text) => h("p", { class: "empty" }, text);

/** Lines where text is about to be. */
export const loading = (lines = 3) =>
  h("div", { class: "skeleton", "aria-hidden": "true" }, Array.from({ length: lines }, () => h("span")));
