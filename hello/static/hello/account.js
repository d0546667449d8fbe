// Sends a form of the account pages to the API as JSON, and says what came of it.

for (const form of document.querySelectorAll("form[data-account]")) {
  takeCodeFromAddress(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

// The code stands behind the #, where no server sees it; it does not stay in the history.
function takeCodeFromAddress(form) {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!("code" in form.dataset) || !code) return;
  form.elements.code.value = code;
  history.replaceState(null, "", location.pathname);
}

async function send(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  tell(form, "Sending…");
  try {
    const response = await fetch(form.dataset.account, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    tell(form, response.ok ? form.dataset.done : await reason(response), !response.ok);
    if (response.ok) form.reset();
  } catch {
    tell(form, "The site does not answer. Is it running?", true);
  } finally {
    button.disabled = false;
  }
}

async function reason(response) {
  const problem = await response.json();
  return (problem.errors ?? []).map((error) => error.detail).join(" ") || problem.detail;
}

function tell(form, text, failed = false) {
  const answer = form.querySelector(".answer");
  answer.textContent = text;
  answer.classList.toggle("failed", failed);
}
