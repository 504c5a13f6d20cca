// One message: bubble, marks, media in its place, and the buttons under it.

import { icon, langTag, make } from "./dom.js";
import { drawn } from "./emoji.js";
import { label, say } from "./language.js";
import { isSeen, mediaElement } from "./media.js";
import { safeNodes } from "./safe_html.js";
import { clockTime, moment } from "./times.js";

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
  const bare = isSeen(message.media) && !message.html;
  return make("div", bare ? "bubble bare" : "bubble", message.media ? mediaElement(message.media) : null, words, about(message));
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
