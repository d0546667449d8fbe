// Times as people say them.

const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** "2 minutes ago", "in 30 days"; `now` within ten seconds either way. */
export function relative(time, now = Date.now()) {
  const seconds = Math.round((new Date(time) - now) / 1000);
  if (Math.abs(seconds) < 10) return "now";
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each);
  return AGO.format(Math.round(seconds / length), unit);
}

/** "4 min 07 s". */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
