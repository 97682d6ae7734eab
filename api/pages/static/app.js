// Niceties only: every page works without this file.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.textContent;
    button.textContent = "已复制";
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}

document.documentElement.classList.add("js");

for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    const shown = input.parentElement.querySelector(".picked");
    if (shown) shown.textContent = file ? file.name : "";
    const limit = Number(input.dataset.max);
    const large = file && file.size > limit * 1024 * 1024;
    input.setCustomValidity(large ? `文件超过 ${limit} MB；请压缩或分页扫描后再选择` : "");
    if (large) input.reportValidity();
  });
}

// A file that stands for itself is sent as soon as it was chosen.
for (const input of document.querySelectorAll("input[data-send]")) {
  input.addEventListener("change", () => {
    if (input.files.length && input.checkValidity()) input.form.requestSubmit();
  });
}

// One press is enough: a second submit of the same form is not sent.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is ticked decides when it would end: ask again with every change.
for (const card of document.querySelectorAll("[data-estimate]")) {
  const form = card.closest("form");
  form.addEventListener("change", async () => {
    const items = [...form.querySelectorAll("input[data-items]:checked")].flatMap((input) => input.dataset.items.trim().split(/\s+/));
    const query = new URLSearchParams([...items.map((item) => ["item", item]), ["district", form.elements.district.value]]);
    const answer = items.length ? await fetch(`${card.dataset.estimate}?${query}`).catch(() => null) : null;
    const said = answer ? await answer.json() : { sentence: "选择事项后显示预计办结日期。" };
    card.querySelector("[data-sentence]").textContent = said.sentence || said.detail;
    card.querySelector("[data-note]").textContent = said.note || "";
  });
}
