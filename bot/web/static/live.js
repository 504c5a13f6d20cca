// Keeps the part of a page that says data-live up to date. The page is whole without this.

/** Make the nodes below `from` like those below `to`, changing only what differs; what has a key stays itself. */
function patch(from, to) {
  const fresh = shown(to);
  fresh.forEach((node, place) => {
    const olds = shown(from);
    const key = node.dataset?.key;
    const old = key ? olds.find((one) => one.dataset?.key === key) : olds[place];
    if (!old || old.nodeType !== node.nodeType || old.nodeName !== node.nodeName) {
      if (old && !key) old.replaceWith(node);
      else from.insertBefore(node, olds[place] ?? null);
      return;
    }
    if (old !== olds[place]) from.insertBefore(old, olds[place]);
    if (node.nodeType === Node.TEXT_NODE) old.data === node.data || (old.data = node.data);
    else {
      likeIn(old, node);
      patch(old, node);
    }
  });
  for (const extra of shown(from).slice(fresh.length)) extra.remove();
}

/** The nodes below one, without the space between tags. */
function shown(node) {
  return [...node.childNodes].filter((one) => one.nodeType === Node.ELEMENT_NODE || (one.nodeType === Node.TEXT_NODE && one.data.trim()));
}

/** Draw a part anew; who has come to a link by the keyboard stays there. */
function redraw(part, html) {
  const chosen = part.contains(document.activeElement) ? document.activeElement : null;
  patch(part, new DOMParser().parseFromString(html, "text/html").body);
  if (chosen?.isConnected && chosen !== document.activeElement) chosen.focus({ preventScroll: true });
}

function likeIn(old, node) {
  for (const { name } of [...old.attributes]) if (!node.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of node.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** Listen while the page is seen; the server says the part anew whenever it differs. */
function follow(part) {
  let news = null;
  const listen = () => {
    if (document.hidden) {
      news?.close();
      news = null;
    } else if (!news) {
      news = new EventSource(part.dataset.live);
      news.onmessage = (event) => redraw(part, event.data);
      news.addEventListener("left", () => location.reload());
    }
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}

for (const part of document.querySelectorAll("[data-live]")) follow(part);
document.documentElement.dataset.page = "ready";
