// The keys of the desk: a palette to jump with, and keys that need no mouse. Every page works without them.

const palette = document.getElementById("palette");
const field = document.getElementById("palette-field");
const list = document.getElementById("palette-list");
const said = document.getElementById("palette-said");
const nothing = document.getElementById("palette-nothing");
const help = document.getElementById("keys");
const single = document.getElementById("single-keys");
const OFF = "souk-single-keys-off";
let asked = 0;
let timer;
let leader = 0;

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function element(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function show(answer) {
  let count = 0;
  const groups = answer.groups.map((group, at) => {
    const title = element("p", { class: "small soft", id: `palette-group-${at}`, role: "presentation" }, group.title);
    const entries = group.entries.map((entry) =>
      element(
        "a",
        { class: "suggestion", role: "option", id: `palette-option-${count++}`, href: entry.url, tabindex: "-1", "aria-selected": "false" },
        element("bdi", {}, entry.title),
        element("span", { class: "small soft" }, entry.note),
      ),
    );
    return element("div", { role: "group", "aria-labelledby": `palette-group-${at}` }, title, ...entries);
  });
  list.replaceChildren(...groups);
  list.hidden = count === 0;
  nothing.hidden = count > 0;
  field.setAttribute("aria-expanded", String(count > 0));
  said.textContent = answer.said;
  choose(options()[0]);
}

async function ask() {
  const turn = ++asked;
  const answer = await fetch(`/admin/find/entries?q=${encodeURIComponent(field.value.trim())}`, {
    headers: { accept: "application/json" },
  }).catch(() => null);
  // An answer that comes after a later question is out of date.
  if (turn !== asked || !answer?.ok || answer.redirected) return;
  const entries = await answer.json();
  if (turn === asked) show(entries);
}

function open() {
  if (!palette.open) palette.showModal();
  field.select();
  ask();
}

function move(step) {
  const all = options();
  const at = all.indexOf(chosen());
  choose(all[(at < 0 && step < 0 ? all.length - 1 : at + step + all.length) % all.length]);
}

/** Puts the focus on the first link of the next row of the page's list. */
function row(step) {
  const links = [...document.querySelectorAll("main tbody tr")].map((line) => line.querySelector("a")).filter(Boolean);
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

const KEYS = {
  "/": open,
  "?": () => help.showModal(),
  j: () => row(1),
  k: () => row(-1),
};

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") && target.type !== "checkbox" && target.type !== "radio";
}

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "k") {
    event.preventDefault();
    if (help.open) help.close();
    return open();
  }
  const alone = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (!alone || !single.checked || document.querySelector("dialog[open]") || typing(event.target)) return;
  const jump = event.timeStamp - leader < 1500 && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  leader = key === "g" ? event.timeStamp : 0;
  if (jump) {
    event.preventDefault();
    jump.click();
  } else if (KEYS[key]) {
    event.preventDefault();
    KEYS[key]();
  }
});

field.setAttribute("role", "combobox");
field.setAttribute("aria-controls", list.id);
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-expanded", "false");
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 80);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!list.hidden) move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && chosen() && !event.isComposing) {
    event.preventDefault();
    chosen().click();
  } else if (event.key === "Escape") {
    // A search field would keep the key to itself to become empty.
    event.preventDefault();
    palette.close();
  }
});
// A click beside a dialog shuts it.
for (const dialog of [palette, help]) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
document.querySelector("[data-palette]").addEventListener("click", (event) => {
  event.preventDefault();
  open();
});
document.querySelector("[data-keys]").hidden = false;
document.querySelector("[data-keys]").addEventListener("click", () => help.showModal());

single.checked = true;
try {
  single.checked = !localStorage.getItem(OFF);
  single.addEventListener("change", () => (single.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
} catch {
  // Without storage the keys are on.
}
