// The panel: the service's clock, the ways to move it, and how the sending goes.

import { byId } from "./dom.js";
import { label, number, onLanguage, say, title } from "./language.js";
import { calmly, server } from "./server.js";
import { clockSeconds, clockTime, longDate, moment, now, setClock, shortMoment, until, zoneOffset } from "./times.js";
import { toast, trying } from "./toast.js";

const REFRESH_MS = 300;

export class Panel {
  #state = null;
  #moving = false;
  #onState;

  /** `onState(state)` is called after each new state. */
  constructor(onState) {
    this.#onState = onState;
    this.refresh = calmly(async () => this.show(await server.panel()), REFRESH_MS);
    for (const button of document.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => this.move(button.dataset.move, button));
    }
    byId("chat-empty-move").addEventListener("click", (event) => this.move("next", event.currentTarget));
    onLanguage(() => this.#paint());
    this.#tick();
  }

  /** Take a new state, as the sandbox gives it. */
  show(state) {
    this.#state = state;
    setClock(state.clock, state.zone);
    this.#paint();
    this.#onState(state);
  }

  /** Move the clock: `to` is next, workday or hour. */
  async move(to, button) {
    if (this.#moving) return;
    this.#moving = true;
    button.setAttribute("aria-busy", "true");
    await trying(async () => {
      this.show(await server.move(to));
      toast(say("moved", { when: moment(now()) }));
    });
    button.removeAttribute("aria-busy");
    this.#moving = false;
    this.#paint();
  }

  /** Show the time now and again at each full second. */
  #tick() {
    if (this.#state) this.#paintClock();
    setTimeout(() => this.#tick(), 1000 - (now() % 1000));
  }

  #paint() {
    if (!this.#state) return;
    this.#paintClock();
    byId("zone").textContent = zoneOffset();
    byId("zone").title = zoneOffset(); // where it is cut short
    this.#paintNext();
    paintProgress(this.#state.progress);
  }

  #paintClock() {
    write("[data-clock=short]", shortMoment(now()));
    write("[data-clock=minutes]", clockTime(now()));
    write("[data-clock=time]", clockSeconds(now()));
    write("[data-clock=date]", longDate(now()));
    if (this.#state.next) byId("next-when").textContent = `${moment(this.#state.next.at)} · ${until(this.#state.next.at)}`;
  }

  #paintNext() {
    const { next, movable, progress } = this.#state;
    byId("next").hidden = !movable;
    const reminder = next?.kind === "reminder";
    byId("next-title").textContent = say(reminder ? "nextReminder" : "next");
    write("[data-text=toNext]", say(reminder ? "toNextReminder" : "toNext"));
    byId("next-name").textContent = next ? title(next) : say("nextNone");
    if (!next) byId("next-when").textContent = say("nextNoneWhen");
    for (const button of [document.querySelector("[data-move=next]"), byId("chat-empty-move")]) button.disabled = !next;
    const wanted = movable && Boolean(next) && !progress;
    byId("hint").hidden = !wanted;
    byId("list-hint").hidden = !wanted;
  }
}

function write(selector, text) {
  for (const element of document.querySelectorAll(selector)) {
    if (element.textContent !== text) element.textContent = text;
  }
}

function paintProgress(progress) {
  byId("progress").hidden = !progress;
  byId("progress-none").hidden = Boolean(progress);
  if (!progress) return;
  const { recipients, delivered, planned, unreachable, acknowledged, obligations } = progress;
  const name = title(progress);
  byId("progress-name").textContent = progress.kind === "reminder" ? say("progressReminder", { title: name }) : name;
  for (const [id, value] of Object.entries({ delivered, planned, unreachable })) byId(id).textContent = number(value);
  fill("#sent-meter .delivered", delivered, recipients);
  fill("#sent-meter .unreachable", unreachable, recipients);
  value("sent-meter", delivered + unreachable, recipients, say("sent", { n: number(delivered + unreachable), of: number(recipients) }));
  byId("acknowledged").textContent = `${number(acknowledged)} / ${number(obligations)}`;
  fill("#acknowledged-meter .acknowledged", acknowledged, obligations);
  value("acknowledged-meter", acknowledged, obligations, say("acknowledged"));
  const running = planned > 0;
  byId("pace").textContent = running ? say("perSecond", { n: progress.rate.toFixed(1) }) : say("finished");
  byId("left").textContent = running ? left(progress.seconds_left) : "";
}

function fill(selector, part, whole) {
  document.querySelector(selector).style.width = whole > 0 ? `${(100 * part) / whole}%` : "0";
}

function value(id, part, whole, text) {
  const meter = byId(id);
  meter.setAttribute("aria-valuenow", part);
  meter.setAttribute("aria-valuemax", whole);
  label(meter, text);
}

function left(seconds) {
  if (seconds === null) return "";
  const whole = Math.ceil(seconds);
  const [m, s] = [Math.floor(whole / 60), whole % 60];
  return m > 0 ? say("minutesLeft", { m, s }) : say("secondsLeft", { s });
}
