// One row of the list of people.

import { dressAvatar, langTag, make } from "./dom.js";
import { drawn } from "./emoji.js";
import { say } from "./language.js";
import { isSeen } from "./media.js";
import { brief } from "./times.js";

const MOST_SHOWN = 99;
const shows = new WeakMap(); // row → what it shows, as JSON

/** Have the row written anew the next time. */
export const forget = (row) => shows.delete(row);

/** An empty row for a place in the list. */
export function newRow(place, height) {
  const row = make("div", "person");
  row.id = `person-${place}`;
  row.role = "option";
  row.dataset.place = place;
  row.setAttribute("aria-posinset", place + 1);
  row.style.top = `${place * height}px`;
  return row;
}

/** Show a person in the row; nothing is touched when nothing changed. */
export function fillRow(row, person, chosen) {
  row.setAttribute("aria-selected", String(chosen));
  const when = person.last ? brief(person.last.at) : "";
  const shown = JSON.stringify([person, when]);
  if (shows.get(row) === shown) return;
  shows.set(row, shown);
  row.classList.remove("waiting");
  row.classList.toggle("unread", person.unread > 0);
  row.classList.toggle("quiet", !person.last);
  row.lang = langTag(person.language);
  row.replaceChildren(...parts(person, when));
}

function parts(person, when) {
  const avatar = make("span");
  avatar.setAttribute("aria-hidden", "true");
  dressAvatar(avatar, person);
  return [
    avatar,
    make("span", "name", person.name),
    make("time", "when", when),
    make("span", "detail", person.detail ?? ""),
    make("span", "last", ...drawn(preview(person.last))),
    person.unread > 0 ? badge(person.unread) : "",
  ].filter((part) => part !== "");
}

/** What was said last; a picture without words is named. */
function preview(last) {
  if (!last) return "";
  const text = last.text.replace(/\s+/g, " ");
  return text || (last.kind && isSeen(last) ? say(last.kind) : "");
}

function badge(unread) {
  const shown = make("span", "badge", unread > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unread));
  shown.role = "img";
  shown.setAttribute("aria-label", say("unread", { n: unread }));
  return shown;
}

/** Show that the person is still on the way. */
export function fillWaiting(row) {
  if (row.classList.contains("waiting")) return;
  forget(row);
  row.setAttribute("aria-selected", "false");
  row.classList.add("waiting");
  row.classList.remove("unread");
  row.replaceChildren(make("span", "avatar"), make("span", "name"), make("span", "when"), make("span", "detail"), make("span", "last"));
}
