// One job: how far it is, what can be done with it, what came of it.

import { get, post } from "../../lab/api.js";
import { fill, h, jsonMarkup, whileBusy } from "../../lab/dom.js";
import { guarded, say, sayProblem } from "../../lab/notice.js";
import { reached } from "../../lab/progress.js";
import { relative } from "../../lab/times.js";
import { shownResult } from "./result.js";

const ENDS = new Set(["succeeded", "failed", "cancelled"]);
const MOODS = { succeeded: "good", running: "busy", queued: "", failed: "bad", cancelled: "bad" };
const CONNECTIONS = { live: "live", asked: "asked every 2 s", reconnecting: "reconnecting…", offline: "offline", "": "" };

export class JobRow {
  #onAgain;
  #expected; // attempts, where nothing goes wrong
  #since; // what a stream tells of before this run is over and done with

  constructor(job, { onAgain }) {
    this.job = job;
    this.#onAgain = onAgain;
    this.#expected = Math.max(1, job.attempts);
    this.#since = Date.parse(job.run_at);
    this.#build();
    this.#draw();
    if (this.hasEnded) this.#drawResult();
  }

  get id() {
    return this.job.id;
  }

  get hasEnded() {
    return ENDS.has(this.job.state);
  }

  get isRunning() {
    return this.job.state === "running";
  }

  /** The whole job, as it was just asked for. */
  update(job) {
    const ended = !this.hasEnded && ENDS.has(job.state);
    this.job = job;
    this.#draw();
    if (ended) this.#ended();
  }

  /** Something that its stream told. */
  hear({ type, data }) {
    if (Date.parse(data.at) < this.#since) return;
    if (type === "log") {
      this.log.hidden = false;
      this.log.append(h("li", {}, data.text));
      return;
    }
    if (type === "progress" && data.progress > 0 && data.progress < 1) reached("watched");
    const ended = !this.hasEnded && ENDS.has(data.state);
    const { state, progress, message, attempts } = data;
    Object.assign(this.job, { state, progress, message, attempts });
    this.#draw();
    if (ended) this.#ended();
  }

  /** Says anew how long it is until it begins. */
  tick() {
    if (this.job.state === "queued") fill(this.message, this.#said());
  }

  status(status) {
    this.connection.textContent = this.hasEnded ? "" : CONNECTIONS[status];
    this.connection.className = `connection ${status}`;
  }

  #build() {
    this.state = h("span", {});
    this.bar = h("progress", { max: 1, "aria-label": `Progress of ${this.job.kind}` });
    this.message = h("small", {});
    this.connection = h("span", { class: "connection", role: "status" });
    this.log = h("ol", { class: "log", hidden: true });
    this.notice = h("div", { class: "notice", role: "status" });
    this.result = h("div", { class: "result" });
    this.stop = this.#button("Cancel", "cancel", "danger");
    this.again = this.#button("Do it again", "retry", "quiet");
    this.all = h("pre", { class: "json", tabindex: "0" });
    this.element = h("li", { class: "job", "data-job": this.job.id },
      h("div", { class: "line" }, h("strong", {}, this.job.kind), h("small", {}, `…${this.job.id.slice(-6)}`), this.connection, this.state),
      this.bar,
      h("div", { class: "line" }, this.message, this.stop, this.again),
      this.log, this.notice, this.result,
      h("details", {}, h("summary", {}, "All of it"), this.all));
  }

  #button(text, what, mood) {
    const button = h("button", { type: "button", class: `button ${mood} small`, "aria-label": `${text}: ${this.job.kind}` }, text);
    button.addEventListener("click", () => whileBusy(button, () => guarded(this.notice, () => this.#do(what))));
    return button;
  }

  async #do(what) {
    const answer = await post(`/api/v1/jobs/${this.id}/${what}/`);
    if (!answer.ok) return sayProblem(this.notice, answer);
    say(this.notice, "");
    if (what === "retry") {
      this.#expected = answer.json.attempts + 1;
      this.#since = Date.parse(answer.json.run_at);
      fill(this.result);
    }
    this.update(answer.json);
    if (what === "retry") this.#onAgain();
    return undefined;
  }

  #draw() {
    const { state, progress, attempts } = this.job;
    this.state.className = `state ${MOODS[state]}`;
    fill(this.state, attempts > 1 && state === "running" ? `running, attempt ${attempts}` : state);
    this.bar.value = state === "succeeded" ? 1 : progress;
    fill(this.message, this.#said());
    this.stop.hidden = this.hasEnded;
    this.again.hidden = !["failed", "cancelled"].includes(state);
    this.element.dataset.state = state;
    fill(this.all, jsonMarkup(JSON.stringify(this.job, null, 2)));
  }

  #said() {
    const { state, run_at: at, message, error } = this.job;
    if (state === "queued" && new Date(at) - Date.now() > 2000) return `to begin ${relative(at)}, at ${new Date(at).toLocaleTimeString("en-GB")}`;
    if (state === "failed" && error) return error.detail;
    return message || { queued: "waits for a worker", running: "has begun" }[state] || "";
  }

  /** Its events tell how it went; what came of it, the job itself. */
  async #ended() {
    if (this.job.state === "cancelled") reached("cancelled");
    this.status("");
    const answer = await guarded(this.notice, () => get(`/api/v1/jobs/${this.id}/`));
    if (!answer?.ok) return;
    this.job = answer.json;
    this.#draw();
    this.#drawResult();
    const { kind, state, attempts, result } = this.job;
    if (state === "succeeded" && attempts > this.#expected) reached("survived");
    if (kind === "books.import" && result?.created) reached("imported");
  }

  #drawResult() {
    fill(this.result, shownResult(this.job, this.notice));
  }
}
