// The log of messages: one element a message, kept while it lives, under the name of its day. The reader's place is kept:
// new messages pull the view along only when its end was in sight.

import { byId, make } from "./dom.js";
import { isSeen } from "./media.js";
import { fillMessage } from "./message.js";
import { dayKey, dayName } from "./times.js";

const NEAR_END = 80; // pixels from the end that still count as "at the end"

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Log {
  #box = byId("log");
  #toBottom = byId("to-bottom");
  #count = byId("new-count");
  #days = new Map(); // day key → section
  #albums = new Map(); // album → its box
  #elements = new Map(); // message id → element
  #shown = new Map(); // message id → what it shows, as JSON
  #waiting = 0; // new messages below the view
  #onPress;

  /** `onPress(message, button, key)` is called for a pressed button. */
  constructor(onPress) {
    this.#onPress = onPress;
    this.#box.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    this.#toBottom.addEventListener("click", () => this.toEnd(true));
    new ResizeObserver(() => { if (this.#atEnd) this.toEnd(); }).observe(this.#box);
  }

  #atEnd = true;

  /** Forget everything: another chat is opened. */
  clear() {
    this.#box.replaceChildren();
    this.#box.ariaLive = "off"; // what is there already is not news
    for (const kept of [this.#days, this.#albums, this.#elements, this.#shown]) kept.clear();
    this.#atEnd = true;
    this.#showWaiting(0);
  }

  /** Write everything anew, in place: the language changed. */
  rewrite(chat) {
    this.#shown.clear();
    this.show(chat);
  }

  /** Bring the log to the chat's messages. */
  show(chat) {
    const first = this.#elements.size === 0;
    const follow = first || this.#atEnd;
    const anchor = follow ? null : this.#anchor();
    const fresh = this.#write(chat, first);
    if (first) setTimeout(() => { this.#box.ariaLive = "polite"; });
    if (follow) this.toEnd();
    else this.#keep(anchor);
    if (!follow && fresh > 0) this.#showWaiting(this.#waiting + fresh);
  }

  /** Scroll to the newest message. */
  toEnd(smoothly = false) {
    const behavior = smoothly && !STILL.matches ? "smooth" : "instant";
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior });
    this.#atEnd = true;
    this.#showWaiting(0);
  }

  /** Returns how many of the bot's messages are new. */
  #write(chat, first) {
    const ids = new Set(chat.messages.map((message) => message.id));
    for (const id of [...this.#elements.keys()].filter((known) => !ids.has(known))) this.#drop(id);
    let fresh = 0;
    let before = null;
    for (const message of chat.messages) {
      const isNew = !this.#elements.has(message.id);
      const element = isNew ? this.#add(message) : this.#elements.get(message.id);
      element.classList.toggle("turn", before !== null && before !== message.from);
      if (isNew && !first) element.classList.add("fresh");
      if (isNew && message.from === "bot") fresh += 1;
      before = message.from;
      this.#fill(element, message, chat);
    }
    for (const section of this.#days.values()) section.firstElementChild.textContent = dayName(section.dataset.at);
    return fresh;
  }

  #fill(element, message, chat) {
    const shown = JSON.stringify(message);
    if (this.#shown.get(message.id) === shown) return;
    this.#shown.set(message.id, shown);
    const held = element.contains(document.activeElement);
    fillMessage(element, message, chat, this.#onPress);
    if (held) (element.querySelector(".key") ?? this.#box).focus({ preventScroll: true }); // the pressed button is gone
  }

  #add(message) {
    const element = make("article", "message");
    this.#elements.set(message.id, element);
    this.#place(message).append(element);
    return element;
  }

  #drop(id) {
    const element = this.#elements.get(id);
    const [section, album] = [element.closest(".day"), element.closest(".album")];
    element.remove();
    this.#elements.delete(id);
    this.#shown.delete(id);
    if (album?.childElementCount === 0) {
      album.remove();
      this.#albums.delete(album.dataset.album);
    }
    if (section.childElementCount === 1) {
      section.remove();
      this.#days.delete(section.dataset.key);
    }
  }

  /** Where a message goes: under its day, or into its album there. */
  #place({ at, media, from }) {
    const section = this.#day(at);
    const album = media?.album;
    if (!album) return section;
    if (!this.#albums.has(album)) {
      const box = make("div", `album ${isSeen(media) ? "seen" : "files"}${from === "person" ? " own" : ""}`);
      box.dataset.album = album;
      this.#albums.set(album, box);
      section.append(box);
    }
    return this.#albums.get(album);
  }

  #day(at) {
    const key = dayKey(at);
    if (!this.#days.has(key)) {
      const section = make("section", "day", make("h3", "day-name"));
      Object.assign(section.dataset, { key, at });
      this.#days.set(key, section);
      this.#box.append(section);
    }
    return this.#days.get(key);
  }

  /** The message at the top of the view and where it stands, to be put back there after a change above it. */
  #anchor() {
    const top = this.#box.getBoundingClientRect().top;
    const element = [...this.#elements.values()].find((one) => one.getBoundingClientRect().bottom > top);
    return element && { element, at: element.getBoundingClientRect().top };
  }

  #keep(anchor) {
    if (!anchor?.element.isConnected) return;
    const moved = anchor.element.getBoundingClientRect().top - anchor.at;
    if (Math.abs(moved) >= 1) this.#box.scrollTop += moved; // writing it needlessly would stop a scroll under way
  }

  #onScroll() {
    this.#atEnd = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < NEAR_END;
    if (this.#atEnd) this.#showWaiting(0);
    this.#toBottom.hidden = this.#atEnd;
  }

  #showWaiting(count) {
    this.#waiting = count;
    this.#count.textContent = count > 0 ? String(count) : "";
    if (this.#atEnd) this.#toBottom.hidden = true;
  }
}
