// Looks for categories as somebody types, in forms of stores that have many. Without it the button beside the field does.

const search = document.querySelector("[data-find-categories]");
if (search) {
  const field = search.querySelector("input[type=search]");
  const answered = search.querySelector("input[type=hidden]");
  const button = search.querySelector("[name=action]");
  const said = search.querySelector("[role=status]");
  const ticks = search.closest("[data-categories]")?.querySelector("[data-offered]");
  const [name, prefix = ""] = search.dataset.findCategories.split(/:(.*)/);
  const select = name && field.form.elements[name];
  let asked = 0;
  let timer;

  const known = (value) => (ticks ? [...ticks.querySelectorAll("input")] : [...select.options]).some((one) => one.value === value);
  const isChosen = (value) => (ticks ? [...ticks.querySelectorAll("input:checked")] : [...select.selectedOptions]).some((one) => one.value === value);

  /** What nobody chose of what was found before makes room. What was chosen when the page came stays, ticked or not. */
  function clear() {
    if (ticks) {
      for (const tick of ticks.querySelectorAll("input:not(:checked)")) if (!tick.defaultChecked) tick.closest("[data-offered] > span").remove();
    } else for (const option of select.querySelectorAll("[data-found]:not(:checked)")) option.remove();
  }

  /** Who comes back to the page finds what was found and chosen: the browser knows only what the page came with. */
  function keep() {
    const found = ticks
      ? [...ticks.querySelectorAll("[data-found]")].filter((row) => row.querySelector("input").checked)
      : [...select.selectedOptions].filter((option) => "found" in option.dataset);
    const categories = found.map((one) => ({ id: one.dataset.found, label: one.textContent.trim() }));
    history.replaceState({ ...history.state, categories }, "");
  }

  function offer({ id, label }, isKept = false) {
    if (known(prefix + id)) return;
    if (ticks) {
      const row = document.createElement("span");
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: "category", value: id, checked: isKept });
      const words = Object.assign(document.createElement("span"), { textContent: label });
      const line = Object.assign(document.createElement("label"), { className: "tick" });
      line.append(tick, " ", words);
      row.append(line);
      row.dataset.found = id;
      ticks.append(row);
      return;
    }
    const option = new Option(label, prefix + id, false, isKept);
    option.dataset.found = id;
    (select.querySelector("[data-kind=categories]") ?? select).append(option);
  }

  /** Whether the question has an answer, or a later one is on its way. */
  async function ask() {
    const turn = ++asked;
    const typed = field.value.trim();
    const answer = await fetch(`/admin/categories/choices?q=${encodeURIComponent(typed)}`, {
      headers: { accept: "application/json" },
    }).catch(() => null);
    // An answer that comes after a later question is out of date.
    if (turn !== asked) return true;
    if (!answer?.ok || answer.redirected) return false;
    const found = await answer.json();
    if (turn !== asked) return true;
    const isEveryChosen = found.choices.length > 0 && !found.has_more && found.choices.every(({ id }) => isChosen(prefix + id));
    clear();
    for (const choice of found.choices) offer(choice);
    answered.value = typed;
    const { hint, where, chosen } = search.dataset;
    said.className = "hint";
    if (!typed) said.textContent = hint;
    else if (isEveryChosen) said.textContent = chosen;
    else said.textContent = found.choices.length ? `${found.said} ${where}` : found.said;
    return true;
  }

  async function askOrSend() {
    if (!(await ask())) field.form.requestSubmit(button);
  }

  (ticks ?? select).addEventListener("change", keep);
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
    for (const category of history.state?.categories ?? []) offer(category, true);
  } else keep();

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    askOrSend();
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    askOrSend();
  });
}
