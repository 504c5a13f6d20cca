// The line to write in, with the menu of commands over it.

import { Attachments } from "./attachments.js";
import { byId, make } from "./dom.js";
import { onLanguage, say } from "./language.js";
import { toast } from "./toast.js";

const CAPTION_LONGEST = 1024; // in UTF-16 units, as JavaScript counts too
const TOUCH = matchMedia("(hover: none)");

export class Composer {
  #form = byId("composer");
  #text = byId("text");
  #send = byId("send");
  #menu = byId("menu");
  #list = byId("commands");
  #attachments = new Attachments(() => this.#showSendable());
  #commands = [];
  #shown = []; // the commands in the open menu
  #active = 0;
  #onSend;
  #turn = 0; // rises with each chat that is opened

  /** `onSend(text, chosen)` resolves to whether all went; otherwise it stays. `chosen` are the files, or null. */
  constructor(onSend) {
    this.#onSend = onSend;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#sendAll();
    });
    this.#text.addEventListener("input", () => this.#onInput());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#text.addEventListener("blur", () => this.#close());
    this.#menu.addEventListener("pointerdown", (event) => event.preventDefault()); // the line keeps the focus
    this.#menu.addEventListener("click", () => this.#toggle());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => this.#choose(event.target.closest(".command")));
    document.addEventListener("pointerdown", (event) => { if (!this.#form.contains(event.target)) this.#close(); });
    onLanguage(() => this.#close());
  }

  /** Start anew, for another chat. */
  reset() {
    this.#turn += 1;
    this.#close();
    this.#text.value = "";
    this.#attachments.clear();
    this.setCommands([]);
  }

  setCommands(commands) {
    this.#commands = commands ?? [];
    this.#menu.hidden = this.#commands.length === 0;
  }

  focus() {
    this.#text.focus();
  }

  get #isOpen() {
    return !this.#list.hidden;
  }

  /** Send what is written, and the files with it. */
  async #sendAll() {
    const text = this.#text.value;
    if (this.#attachments.count === 0) {
      await this.#submit(text);
    } else if (text.trim().length > CAPTION_LONGEST) {
      toast(say("captionTooLong"));
    } else {
      const turn = this.#turn;
      const chosen = this.#attachments.take();
      this.#form.setAttribute("aria-busy", "true");
      const went = await this.#submit(text, chosen);
      this.#form.removeAttribute("aria-busy");
      if (!went && turn === this.#turn) this.#attachments.putBack(chosen); // never into another chat
    }
  }

  async #submit(text, chosen = null) {
    const said = text.trim();
    if (!said && !chosen) return false;
    this.#close();
    this.#text.value = "";
    this.#send.disabled = true;
    const went = await this.#onSend(said, chosen);
    if (!went && this.#text.value === "") this.#text.value = text;
    this.#showSendable();
    return went;
  }

  #showSendable() {
    this.#send.disabled = this.#text.value.trim() === "" && this.#attachments.count === 0;
  }

  /** "、" and "／" are what the slash's key writes under a Chinese input method. */
  #onInput() {
    const text = this.#text.value;
    this.#showSendable();
    if (/^[/／、]\w*$/.test(text)) this.#openMenu(text.slice(1).toLowerCase());
    else this.#close();
  }

  #toggle() {
    if (this.#isOpen) {
      this.#close();
      return;
    }
    if (!TOUCH.matches) this.#text.focus(); // on a phone its keyboard would cover the menu
    this.#openMenu("");
  }

  #openMenu(start) {
    this.#shown = this.#commands.filter((one) => one.command.startsWith(start));
    this.#active = 0;
    this.#list.replaceChildren(...this.#shown.map(option));
    if (this.#shown.length === 0) this.#list.append(make("p", "commands-none", say("noCommands")));
    this.#list.hidden = false;
    this.#mark();
  }

  #close() {
    this.#list.hidden = true;
    this.#text.removeAttribute("aria-activedescendant");
    this.#menu.setAttribute("aria-expanded", "false");
  }

  #mark() {
    [...this.#list.querySelectorAll(".command")].forEach((element, place) => {
      const active = place === this.#active;
      element.setAttribute("aria-selected", String(active));
      if (active) element.scrollIntoView({ block: "nearest" });
    });
    if (this.#shown.length > 0) this.#text.setAttribute("aria-activedescendant", `command-${this.#active}`);
    else this.#text.removeAttribute("aria-activedescendant");
    this.#menu.setAttribute("aria-expanded", "true");
  }

  #choose(element) {
    const chosen = element && this.#shown[Number(element.dataset.place)];
    if (chosen) this.#submit(`/${chosen.command}`);
  }

  #onKey(event) {
    if (event.isComposing) return; // Enter belongs to the input method
    if (this.#isOpen && this.#onMenuKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#sendAll();
    }
  }

  /** Returns whether the key was for the menu. */
  #onMenuKey(event) {
    const count = this.#shown.length;
    if (event.key === "Escape") {
      this.#close();
    } else if (count === 0) {
      return false;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.#active = (this.#active + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      this.#mark();
    } else if (event.key === "Enter") {
      this.#submit(`/${this.#shown[this.#active].command}`);
    } else if (event.key === "Tab" && !event.shiftKey) {
      this.#text.value = `/${this.#shown[this.#active].command}`;
      this.#close();
      this.#send.disabled = false;
    } else {
      return false;
    }
    return true;
  }
}

function option(command, place) {
  const element = make("div", "command", make("b", "", `/${command.command}`), make("span", "", command.description));
  element.id = `command-${place}`;
  element.role = "option";
  element.dataset.place = place;
  return element;
}
