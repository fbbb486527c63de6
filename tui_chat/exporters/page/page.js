"use strict";
// The page can be read without this: it adds the search, the copy buttons and the switching of branches.

const messages = [...document.querySelectorAll(".message")];
document.documentElement.classList.add("scripted");

// Search: a message that does not hold the words is hidden, the words are marked in the others.

const search = document.querySelector("search");
const field = search.querySelector("input");
const count = search.querySelector("output");
const texts = new Map();

function textOf(message) {
  if (!texts.has(message)) texts.set(message, message.textContent.toLowerCase());
  return texts.get(message);
}

function mark(words, found) {
  if (!window.Highlight) return;
  const ranges = [];
  for (const message of words ? found : []) {
    const walker = document.createTreeWalker(message, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && ranges.length < 2000; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      if (text.length !== node.data.length) continue;
      for (let at = text.indexOf(words); at >= 0 && ranges.length < 2000; at = text.indexOf(words, at + words.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + words.length);
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set("hit", new Highlight(...ranges));
}

function filter() {
  const words = field.value.trim().toLowerCase();
  const branch = messages.filter((message) => !message.classList.contains("off"));
  const found = branch.filter((message) => textOf(message).includes(words));
  for (const message of messages) message.hidden = false;
  if (words) for (const message of branch) message.hidden = !textOf(message).includes(words);
  count.value = words ? `${found.length} of ${branch.length}` : "";
  mark(words, found);
}

search.hidden = false;
field.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== field && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    field.select();
  } else if (event.key === "Escape" && event.target === field) {
    field.value = "";
    field.blur();
    filter();
  }
});

// Copy buttons. One listener for all; the button is made when the pointer or the keyboard comes to a block.

async function copy(block, button) {
  const text = block.querySelector("code").textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  } catch {
    getSelection().selectAllChildren(block.querySelector("code"));
    button.textContent = document.execCommand("copy") ? "copied" : "selected";
  }
  setTimeout(() => { button.textContent = "copy"; }, 2000);
}

for (const block of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "copy";
  button.addEventListener("click", () => copy(block, button));
  block.append(button);
}

// Branches: every message of the tree is in the page, those of one path are shown.

const answers = new Map();
const chosen = new Map();

function show() {
  const path = new Set();
  for (let parent = ""; answers.has(parent);) {
    const message = chosen.get(parent) ?? answers.get(parent).at(-1);
    path.add(message);
    parent = message.id;
  }
  for (const message of messages) message.classList.toggle("off", !path.has(message));
  filter();
}

function choose(message, sibling) {
  const before = message.getBoundingClientRect().top;
  chosen.set(message.dataset.parent, sibling);
  show();
  scrollBy({ top: sibling.getBoundingClientRect().top - before, behavior: "instant" });
  const buttons = [...sibling.querySelectorAll(".siblings button")];
  (buttons.find((button) => !button.disabled) ?? buttons[0]).focus({ preventScroll: true });
}

function arrow(message, sibling, sign, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = sign;
  button.ariaLabel = name;
  button.disabled = !sibling;
  button.addEventListener("click", () => choose(message, sibling));
  return button;
}

function reveal() {
  const target = document.getElementById(location.hash.slice(1))?.closest(".message.off");
  if (!target) return;
  for (let message = target; message; message = document.getElementById(message.dataset.parent)) {
    chosen.set(message.dataset.parent, message);
  }
  show();
  target.scrollIntoView();
}

if (document.querySelector("main.tree")) {
  for (const message of messages) {
    const parent = message.dataset.parent;
    if (!answers.has(parent)) answers.set(parent, []);
    answers.get(parent).push(message);
    if (!message.classList.contains("off")) chosen.set(parent, message);
  }
  for (const message of messages) {
    const place = message.querySelector(".siblings");
    if (!place) continue;
    const role = message.classList[1];
    const group = answers.get(message.dataset.parent).filter((other) => other.classList[1] === role);
    const at = group.indexOf(message);
    place.prepend(arrow(message, group[at - 1], "‹", "previous answer"));
    place.append(arrow(message, group[at + 1], "›", "next answer"));
  }
  addEventListener("hashchange", reveal);
  reveal();
}

// On paper nothing is folded.

const opened = [];
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) { fold.open = true; opened.push(fold); }
});
addEventListener("afterprint", () => {
  for (const fold of opened.splice(0)) fold.open = false;
});
