// Makes the page of a product's pictures nicer: files are dropped, each shows how far it is, and rows are dragged. Without
// this script the same forms take the files and the places.

for (const form of document.querySelectorAll("[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-progress]");

  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    send([...event.dataTransfer.files]);
  });
  form.addEventListener("submit", (event) => {
    if (input.files.length === 0) return;
    event.preventDefault();
    send([...input.files]);
  });

  // Pictures of one turn belong together; every other file goes by itself.
  async function send(files) {
    if (files.length === 0) return;
    list.replaceChildren();
    const groups = form.elements.turn.checked ? [files] : files.map((file) => [file]);
    const done = await Promise.all(groups.map((group) => sendGroup(group)));
    input.value = "";
    if (done.every((good) => good)) location.assign(form.dataset.next);
  }

  function sendGroup(files) {
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
    if (form.elements.turn.checked) body.append("turn", "1");
    for (const file of files) body.append("file", file);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const errors = [...page.querySelectorAll("[data-upload] .error")].map((error) => error.textContent);
        const good = request.status === 200;
        remark.textContent = good ? "✓" : errors.join(" ") || form.dataset.failed;
        remark.className = good ? "" : "error";
        if (!good) remark.dataset.testid = "error-message";
        bar.hidden = !good;
        resolve(good);
      });
      request.send(body);
    });
  }
}

// A dragged row takes the place it is dropped at; saving keeps it.
for (const form of document.querySelectorAll("[data-arrange]")) {
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
