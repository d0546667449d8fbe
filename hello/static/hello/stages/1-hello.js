// Stage 1: greetings.

import { find, findAll, onClick, onSubmit } from "../lab/dom.js";
import { guarded, say } from "../lab/notice.js";
import { send } from "../lab/wire.js";

const form = find("#by-name");
const greeting = find(".greeting");

async function greet(name) {
  say(greeting, "Asking…");
  await guarded(greeting, async () => {
    const answer = await send("GET", `/hello/${encodeURIComponent(name)}/`);
    say(greeting, answer.text, answer.ok ? "" : "failed");
  });
}

onSubmit(form, ({ name }) => greet(name || "World"));

for (const button of findAll("[data-name]")) {
  onClick(button, () => {
    form.elements.name.value = button.dataset.name;
    return greet(button.dataset.name);
  });
}

onClick("[data-long]", () => greet("a".repeat(101)));
