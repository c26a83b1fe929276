// A form that shows a picture takes it by choosing or dropping a file. Without this script a page of its own takes the file, and
// its address is typed.

import { takeDrops } from "./drop.js";

for (const part of document.querySelectorAll("[data-picture]")) {
  const drop = part.querySelector("[data-drop]");
  const file = drop.querySelector("input[type=file]");
  const said = part.querySelector("[data-said]");
  const shown = part.querySelector("[data-shown]");
  const address = part.querySelector("input[name=image_url]");
  drop.hidden = false;
  part.querySelector("[data-instead]").hidden = true;

  takeDrops(drop, (files) => send(files[0]));
  file.addEventListener("change", () => {
    send(file.files[0]);
    // The same file again is a change again.
    file.value = "";
  });
  address.addEventListener("change", show);

  function show() {
    shown.hidden = address.value === "";
    if (!shown.hidden) shown.src = address.value;
  }

  function say(text, isWrong) {
    said.textContent = text;
    said.className = isWrong ? "error" : "small soft";
  }

  async function send(chosen) {
    if (!chosen) return;
    say(part.dataset.waiting, false);
    const body = new FormData();
    body.append("file", chosen);
    try {
      const answer = await fetch(part.dataset.picture, { method: "POST", body, headers: { accept: "application/json" } });
      const { url, error } = await answer.json();
      if (!url) {
        say(error ?? part.dataset.failed, true);
        return;
      }
      address.value = url;
      show();
      say(part.dataset.taken, false);
    } catch {
      say(part.dataset.failed, true);
    }
  }
}
