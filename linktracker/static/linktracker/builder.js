/* The link builder while somebody types: verdicts and the address at once, the rest from the server.
   The form works without this file; saving always goes through the server, which judges again. */
"use strict";
{
  const PAUSE = 350; // milliseconds without a key before the server is asked

  class Builder {
    constructor(form) {
      this.form = form;
      this.fields = form.elements;
      this.rules = window.Linktracker.linkRules(JSON.parse(form.dataset.rules));
      this.rows = new window.Linktracker.BuilderRows(form, this.rules);
      this.modeIsChosen = this.fields.reference_mode.value !== "";
      this.kept = null; // what the server saved of the form as it stands
      form.addEventListener("submit", (event) => this.submitted(event));
      form.addEventListener("click", (event) => this.clicked(event));
      form.addEventListener("input", (event) => this.typed(event));
      form.addEventListener("change", (event) => this.chosen(event));
      this.read();
    }

    find = (selector) => this.form.querySelector(selector);

    // What people do

    clicked(event) {
      const pressed = event.target.closest("button");
      if (!pressed) return;
      if ("remove" in pressed.dataset) {
        event.preventDefault();
        pressed.closest("[data-row]").remove();
        this.changed();
      } else if ("add" in pressed.dataset) {
        event.preventDefault();
        this.rows.inputOf(this.rows.add()).focus();
        this.changed();
      } else if ("use" in pressed.dataset) {
        const input = this.rows.inputOf(pressed.closest("[data-row]"));
        input.value = pressed.dataset.use;
        input.focus();
        this.changed();
      } else if ("copyLink" in pressed.dataset) this.copy();
    }

    typed({ target, inputType }) {
      if (target.matches("select")) return; // its "change" follows
      if (target !== this.fields.payment_link) this.changed();
      else if (inputType?.startsWith("insertFrom")) this.ask();
    }

    chosen({ target }) {
      const { known, payment_link: address, reference_mode: mode } = this.fields;
      if (target === known) address.value = known.value;
      if (target === mode) this.modeIsChosen = true;
      if (target === known || target === address) this.ask();
      else if (target.matches("select")) this.changed();
    }

    changed() {
      if (this.kept) {
        this.say("");
        this.fields.tag.value = this.kept.tag; // from here on it is another link
      }
      this.kept = null;
      this.draw();
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.ask(), PAUSE);
    }

    // What is drawn at once

    draw() {
      this.drawMode();
      this.rows.draw();
      const { rest } = this.form.dataset;
      this.find("[data-copy-link]").disabled = !rest;
      this.find("[data-open-link]").hidden = !rest;
      if (rest) this.drawAddress(rest, this.rows.pairs(this.fields.tag.value));
      else this.find("#builder-url").textContent = "Choose or paste a payment link first.";
    }

    /* The automatic choice shows what it comes to, until somebody chooses. */
    drawMode() {
      const mode = this.fields.reference_mode;
      mode.querySelector('option[value=""]')?.remove();
      if (!this.modeIsChosen) mode.value = this.rows.value("client_reference_id") ? "own" : "tag";
    }

    drawAddress(rest, pairs) {
      const tags = { kept: "ins", dropped: "del" };
      const wbr = () => document.createElement("wbr"); // lines break before parameters, not in ids
      const drawn = this.rules.address(rest, pairs).flatMap(({ text, kind }) => {
        const piece = document.createElement(tags[kind] ?? "span");
        text.split(/(?=[?&])|(?<=[^/:]\/)(?=.)/).forEach((part, place) => piece.append(...(place ? [wbr(), part] : [part])));
        return [wbr(), piece];
      });
      drawn.shift();
      this.find("#builder-url").replaceChildren(...drawn);
      this.find("[data-open-link]").href = this.rules.written(rest, pairs);
      const left = pairs.filter(({ kind }) => kind === "dropped").length;
      const words = `${left} value${left > 1 ? "s" : ""} left out until corrected`;
      this.find("[data-left-out]").textContent = left ? words : "";
    }

    // What only the server knows: what a pasted text is, who else uses these codes, the QR code

    async ask() {
      this.asking?.abort();
      this.asking = new AbortController();
      const asked = { method: "POST", body: new FormData(this.form), signal: this.asking.signal };
      try {
        const answer = await fetch(this.form.dataset.preview, asked);
        if (!answer.ok) return;
        this.find("[data-side]").innerHTML = await answer.text();
        this.read();
      } catch {
        // A newer question was asked, or the line is down: saving will say so.
      }
    }

    read() {
      const seen = this.find("[data-read]");
      this.form.dataset.rest = seen ? seen.dataset.rest : "";
      const found = seen ? this.takeOver(seen.dataset) : 0;
      const { known } = this.fields;
      known.value = this.form.dataset.rest;
      if (known.selectedIndex < 0) known.value = "";
      this.draw();
      if (this.kept) this.showKept();
      if (found) this.ask(); // what was answered is of the form before its rows were filled
    }

    /* The parameters of a pasted address go into rows; what somebody typed stays. Answers how many. */
    takeOver({ rest, found, mode }) {
      const free = Object.entries(JSON.parse(found)).filter(([name]) => !this.rows.value(name));
      free.forEach(([name, value]) => this.rows.set(name, value));
      if (mode && !this.modeIsChosen) {
        this.fields.reference_mode.value = mode;
        this.modeIsChosen = true;
      }
      const address = this.fields.payment_link;
      if (document.activeElement !== address || free.length) address.value = rest;
      const what = free.length === 1 ? "1 parameter" : `${free.length} parameters`;
      if (free.length) this.find("[data-found-help]").textContent = `${what} found in it, now in the rows.`;
      return free.length;
    }

    // Saving

    async submitted(event) {
      event.preventDefault();
      const told = this.kept ?? (await this.save());
      if (!told) return;
      if (event.submitter?.value === "another") this.startAnother(told);
      else location.assign(told.page);
    }

    /* Answers what the server saved, or null after showing what stops it. */
    async save() {
      const sent = { method: "POST", body: new FormData(this.form), headers: { Accept: "application/json" } };
      try {
        const answer = await fetch(this.form.action, sent);
        const told = await answer.json();
        this.refuse(told.problems ?? []);
        return told.url ? this.remember(told) : null;
      } catch {
        this.refuse(["That did not work, and nothing was saved. Please try again."]);
        return null;
      }
    }

    remember(told) {
      this.kept = told;
      this.form.closest("dialog")?.setAttribute("data-saved-something", "");
      this.showKept();
      return told;
    }

    /* What was saved stays in sight, also when an answer comes in that was asked for before. */
    showKept() {
      const open = this.find("[data-open-link]");
      if (open.href !== this.kept.url) this.find("#builder-url").textContent = this.kept.url;
      open.href = this.kept.url;
    }

    /* The clipboard wants to be asked while the press still counts, so it is given a promise. */
    async copy() {
      const saving = this.kept ? Promise.resolve(this.kept) : this.save();
      const text = saving.then((told) => {
        if (!told) throw new Error("Nothing was saved, so nothing is copied.");
        return new Blob([told.url], { type: "text/plain" });
      });
      text.catch(() => {}); // save() has said why
      let copied = true;
      try {
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
      } catch {
        copied = false;
      }
      const told = await saving;
      const byHand = "Saved. The browser did not let us copy; select the address and copy it.";
      if (told) this.say(copied ? "Copied and saved." : byHand, told.page);
    }

    startAnother(told) {
      this.fields.name.value = "";
      const content = this.rows.set("utm_content", "");
      this.changed();
      this.say(`${told.sentence} Now the next one.`, told.page);
      content.focus();
    }

    say(sentence, page = "") {
      const link = Object.assign(document.createElement("a"), { href: page, textContent: "Open its page" });
      this.find("[data-saved]").replaceChildren(sentence, ...(page ? [" ", link] : []));
    }

    refuse(problems) {
      const lines = problems.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence }));
      const banner = Object.assign(document.createElement("div"), { className: "banner bad" });
      banner.append(...lines);
      this.find("[data-problems]").replaceChildren(...(lines.length ? [banner] : []));
      banner.scrollIntoView?.({ block: "nearest" });
    }
  }

  const begun = new WeakSet();

  function beginAll() {
    for (const form of document.querySelectorAll("form[data-builder]")) {
      if (!begun.has(form)) new Builder(form);
      begun.add(form);
    }
  }

  document.addEventListener("DOMContentLoaded", beginAll);
  document.addEventListener("htmx:afterSwap", beginAll);
  // A list behind the dialog shows what was saved in it.
  const refresh = ({ target }) => target.hasAttribute?.("data-saved-something") && location.reload();
  document.addEventListener("close", refresh, true);
}
