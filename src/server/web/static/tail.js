/** Follows a log: adds to the page what the daemon adds to its stream. */

const RECONNECT_MS = 1000;
/** Older text goes, so that a page may stay open for days. */
const KEEP_CHARACTERS = 1_000_000;
/** What a stream begins with: the end of what is there already. */
const REPEATED_CHARACTERS = 1024;
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

const log = document.getElementById("log");
const away = document.getElementById("away");
const autoscroll = document.getElementById("autoscroll");
const pause = document.getElementById("pause");

let held = "";
let length = log.textContent.length;

async function follow() {
  try {
    const reply = await fetch(log.dataset.stream);
    if (!reply.ok) throw new Error(`The daemon answered ${reply.status}.`);
    away.hidden = true;
    let isFirst = true;
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const text = piece.value.replace(COLOURS, "");
      add(isFirst ? withoutRepetition(text) : text);
      isFirst = false;
    }
  } catch {
    // The same to a reader, whatever the reason: it is tried again.
  }
  away.hidden = false;
  setTimeout(follow, RECONNECT_MS);
}

/** What is new in the beginning of a stream: it starts with text that may be shown already. */
function withoutRepetition(text) {
  const start = text.replace(/^\uFFFD+/, "");
  const shown = (log.textContent + held).slice(-REPEATED_CHARACTERS);
  for (let size = Math.min(shown.length, start.length); size > 0; size--) {
    if (shown.endsWith(start.slice(0, size))) return start.slice(size);
  }
  return start;
}

function add(text) {
  if (pause.ariaPressed === "true") {
    held = (held + text).slice(-KEEP_CHARACTERS);
    return;
  }
  log.append(text);
  length += text.length;
  while (length > KEEP_CHARACTERS && log.childNodes.length > 1) {
    length -= log.firstChild.length;
    log.firstChild.remove();
  }
  if (autoscroll.checked) toEnd();
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
}

function isAtEnd() {
  return log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
}

pause?.addEventListener("click", () => {
  const paused = pause.ariaPressed !== "true";
  pause.ariaPressed = String(paused);
  pause.textContent = paused ? "Resume" : "Pause";
  if (paused) return;
  add(held);
  held = "";
});
autoscroll?.addEventListener("change", () => autoscroll.checked && toEnd());
log.addEventListener("scroll", () => {
  if (autoscroll) autoscroll.checked = isAtEnd();
});

toEnd();
if (log.dataset.stream) {
  document.getElementById("follow").hidden = false;
  follow();
}
