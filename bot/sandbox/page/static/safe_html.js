// The Bot API's HTML as nodes: parsed apart from the page, then copied tag by tag from an allow-list. What is not on it
// stays as its text, so that nothing a server could send runs, loads or styles anything here.

import { drawn } from "./emoji.js";
import { label, say } from "./language.js";

const PLAIN = new Set(["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "br"]);
const LINKS = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** A fragment with the message's nodes. */
export function safeNodes(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  copyChildren(parsed.body, fragment);
  return fragment;
}

function copyChildren(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(...drawn(node.data));
    else if (node.nodeType === Node.ELEMENT_NODE) copyChildren(node, opened(node, to));
  }
}

/** Where the children of `node` go: a clean twin of it appended to `to`, or `to` itself. */
function opened(node, to) {
  const twin = twinOf(node);
  if (twin === null) return to;
  to.append(twin);
  return twin;
}

function twinOf(node) {
  const name = node.localName;
  if (PLAIN.has(name)) return document.createElement(name);
  if (name === "a") return link(node);
  if (name === "blockquote") return quote(node);
  if (name === "tg-spoiler" || (name === "span" && node.classList.contains("tg-spoiler"))) return spoiler();
  return null;
}

function link(node) {
  let address;
  try {
    address = new URL(node.getAttribute("href"));
  } catch {
    return null;
  }
  if (!LINKS.has(address.protocol)) return null;
  const twin = document.createElement("a");
  twin.href = address.href;
  twin.target = "_blank";
  twin.rel = "noopener noreferrer";
  return twin;
}

function quote(node) {
  const twin = document.createElement("blockquote");
  if (node.hasAttribute("expandable")) {
    twin.className = "folded";
    pressable(twin, () => twin.classList.remove("folded"));
  }
  return twin;
}

function spoiler() {
  const twin = document.createElement("span");
  twin.className = "spoiler";
  label(twin, say("showSpoiler"));
  pressable(twin, () => {
    twin.classList.add("shown");
    twin.removeAttribute("aria-label");
  });
  return twin;
}

/** Let `element` be pressed once, by pointer or key. */
function pressable(element, act) {
  element.tabIndex = 0;
  element.role = "button";
  const once = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
    element.removeAttribute("tabindex");
    element.removeAttribute("role");
    element.removeEventListener("click", once);
    element.removeEventListener("keydown", once);
  };
  element.addEventListener("click", once);
  element.addEventListener("keydown", once);
}
