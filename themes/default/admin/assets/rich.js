// A small editor in the place of every text field that holds HTML. The field itself stays in the form and is what is sent; it
// is written to only when somebody edits, and the server cleans what it gets. Without this script the field is plain.

const BLOCKS = new Set(["P", "H2", "H3", "H4", "UL", "OL", "LI", "BLOCKQUOTE", "PRE", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "HR"]);
const WORDS = { B: "B", STRONG: "B", I: "I", EM: "I", U: "U", S: "S", SUB: "SUB", SUP: "SUP", CODE: "CODE", BR: "BR", A: "A", H1: "H2", H5: "H4", H6: "H4" };
const UNWANTED = "script, style, iframe, object, embed, form, input, button, select, textarea, link, meta, base, title, svg, math, template, noscript";
const template = document.getElementById("rich-tools");
const dialog = document.getElementById("rich-link");
const address = dialog.querySelector("input");

// Styles are set aside before anything is parsed: they are not kept, and the page's policy would complain of each.
const parse = (html) => {
  const bare = html.replace(/<[^>]+>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  return new DOMParser().parseFromString(bare, "text/html").body;
};
const harmless = (href) => /^(https?:|mailto:|tel:|\/|#)/i.test(href);

/** What is in the field, without what could do anything: to be shown, and to lose nothing else. */
function shown(html) {
  const body = parse(html);
  for (const node of body.querySelectorAll(UNWANTED)) node.remove();
  for (const node of body.querySelectorAll("*")) {
    for (const { name, value } of [...node.attributes]) {
      if (name.startsWith("on") || name === "data-style" || (["href", "src"].includes(name) && !harmless(value.trim()))) node.removeAttribute(name);
    }
  }
  return body.innerHTML;
}

/** What came from elsewhere, as words, headings, lists, tables and links alone. */
function cleaned(html) {
  const made = document.createElement("div");
  const body = parse(html);
  for (const node of body.querySelectorAll(UNWANTED)) node.remove();
  const copy = (from, to) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data.replace(/\s+/g, " "));
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const weight = node.tagName === "B" && /font-weight:\s*(normal|400)/.test(node.dataset.style);
      const name = weight ? null : WORDS[node.tagName] ?? (BLOCKS.has(node.tagName) ? node.tagName : node.tagName === "DIV" && !node.querySelector("p, div, ul, ol, table, h1, h2, h3, h4") ? "P" : null);
      if (!name) {
        copy(node, to);
        continue;
      }
      const kept = document.createElement(name);
      if (name === "A" && harmless(node.getAttribute("href") ?? "")) kept.setAttribute("href", node.getAttribute("href"));
      copy(node, kept);
      if (kept.textContent.trim() || ["BR", "HR"].includes(name)) to.append(name === "A" && !kept.hasAttribute("href") ? kept.textContent : kept);
    }
  };
  copy(body, made);
  return made.innerHTML;
}

const paragraphs = (text) =>
  text.split(/\n{2,}/).map((part) => {
    const block = document.createElement("p");
    for (const [at, line] of part.split("\n").entries()) block.append(...(at ? [document.createElement("br")] : []), line);
    return block.outerHTML;
  }).join("");

function enhance(field) {
  const tools = template.content.firstElementChild.cloneNode(true);
  const editor = document.createElement("div");
  const label = document.querySelector(`label[for="${field.id}"]`);
  label.id ||= `${field.id}-label`;
  editor.id = `${field.id}-rich`;
  editor.className = "rich rich-field";
  editor.contentEditable = "true";
  for (const [name, value] of Object.entries({ role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id, lang: field.lang })) {
    if (value) editor.setAttribute(name, value);
  }
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (field.hasAttribute(name)) editor.setAttribute(name, field.getAttribute(name));
  }
  editor.innerHTML = shown(field.value);
  tools.setAttribute("aria-controls", editor.id);
  field.before(tools, editor);
  if (document.activeElement === field) editor.focus();
  field.hidden = true;
  label.addEventListener("click", () => (field.hidden ? editor : field).focus());

  const buttons = [...tools.querySelectorAll("button")];
  const keep = () => {
    const copy = editor.cloneNode(true);
    // Browsers put lists into the paragraph that they were made of.
    for (const list of copy.querySelectorAll("p > ul, p > ol")) list.parentElement.replaceWith(...list.parentElement.childNodes);
    for (const blank of copy.querySelectorAll("p:empty")) blank.remove();
    field.value = copy.textContent.trim() || copy.querySelector("img, hr, table") ? copy.innerHTML : "";
  };
  /** How many letters stand before the cursor. */
  const letters = () => {
    const range = document.createRange();
    const { anchorNode, anchorOffset } = getSelection();
    range.selectNodeContents(editor);
    if (editor.contains(anchorNode)) range.setEnd(anchorNode, anchorOffset);
    return range.toString().length;
  };
  const putCursor = (at) => {
    const texts = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
    let left = at;
    while (texts.nextNode()) {
      if (left <= texts.currentNode.length) return getSelection().collapse(texts.currentNode, left);
      left -= texts.currentNode.length;
    }
  };
  const run = (command, value) => {
    editor.focus();
    document.execCommand("defaultParagraphSeparator", false, "p");
    document.execCommand("styleWithCSS", false, false);
    const before = letters();
    document.execCommand(command, false, value);
    // Making a list puts the cursor at its beginning.
    if (/List$/.test(command) && getSelection().isCollapsed && letters() !== before) putCursor(before);
    keep();
    mark();
  };
  const block = () => document.queryCommandValue("formatBlock").toLowerCase();
  const anchor = () => {
    const node = getSelection().anchorNode;
    const link = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("a");
    return editor.contains(link) ? link : null;
  };
  // Which buttons are pressed follows where the cursor stands.
  const mark = () => {
    if (document.activeElement !== editor) return;
    for (const button of buttons) {
      const { command, value } = button.dataset;
      if (!button.hasAttribute("aria-pressed")) continue;
      const on = command === "formatBlock" ? block() === value : command === "link" ? Boolean(anchor()) : command !== "source" && document.queryCommandState(command);
      button.setAttribute("aria-pressed", String(on));
    }
  };
  const link = () => {
    const selection = getSelection();
    const range = selection.rangeCount && editor.contains(selection.anchorNode) ? selection.getRangeAt(0).cloneRange() : null;
    const present = anchor();
    address.value = present?.getAttribute("href") ?? "https://";
    dialog.returnValue = "";
    dialog.onclose = () => {
      editor.focus();
      if (range) {
        selection.removeAllRanges();
        selection.addRange(range);
      }
      const href = address.value.trim();
      if (dialog.returnValue !== "set" || (!harmless(href) && href)) return;
      if (present) selection.selectAllChildren(present);
      if (!href) run("unlink");
      else if (getSelection().isCollapsed) run("insertHTML", Object.assign(document.createElement("a"), { href, textContent: href }).outerHTML);
      else run("createLink", href);
    };
    dialog.showModal();
    address.select();
  };
  const source = (button) => {
    const toSource = !field.hidden;
    if (toSource) editor.innerHTML = shown(field.value);
    field.hidden = toSource;
    editor.hidden = !toSource;
    button.setAttribute("aria-pressed", String(!toSource));
    for (const other of buttons) if (other !== button) other.disabled = !toSource;
    (toSource ? editor : field).focus();
  };

  editor.addEventListener("input", keep);
  editor.addEventListener("focus", () => document.execCommand("defaultParagraphSeparator", false, "p"));
  editor.addEventListener("paste", (event) => {
    event.preventDefault();
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    run("insertHTML", html ? cleaned(html) : /\n/.test(text.trim()) ? paragraphs(text.trim()) : new Option(text).innerHTML);
  });
  // Only text is dropped here: files have a page of their own.
  editor.addEventListener("drop", (event) => event.dataTransfer.files.length && event.preventDefault());
  document.addEventListener("selectionchange", mark);

  // A toolbar is one stop of the Tab key; arrows go on inside it.
  for (const [at, button] of buttons.entries()) {
    button.tabIndex = at === 0 ? 0 : -1;
    // The selection stays in the editor.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const { command, value } = button.dataset;
      if (command === "source") source(button);
      else if (command === "link") link();
      else if (command === "formatBlock" && block() === value) run("formatBlock", "p");
      else run(command, value);
    });
  }
  tools.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const usable = buttons.filter((button) => !button.disabled);
    const at = usable.indexOf(document.activeElement);
    const next = event.key === "Home" ? 0 : event.key === "End" ? usable.length - 1 : step && (at + step + usable.length) % usable.length;
    if (next === undefined || at < 0) return;
    event.preventDefault();
    for (const button of buttons) button.tabIndex = -1;
    usable[next].tabIndex = 0;
    usable[next].focus();
  });
}

for (const field of document.querySelectorAll("textarea[data-rich]")) enhance(field);
