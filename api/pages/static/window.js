// The counter's keyboard. Every page works without this file.
"use strict";

// What is left of today counts down while a form is open, by the server's clock (`left` in api/window.py).
const ahead = Date.now() - Date.parse(document.querySelector("[data-now]")?.dataset.now);
const count = () => {
  for (const place of document.querySelectorAll("[data-due]")) {
    const minutes = Math.floor((Date.parse(place.dataset.due) - Date.now() + ahead) / 60000);
    const hours = Math.floor(minutes / 60);
    place.textContent = minutes < 0 ? "已超期" : hours ? `还剩 ${hours} 小时 ${minutes % 60} 分` : `还剩 ${minutes} 分钟`;
  }
};
setInterval(count, 15000);

const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]):not([type=file]), textarea, select");

const press = (key) => {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target || target.hidden) return false;
  if (target.matches("a, button, summary")) target.click();
  else if (target.matches("input")) target.select();
  target.focus();
  if (target.matches("summary")) target.parentElement.scrollIntoView({ block: "nearest" });
  if (target.matches("section, fieldset, div, p")) target.scrollIntoView({ block: "nearest" });
  return true;
};

const walk = (step) => {
  const lines = [...document.querySelectorAll("[data-line]")];
  if (!lines.length) return false;
  const here = lines.indexOf(document.activeElement);
  const from = here >= 0 ? here : lines.findIndex((line) => line.hasAttribute("aria-current"));
  lines[Math.min(lines.length - 1, Math.max(0, from + step))].focus();
  return true;
};

addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.form;
    const button = form ? [...form.elements].find((one) => one.matches("[data-submit]")) || form.querySelector("button.slim, button")
      : document.querySelector("[data-submit]");
    if (button) button.click();
    return;
  }
  if (event.key === "Enter" && event.target.id === "applicant.id_no") {  // a card reader ends with Enter
    event.preventDefault();
    document.querySelector("[data-find]")?.click();
    return;
  }
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const done = key === "j" ? walk(1) : key === "k" ? walk(-1) : key.length === 1 && press(key);
  if (done) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-tick]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const box of document.querySelectorAll(".judge input[type=checkbox]")) box.checked = true;
  });
}

for (const button of document.querySelectorAll("[data-all-papers]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const one of document.querySelectorAll("#materials input[type=radio][value=paper]")) one.checked = true;
    button.form.dispatchEvent(new Event("input"));
  });
}

// Until the engine was told. Whoever types meanwhile loses nothing.
if (document.querySelector("[data-pending]")) {
  let typed = false;
  addEventListener("input", () => { typed = true; });
  setTimeout(() => { if (!typed) location.reload(); }, 3000);
}

// A queue that nobody works on shows the present: what came, what is due, how much of the two hours is left.
if (!document.querySelector("[data-submit], form[method=post] :is(textarea, select, input:not([type=hidden]))")) {
  let touched = Date.now();
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  setInterval(() => {
    if (Date.now() - touched > 60000 && !document.hidden) location.reload();
  }, 10000);
}

const current = document.querySelector(".lines [aria-current]");
if (current) current.scrollIntoView({ block: "nearest" });

// What is wrong may stand far down its column, folded: the first of it is opened and has the focus.
const wrong = document.querySelector(".case [role=alert] a[href^='#']");
const place = wrong && document.getElementById(decodeURIComponent(wrong.hash.slice(1)));
if (place) {
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const fields = "input:not([type=hidden]), select, textarea";
  (place.matches(fields) ? place : place.querySelector(fields) || place).focus({ preventScroll: true });
  place.scrollIntoView({ block: "center" });
}
