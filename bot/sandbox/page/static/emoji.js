// The emoji that the service writes, drawn here: not every computer has a font for them. The text stays the text.

import { make } from "./dom.js";

/** What is drawn, and the name of its picture in the sheet. */
const DRAWN = {
  "✅": "done", "🔔": "bell", "⏰": "clock", "📅": "calendar", "☎": "telephone", "🕘": "hour",
  "📝": "writing", "📄": "page", "📖": "book", "👥": "people", "❗": "urgent", "🏷": "label", "👁": "eye",
  "🗑": "bin", "📎": "clip", "🌙": "moon", "☀": "sun", "📊": "chart", "📨": "arriving", "📬": "mailbox",
  "🔎": "glass", "⏸": "pause", "⏹": "stop", "▶": "play", "↩": "back", "↪": "onward", "⬆": "up",
  "🔄": "again", "✍": "hand", "✏": "pencil", "🚫": "forbidden", "⚠": "warning", "☐": "empty",
  "☑": "ticked", "❔": "question", "⌛": "ended", "⏳": "running",
  "🔵": "blue", "🟠": "orange", "🔴": "red", "🔓": "released", "✖": "cross", "👤": "person", "📌": "pin",
  "📋": "list", "➕": "plus", "💾": "disk", "✔": "check", "📐": "ruler", "✋": "palm",
};
const SHEET = new URL("emoji.svg", import.meta.url);
const PATTERN = new RegExp(`(${Object.keys(DRAWN).join("|")})\\uFE0F?`, "u"); // with or without the "as a picture" mark

/** `text` as nodes, its known emoji wrapped so that their pictures show. */
export function drawn(text) {
  return text.split(PATTERN).map((part) => (part in DRAWN ? picture(part) : part));
}

function picture(emoji) {
  const shown = make("span", "emoji", emoji);
  shown.style.backgroundImage = `url("${SHEET}#${DRAWN[emoji]}")`;
  return shown;
}
