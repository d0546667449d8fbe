// The browsable API's forms: sends what a form cannot (JSON, PUT, PATCH, DELETE)
// and puts the answer's page in place of this one.
"use strict";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.method) return;
  event.preventDefault();
  const method = event.submitter?.dataset.method || form.dataset.method;
  const page = await send(form, method);
  show(page);
});

document.addEventListener("click", (event) => {
  const { opens, closes } = event.target.dataset;
  if (opens) document.getElementById(opens).showModal();
  if (closes) document.getElementById(closes).close();
});

async function send(form, method) {
  const fields = new FormData(form);
  const headers = { Accept: "text/html" };
  const token = document.querySelector("meta[name=csrf-token]");
  if (token) headers["X-CSRFToken"] = token.content;
  if (fields.has("_content")) headers["Content-Type"] = fields.get("_content_type");
  const body = fields.has("_content") ? fields.get("_content") : undefined;
  const answer = await fetch(form.getAttribute("action"), { method, headers, body });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function show(page) {
  const content = page.querySelector("main");
  document.title = page.title;
  document.querySelector("main").replaceWith(content);
  content.focus();
  window.scrollTo(0, 0);
}
