// A file that needs a token, saved as if it were a link.

import { call } from "./api.js";
import { h } from "./dom.js";

/** Fetches the content and hands it to the browser's downloads. The answer. */
export async function save(path, name) {
  const answer = await call("GET", path, { headers: { Accept: "*/*" }, needs: "account" });
  if (!answer.ok) return answer;
  const url = URL.createObjectURL(new Blob([answer.content], { type: "application/octet-stream" }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return answer;
}
