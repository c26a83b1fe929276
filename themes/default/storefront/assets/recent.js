// What was looked at last. This browser remembers it, and asks for it by name; the store keeps nothing of it.

const NAME = "recent";
const REMEMBERED = 12;
const SHOWN = 6;

function remembered() {
  try {
    const list = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return Array.isArray(list) ? list.filter((id) => /^prd_[0-9a-z]+$/.test(id)) : [];
  } catch {
    return [];
  }
}

async function fill(section, ids) {
  if (ids.length === 0) return;
  const answer = await fetch(`/recently-viewed?products=${ids.slice(0, SHOWN).join(",")}`).catch(() => null);
  if (!answer?.ok) return;
  const list = section.querySelector("[data-recent-list]");
  list.innerHTML = await answer.text();
  section.hidden = list.querySelector("li") === null;
}

const sections = document.querySelectorAll("[data-recent]");
const before = remembered();
for (const section of sections) {
  const shown = section.dataset.recent;
  const others = before.filter((id) => id !== shown);
  fill(section, others);
  if (!shown) continue;
  try {
    localStorage.setItem(NAME, JSON.stringify([shown, ...others].slice(0, REMEMBERED)));
  } catch {
    // A browser that keeps nothing shows nothing.
  }
}
