/**
 * Keeps the status page up to date and presses its buttons without leaving it. Whatever is shown
 * comes from the daemon as HTML; here it only gets to its place.
 */

const RECONNECT_MS = 1000;
const away = document.getElementById("away");
const message = document.getElementById("message");

/** @type {EventSource | undefined} */
let events;
let reconnect;

function connect() {
  disconnect();
  events = new EventSource("events");
  events.onopen = () => setAway(false);
  events.onmessage = ({ data }) => JSON.parse(data).forEach(replace);
  events.onerror = () => {
    setAway(true);
    // After an answer that is no stream, e.g. of a proxy, a browser does not try again.
    if (events.readyState === EventSource.CLOSED) reconnect = setTimeout(connect, RECONNECT_MS);
  };
}

function disconnect() {
  clearTimeout(reconnect);
  events?.close();
}

function setAway(isAway) {
  away.hidden = !isAway;
  document.body.classList.toggle("away", isAway);
}

/** Puts a new element in the place of that with the same id; the keyboard stays where it was. */
function replace({ id, html }) {
  const old = document.getElementById(id);
  const template = document.createElement("template");
  template.innerHTML = html;
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
  const row = focused?.closest("[id]").id;
  const label = focused?.dataset.meant ?? focused?.textContent;
  old.replaceWith(template.content);
  if (focused) focus(row, label);
}

/**
 * A button that is gone for now leaves the keyboard to the row's link, where a second press does
 * no harm, and has it back if it returns while the keyboard is still there.
 */
function focus(row, label) {
  const controls = [...document.getElementById(row)?.querySelectorAll("a, button") ?? []];
  const same = controls.find((control) => control.textContent === label);
  const next = same ?? controls[0];
  if (!next) return;
  next.focus({ preventScroll: true });
  if (same) return;
  next.dataset.meant = label;
  next.addEventListener("blur", () => delete next.dataset.meant, { once: true });
}

async function press(form, button) {
  const body = new URLSearchParams(new FormData(form));
  body.append(button.name, button.value);
  const place = form.closest("tr") ?? form;
  if (place.ariaBusy === "true") return;
  place.ariaBusy = "true";
  message.textContent = `${button.ariaLabel ?? button.textContent} …`;
  try {
    const headers = { Accept: "text/plain" };
    const reply = await fetch("index.html", { method: "POST", body, headers });
    const isMessage = reply.headers.get("Content-Type")?.startsWith("text/plain");
    message.textContent = isMessage ? await reply.text() : `The daemon answered ${reply.status}.`;
  } catch {
    message.textContent = "The daemon did not answer.";
  } finally {
    place.ariaBusy = null;
  }
}

function tick() {
  if (!away.hidden) return;
  const now = performance.now();
  for (const time of document.querySelectorAll("time[data-uptime]")) {
    time.since ??= now - Number(time.dataset.uptime);
    time.textContent = formatUptime(Math.floor((now - time.since) / 1000));
  }
}

/** As the daemon writes it: `0:00:05`, `1 day, 1:01:01`. */
function formatUptime(seconds) {
  const days = Math.floor(seconds / 86_400);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600) % 24;
  const clock = `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? "" : "s"}, ${clock}`;
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  press(event.target, event.submitter);
});

// Browsers allow few connections to one server: a page that nobody looks at keeps none.
document.addEventListener("visibilitychange", () => document.hidden ? disconnect() : connect());
addEventListener("pageshow", () => document.hidden || connect());
addEventListener("pagehide", disconnect);
setInterval(tick, 1000);
