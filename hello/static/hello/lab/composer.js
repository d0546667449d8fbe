// Any request at all, written by hand: the form below the console.

import { find, onSubmit } from "./dom.js";
import { Unreachable } from "./errors.js";
import { say } from "./notice.js";
import { freshToken, state } from "./session.js";
import { send } from "./wire.js";

export function startComposer(form) {
  const notice = find(".notice", form);
  onSubmit(form, async ({ method, path, headers, body }) => {
    say(notice, "");
    try {
      await send(method, path, { headers: await withToken(form, parsed(headers)), body: body || undefined });
    } catch (error) {
      say(notice, reason(error), error instanceof Unreachable ? "offline" : "failed");
    }
  });
  return (exchange) => fillIn(form, exchange);
}

function parsed(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return Object.fromEntries(
    lines.map((line) => {
      const [name, ...rest] = line.split(":");
      if (!rest.length) throw new TypeError(`“${line}” is no header: write Name: value.`);
      return [name.trim(), rest.join(":").trim()];
    }),
  );
}

async function withToken(form, headers) {
  if (!form.elements.mine.checked || !state.email) return headers;
  return { ...headers, Authorization: `Bearer ${await freshToken()}` };
}

function reason(error) {
  if (error instanceof Unreachable) return error.message;
  if (/forbidden|GET\/HEAD/i.test(error.message)) return "A GET or HEAD takes no body, for a browser.";
  return error.message;
}

function fillIn(form, exchange) {
  const { method, path, headers, body, mine } = form.elements;
  method.value = exchange.method;
  path.value = exchange.url;
  const kept = exchange.requestHeaders.filter(([name]) => name !== "Authorization");
  headers.value = kept.map(([name, value]) => `${name}: ${value}`).join("\n");
  body.value = exchange.sentBody ? exchange.requestBody : "";
  mine.checked = kept.length !== exchange.requestHeaders.length;
  form.closest("details").open = true;
  path.focus();
  path.scrollIntoView({ block: "center" });
}
