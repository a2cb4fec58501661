"use strict";
// The page is complete without this: it opens a problem under its row, filters the table, moves
// focus with the arrow keys and opens everything for printing.
(() => {
  const problems = document.getElementById("problems");
  const rows = problems
    ? [...problems.querySelectorAll("table.ranked > tbody > tr[data-target]")]
    : [];
  const entries = rows.map((row) => {
    const body = document.getElementById(row.dataset.target);
    const detail = body.closest("details");
    const place = document.createComment("");
    detail.before(place);
    const link = row.querySelector("td a");
    link.setAttribute("aria-expanded", "false");
    return { row, link, detail, place, slot: null, text: row.textContent.toLowerCase(),
             priority: row.cells[1].textContent.trim() };
  });
  const byTarget = new Map(entries.map((entry) => [entry.row.dataset.target, entry]));
  let latest = null;

  // Of a long list the first rows stand there, and a button brings all; on paper all stand there.
  const FEW = 25;
  const LONG = 30;
  const words = document.querySelector("main")?.dataset.allRows ?? "";
  const brings = (place, reveal) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "bring";
    button.addEventListener("click", reveal);
    place.after(button);
    return button;
  };
  const says = (button, n) => {
    button.textContent = words.replace("{n}", n.toLocaleString("en"));
  };
  const shorten = (list) => {
    const parts = [...list.children];
    if (!words || parts.length <= LONG) return;
    const rest = parts.slice(FEW);
    for (const part of rest) part.classList.add("rest");
    const button = brings(list.closest(".scroll") ?? list, () => {
      for (const part of rest) part.classList.remove("rest");
      rest[0].tabIndex = -1;
      rest[0].focus({ preventScroll: true });
      button.remove();
    });
    says(button, parts.length);
  };
  let whole = !words;
  const table = rows[0]?.closest(".scroll");
  const bring = table && brings(table, () => {
    const first = entries.find((entry) => entry.row.matches(".rest"));
    whole = true;
    shortenRanked();
    first?.link.focus({ preventScroll: true });
  });
  const shortenRanked = () => {
    const fitting = entries.filter((entry) => !entry.row.hidden);
    const cut = !whole && fitting.length > LONG;
    for (const [place, entry] of fitting.entries()) {
      entry.row.classList.toggle("rest", cut && place >= FEW && !entry.slot);
    }
    if (bring) {
      bring.hidden = !cut;
      says(bring, fitting.length);
    }
  };

  const open = (entry) => {
    if (entry.slot) return;
    entry.row.classList.remove("rest");
    const slot = document.createElement("tr");
    slot.className = "slot";
    slot.dataset.priority = entry.priority;
    const cell = document.createElement("td");
    cell.colSpan = entry.row.cells.length;
    cell.append(entry.detail);
    slot.append(cell);
    entry.row.after(slot);
    entry.row.hidden = false;
    entry.row.classList.add("opened");
    entry.detail.open = true;
    entry.detail.querySelector("summary").tabIndex = -1;
    entry.link.setAttribute("aria-expanded", "true");
    entry.slot = slot;
    latest = entry;
    watchWidth();
  };
  const close = (entry) => {
    if (!entry.slot) return;
    entry.place.after(entry.detail);
    entry.detail.open = false;
    entry.detail.querySelector("summary").removeAttribute("tabindex");
    entry.slot.remove();
    entry.slot = null;
    entry.row.classList.remove("opened");
    entry.link.setAttribute("aria-expanded", "false");
    if (latest === entry) latest = entries.findLast((other) => other.slot) ?? null;
  };
  const toggle = (entry) => (entry.slot ? close(entry) : open(entry));
  const reveal = () => {
    const entry = byTarget.get(decodeURIComponent(location.hash.slice(1)));
    if (!entry) return;
    open(entry);
    entry.link.focus({ preventScroll: true });
    entry.row.scrollIntoView({ block: "start" });
  };

  for (const entry of entries) {
    entry.row.addEventListener("click", (event) => {
      if (event.target.closest("a") !== entry.link) {
        if (event.target.closest("a, button, summary") || String(getSelection())) return;
      }
      event.preventDefault();
      toggle(entry);
    });
    entry.link.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const seen = entries.filter((other) => !other.row.matches("[hidden], .rest"));
      const next = seen[seen.indexOf(entry) + step];
      if (!next) return;
      event.preventDefault();
      next.link.focus();
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#problem-']");
    if (link && !event.defaultPrevented && link.hash === location.hash) reveal();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.closest("input")) return;
    const inside = entries.find(
      (entry) => entry.slot && (entry.slot.contains(event.target) || entry.row.contains(event.target)),
    );
    const entry = inside ?? latest;
    if (!entry) return;
    close(entry);
    entry.link.focus();
  });
  addEventListener("hashchange", reveal);

  const tools = problems?.querySelector(".tools");
  if (tools) {
    const input = tools.querySelector("input[type=search]");
    // A served page has more to filter by: fields whose values stand in the rows' data.
    const facets = [...tools.querySelectorAll("[data-facet]")];
    const named = (entry, facet) => {
      const asked = facet.value.trim().toLowerCase();
      const names = JSON.parse(entry.row.dataset[facet.dataset.facet] ?? "[]");
      return !asked || names.some((name) => name.toLowerCase().includes(asked));
    };
    const choices = [...tools.querySelectorAll("[data-priority]")];
    const all = tools.querySelector(".all");
    const shown = tools.querySelector(".shown b");
    let priority = "";
    const filter = () => {
      const wanted = input.value.trim().toLowerCase();
      let n = 0;
      for (const entry of entries) {
        const fits =
          entry.text.includes(wanted) &&
          (!priority || entry.priority === priority) &&
          facets.every((facet) => named(entry, facet));
        if (!fits) close(entry);
        entry.row.hidden = !fits;
        n += fits;
      }
      shown.textContent = String(n);
      shortenRanked();
    };
    for (const field of [input, ...facets]) field.addEventListener("input", filter);
    tools.addEventListener("submit", (event) => event.preventDefault());
    if (facets.length) filter();
    for (const choice of choices) {
      choice.addEventListener("click", () => {
        priority = choice.dataset.priority;
        for (const other of choices) other.setAttribute("aria-pressed", String(other === choice));
        filter();
      });
    }
    all.addEventListener("click", () => {
      const opening = all.textContent === all.dataset.open;
      for (const entry of entries) {
        if (!entry.row.matches("[hidden], .rest")) (opening ? open : close)(entry);
      }
      all.textContent = opening ? all.dataset.close : all.dataset.open;
    });
    tools.hidden = false;
    const hint = problems.querySelector(".hint");
    if (hint) hint.hidden = false;
  }

  // On paper every problem stands open, below the whole table.
  let before = [];
  let folded = [];
  addEventListener("beforeprint", () => {
    before = entries.filter((entry) => entry.slot);
    before.forEach(close);
    for (const entry of entries) entry.detail.open = true;
    folded = [...document.querySelectorAll("details.fold:not([open])")];
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const entry of entries) entry.detail.open = false;
    for (const fold of folded) fold.open = false;
    before.forEach(open);
  });

  // What scrolls can be reached and scrolled with the keyboard.
  const watchWidth = () => {
    for (const box of document.querySelectorAll(".scroll, pre.code, ol.log pre")) {
      const more = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (more) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", watchWidth);

  const marks = new Map(
    [...document.querySelectorAll(".page > nav a")].map((link) => [link.hash.slice(1), link]),
  );
  const current = () => {
    let last = null;
    for (const [id, link] of marks) {
      if (document.getElementById(id).getBoundingClientRect().top < innerHeight / 3) last = link;
    }
    for (const link of marks.values()) {
      if (link === last) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", current, { passive: true });

  document.documentElement.classList.add("js");
  shortenRanked();
  for (const list of document.querySelectorAll("main tbody, main ul, main ol:not(.log)")) {
    if (!list.closest(".ranked, .heat, .tools")) shorten(list);
  }
  watchWidth();
  current();
  reveal();
})();
