// The checkout: fresh sums while the address is typed, and a token in place of the card.

import { tokenize } from "./sandbox.js";

const form = document.querySelector("[data-checkout]");
const card = form.querySelector("[data-card]");
const cardFields = ["#card-number", "#card-expiry", "#card-cvc"].map((one) => card.querySelector(one));
const cardError = form.querySelector("[data-card-error]");
const placeButton = form.querySelector("[data-testid='place-order']");
const token = form.elements.payment_token;
const lines = form.querySelector("[data-lines]");
card.hidden = false;
token.value = "";
form.noValidate = true;

// What only pages without scripts need; Enter then places the order.
function removeButtons() {
  for (const button of form.querySelectorAll("button[data-hide-with-script], [data-hide-with-script] button")) button.remove();
}
removeButtons();

const PRICED = new Set(["email", "name", "line1", "city", "state", "postal_code", "country", "shipping"]);
let pending = Promise.resolve();
let asked = 0;

form.addEventListener("change", (event) => {
  if (PRICED.has(event.target.name)) pending = refresh();
});

// The payment comes next: the server sets the stock aside, if contact and address are complete.
form.querySelector("[data-payment]").addEventListener("focusin", () => { pending = refresh(); }, { once: true });

// A phone's numeric keys have no slash.
card.querySelector("#card-expiry").addEventListener("input", ({ target, inputType }) => {
  if (inputType?.startsWith("insert")) target.value = target.value.replace(/^(\d\d)[\s/-]*(?=\d|$)/, "$1/");
});

// Whoever types a card means that one, not a saved one.
const saved = [...form.querySelectorAll("[name='method']")];
card.addEventListener("input", () => {
  for (const choice of saved) choice.checked = choice.value === "new";
});

// An address of the book brings all of its fields along; whoever changes one of them has typed another address.
const ADDRESS = new Set(["name", "company", "line1", "line2", "city", "state", "postal_code", "country", "phone"]);
const book = form.elements.namedItem("address");
const keep = form.querySelector("[data-save-address]");
let choosing = false;
function showKeep() {
  if (keep) keep.hidden = Boolean(book?.value);
}
showKeep();
book?.addEventListener("change", () => {
  choosing = book.value !== "";
  if (!choosing) for (const field of form.querySelectorAll("[data-address] input:not([type=hidden]), [data-places] select")) field.value = "";
  showKeep();
  pending = refresh();
});
form.addEventListener("input", (event) => {
  if (!book || !ADDRESS.has(event.target.name)) return;
  book.value = "";
  choosing = false;
  showKeep();
});

function replaceAddress(fresh) {
  replace("[data-address]", fresh);
  form.elements.namedItem("name").value = fresh.dataset.name;
  removeButtons();
  choosing = false;
}

// An order that costs nothing asks for no card.
const isFree = () => form.elements.namedItem("total").value === "0";
function showPayment() {
  form.querySelector("[data-pay]").hidden = isFree();
  form.querySelector("[data-free]").hidden = !isFree();
}

// Nothing moves under a finger: a button that is pressed in one place and let go in another was not clicked.
let released = Promise.resolve();
addEventListener("pointerdown", () => {
  released = new Promise((resolve) => {
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(resolve), { once: true });
  });
});

async function refresh() {
  const turn = ++asked;
  const body = new URLSearchParams(new FormData(form));
  if (choosing) body.set("action", "address");
  try {
    const answer = await fetch("/checkout/preview", { method: "POST", body });
    if (!answer.ok || turn !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    await released;
    if (turn !== asked) return;
    const address = page.querySelector("[data-part='address']");
    if (address && choosing) replaceAddress(address);
    const places = page.querySelector("[data-part='places']");
    if (places?.querySelector("[name='fields_of']").value !== form.elements.fields_of.value) replacePlaces(places);
    replace("[data-options]", page.querySelector("[data-part='options']"), "legend");
    replaceLines(page.querySelector("[data-part='lines']"));
    replace("[data-totals]", page.querySelector("[data-part='totals']"));
    showPayment();
  } catch {
    // Without an answer the sums stay as they are; the server compares the total before it takes any money.
  }
}

// What was typed for one country is there again when its fields come back.
const typed = new Map();
function replacePlaces(fresh) {
  for (const field of form.querySelectorAll("[data-places] .field :is(input, select)")) typed.set(`${field.tagName} ${field.name}`, field.value);
  replace("[data-places]", fresh);
  for (const field of form.querySelectorAll("[data-places] .field :is(input, select)")) {
    const before = typed.get(`${field.tagName} ${field.name}`);
    if (before && !field.value && (field.tagName === "INPUT" || field.querySelector(`[value="${CSS.escape(before)}"]`))) field.value = before;
  }
}

// Puts the new content in place, keeping an element such as a legend, and the focus.
function replace(selector, fresh, keep) {
  const target = form.querySelector(selector);
  if (!target || !fresh) return;
  const focused = document.activeElement?.closest(selector) ? document.activeElement.value : null;
  const kept = keep ? [target.querySelector(keep)] : [];
  target.replaceChildren(...kept, ...fresh.childNodes);
  if (focused) target.querySelector(`[value="${CSS.escape(focused)}"]`)?.focus();
}

// A price may go by where the goods go. Only the lines that are others are replaced: whoever listens hears of those alone.
function replaceLines(fresh) {
  if (!fresh) return;
  const [shown, others] = [[...lines.children], [...fresh.children]];
  for (const [place, line] of others.entries()) {
    if (!shown[place]) lines.append(line);
    else if (!shown[place].isEqualNode(line)) shown[place].replaceWith(line);
  }
  for (const gone of shown.slice(others.length)) gone.remove();
}

const linePrices = () => [...lines.querySelectorAll(":scope > li > .price")].map((price) => price.textContent).join(" ");

// Everything that is missing is told at once: the card would have to be typed again after an answer of the server.
function missing(cardFields) {
  for (const remark of form.querySelectorAll("[data-remark]")) {
    const field = remark.previousElementSibling;
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    remark.remove();
  }
  const who = form.querySelector("[data-who]");
  who?.classList.add("error");
  const found = who ? [who.parentElement.querySelector("a")] : [];
  for (const field of [...form.querySelectorAll("[aria-required='true']"), ...cardFields]) {
    const { typeMismatch } = field.validity;
    if (field.value.trim() && !typeMismatch) continue;
    found.push(field);
    if (field.hasAttribute("aria-invalid")) continue;
    const remark = document.createElement("span");
    Object.assign(remark, { className: "error", id: `error-${field.name || field.id}`, textContent: form.dataset[typeMismatch ? "email" : "required"] });
    remark.dataset.remark = "";
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", remark.id);
    field.after(remark);
  }
  return found;
}

form.addEventListener("submit", async (event) => {
  if (event.submitter !== placeButton || token.value) return;
  event.preventDefault();
  const paysWithSaved = saved.some((choice) => choice.checked && choice.value !== "new");
  const free = isFree();
  const paysWithNew = !free && !paysWithSaved;
  const [number, expiry, cvc] = cardFields;
  const made = paysWithNew ? tokenize({ number: number.value, expiry: expiry.value, cvc: cvc.value }) : "";
  const mend = missing(paysWithNew ? cardFields : []);
  // A field that is empty says so itself.
  const isWrong = made === null && cardFields.every((field) => field.value.trim());
  cardError.hidden = !isWrong;
  if (isWrong) {
    number.setAttribute("aria-describedby", cardError.id);
    mend.push(number);
  }
  if (mend.length) {
    mend[0].focus();
    return;
  }
  placeButton.disabled = true;
  const seen = linePrices();
  await pending;
  // A price that became another meanwhile was not seen before the button was pressed.
  const isOther = linePrices() !== seen;
  if (isOther || (free && !isFree())) {
    placeButton.disabled = false;
    if (isOther) lines.scrollIntoView({ block: "nearest" });
    return;
  }
  token.value = made;
  const action = document.createElement("input");
  // An address that was chosen and did not come is shown before anything is ordered.
  Object.assign(action, { type: "hidden", name: "action", value: choosing ? "address" : "place" });
  form.append(action);
  form.submit();
});
