// A new password: with the one that is, or with a code that comes by mail.

import { get, post } from "../../lab/api.js";
import { find, h, onSubmit, pause } from "../../lab/dom.js";
import { guarded, say, sayProblem } from "../../lab/notice.js";
import { session, state } from "../../lab/session.js";
import { send } from "../../lab/wire.js";
import { asked, remember } from "./entrance.js";

const SECONDS_FOR_A_MAIL = 30;
const change = find("#change");
const forgotten = find("#forgotten");
const confirm = find("#confirm");
const mail = find("#mail");

export function startPasswords(device) {
  const tellDevice = () => device.isSignedIn && device.me();
  onSubmit(change, (values) => asked(change, () => post("/api/v1/auth/password/change/", values, { needs: "account" }), async () => {
    remember(state.email, values.new_password);
    change.reset();
    await tellDevice();
    return "It is changed. This page stays logged in, every other device is out.";
  }));
  onSubmit(forgotten, (values) => request(values.email));
  onSubmit(confirm, (values) => asked(confirm, () => post("/api/v1/auth/password/reset/confirm/", values, { stranger: true }), async () => {
    remember(forgotten.elements.email.value, values.new_password);
    confirm.reset();
    await tellDevice();
    await stillHere();
    return "It is set. Every session has ended, this page's as well: log in with the new one.";
  }));
  session.addEventListener("changed", () => {
    if (state.email && !forgotten.elements.email.value) forgotten.elements.email.value = state.email;
  });
}

/** Finds out whether this page is still logged in, by asking. */
const stillHere = () => (state.isSignedIn ? get("/api/v1/auth/me/") : undefined);

async function request(email) {
  const notice = find(".notice", forgotten);
  mail.hidden = true;
  const before = await guarded(notice, () => newestMail(email));
  const answer = await asked(forgotten, () => post("/api/v1/auth/password/reset/", { email }, { stranger: true }), () => "202, whoever it is. Looking into the mailbox…");
  if (answer?.ok) await guarded(notice, () => waitForMail(email, before?.name, notice));
}

/** The mail goes out after the answer, by a job; so it is not there at once. */
async function waitForMail(email, before, notice) {
  for (let second = 0; second < SECONDS_FOR_A_MAIL; second += 1) {
    const found = await newestMail(email);
    if (found === null) return say(notice, "202, whoever it is. This site sends real mail: look into the mailbox of that address.");
    if (found.name && found.name !== before) return show(found, notice);
    await pause(1000);
  }
  return say(notice, "202, whoever it is. But no mail has come: either nobody has this address, or it has asked too often in this hour.");
}

/** `{name, path}` of the newest letter to the address; null where the mailbox is not to be read. */
async function newestMail(email) {
  const answer = await send("GET", "/mailbox/");
  if (!answer.ok) return null;
  const items = [...read(answer).querySelectorAll(".mails li")];
  const item = items.find((each) => each.textContent.includes(`to ${email.toLowerCase()}`) && /password/i.test(each.textContent));
  const path = item?.querySelector("a").getAttribute("href");
  return { name: path, path };
}

const read = (answer) => new DOMParser().parseFromString(answer.text, "text/html");

async function show({ path }, notice) {
  const letter = await send("GET", path);
  const text = read(letter).querySelector(".mail .text").textContent.trim();
  const code = text.match(/\/account\/reset\/#(\S+)/)?.[1];
  if (!code) return sayProblem(notice, letter);
  confirm.elements.code.value = decodeURIComponent(code);
  mail.replaceChildren(h("p", {}, h("a", { href: path }, "The letter"), " has come:"), h("blockquote", {}, text));
  mail.hidden = false;
  confirm.elements.new_password.focus();
  return say(notice, "202, whoever it is. Here a letter came, and its code stands below.");
}
