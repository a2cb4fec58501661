"use strict";
// Every page works without this; with it, progress is live, a stretch of a curve can be marked, the
// lines around a line open in their place, and a report can be copied with one click.
(() => {
  document.documentElement.classList.add("js");
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // A range of its own shows its two fields.
  const range = $(".range");
  if (range) {
    const choices = $$("input[name=window]");
    const show = () => range.classList.toggle("open", $("input[name=window][value=range]").checked);
    choices.forEach((choice) => choice.addEventListener("change", show));
    show();
  }

  // What cannot be undone asks first.
  for (const form of $$("form[data-sure]")) {
    form.addEventListener("submit", (event) => {
      if (!confirm(form.dataset.sure)) event.preventDefault();
    });
  }

  // Another metric is drawn as soon as it is chosen.
  for (const choice of $$(".pick select")) choice.addEventListener("change", () => choice.form.submit());

  // Progress: pushed by the server; asked for every two seconds where that does not come through.
  const running = $(".progress[data-run]");
  if (running) {
    const address = running.dataset.run;
    const bar = $("progress", running);
    let over = false;
    const show = (told) => {
      if (over) return;
      if (told.over) {
        over = true;
        location.reload();
        return;
      }
      const stage = $(".stage", running);
      if (stage.textContent !== told.stage) stage.textContent = told.stage;
      const badge = $(".state .badge", running);
      badge.className = `badge s-${told.state}`;
      badge.textContent = told.state_words;
      if (told.total) {
        bar.max = told.total;
        bar.value = told.done;
      } else bar.removeAttribute("value");
    };
    const ask = async () => {
      if (over) return;
      try {
        const answer = await fetch(`${address}/progress`, { headers: { accept: "application/json" } });
        if (answer.ok) show(await answer.json());
        else if (answer.status === 404 || answer.redirected) location.reload();
      } catch {
        // The server restarts or the way is cut: the next question will tell.
      }
      setTimeout(ask, 2000);
    };
    let asking = false;
    const fallBack = () => {
      if (asking || over) return;
      asking = true;
      ask();
    };
    if ("EventSource" in window) {
      const events = new EventSource(`${address}/events`);
      let heard = Date.now();
      events.addEventListener("progress", (event) => {
        heard = Date.now();
        show(JSON.parse(event.data));
        if (over) events.close();
      });
      events.addEventListener("error", () => {
        events.close();
        fallBack();
      });
      // A proxy that holds events back says nothing, not even an error.
      setInterval(() => {
        if (Date.now() - heard > 15000) fallBack();
      }, 5000);
      addEventListener("pagehide", () => events.close());
    } else fallBack();
  }

  // A stretch of a curve, marked with the pointer, fills in the two fields below it.
  for (const figure of $$("figure.plot")) {
    const form = $("form.again", figure.parentElement);
    if (!form) continue;
    const steps = JSON.parse(figure.dataset.steps);
    const canvas = $(".canvas", figure);
    const mark = $("rect.brushed", figure);
    const last = steps.length - 1;
    const [start, end] = [form.elements.start, form.elements.end];
    let from = null;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * last;
    };
    const draw = (a, b) => {
      mark.setAttribute("x", `${(a / last) * 100}%`);
      mark.setAttribute("width", `${((b - a) / last) * 100}%`);
    };
    const drawTyped = () => {
      // Typed times are shown too; fields compare as text, since both have the same form.
      const whole = start.value <= steps[0] && end.value >= steps[last];
      const a = steps.findLastIndex((step) => step <= start.value);
      const b = steps.findIndex((step) => step >= end.value);
      draw(Math.max(0, a), whole ? Math.max(0, a) : b < 0 ? last : Math.max(b, Math.max(0, a)));
    };
    const choose = (a, b) => {
      const [low, high] = [Math.floor(Math.min(a, b)), Math.ceil(Math.max(a, b))];
      draw(low, Math.max(high, low + 1));
      start.value = steps[low];
      end.value = steps[Math.min(last, Math.max(high, low + 1))];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      from = place(event);
      canvas.setPointerCapture(event.pointerId);
      choose(from, from);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (from !== null) choose(from, place(event));
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, () => {
        from = null;
      });
    }
    for (const field of [start, end]) field.addEventListener("input", drawTyped);
    figure.classList.add("can");
    const hint = $(".brush-hint", form);
    if (hint) hint.hidden = false;
  }

  // The lines around a line open below it.
  const around = async (link, into) => {
    const answer = await fetch(link.href, { headers: { "x-part": "around" } });
    if (!answer.ok || answer.redirected) {
      location.assign(link.href);
      return;
    }
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = $(".around", part);
    if (into.matches(".around")) into.replaceWith(found);
    else into.append(found);
    const next = $(".widen", found);
    if (next && into.matches(".around")) next.focus();
  };
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest(".kept a.context, .kept a.widen");
    if (!link) return;
    event.preventDefault();
    const item = link.closest(".kept > li");
    const open = $(".around", item);
    if (link.matches(".widen")) around(link, open);
    else if (open) {
      open.remove();
      link.setAttribute("aria-expanded", "false");
    } else {
      link.setAttribute("aria-expanded", "true");
      around(link, item);
    }
  });

  // One click copies the report as Markdown.
  const written = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without https a browser hands the clipboard to a selection only.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };
  for (const link of $$("a.copy")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const answer = await fetch(link.href);
      if (!answer.ok || !(await written(await answer.text()))) {
        location.assign(link.href);
        return;
      }
      $(".said", link.closest(".acts")).textContent = link.dataset.copied;
      link.focus();
    });
  }
})();
