// Making elements without HTML strings: text goes in as text.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A new element with a class, and text or children. */
export function make(name, className = "", ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite in index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

const TINTS = 8;

/** Dress `element` as the avatar of a person: an initial on a tint that stays the same for the person. */
export function dressAvatar(element, person) {
  element.className = `avatar tint-${Math.abs(person.chat_id) % TINTS}`;
  element.textContent = initial(person.name);
}

function initial(name) {
  const words = name.trim().split(/\s+/);
  const first = [...words[0]][0] ?? "?";
  const latin = /^[\p{Script=Latin}]/u.test(first);
  return (latin && words.length > 1 ? first + [...words.at(-1)][0] : first).toUpperCase();
}

/** `language` of the service (zh_CN) as a tag for `lang`. */
export const langTag = (language) => (language || "").replace("_", "-");
