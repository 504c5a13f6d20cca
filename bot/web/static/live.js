// Keeps the part of a page that says data-live up to date. The page is whole without this.

/** Make the nodes below `from` like those below `to`, changing only what differs: focus and reading place stay. */
export function patch(from, to) {
  const fresh = [...to.childNodes];
  while (from.childNodes.length > fresh.length) from.lastChild.remove();
  fresh.forEach((node, place) => {
    const old = from.childNodes[place];
    if (!old) from.append(node);
    else if (old.nodeType !== node.nodeType || old.nodeName !== node.nodeName) old.replaceWith(node);
    else if (node.nodeType === Node.TEXT_NODE) old.data === node.data || (old.data = node.data);
    else if (node.nodeType === Node.ELEMENT_NODE) {
      likeIn(old, node);
      patch(old, node);
    }
  });
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
      news.onmessage = (event) => patch(part, new DOMParser().parseFromString(event.data, "text/html").body);
      news.addEventListener("left", () => location.reload());
    }
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}

for (const part of document.querySelectorAll("[data-live]")) follow(part);
document.documentElement.dataset.page = "ready";
