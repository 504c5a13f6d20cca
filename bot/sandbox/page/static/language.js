// The page's language: chosen once, remembered, laid over the HTML's data-text, data-label and data-placeholder.

import { TEXTS } from "./texts.js";

const KEY = "lianxun.language";
const TAGS = { zh: "zh-CN", en: "en-GB" };
const listeners = [];

let current = remembered() ?? (navigator.language.toLowerCase().startsWith("en") ? "en" : "zh");

function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept in TEXTS ? kept : null;
  } catch {
    return null; // storage may be forbidden; the page works without it
  }
}

/** The language's tag for `Intl` and `lang`. */
export const tag = () => TAGS[current];

/** The text of `key` in the page's language, with `{name}`s filled in. */
export function say(key, values = {}) {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The title of a notice in the page's language. */
export const title = (notice) => notice.titles?.[current] ?? notice.title;

/** A number as the language writes it. */
export const number = (value) => new Intl.NumberFormat(tag()).format(value);

/** Call `listener` after each change of language. */
export const onLanguage = (listener) => listeners.push(listener);

/** Give a control its name, for eyes (on hover) and for ears. */
export function label(element, text) {
  element.setAttribute("aria-label", text);
  if (element.localName === "button") element.title = text;
}

/** Lay the texts over the page. */
export function translate() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) label(element, say(element.dataset.label, { n: "", of: "" }));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = say(element.dataset.placeholder);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === current));
  }
}

/** Wire the switch and lay the texts. */
export function startLanguage() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => change(button.dataset.language));
  }
  translate();
}

function change(language) {
  current = language;
  try {
    localStorage.setItem(KEY, language);
  } catch { /* not remembered, then */ }
  translate();
  for (const listener of listeners) listener();
}
