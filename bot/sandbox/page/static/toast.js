// What the page says in passing (a toast), and what must be read (an alert).

import { byId, make } from "./dom.js";
import { drawn } from "./emoji.js";
import { say } from "./language.js";
import { Refusal } from "./server.js";

const SHORTEST_MS = 4000;
const MS_A_CHARACTER = 70;
const MOST = 3;

/** Show `text` for a while; longer texts stay longer. */
export function toast(text) {
  const shown = make("div", "toast", ...drawn(text));
  const toasts = byId("toasts");
  toasts.append(shown);
  while (toasts.childElementCount > MOST) toasts.firstElementChild.remove();
  setTimeout(() => shown.remove(), SHORTEST_MS + text.length * MS_A_CHARACTER);
}

/** Show `text` until the reader says so. */
export function alertBox(text) {
  byId("alert-text").replaceChildren(...drawn(text));
  byId("alert").showModal();
}

/** Run `act`; when the sandbox refuses or cannot be reached, say so (its own words first). Returns whether it went well. */
export async function trying(act, otherwise = "failed") {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof TypeError)) throw error; // fetch throws TypeError when the line is down
    toast(error.said ?? say(otherwise));
    return false;
  }
}
