// The list of people. Only the rows in view exist, and only the pages of people near them are asked for.

import { byId } from "./dom.js";
import { number, onLanguage, say } from "./language.js";
import { fillRow, fillWaiting, forget, newRow } from "./person_row.js";
import { calmly, server } from "./server.js";

const ROW = 72; // --row in theme.css
const PAGE = 50;
const SPARE = 6; // rows kept ready above and below
const REFRESH_MS = 700;
const SEARCH_MS = 120;

/** The pages that hold the places from first to last. */
function pagesOf(first, last) {
  const from = Math.floor(first / PAGE);
  return Array.from({ length: Math.floor(last / PAGE) - from + 1 }, (_, step) => from + step);
}

export class PeopleList {
  #scroll = byId("people");
  #rows = byId("people-rows");
  #search = byId("search");
  #people = []; // by place in the list; holes where nothing was asked for yet
  #asked = new Set(); // pages that are here or on their way
  #total = null;
  #q = "";
  #turn = 0; // grows with each search, so that a late answer to an old one is dropped
  #pool = new Map(); // place → row
  #chosen = null;
  #active = 0; // the keyboard's place
  #onOpen;

  /** `onOpen(person, {byKey})` is called when someone is chosen. */
  constructor(onOpen) {
    this.#onOpen = onOpen;
    this.refresh = calmly(() => this.#refresh(), REFRESH_MS);
    this.#scroll.addEventListener("scroll", () => this.#paint(), { passive: true });
    this.#scroll.addEventListener("keydown", (event) => this.#onKey(event));
    this.#scroll.addEventListener("focus", () => this.#onFocus());
    this.#scroll.addEventListener("click", (event) => this.#onClick(event));
    new ResizeObserver(() => this.#paint()).observe(this.#scroll);
    onLanguage(() => this.repaint());
    this.#listenToSearch();
  }

  /** The first people of the list; resolves to the first person or null. */
  async load() {
    await this.#refresh();
    return this.#people[0] ?? null;
  }

  /** Mark who is open. */
  choose(chatId) {
    this.#chosen = chatId;
    const place = this.#people.findIndex((person) => person?.chat_id === chatId);
    if (place >= 0) this.#active = place;
    this.repaint();
  }

  /** Whether the list knows of something unread of `chatId`. */
  hasUnread(chatId) {
    return this.#people.some((person) => person?.chat_id === chatId && person.unread > 0);
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  focus() {
    this.#scroll.focus();
  }

  /** Write every row anew: the language or the day changed. */
  repaint() {
    for (const row of this.#pool.values()) forget(row);
    this.#paint();
  }

  #listenToSearch() {
    let soon;
    const clear = byId("search-clear");
    const searched = () => {
      clear.hidden = this.#search.value === "";
      clearTimeout(soon);
      soon = setTimeout(() => this.#searchFor(this.#search.value.trim()), SEARCH_MS);
    };
    this.#search.addEventListener("input", searched);
    clear.addEventListener("click", () => {
      this.#search.value = "";
      searched();
      this.#search.focus();
    });
    this.#search.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") {
        event.preventDefault();
        this.focus();
        this.#paint();
      } else if (event.key === "Enter" && this.#people[0]) {
        this.#onOpen(this.#people[0], { byKey: true });
      } else if (event.key === "Escape" && this.#search.value) {
        event.stopPropagation();
        clear.click();
      }
    });
  }

  async #searchFor(q) {
    if (q === this.#q) return;
    this.#q = q;
    this.#turn += 1;
    this.#active = 0;
    this.#scroll.scrollTop = 0;
    this.#people = [];
    await this.#refresh();
  }

  /** Ask again for the pages in view; the rest, which may be stale, is asked for again when it comes into view. */
  async #refresh() {
    this.#asked.clear();
    await Promise.all(pagesOf(...this.#span()).map((page) => this.#ask(page)));
  }

  async #ask(page) {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const turn = this.#turn;
    let answer;
    try {
      answer = await server.people(this.#q, page * PAGE, PAGE);
    } catch (error) {
      this.#asked.delete(page);
      throw error;
    }
    if (turn !== this.#turn) return;
    this.#total = answer.total;
    this.#people.length = answer.total;
    answer.people.forEach((person, index) => { this.#people[page * PAGE + index] = person; });
    this.#paint();
  }

  /** The first and last place that should have a row. */
  #span() {
    const first = Math.floor(this.#scroll.scrollTop / ROW) - SPARE;
    const last = Math.ceil((this.#scroll.scrollTop + this.#scroll.clientHeight) / ROW) + SPARE;
    return [Math.max(0, first), Math.max(0, Math.min(last, (this.#total ?? PAGE) - 1))];
  }

  #paint() {
    this.#describe();
    if (!this.#total) {
      this.#rows.replaceChildren();
      this.#pool.clear();
      return;
    }
    const [first, last] = this.#span();
    for (const [place, row] of this.#pool) {
      if (place < first || place > last) {
        row.remove();
        this.#pool.delete(place);
      }
    }
    for (let place = first; place <= last; place += 1) this.#paintRow(place);
    for (const page of pagesOf(first, last)) this.#ask(page).catch(() => {}); // asked for again at the next paint
  }

  #describe() {
    if (this.#total === null) return;
    const empty = byId("people-empty");
    this.#rows.style.height = `${this.#total * ROW}px`;
    empty.hidden = this.#total > 0;
    if (!empty.hidden) empty.textContent = this.#q ? say("nobodyFound", { q: this.#q }) : say("nobodyYet");
    const count = say(this.#q ? "peopleFound" : "peopleCount", { n: number(this.#total) });
    if (byId("people-count").textContent !== count) byId("people-count").textContent = count;
    this.#active = Math.min(this.#active, Math.max(0, this.#total - 1));
    this.#scroll.setAttribute("aria-activedescendant", `person-${this.#active}`);
  }

  #paintRow(place) {
    let row = this.#pool.get(place);
    if (!row) {
      row = newRow(place, ROW);
      this.#pool.set(place, row);
      this.#rows.append(row);
    }
    row.setAttribute("aria-setsize", this.#total);
    row.classList.toggle("active", place === this.#active);
    const person = this.#people[place];
    if (person) {
      fillRow(row, person, person.chat_id === this.#chosen);
    } else {
      fillWaiting(row);
    }
  }

  #onClick(event) {
    const row = event.target.closest(".person");
    const person = this.#people[Number(row?.dataset.place)];
    if (!person) return;
    this.#active = Number(row.dataset.place);
    this.#onOpen(person, { byKey: false });
  }

  /** The keyboard's place must be in view, or there would be nothing to see and to say. */
  #onFocus() {
    if (this.#scroll.matches(":focus-visible")) this.#activate(this.#active);
  }

  #onKey(event) {
    const page = Math.max(1, Math.floor(this.#scroll.clientHeight / ROW) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      event.preventDefault();
      this.#activate(this.#active + steps[event.key]);
    } else if ((event.key === "Enter" || event.key === " ") && this.#people[this.#active]) {
      event.preventDefault();
      this.#onOpen(this.#people[this.#active], { byKey: true });
    }
  }

  #activate(place) {
    this.#active = Math.max(0, Math.min(place, (this.#total ?? 1) - 1));
    const top = this.#active * ROW;
    const { scrollTop, clientHeight } = this.#scroll;
    if (top < scrollTop) this.#scroll.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.#scroll.scrollTop = top + ROW - clientHeight;
    this.#paint();
  }
}
