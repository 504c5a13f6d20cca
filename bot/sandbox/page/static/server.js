// Everything the page asks of the sandbox, and what the sandbox tells it by itself.

/** The sandbox refused; `said` is its reason in a person's words, or null. */
export class Refusal extends Error {
  constructor(status, said) {
    super(said ?? `HTTP ${status}`);
    this.status = status;
    this.said = said;
  }
}

async function ask(path, body) {
  const response = await fetch(`/sandbox/${path}`, body === undefined ? {} : posted(body));
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer.error ?? null);
  return answer;
}

/** A form goes as it is (its type has a boundary that only the browser knows), anything else as JSON. */
function posted(body) {
  if (body instanceof FormData) return { method: "POST", body };
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

function filesForm({ files, plain }, caption) {
  const form = new FormData();
  form.append("caption", caption);
  form.append("as", plain ? "document" : "auto");
  for (const file of files) form.append("file", file, file.name);
  return form;
}

export const server = {
  people: (q, offset, limit) => ask(`people?${new URLSearchParams({ q, offset, limit })}`),
  chat: (id) => ask(`chats/${id}`),
  write: (id, text) => ask(`chats/${id}/messages`, { text }),
  sendFiles: (id, chosen, caption) => ask(`chats/${id}/files`, filesForm(chosen, caption)),
  press: (id, message, data) => ask(`chats/${id}/presses`, { message_id: message, data }),
  block: (id, blocked) => ask(`chats/${id}/block`, { blocked }),
  panel: () => ask("panel"),
  move: (to) => ask("panel/move", { to }),
};

const KINDS = ["chat", "people", "clock", "progress"];
const AGAIN_MS = 2000;

/**
 * Listen to the sandbox, for ever. `on[kind](data)` is called for each event, `on.line(true|false)` when the line
 * comes up or goes down; after it was down the caller should ask for everything again.
 */
export function listen(on) {
  const source = new EventSource("/sandbox/events");
  source.addEventListener("open", () => on.line(true));
  source.addEventListener("error", () => {
    on.line(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(on), AGAIN_MS);
  });
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => on[kind](JSON.parse(event.data)));
  }
}

/** `work`, run at most once in `ms`; a call meanwhile makes it run once more afterwards. Never twice at a time. */
export function calmly(work, ms) {
  let busy = false;
  let again = false;
  return async function run() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof TypeError)) throw error; // the line is down: `listen` says so
    } finally {
      setTimeout(() => {
        busy = false;
        if (again) {
          again = false;
          run();
        }
      }, ms);
    }
  };
}
