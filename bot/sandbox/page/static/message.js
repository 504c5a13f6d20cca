// One message: bubble, marks, media in its place, and the buttons under it.

import { icon, langTag, make } from "./dom.js";
import { drawn } from "./emoji.js";
import { label, say } from "./language.js";
import { safeNodes } from "./safe_html.js";
import { clockTime, moment } from "./times.js";

const MEDIA_ICONS = { photo: "photo", video: "video", animation: "video", audio: "sound", voice: "sound", document: "document", poll: "poll" };

/** Show `message` of `chat` in `element`; `onPress(message, button, key)` is called for a pressed button. */
export function fillMessage(element, message, chat, onPress) {
  const own = message.from === "person";
  const keys = message.buttons ?? [];
  element.classList.toggle("own", own);
  element.classList.toggle("with-keys", keys.length > 0);
  element.classList.toggle("protected", message.protected);
  element.role = "group";
  element.setAttribute("aria-label", `${own ? chat.name : say("botSays")}, ${clockTime(message.at)}`);
  element.replaceChildren(bubble(message, chat), ...keys.map((row) => keysRow(row, message, onPress)));
}

function bubble(message, chat) {
  const words = make("div", "words", safeNodes(message.html ?? ""));
  words.lang = langTag(chat.language);
  return make("div", "bubble", message.media ? media(message.media) : null, words, about(message));
}

/** The small line at the end: protected, edited, when. */
function about(message) {
  const line = make("div", "about");
  if (message.protected) {
    const lock = make("span", "lock", icon("lock"));
    lock.role = "img";
    lock.title = say("protected");
    lock.setAttribute("aria-label", say("protected"));
    line.append(lock);
  }
  if (message.edited_at) line.append(make("span", "edited", say("edited")));
  const time = make("time", "", clockTime(message.at));
  time.dateTime = message.at;
  time.title = moment(message.at);
  line.append(time);
  return line;
}

/** What is carried: a picture shows itself; anything else is named, with its size, and opens where it can be had. */
function media({ kind, name, size, url }) {
  const known = kind in MEDIA_ICONS ? kind : "otherMedia";
  if (kind === "photo" && url) return picture(url, name);
  const facts = [name ? say(known) : "", size ? bytes(size) : ""].filter(Boolean).join(" · ");
  const inner = make("div", "", make("b", "", name || say(known)), facts ? make("span", "", facts) : null);
  const shown = make(url ? "a" : "div", "media", make("span", "disc", icon(MEDIA_ICONS[kind] ?? "document")), inner);
  if (url) opens(shown, url, name || say(known));
  return shown;
}

function picture(url, name) {
  const image = make("img");
  image.src = url;
  image.alt = name || say("photo");
  image.loading = "lazy";
  const frame = make("a", "picture", image);
  opens(frame, url, image.alt);
  return frame;
}

function opens(element, url, name) {
  element.href = url;
  element.target = "_blank";
  element.rel = "noopener";
  label(element, say("openFile", { name }));
}

function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(0)} KB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

function keysRow(row, message, onPress) {
  return make("div", "keys-row", ...row.map((button) => (button.url ? linkKey(button) : pressKey(button, message, onPress))));
}

function linkKey(button) {
  const key = make("a", "key", make("span", "", ...drawn(button.text)), icon("link"));
  key.href = /^(https?|tg|mailto|tel):/i.test(button.url) ? button.url : "#";
  key.target = "_blank";
  key.rel = "noopener noreferrer";
  label(key, say("opensLink", { text: button.text }));
  return key;
}

function pressKey(button, message, onPress) {
  const key = make("button", "key", make("span", "", ...drawn(button.text)));
  key.type = "button";
  key.addEventListener("click", () => onPress(message, button, key));
  return key;
}
