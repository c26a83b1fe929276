// What makes the forms of the desk shorter with scripts. Without them all fields stay, and say what they are for.

// A part that a choice makes needless is hidden: `data-when="kind=fixed shipping"` belongs to these kinds.
for (const part of document.querySelectorAll("[data-when]")) {
  const [name, values] = part.dataset.when.split("=");
  const choice = part.closest("form").elements[name];
  // What is wrong is shown, wherever it stands.
  const fit = () => (part.hidden = !values.split(" ").includes(choice.value) && !part.querySelector("[aria-invalid]"));
  choice.addEventListener("change", fit);
  fit();
}

for (const all of document.querySelectorAll("[data-all]")) {
  const ticks = [...all.form.querySelectorAll(`input[name="${all.dataset.all}"]`)];
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => ticks.forEach((tick) => (tick.checked = all.checked)));
  all.form.addEventListener("change", () => {
    all.checked = ticks.every((tick) => tick.checked);
    all.indeterminate = !all.checked && ticks.some((tick) => tick.checked);
  });
}

// What was refused goes on at the first field to mend, and a list above a long form leads to each of several.
const wrong = [...document.querySelectorAll("main form [aria-invalid='true'][id]")].filter((field) => field.checkVisibility());
const summary = document.querySelector("[data-wrong]");
if (summary && wrong.length > 1) {
  const list = document.createElement("ul");
  for (const field of wrong) {
    const link = document.createElement("a");
    const label = field.labels?.[0]?.firstChild?.textContent.trim() ?? field.getAttribute("aria-label") ?? "";
    const remark = document.getElementById(field.getAttribute("aria-describedby"))?.textContent.trim();
    link.href = `#${field.id}`;
    link.textContent = [label, remark].filter(Boolean).join(": ");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      // The editor of texts stands before the field that it hides.
      (field.hidden ? field.previousElementSibling : field).focus();
    });
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  summary.append(list);
  summary.hidden = false;
}
wrong[0]?.focus();
