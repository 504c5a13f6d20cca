// The panel as a drawer on a narrow screen: opened by the clock's chip, closed by Esc, the scrim or its cross. While it is
// open the rest of the page is out of reach, and the keyboard comes back to where it was.

import { byId } from "./dom.js";

const NARROW = matchMedia("(max-width: 1139.98px)");

let opener = null;

/** Wire the drawer. */
export function startDrawer() {
  for (const button of document.querySelectorAll("[data-opens-panel]")) button.addEventListener("click", () => open(button));
  byId("panel-close").addEventListener("click", closeDrawer);
  byId("scrim").addEventListener("click", closeDrawer);
  NARROW.addEventListener("change", () => settle(false));
}

/** Close it; returns whether it was open. */
export function closeDrawer() {
  if (document.body.dataset.panel !== "open") return false;
  settle(false);
  opener?.focus();
  return true;
}

function open(button) {
  opener = button;
  settle(true);
  byId("panel-close").focus();
}

function settle(isOpen) {
  document.body.dataset.panel = isOpen ? "open" : "closed";
  for (const pane of document.querySelectorAll(".people, .chat")) pane.inert = isOpen;
  if (isOpen) {
    byId("panel").role = "dialog";
    byId("panel").setAttribute("aria-modal", "true");
  } else {
    byId("panel").removeAttribute("role");
    byId("panel").removeAttribute("aria-modal");
  }
}
