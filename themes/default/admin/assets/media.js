// Makes the page of a product's pictures nicer: files are dropped, each shows how far it is, and rows are dragged. Without
// this script the same forms take the files and the places.

import { takeDrops } from "./drop.js";

for (const form of document.querySelectorAll("[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-progress]");

  takeDrops(drop, take);
  form.addEventListener("submit", (event) => {
    if (input.files.length === 0) return;
    event.preventDefault();
    const files = [...input.files];
    input.value = "";
    take(files);
  });

  // Pictures of one turn belong together; every other file goes by itself, one after the other, so that they stand in the
  // order they were chosen in. Once all are through, the page shows them.
  let last = Promise.resolve();
  let waiting = 0;
  let refused = false;
  function take(files) {
    if (files.length === 0) return;
    if (waiting === 0) {
      list.replaceChildren();
      refused = false;
    }
    const isTurn = form.elements.turn.checked;
    for (const group of isTurn ? [files] : files.map((file) => [file])) {
      const send = prepare(group, isTurn);
      waiting += 1;
      last = last.then(send).then((page) => {
        waiting -= 1;
        refused ||= !page.good;
        if (waiting > 0) return;
        if (refused) showAnew(page.document);
        else location.assign(form.dataset.next);
      });
    }
  }

  // Files of one request, listed as waiting; what comes back sends them.
  function prepare(files, isTurn) {
    const row = document.createElement("li");
    const bar = document.createElement("progress");
    const remark = document.createElement("span");
    const name = files.length === 1 ? files[0].name : `${files[0].name} … (${files.length})`;
    bar.className = "progress";
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    remark.textContent = form.dataset.waiting;
    row.append(name, " ", remark, bar);
    list.append(row);

    const body = new FormData();
    body.append("alt", form.elements.alt.value);
    if (isTurn) body.append("turn", "1");
    for (const file of files) body.append("file", file);
    return () => new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const errors = [...page.querySelectorAll("[data-upload] .error")].map((error) => error.textContent);
        // Whoever is no longer signed in gets another page, and that is not good.
        const good = request.status === 200 && new URL(request.responseURL).pathname === form.dataset.next;
        remark.textContent = good ? "✓" : errors.join(" ") || form.dataset.failed;
        remark.className = good ? "" : "error";
        if (!good) remark.dataset.testid = "error-message";
        bar.hidden = !good;
        resolve({ good, document: page });
      });
      request.send(body);
    });
  }
}

// The rows with what was added, unless something is typed in them that is not saved.
function showAnew(page) {
  const [shown, fresh] = [document, page].map((page) => page.querySelector("[data-rows]"));
  const isTyped = [...shown.querySelectorAll("input")].some((input) => input.value !== input.defaultValue);
  if (!fresh || isTyped) return;
  shown.replaceWith(fresh);
  arrange();
}

// A dragged row takes the place it is dropped at; saving keeps it.
function arrange() {
  for (const form of document.querySelectorAll("[data-arrange]")) makeDraggable(form);
}

function makeDraggable(form) {
  let dragged = null;
  for (const row of form.querySelectorAll("[data-row]")) {
    const handle = row.querySelector(".item");
    handle.draggable = true;
    handle.classList.add("handle");
    handle.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
    });
    handle.addEventListener("dragend", () => {
      dragged = null;
    });
    row.addEventListener("dragover", (event) => {
      if (dragged) event.preventDefault();
    });
    row.addEventListener("drop", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const rows = [...form.querySelectorAll("[data-row]")];
      if (rows.indexOf(dragged) < rows.indexOf(row)) row.after(dragged);
      else row.before(dragged);
      for (const [index, other] of form.querySelectorAll("[data-row]").entries()) {
        other.querySelector("input[name=place]").value = index + 1;
      }
    });
  }
}

arrange();
