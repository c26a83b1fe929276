// Keeps what an open page shows as it is. A stream only says that something is another; the page is then asked for again, and the
// parts of it that differ are put in place. A page that nobody looks at has no stream, and catches up when somebody does.

const STREAM = "[data-live]";
const PART = "[data-live-part]";
const AFTER_REFUSAL = 60_000;
// Pages that hear of the same change do not all ask at once.
const SPREAD = 2_000;
const AFTER_LOADING = 1_500;

const says = document.querySelector("[data-live-says]");
let version = document.querySelector(STREAM)?.dataset.version;
let stream = null;
let renewing = false;
let again = false;

async function renew() {
  again = true;
  if (renewing) return;
  renewing = true;
  while (again) {
    again = false;
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }
  renewing = false;
}

function show(page) {
  version = page.querySelector(STREAM)?.dataset.version ?? version;
  for (const part of document.querySelectorAll(PART)) {
    const fresh = page.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
    if (fresh && !fresh.isEqualNode(part) && !isBeingFilled(part)) replace(part, fresh);
  }
  const state = document.querySelector("[data-live-state]")?.textContent.trim();
  if (says && state && says.textContent !== state) says.textContent = state;
}

function isBeingFilled(part) {
  return [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].some(isChanged);
}

// A list in which the page chose nothing begins with its first entry.
function isChanged(field) {
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  const chosen = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(chosen, 0);
}

// The focus stays where it was, as far as that is still there.
function replace(part, fresh) {
  const place = (root) => [...root.querySelectorAll("a[href], button, input, select, summary, textarea")];
  const focused = place(part).indexOf(document.activeElement);
  part.replaceWith(fresh);
  if (focused >= 0) place(fresh)[focused]?.focus({ preventScroll: true });
}

function follow() {
  const address = document.querySelector(STREAM)?.dataset.live;
  if (document.hidden || !address) {
    stream?.close();
    stream = null;
  } else if (!stream) {
    const opened = (stream = new EventSource(address));
    opened.addEventListener("version", (event) => event.data !== version && renew());
    opened.addEventListener("changed", () => setTimeout(renew, Math.random() * SPREAD));
    // A browser comes back by itself to a stream that broke off, and not to one that was refused.
    opened.addEventListener("error", () => {
      if (opened.readyState !== EventSource.CLOSED || opened !== stream) return;
      stream = null;
      setTimeout(follow, AFTER_REFUSAL);
    });
  }
}

// What the page itself needs comes first; the stream tells what changed since then.
function begin() {
  setTimeout(follow, AFTER_LOADING);
}
if (document.readyState === "complete") begin();
else addEventListener("load", begin, { once: true });
document.addEventListener("visibilitychange", follow);
// Another tab put something into the cart.
document.addEventListener("cart", renew);
// An open stream would keep the page out of the browser's memory.
addEventListener("pagehide", () => {
  stream?.close();
  stream = null;
});
addEventListener("pageshow", ({ persisted }) => persisted && follow());
