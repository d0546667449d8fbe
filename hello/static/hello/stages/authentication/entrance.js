// Signing up and logging in, as forms. What was typed here is remembered until the page is left,
// so that a second device can be logged in without typing it again.

import { find, onSubmit } from "../../lab/dom.js";
import { inventAccount } from "../../lab/invented.js";
import { clearErrors, guarded, say, sayProblem } from "../../lab/notice.js";
import { logIn, signUp } from "../../lab/session.js";

export const typed = new EventTarget();
export let credentials = null;

/** The password that holds from now on. */
export function remember(email, password) {
  credentials = { email, password };
  typed.dispatchEvent(new Event("changed"));
}

export function startEntrance() {
  const newcomer = find("#sign-up");
  const comer = find("#log-in");
  [newcomer.elements.email.value, newcomer.elements.password.value] = Object.values(inventAccount());
  onSubmit(newcomer, (values) => asked(newcomer, () => signUp(values), () => {
    comer.elements.email.value = values.email;
    comer.elements.password.value = values.password;
    return "Your account is there. Now log in.";
  }));
  onSubmit(comer, (values) => asked(comer, () => logIn(values), () => {
    remember(values.email, values.password);
    return "You are in, on this page. Your tokens stand below.";
  }));
}

/** Sends what a form says; `done` gives what is to be said then. The answer, if there was one. */
export async function asked(form, request, done) {
  const notice = find(".notice", form);
  clearErrors(form);
  say(notice, "Asking…");
  return guarded(notice, async () => {
    const answer = await request();
    if (answer.ok) say(notice, await done(answer));
    else sayProblem(notice, answer, form);
    return answer;
  });
}
