// Instants in words, always in the office's time zone and by the service's clock (never the reader's own).

import { say, tag } from "./language.js";

const DAY_MS = 86_400_000;
const JITTER_MS = 700; // news is this late at most; setting the clock back by that would only make it flicker
const formats = new Map();

let zone = "Asia/Shanghai";
let known = { instant: Date.now(), at: performance.now() };

/** Set the service's clock: its instant (ISO) as of now, and the office's zone (null: the reader's own). */
export function setClock(iso, zoneName) {
  if (Math.abs(Date.parse(iso) - now()) > JITTER_MS) known = { instant: Date.parse(iso), at: performance.now() };
  zone = zoneName ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The service's present, in milliseconds. */
export const now = () => known.instant + (performance.now() - known.at);

function format(options, instant) {
  const key = JSON.stringify([tag(), zone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(tag(), { timeZone: zone, hourCycle: "h23", ...options }));
  return formats.get(key).format(instant);
}

/** 09:10 */
export const clockTime = (at) => format({ hour: "2-digit", minute: "2-digit" }, new Date(at));

/** 09:10:05 */
export const clockSeconds = (at) => format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }, new Date(at));

/** 2026年9月21日 星期一 · Monday 21 September 2026 */
export function longDate(at) {
  const date = format({ year: "numeric", month: "long", day: "numeric" }, new Date(at));
  return say("dateOf", { date, weekday: format({ weekday: "long" }, new Date(at)) });
}

/** 9月21日 周一 09:10 · Mon 21 Sept, 09:10 */
export function moment(at) {
  const date = format({ month: "short", day: "numeric" }, new Date(at));
  return say("momentOf", { date, weekday: format({ weekday: "short" }, new Date(at)), time: clockTime(at) });
}

/** 9/21 09:10 · 21/09, 09:10: for tight places. */
export const shortMoment = (at) =>
  format({ month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }, new Date(at));

/** UTC+8: the zone's offset at present. */
export function zoneOffset() {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(now());
  return `${zone} (${parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC")})`;
}

/** A key for the civil day of an instant: equal for instants of one day. */
export const dayKey = (at) => format({ year: "numeric", month: "2-digit", day: "2-digit" }, new Date(at));

/** The name of a day between messages: today, yesterday, or its date. */
export function dayName(at) {
  const day = dayKey(at);
  if (day === dayKey(now())) return say("today");
  if (day === dayKey(now() - DAY_MS)) return say("yesterday");
  const thisYear = format({ year: "numeric" }, new Date(at)) === format({ year: "numeric" }, new Date(now()));
  return thisYear
    ? say("dateOf", {
      date: format({ month: "long", day: "numeric" }, new Date(at)),
      weekday: format({ weekday: "long" }, new Date(at)),
    })
    : longDate(at);
}

/** When a person's last message was, as short as can be: time, yesterday, weekday or date. */
export function brief(at) {
  const age = now() - Date.parse(at);
  if (dayKey(at) === dayKey(now())) return clockTime(at);
  if (dayKey(at) === dayKey(now() - DAY_MS)) return say("yesterday");
  if (age > 0 && age < 6 * DAY_MS) return format({ weekday: "short" }, new Date(at));
  return format({ month: "short", day: "numeric" }, new Date(at));
}

/** How long until `at`: 3天后 · in 3 days. */
export function until(at) {
  const minutes = Math.round((Date.parse(at) - now()) / 60_000);
  if (minutes < 1) return say("dueNow");
  if (minutes < 60) return within(minutes, "minute");
  if (minutes < 48 * 60) return within(Math.round(minutes / 60), "hour");
  return within(Math.round(minutes / 1440), "day");
}

const within = (count, unit) => new Intl.RelativeTimeFormat(tag()).format(count, unit);
