// What a message carries: pictures and films show themselves, anything else is named with its size and can be had.

import { icon, make } from "./dom.js";
import { label, say } from "./language.js";

const ICONS = { photo: "photo", video: "video", animation: "video", audio: "sound", voice: "sound", document: "document", poll: "poll" };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** The element for `media`, as the sandbox tells it. */
export function mediaElement(media) {
  if (media.url && media.kind === "photo") return picture(media);
  if (media.url && media.kind === "animation" && media.mime.startsWith("image/")) return picture(media);
  if (media.url && (media.kind === "video" || media.kind === "animation")) return film(media);
  return named(media);
}

/** Whether it is looked at in its place. */
export const isSeen = (media) => ["photo", "video", "animation"].includes(media?.kind);

function kindName(kind) {
  return say(kind in ICONS ? kind : "otherMedia");
}

function named({ kind, name, size, url }) {
  const facts = [name ? kindName(kind) : "", size ? bytes(size) : ""].filter(Boolean).join(" · ");
  const inner = make("div", "", make("b", "", name || kindName(kind)), facts ? make("span", "", facts) : null);
  const shown = make(url ? "a" : "div", "media", make("span", "disc", icon(ICONS[kind] ?? "document")), inner);
  if (url) opens(shown, url, name || kindName(kind));
  return shown;
}

function picture(media) {
  const image = make("img");
  image.src = media.url;
  image.alt = media.name || kindName(media.kind);
  image.loading = "lazy";
  const frame = make("a", "picture", image);
  opens(frame, media.url, image.alt);
  image.addEventListener("error", () => frame.replaceWith(named(media))); // no browser can show it
  return frame;
}

/** An animation runs by itself, without end or sound, unless the reader wants the page to be still. */
function film(media) {
  const video = make("video", "picture");
  Object.assign(video, { src: media.url, controls: true, preload: "metadata", playsInline: true });
  if (media.kind === "animation") {
    Object.assign(video, { muted: true, loop: true, autoplay: !STILL.matches, controls: STILL.matches });
  }
  label(video, media.name || kindName(media.kind));
  video.addEventListener("error", () => video.replaceWith(named(media)));
  return video;
}

function opens(element, url, name) {
  element.href = url;
  element.target = "_blank";
  element.rel = "noopener";
  label(element, say("openFile", { name }));
}

/** A size for people. */
export function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(0)} KB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}
