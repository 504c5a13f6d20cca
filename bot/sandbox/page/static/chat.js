// The chat of the chosen person: opened, kept current, answered.

import { Composer } from "./composer.js";
import { byId, dressAvatar, langTag } from "./dom.js";
import { onLanguage, say } from "./language.js";
import { Log } from "./log.js";
import { calmly, server } from "./server.js";
import { alertBox, toast, trying } from "./toast.js";

const REFRESH_MS = 150;

export class Chat {
  #pane = byId("chat");
  #log = new Log((message, button, key) => this.#press(message, button, key));
  #composer = new Composer((text, chosen) => this.#write(text, chosen));
  #chat = null;
  #open = null; // the chat id that is open or opening
  #movable = false;

  constructor() {
    this.refresh = calmly(() => this.#load(), REFRESH_MS);
    byId("block").addEventListener("click", () => this.#block(true));
    byId("unblock").addEventListener("click", () => this.#block(false));
    onLanguage(() => this.#repaint());
  }

  /** The id of the open chat, or null. */
  get id() {
    return this.#open;
  }

  /** Open the chat of a person. What the list knows (name, detail) shows at once. */
  async open(person) {
    if (person.chat_id === this.#open) return;
    this.#open = person.chat_id;
    this.#chat = null;
    this.#log.clear();
    this.#composer.reset();
    byId("chat-empty").hidden = true;
    this.#paintTitle(person);
    await trying(() => this.#load());
  }

  /** Leave the chat: what comes from now on stays unread. */
  close() {
    this.#open = null;
    this.#chat = null;
  }

  /** Whether an empty chat offers to move the clock. */
  setMovable(movable) {
    this.#movable = movable;
    byId("chat-empty-move").hidden = !movable;
    if (this.#chat) this.#paintEmpty();
  }

  /** Put the keyboard where the reader goes on: the line to write in, or the title on a phone (no keyboard pops up). */
  focus(onPhone) {
    if (onPhone) byId("chat-name").focus();
    else this.#composer.focus();
  }

  async #load() {
    if (this.#open === null) return;
    const chat = await server.chat(this.#open);
    if (chat.chat_id !== this.#open) return; // another one was opened meanwhile
    this.#chat = chat;
    this.#composer.setCommands(chat.commands); // what was written or dropped meanwhile stays
    this.#paintTitle(chat);
    this.#log.show(chat);
    this.#paintEmpty();
  }

  #paintTitle(person) {
    this.#pane.dataset.state = "open";
    dressAvatar(byId("chat-avatar"), person);
    for (const [id, text] of [["chat-name", person.name], ["chat-detail", person.detail ?? ""]]) {
      byId(id).textContent = text;
      byId(id).lang = langTag(person.language);
    }
    const blocked = Boolean(person.blocked);
    byId("block").hidden = blocked;
    byId("composer").hidden = blocked;
    byId("blocked-bar").hidden = !blocked;
  }

  #paintEmpty() {
    byId("chat-empty").hidden = this.#chat.messages.length > 0;
    byId("chat-empty-text").textContent = say(this.#movable ? "noMessages" : "noMessagesPlain", { name: this.#chat.name });
  }

  #repaint() {
    if (!this.#chat) return;
    this.#paintTitle(this.#chat);
    this.#paintEmpty();
    this.#log.rewrite(this.#chat);
  }

  /** `chosen` are files that go with the text, or null. */
  async #write(text, chosen) {
    const id = this.#open;
    const went = await trying(() => (chosen ? server.sendFiles(id, chosen, text) : server.write(id, text)));
    if (went) {
      this.#log.toEnd();
      await this.refresh();
    }
    return went;
  }

  async #press(message, button, key) {
    if (key.getAttribute("aria-busy") === "true") return;
    const id = this.#open;
    key.setAttribute("aria-busy", "true");
    key.setAttribute("aria-disabled", "true"); // not `disabled`: the keyboard's place would be lost
    await trying(async () => {
      const answer = await server.press(id, message.id, button.data);
      if (answer.answered === false) toast(say("noAnswer"));
      if (!answer.toast) return;
      if (answer.alert) alertBox(answer.toast);
      else toast(answer.toast);
    }, "noAnswer");
    key.removeAttribute("aria-busy");
    key.removeAttribute("aria-disabled");
    await this.refresh();
  }

  async #block(blocked) {
    const id = this.#open;
    const went = await trying(() => server.block(id, blocked));
    if (!went || id !== this.#open) return;
    this.#chat = { ...this.#chat, blocked };
    this.#paintTitle(this.#chat);
    if (blocked) byId("unblock").focus();
    else this.#composer.focus();
  }
}
