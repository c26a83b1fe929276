// What makes the shop's pages nicer with scripts. Every page works without them.

document.documentElement.classList.add("scripted");

// A page that comes again keeps its place, and the focus at what a selector names.
function keepPlace(focus) {
  sessionStorage.setItem("kept", JSON.stringify({ path: location.pathname, top: scrollY, focus }));
}

// A choice is sent at once; a number, which may be stepped on, once it is left or has stood a while.
const PAUSE_MS = 900;
let stepped = {};
function rest() {
  clearTimeout(stepped.timer);
  stepped = {};
}
function send(field, next = document.activeElement) {
  rest();
  if (!field.isConnected || !field.form.reportValidity()) return;
  keepPlace(next?.id && `#${next.id}`);
  field.form.requestSubmit();
}
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-submit-on-change]")) return;
  rest();
  if (target.type === "number") stepped = { field: target, timer: setTimeout(send, PAUSE_MS, target) };
  else send(target);
});
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (stepped.field === target && !target.form.contains(relatedTarget)) send(target, relatedTarget);
});
document.addEventListener("submit", () => {
  if (document.activeElement === stepped.field) keepPlace(`#${stepped.field.id}`);
  rest();
});

// The tabs of a browser tell each other how many pieces lie in the cart.
const count = document.querySelector("[data-cart-count]");
const tabs = window.BroadcastChannel && new BroadcastChannel("cart");
tabs?.addEventListener("message", ({ data }) => {
  if (!count || count.textContent === data) return;
  count.textContent = data;
  document.dispatchEvent(new Event("cart"));
});
if (count) tabs?.postMessage(count.textContent);

// Choosing it presses the button that pages without scripts show.
for (const control of document.querySelectorAll("[data-submit-with]")) {
  const button = control.form.querySelector(`button[value="${control.dataset.submitWith}"]`);
  control.addEventListener("change", () => control.form.requestSubmit(button));
}

// A thumbnail shows its picture in place, and the picture opens over the page: first whole, then, pressed again, twice as large.
for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const main = gallery.querySelector("a.main");
  if (!main) continue;
  const sizes = main.querySelector("[sizes]")?.sizes;
  const thumbs = [...gallery.querySelectorAll(".thumbs a")];
  const choose = (thumb) => {
    const shown = thumb.firstElementChild.cloneNode(true);
    for (const source of shown.querySelectorAll("[sizes]")) source.sizes = sizes ?? source.sizes;
    main.firstElementChild.replaceWith(shown);
    main.href = thumb.href;
    for (const other of thumbs) other.removeAttribute("aria-current");
    thumb.setAttribute("aria-current", "true");
  };
  for (const thumb of thumbs) {
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      choose(thumb);
    });
  }
  const dialog = document.createElement("dialog");
  const close = document.createElement("button");
  const picture = new Image();
  dialog.className = "zoom";
  Object.assign(close, { className: "button", type: "button", textContent: gallery.dataset.close });
  dialog.append(close);
  gallery.append(dialog);
  const fit = (larger) => dialog.classList.toggle("larger", larger);
  const show = () => {
    const small = main.querySelector("img");
    Object.assign(picture, { src: main.href, alt: small.alt, width: small.width, height: small.height });
    dialog.setAttribute("aria-label", small.alt);
    dialog.append(picture);
    fit(false);
  };
  main.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show();
    dialog.showModal();
  });
  close.addEventListener("click", () => dialog.close());
  picture.addEventListener("click", (event) => {
    const at = [event.offsetX / picture.clientWidth, event.offsetY / picture.clientHeight];
    fit(!dialog.classList.contains("larger"));
    dialog.scrollTo(at[0] * dialog.scrollWidth - dialog.clientWidth / 2, at[1] * dialog.scrollHeight - dialog.clientHeight / 2);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  // The arrow keys go from picture to picture, beside the others and over the page.
  gallery.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || thumbs.length < 2 || (dialog.open && dialog.classList.contains("larger"))) return;
    event.preventDefault();
    const now = thumbs.findIndex((thumb) => thumb.hasAttribute("aria-current"));
    const next = thumbs[(now + step + thumbs.length) % thumbs.length];
    choose(next);
    if (dialog.open) show();
    else if (thumbs.includes(document.activeElement)) next.focus();
  });
}

// Parts of a page that are there one below the other become tabs; an address that names a part, or something in it, shows it.
for (const parts of document.querySelectorAll("[data-tabs]")) {
  const list = parts.querySelector(".tabs");
  const tabs = [...list.querySelectorAll("a")];
  const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));
  const choose = (index) => {
    for (const [place, tab] of tabs.entries()) {
      tab.setAttribute("aria-selected", String(place === index));
      tab.tabIndex = place === index ? 0 : -1;
      panels[place].hidden = place !== index;
    }
  };
  list.setAttribute("role", "tablist");
  for (const [index, tab] of tabs.entries()) {
    tab.id = `tab-${panels[index].id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panels[index].id);
    panels[index].setAttribute("role", "tabpanel");
    panels[index].setAttribute("aria-labelledby", tab.id);
    panels[index].removeAttribute("aria-label");
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      choose(index);
      history.replaceState(null, "", tab.hash);
    });
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined && event.key !== " ") return;
      event.preventDefault();
      const chosen = ((to ?? index) + tabs.length) % tabs.length;
      choose(chosen);
      tabs[chosen].focus();
    });
  }
  const follow = () => {
    // The page is still being read: `:target` is known only afterwards.
    const target = document.getElementById(location.hash.slice(1));
    const index = target ? panels.findIndex((panel) => panel.contains(target)) : -1;
    if (index < 0) return;
    choose(index);
    target.scrollIntoView();
  };
  choose(Math.max(0, tabs.findIndex((tab) => tab.hasAttribute("aria-current"))));
  follow();
  addEventListener("hashchange", follow);
}

// A set of pictures all around is turned by dragging and by the arrow keys.
for (const turn of document.querySelectorAll("[data-turn]")) {
  const picture = turn.querySelector("img");
  const pictures = turn.dataset.turn.split(" ");
  let shown = 0;
  let from = null;
  turn.tabIndex = 0;
  turn.setAttribute("role", "slider");
  turn.setAttribute("aria-label", turn.dataset.label);
  turn.setAttribute("aria-valuemin", "1");
  turn.setAttribute("aria-valuemax", String(pictures.length));
  turn.parentElement.querySelector("[data-turn-hint]").hidden = false;
  const show = (index) => {
    shown = ((index % pictures.length) + pictures.length) % pictures.length;
    if (picture.getAttribute("src") !== pictures[shown]) picture.src = pictures[shown];
    turn.setAttribute("aria-valuenow", String(shown + 1));
  };
  show(0);
  // All of them are fetched once somebody means to turn it.
  const fetchAll = () => pictures.forEach((address) => (new Image().src = address));
  for (const sign of ["pointerenter", "focus"]) turn.addEventListener(sign, fetchAll, { once: true });
  turn.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(shown + step);
  });
  turn.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    turn.focus();
    turn.setPointerCapture(event.pointerId);
    from = { x: event.clientX, shown };
  });
  turn.addEventListener("pointermove", (event) => {
    if (from) show(from.shown + Math.round(((event.clientX - from.x) / turn.clientWidth) * pictures.length));
  });
  for (const end of ["pointerup", "pointercancel"]) turn.addEventListener(end, () => (from = null));
}

// A field that is being mended is no longer marked.
document.addEventListener("input", ({ target }) => {
  if (target.getAttribute("aria-invalid") !== "true") return;
  const remark = document.getElementById(target.getAttribute("aria-describedby"));
  target.removeAttribute("aria-invalid");
  target.removeAttribute("aria-describedby");
  remark?.remove();
});

for (const link of document.querySelectorAll("[data-keep-place]")) {
  link.addEventListener("click", () => keepPlace(link.dataset.keepPlace));
}
const kept = JSON.parse(sessionStorage.getItem("kept") ?? "{}");
sessionStorage.removeItem("kept");
if (kept.path === location.pathname) {
  scrollTo({ top: kept.top, behavior: "instant" });
  if (kept.focus) document.querySelector(kept.focus)?.focus({ preventScroll: true });
} else {
  // What was refused goes on at the first field to mend.
  [...document.querySelectorAll("main [aria-invalid='true']")].find((field) => field.checkVisibility())?.focus();
}

// Counts down how long the stock is still set aside, also in pieces of the page that are replaced.
const shownAt = new WeakMap();
setInterval(() => {
  for (const timer of document.querySelectorAll("[data-held]")) {
    if (!shownAt.has(timer)) shownAt.set(timer, Date.now());
    const left = Math.ceil(Number(timer.dataset.held) - (Date.now() - shownAt.get(timer)) / 1000);
    if (left > 0) {
      timer.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    } else {
      timer.textContent = timer.dataset.over;
      timer.removeAttribute("data-held");
    }
  }
}, 1000);

// A page that comes back from the browser's memory is shown anew: what is sent from it now is meant, not repeated.
addEventListener("pageshow", (event) => {
  const [visit] = performance.getEntriesByType("navigation");
  if (!event.persisted && visit?.type !== "back_forward") return;
  for (const field of document.querySelectorAll("input[name='once']")) {
    field.value = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
  }
});

// Keeps the shell of the shop for the next visit. A browser that cannot, or a server that does not say how, changes nothing.
navigator.serviceWorker?.register(`/sw.js?language=${document.documentElement.lang}`).catch(() => {});
