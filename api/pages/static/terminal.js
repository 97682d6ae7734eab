// The count-down of a terminal: without a touch for that long everything ends and is cleared.
"use strict";

const bar = document.querySelector("[data-idle]");
if (bar) {
  const whole = Number(bar.dataset.idle);
  const shown = bar.querySelector("[data-left]");
  let until = Date.now() + whole * 1000;
  let told = Date.now();

  const touched = () => {
    until = Date.now() + whole * 1000;
    if (!bar.dataset.csrf || Date.now() - told < 10000) return;
    told = Date.now();
    const body = new URLSearchParams({ csrf: bar.dataset.csrf });
    fetch("/stay", { method: "POST", body }).catch(() => {});
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, touched, { passive: true });

  setInterval(() => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    shown.textContent = String(left);
    bar.classList.toggle("soon", left <= 15);
    if (left === 15) bar.setAttribute("aria-live", "assertive");
    if (left === 0) location.replace("/terminal/end");
  }, 500);
}

// A paper is printed from within this page: a tab of its own would stay there for the next person.
for (const link of document.querySelectorAll("a[data-paper]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("iframe.printing")?.remove();
    const frame = document.createElement("iframe");
    frame.className = "printing";
    frame.title = link.textContent;
    frame.src = link.href;
    frame.addEventListener("load", () => frame.contentWindow.print());
    document.body.append(frame);
  });
}

// Nothing that was typed is offered to the next person.
for (const field of document.querySelectorAll("form, input, textarea")) field.setAttribute("autocomplete", "off");
addEventListener("pagehide", () => {
  for (const form of document.forms) form.reset();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
