// Niceties only: every page works without this file.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}

document.documentElement.classList.add("js");

// Who comes back to a page that answered a form gets the page of the form, not the browser's question whether to send it again.
if ("posted" in document.body.dataset && document.referrer.startsWith(`${location.origin}/`)) {
  history.replaceState(null, "", document.referrer);
}

/* Each upload and each save that found faults leaves an older copy of the same page behind. The way back goes past those. */
const HERE = location.pathname + location.search, LEFT = "left";
const leftLast = () => JSON.parse(sessionStorage.getItem(LEFT) || "{}");
if (history.state === null) history.replaceState({ at: (leftLast().at ?? 0) + 1 }, "");
addEventListener("pageshow", (event) => {
  const left = leftLast(), at = history.state?.at ?? 0;
  const travelled = event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  sessionStorage.setItem(LEFT, JSON.stringify({ here: HERE, at }));
  if (travelled && left.here === HERE && at < left.at) history.back();
});

/* A date in a running sentence stays on one line. */
const DATE = /\d{4}年\d{1,2}月\d{1,2}日(?: 星期[一二三四五六日])?/g, DATED = ".dated, script, textarea, select, svg, .number";
const lines = document.createTreeWalker(document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT), texts = [];
while (lines.nextNode()) if (lines.currentNode.data.search(DATE) >= 0 && !lines.currentNode.parentElement.closest(DATED)) texts.push(lines.currentNode);
for (const text of texts) {
  const parts = document.createDocumentFragment();
  let done = 0;
  for (const found of text.data.matchAll(DATE)) {
    const date = Object.assign(document.createElement("span"), { className: "dated", textContent: found[0] });
    parts.append(text.data.slice(done, found.index), date);
    done = found.index + found[0].length;
  }
  parts.append(text.data.slice(done));
  text.replaceWith(parts);
}

/* What was wrong with the file before is no longer said once another one was chosen. */
function forgetFaults(part) {
  if (!part) return;
  for (const fault of part.querySelectorAll(".fault")) fault.remove();
  forgetLinks(part.id);
}

function forgetLinks(place) {
  for (const link of document.querySelectorAll(`.banner.bad a[href="#${place}"]`)) {
    const banner = link.closest(".banner");
    link.closest("li").remove();
    if (!banner.querySelector("li")) banner.remove();
  }
}

for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    const files = [...input.files];
    const shown = input.parentElement.querySelector(".picked");
    if (shown) shown.textContent = files.map((file) => file.name).join("、");
    forgetFaults(input.closest("[id^=material-]"));
    input.parentElement.querySelector(".fault.large")?.remove();
    const limit = Number(input.dataset.max);
    if (!files.some((file) => file.size > limit * 1024 * 1024)) return;
    const fault = Object.assign(document.createElement("p"), { className: "fault large", textContent: input.dataset.tooLarge });
    fault.setAttribute("role", "alert");
    input.before(fault);
    input.closest("details")?.setAttribute("open", "");
    input.value = "";
    if (shown) shown.textContent = "";
  });
}

// On a phone one press opens the camera; the next press on the file itself offers everything again. Where a form waits for its
// button, a further photo goes behind those that were taken before.
for (const button of document.querySelectorAll("[data-camera]")) {
  const input = document.getElementById(button.dataset.camera), takes = input.accept;
  const gathers = input.multiple && !("send" in input.dataset);
  let taken = [];
  button.hidden = false;
  button.addEventListener("click", () => {
    taken = gathers ? [...input.files] : [];
    input.setAttribute("capture", "environment");
    input.accept = "image/*";
    input.click();
    input.removeAttribute("capture");
    input.accept = takes;
  });
  input.addEventListener("cancel", () => { taken = []; });
  input.addEventListener("change", () => {
    if (gathers) button.querySelector("[data-says]").textContent = button.dataset.again;
    if (!taken.length) return;
    const all = new DataTransfer();
    for (const file of [...taken, ...input.files]) all.items.add(file);
    taken = [];
    input.files = all.files;
    input.dispatchEvent(new Event("change"));
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

// The API answers in Chinese; a page in another language brings sentences of its own.
function inWords(card, said) {
  const { none, ends, provisional } = card.dataset;
  if (!ends) return [said.sentence || said.detail, said.note || ""];
  if (!said.ends_at) return [none, ""];
  const part = (options) => new Date(said.ends_at).toLocaleDateString("en-GB", { ...options, timeZone: "Asia/Shanghai" });
  const day = `${part({ weekday: "long" })} ${part({ day: "numeric", month: "long", year: "numeric" })}`;
  return [ends.replace("{day}", day), said.provisional ? provisional : ""];
}

// What is ticked decides when it would end: ask again with every change.
for (const card of document.querySelectorAll("[data-estimate]")) {
  const form = card.closest("form");
  form.addEventListener("change", async () => {
    const items = [...form.querySelectorAll("input[data-items]:checked")].flatMap((input) => input.dataset.items.trim().split(/\s+/));
    const query = new URLSearchParams([...items.map((item) => ["item", item]), ["district", form.elements.district.value]]);
    const answer = items.length ? await fetch(`${card.dataset.estimate}?${query}`).catch(() => null) : null;
    const said = answer ? await answer.json() : { sentence: card.dataset.none };
    const [sentence, note] = inWords(card, said);
    card.querySelector("[data-sentence]").textContent = sentence;
    card.querySelector("[data-note]").textContent = note;
  });
}

/* What several items ask for is handed in once. */
for (const line of document.querySelectorAll("[data-altogether]")) {
  const form = line.closest("form");
  form.addEventListener("change", () => {
    const keys = [...form.querySelectorAll("input[data-brings]:checked")].flatMap((input) => input.dataset.brings.match(/\S+/g) || []);
    line.querySelector("[data-count]").textContent = new Set(keys).size;
  });
}

/* A question that changes nothing after the other answers is not shown; the server does not ask for it either. */
for (const group of document.querySelectorAll("[data-idle]")) {
  const form = group.closest("form");
  const ticked = (pair) => form.querySelector(`input[name="${pair.split("=")[0]}"][value="${pair.split("=")[1]}"]`)?.checked;
  const look = () => { group.hidden = group.dataset.idle.split(" ").some(ticked); };
  form.addEventListener("change", look);
  look();
}

/* What was wrong with an answer is not said any more once it is another one; the server looks again. */
document.addEventListener("change", (event) => {
  const part = event.target.closest(".choice-group, .field");
  if (!part || event.target.type === "file") return;
  for (const fault of part.querySelectorAll(".fault")) {
    forgetLinks(fault.id.replace(/-fault$/, ""));
    fault.remove();
  }
});

/* What is typed into a long page is kept now and then, so that a lost connection or a locked phone costs nothing. */
const PAUSE = 3000, unkept = new Set(); // what has to be kept before the page may go
for (const form of document.querySelectorAll("form[data-keep]")) {
  let timer, call;
  const keep = async (last = {}) => {
    clearTimeout(timer);
    timer = undefined;
    const body = new FormData(form);
    body.set("keep", "yes");
    call = new AbortController();
    const address = form.getAttribute("action"); // form.action would be a button of that name
    const answer = await fetch(address, { method: "POST", body, signal: call.signal, redirect: "error", ...last }).catch(() => null);
    if (timer === undefined) unkept.delete(keep); // nothing was typed meanwhile
    const shown = form.querySelector("[data-kept]");
    if (answer?.status !== 204) return;
    shown.textContent = `${form.dataset.keep} ${new Date().toTimeString().slice(0, 5)}`;
    dispatchEvent(new Event("kept"));
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
    unkept.add(keep);
  });
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    unkept.delete(keep);
  };
  form.addEventListener("submit", () => {
    stop();
    call?.abort();
  });
  addEventListener("pagehide", () => { // another page was opened, or the phone put away, within the pause
    if (timer === undefined) return;
    stop();
    keep({ keepalive: true });
  });
}

/* Whoever leaves in the middle of a word, to another page, language or out, leaves when it is kept. */
const keepAll = () => Promise.race([
  Promise.all([...unkept].map((keep) => keep())).finally(() => unkept.clear()),
  new Promise((resolve) => { setTimeout(() => { unkept.clear(); resolve(); }, 2000); }),
]);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]"), own = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
  if (!unkept.size || !link || own || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  keepAll().then(() => location.assign(link.href));
});
document.addEventListener("submit", (event) => {
  if (!unkept.size || event.target.matches("[data-keep]")) return;
  event.preventDefault();
  event.stopPropagation(); // nothing else takes this for the sending
  keepAll().then(() => event.target.requestSubmit(event.submitter));
}, true);

// A chart that is larger than its frame opens where the case is now.
for (const frame of document.querySelectorAll(".chart.live")) {
  const here = frame.querySelector("[data-here]");
  if (!here) continue;
  const place = here.getBoundingClientRect(), room = frame.getBoundingClientRect();
  frame.scrollTo(place.left - room.left - (room.width - place.width) / 2, place.top - room.top - (room.height - place.height) / 2);
}

// Whoever reads for long is told in time that the login ends, and can stay (WCAG 2.2.1). What another tab does counts as well.
const leaving = document.querySelector(".leaving");
if (leaving) {
  const WARNED = 120000, SLACK = 30000; // the server notes a request twice a minute at most
  const find = (name) => leaving.querySelector(`[data-${name}]`);
  const tabs = new BroadcastChannel("stays");
  let last = Date.now();
  const look = () => {
    const left = last + leaving.dataset.minutes * 60000 - SLACK - Date.now(), over = left <= 0;
    find("soon").hidden = find("stay").hidden = over;
    find("over").hidden = find("again").hidden = !over;
    leaving.hidden = left > WARNED;
  };
  const stays = () => { last = Date.now(); look(); };
  tabs.addEventListener("message", stays);
  addEventListener("kept", () => { stays(); tabs.postMessage("kept"); });
  tabs.postMessage("opened");
  find("stay").addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf: leaving.dataset.csrf });
    const answer = await fetch("/stay", { method: "POST", body }).catch(() => null);
    if (answer?.status === 204) dispatchEvent(new Event("kept"));
    else if (answer) { last = 0; look(); }
  });
  setInterval(look, 5000);
}
