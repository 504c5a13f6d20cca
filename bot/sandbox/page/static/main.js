// The page put together: people, chat and panel, the keys that work everywhere, and the news from the sandbox.

import { Chat } from "./chat.js";
import { byId } from "./dom.js";
import { closeDrawer, startDrawer } from "./drawer.js";
import { onLanguage, say, startLanguage } from "./language.js";
import { Panel } from "./panel.js";
import { PeopleList } from "./people.js";
import { calmly, listen } from "./server.js";
import { dayKey, now } from "./times.js";
import { trying } from "./toast.js";

const PHONE = matchMedia("(max-width: 759.98px)");

startLanguage();
startDrawer();

const chat = new Chat();
const people = new PeopleList((person, { byKey }) => open(person, byKey));
const panel = new Panel(onPanel);
let day = null;

/** Show a person's chat; on a phone it takes the list's place, and the browser's back button undoes that. */
function open(person, byKey) {
  if (PHONE.matches && document.body.dataset.pane === "list") history.pushState({ pane: "chat" }, "");
  document.body.dataset.pane = "chat";
  people.choose(person.chat_id);
  chat.open(person);
  if (byKey || PHONE.matches) chat.focus(PHONE.matches);
}

function backToList() {
  document.body.dataset.pane = "list";
  chat.close();
  people.choose(null);
  people.focus();
}

function onPanel(state) {
  chat.setMovable(state.movable && state.next !== null);
  const today = dayKey(now());
  if (day !== null && day !== today) people.repaint(); // "today" is another day now
  day = today;
}

byId("back").addEventListener("click", () => (history.state?.pane === "chat" ? history.back() : backToList()));
addEventListener("popstate", () => { if (document.body.dataset.pane === "chat") backToList(); });

document.addEventListener("keydown", (event) => {
  const writing = event.target.matches("input, textarea");
  if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    closeDrawer();
    if (document.body.dataset.pane === "chat" && PHONE.matches) byId("back").click();
    people.focusSearch();
  } else if (event.key === "Escape" && !event.defaultPrevented && !byId("alert").open) {
    if (!closeDrawer() && PHONE.matches && document.body.dataset.pane === "chat") byId("back").click();
  }
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) chat.refresh(); });

const all = calmly(() => Promise.all([people.refresh(), panel.refresh(), chat.refresh()]), 500);

listen({
  chat: ({ chat_id: id }) => {
    people.refresh();
    if (id === chat.id && !document.hidden) chat.refresh();
  },
  people: async () => {
    await people.refresh();
    if (people.hasUnread(chat.id) && !document.hidden) chat.refresh();
  },
  clock: onNews,
  progress: onNews,
  line: (up) => {
    showLine(up);
    if (up && document.body.dataset.page === "ready") all();
  },
});

/** News of the panel carries its state; anything else makes the page ask. */
function onNews(state) {
  if (state?.clock) panel.show(state);
  else panel.refresh();
}

let isUp = true;

function showLine(up) {
  isUp = up;
  byId("offline").hidden = up;
  byId("offline").textContent = up ? "" : say("offline");
}

onLanguage(() => showLine(isUp));

/** Beside the list there is always a chat; on a phone the reader chooses first. */
async function openFirst() {
  const first = await people.load();
  if (first && chat.id === null && !PHONE.matches) open(first, false);
}

PHONE.addEventListener("change", () => trying(openFirst));

await trying(async () => {
  await panel.refresh();
  await openFirst();
});
document.body.dataset.page = "ready";
