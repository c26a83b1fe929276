// Suggestions below the search field, after the combobox pattern of the ARIA practices: arrows choose, Enter follows,
// Escape closes. What was typed stays in the field.

const field = document.getElementById("site-search");
const list = document.getElementById("suggestions");
let asked = 0;
let timer;

const options = () => [...list.querySelectorAll("[role=option]")];

function close() {
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

async function ask() {
  const typed = field.value.trim();
  const turn = ++asked;
  if (typed.length < 2) return close();
  const answer = await fetch(`/search/suggestions?q=${encodeURIComponent(typed)}`).catch(() => null);
  // An answer that comes after a later question is out of date.
  if (turn !== asked || !answer?.ok) return;
  list.innerHTML = await answer.text();
  list.hidden = options().length === 0 || document.activeElement !== field;
  field.setAttribute("aria-expanded", String(!list.hidden));
  field.removeAttribute("aria-activedescendant");
}

if (field && list) {
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.id === field.getAttribute("aria-activedescendant"));
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = at < 0 && step < 0 ? 0 : at;
      choose(all[(from + step + all.length) % all.length]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      all[at].click();
    }
  });
  field.addEventListener("focus", () => field.value.trim().length > 1 && ask());
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".site-search")) close();
  });
  field.form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !field.form.contains(event.relatedTarget)) close();
  });
}
