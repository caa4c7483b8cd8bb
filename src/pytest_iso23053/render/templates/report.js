// Filters and sorts; the page is complete without it. Nothing is written into it as markup.
"use strict";
(() => {
  const bar = document.getElementById("filter");
  if (!bar) return;
  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  const text = bar.querySelector("#filter-text"), word = bar.querySelector("#filter-word");
  const model = bar.querySelector("#filter-model"), clear = bar.querySelector("#filter-clear");
  const said = bar.querySelector("#filter-said");
  const tones = ["bad", "open", "none", "waived", "good"];
  const toneOf = (element) => {
    const toned = element.closest("." + tones.join(",."));
    return toned ? tones.findIndex((tone) => toned.classList.contains(tone)) : tones.length;
  };
  const wordOf = (element) => element.textContent.trim().replace(/^\d+ /, "");

  // What can be filtered: rows, findings and tests; each with the words that say how it stands.
  const rows = find("main tbody > tr:not(.group), main .findings > li, main .testlist > li");
  const items = rows.filter((element) => !element.closest(".overview")).map((element) => ({
    element,
    words: new Set(find(".chip, .count, .grade", element).map(wordOf)),
  }));
  if (!items.length) return;
  const own = new Set(items.map((item) => item.element));
  const inside = find("main [data-m]").filter((element) => !own.has(element));
  const holding = (element) => ({ element, held: items.filter((item) => element.contains(item.element)) });
  const withItems = (selector) => find(selector).map(holding).filter((each) => each.held.length);
  const holders = withItems(
    "main tbody, main table, main .findings, main .testlist, main .minor, main .clause, main .phase");
  const sections = withItems("main > section");
  const isEmptied = (holder) => holder.held.every((item) => item.element.hidden);
  const known = new Map();
  for (const each of items.flatMap((item) => find(".chip, .count, .grade", item.element))) {
    if (!known.has(wordOf(each))) known.set(wordOf(each), toneOf(each));
  }
  const total = (said) => items.filter((item) => item.words.has(said)).length;
  for (const [said] of [...known].sort((one, other) => one[1] - other[1] || one[0].localeCompare(other[0], "en"))) {
    if (total(said)) word.add(new Option(`${said} (${total(said)})`, said));
  }

  const speaksOf = (element, chosen) => !chosen || !element.dataset.m || element.dataset.m.split(" ").includes(chosen);
  const isShown = (item, sought, chosen) =>
    speaksOf(item.element, chosen) && (!word.value || item.words.has(word.value)) &&
    sought.every((part) => (item.text ??= item.element.textContent.toLowerCase()).includes(part));

  function filter() {
    const sought = text.value.toLowerCase().split(/\s+/).filter(Boolean), chosen = model ? model.value : "";
    const active = Boolean(sought.length || word.value || chosen);
    let shown = 0;
    for (const item of items) {
      item.element.hidden = !isShown(item, sought, chosen);
      shown += !item.element.hidden;
    }
    for (const element of inside) element.hidden = !speaksOf(element, chosen);
    for (const holder of holders) holder.element.hidden = active && isEmptied(holder);
    for (const section of sections) section.element.classList.toggle("emptied", active && isEmptied(section));
    bar.classList.toggle("active", active);
    clear.disabled = !active;
    said.textContent = !active ? "" :
      `Filtered: ${shown} of ${items.length} entries are shown. Verdicts and totals are those of the whole run` +
      (chosen ? `; what names no model is shown with ${model.selectedOptions[0].text}.` : ".");
  }

  function showAll() {
    text.value = word.value = "";
    if (model) model.value = "";
    filter();
    text.focus();
  }

  // A link into what is filtered away shows it again.
  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest("[hidden]")) return;
    showAll();
    target.scrollIntoView();
  }

  const plain = new Intl.Collator("en", { numeric: true });
  function keyOf(row, column) {
    const cell = row.cells[column];
    if (!cell) return { tone: -1, number: NaN, text: "" };
    const chip = cell.querySelector(".chip, .count"), said = cell.textContent.trim();
    const figure = (cell.querySelector(".figure") || cell).textContent.trim().replace(/^[<>=≤≥ ]+/, "");
    return {
      tone: chip ? toneOf(chip) : -1,
      number: parseFloat(figure.replace(/(\d)\s(?=\d{3})/g, "$1").replace(/^[−-]/, "-")),
      text: said,
    };
  }
  const compare = (one, other) =>
    one.tone - other.tone || isNaN(one.number) - isNaN(other.number) || one.number - other.number ||
    plain.compare(one.text, other.text);

  function makeSortable(table) {
    const heads = find("thead th", table), bodies = [...table.tBodies];
    const original = bodies.map((body) => [...body.rows].filter((row) => !row.matches(".group")));
    if (Math.max(0, ...original.map((rows) => rows.length)) < 2) return;
    heads.forEach((head, column) => {
      const cells = original.flat().map((row) => row.cells[column]).filter(Boolean);
      if (cells.every((cell) => cell.matches(".plot") || !cell.textContent.trim())) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { undefined: "ascending", ascending: "descending" }[head.getAttribute("aria-sort") ?? undefined];
        for (const each of heads) each.removeAttribute("aria-sort");
        if (next) head.setAttribute("aria-sort", next);
        bodies.forEach((body, place) => {
          const keyed = original[place].map((row) => ({ row, key: keyOf(row, column) }));
          if (next) keyed.sort((one, other) => compare(one.key, other.key) * (next === "ascending" ? 1 : -1));
          body.append(...keyed.map((each) => each.row));
        });
      });
    });
  }

  find("main table").filter((table) => !table.closest(".overview")).forEach(makeSortable);
  text.addEventListener("input", filter);
  word.addEventListener("change", filter);
  if (model) model.addEventListener("change", filter);
  clear.addEventListener("click", showAll);
  addEventListener("hashchange", follow);
  bar.hidden = false;
  filter();
})();
