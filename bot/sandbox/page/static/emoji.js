// The few emoji that the service writes, drawn here: not every computer has a font for them. The text stays the text.

import { make } from "./dom.js";

const DRAWN = { "✅": "done", "🔔": "bell", "⏰": "clock", "📅": "calendar", "☎": "telephone" };
const PATTERN = new RegExp(`(${Object.keys(DRAWN).join("|")})\\uFE0F?`, "u"); // with or without the "as a picture" mark

/** `text` as nodes, its known emoji wrapped so that the style sheet draws them. */
export function drawn(text) {
  return text.split(PATTERN).map((part) => (part in DRAWN ? make("span", `emoji emoji-${DRAWN[part]}`, part) : part));
}
