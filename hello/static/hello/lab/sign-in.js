// The dialog that any page opens when something needs an account.

import { find, findAll, h, onSubmit } from "./dom.js";
import { Declined, Unreachable } from "./errors.js";
import { inventAccount } from "./invented.js";
import { clearErrors, say, sayProblem } from "./notice.js";
import { logIn, signUp } from "./session.js";

let dialog;
let waiting = null;

/** Resolves once somebody has signed in; raises `Declined` where they close the dialog. */
export function askToSignIn() {
  dialog ??= build();
  waiting ??= Promise.withResolvers ? Promise.withResolvers() : resolvers();
  if (!dialog.open) {
    inventReader();
    dialog.showModal();
  }
  return waiting.promise;
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

function settle(method, value) {
  const waited = waiting;
  waiting = null;
  waited?.[method](value);
}

function build() {
  const made = h(
    "dialog",
    { class: "sign-in", "aria-labelledby": "sign-in-title" },
    h("form", { method: "dialog", class: "close" }, h("button", { class: "button quiet small", value: "" }, "Close")),
    h("h2", { id: "sign-in-title" }, "Who are you?"),
    h("p", {}, "Reading needs no account. Changing anything does: take an invented one, or your own."),
    newAccount(),
    existing(),
  );
  made.addEventListener("close", () => settle("reject", new Declined("Nobody signed in.")));
  document.body.append(made);
  return made;
}

const field = (id, label, name, attributes) =>
  h("p", { class: "field" }, h("label", { for: id }, label), h("input", { id, name, required: true, ...attributes }));

function newAccount() {
  const form = h(
    "form",
    { "data-new": "" },
    h("h3", {}, "A new account"),
    field("new-email", "E-mail", "email", { type: "email", autocomplete: "username" }),
    field("new-password", "Password", "password", { type: "text", minlength: "8", autocomplete: "off", spellcheck: "false" }),
    h("p", { class: "actions" }, h("button", { class: "button" }, "Sign up and log in")),
    h("p", { class: "notice", role: "status" }),
  );
  onSubmit(form, async (values) => {
    const made = await attempt(form, () => signUp({ ...values, name: values.email.split("@")[0] }));
    if (made?.ok) await enter(form, values);
  });
  return form;
}

function existing() {
  const form = h(
    "form",
    { "data-existing": "" },
    h("h3", {}, "Your account"),
    field("own-email", "E-mail", "email", { type: "email", autocomplete: "username" }),
    field("own-password", "Password", "password", { type: "password", autocomplete: "current-password" }),
    h("p", { class: "actions" }, h("button", { class: "button quiet" }, "Log in")),
    h("p", { class: "notice", role: "status" }),
  );
  onSubmit(form, (values) => enter(form, values));
  return form;
}

async function enter(form, credentials) {
  const answer = await attempt(form, () => logIn(credentials));
  if (!answer?.ok) return;
  settle("resolve", answer);
  dialog.close();
}

async function attempt(form, request) {
  const notice = find(".notice", form);
  clearErrors(form);
  say(notice, "Asking…");
  try {
    const answer = await request();
    if (answer.ok) say(notice, "");
    else sayProblem(notice, answer, form);
    return answer;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    say(notice, error.message, "offline");
    return null;
  }
}

/** Filled in beforehand, to be changed by whoever wants to. */
function inventReader() {
  const [email, password] = findAll("[data-new] input", dialog);
  if (!email.value) [email.value, password.value] = Object.values(inventAccount());
}
