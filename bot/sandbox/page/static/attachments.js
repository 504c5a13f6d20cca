// The files that go with the next message: chosen, dropped on the chat or pasted, and shown over the line to write in.

import { byId, icon, make } from "./dom.js";
import { label, onLanguage, say } from "./language.js";
import { bytes } from "./media.js";
import { toast } from "./toast.js";

const MOST_FILES = 50;
const MOST_BYTES = 60 * 1024 * 1024; // the sandbox takes a little more at once
const ICONS = { image: "photo", video: "video", audio: "sound" };

export class Attachments {
  #pane = byId("chat");
  #input = byId("attach-input");
  #tray = byId("tray");
  #list = byId("tray-files");
  #plain = byId("tray-plain");
  #files = [];
  #onChange;

  /** `onChange()` is called when there are more or fewer. */
  constructor(onChange) {
    this.#onChange = onChange;
    byId("attach").addEventListener("click", () => this.#input.click());
    this.#input.addEventListener("change", () => {
      this.#add([...this.#input.files]);
      this.#input.value = ""; // the same file can be chosen again
    });
    byId("text").addEventListener("paste", (event) => this.#onPaste(event));
    this.#pane.addEventListener("dragover", (event) => this.#onDrag(event));
    this.#pane.addEventListener("dragleave", (event) => {
      if (!this.#pane.contains(event.relatedTarget)) this.#pane.classList.remove("dropping");
    });
    this.#pane.addEventListener("drop", (event) => this.#onDrop(event));
    onLanguage(() => this.#paint());
  }

  get count() {
    return this.#files.length;
  }

  /** Take everything out, to be sent. */
  take() {
    const taken = { files: this.#files, plain: this.#plain.checked };
    this.clear();
    return taken;
  }

  /** Put back what could not be sent. */
  putBack({ files, plain }) {
    this.#plain.checked = plain;
    this.#set([...files, ...this.#files]);
  }

  clear() {
    this.#plain.checked = false;
    this.#set([]);
  }

  #add(files) {
    const all = [...this.#files, ...files.filter((file) => file.size > 0)];
    if (files.some((file) => file.size === 0)) toast(say("emptyFile"));
    if (all.length > MOST_FILES) toast(say("tooManyFiles", { n: MOST_FILES }));
    else if (all.reduce((sum, file) => sum + file.size, 0) > MOST_BYTES) toast(say("tooLarge", { size: bytes(MOST_BYTES) }));
    else this.#set(all);
    byId("text").focus();
  }

  #set(files) {
    this.#files = files;
    this.#paint();
    this.#onChange();
  }

  #paint() {
    this.#tray.hidden = this.#files.length === 0;
    this.#list.replaceChildren(...this.#files.map((file, place) => this.#chip(file, place)));
  }

  #chip(file, place) {
    const remove = make("button", "round small", icon("close"));
    remove.type = "button";
    label(remove, say("removeFile", { name: file.name }));
    remove.addEventListener("click", () => {
      this.#set(this.#files.filter((one) => one !== file));
      (this.#list.children[Math.min(place, this.#files.length - 1)]?.querySelector("button") ?? byId("text")).focus();
    });
    const facts = make("span", "facts", make("b", "", file.name), make("span", "", bytes(file.size)));
    return make("li", "", icon(ICONS[file.type.split("/")[0]] ?? "document"), facts, remove);
  }

  #takes(event) {
    return event.dataTransfer?.types.includes("Files") && !byId("composer").hidden && this.#pane.dataset.state === "open";
  }

  #onDrag(event) {
    if (!this.#takes(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.#pane.classList.add("dropping");
  }

  #onDrop(event) {
    this.#pane.classList.remove("dropping");
    if (!this.#takes(event)) return;
    event.preventDefault();
    this.#add([...event.dataTransfer.files]);
  }

  #onPaste(event) {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    this.#add(files);
  }
}
