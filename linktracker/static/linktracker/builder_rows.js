/* The rows of the link builder: a drop-down and a value each, judged while somebody types. */
"use strict";
window.Linktracker ??= {};
window.Linktracker.BuilderRows = class {
  static REFERENCE = "client_reference_id";
  static WORDS = {
    code: "letters, digits, - and _",
    promo: "letters and digits",
    email: "an e-mail address",
    locale: "a language such as de or pt-BR",
  };
  static drawn = 0;

  constructor(form, rules) {
    Object.assign(this, { form, rules });
    this.place = form.querySelector("[data-rows]");
    this.template = form.querySelector("[data-row-template]");
    this.adding = form.querySelector("[data-add]");
  }

  all = () => [...this.place.querySelectorAll("[data-row]")];
  nameOf = (row) => row.querySelector("select").value;
  inputOf = (row) => row.querySelector("input");
  of = (name) => this.all().find((row) => this.nameOf(row) === name);
  free = () => [...this.rules.parameters.keys()].filter((name) => !this.of(name));

  value(name) {
    const row = this.of(name);
    return row ? this.inputOf(row).value : "";
  }

  set(name, value) {
    const row = this.of(name) ?? this.add(name);
    this.inputOf(row).value = value;
    return this.inputOf(row);
  }

  add(name = this.free()[0]) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    this.place.append(row);
    row.querySelector("select").value = name;
    return row;
  }

  draw() {
    const taken = this.all().map(this.nameOf);
    for (const row of this.all()) {
      for (const option of row.querySelector("select").options) {
        option.hidden = option.disabled = !option.selected && taken.includes(option.value);
      }
      this.inputOf(row).setAttribute("list", `used-${this.nameOf(row)}`);
      this.drawVerdict(row);
    }
    this.adding.disabled = this.free().length === 0;
  }

  get mode() {
    return this.form.elements.reference_mode.value;
  }

  longest(name) {
    const { longest } = this.rules.parameters.get(name);
    const shares = name === this.constructor.REFERENCE && this.mode === "own and tag";
    return shares ? this.rules.longestOwn : longest;
  }

  verdict(row) {
    const [name, value] = [this.nameOf(row), this.inputOf(row).value];
    const verdict = this.rules.judge(name, value);
    const length = this.rules.points(this.rules.fixedPart(value)).length;
    const longest = this.longest(name);
    if (verdict.verdict === "dropped" || longest === null || length <= longest) return verdict;
    return { ...verdict, verdict: "dropped", reason: this.rules.tooLong(length, longest) };
  }

  drawVerdict(row) {
    const input = this.inputOf(row);
    const place = row.querySelector("[data-verdict]");
    const verdict = this.verdict(row);
    const dropped = input.value !== "" && verdict.verdict === "dropped";
    place.id ||= `builder-row-${(this.constructor.drawn += 1)}`;
    place.setAttribute("aria-live", "polite");
    place.classList.toggle("dropped", dropped);
    const said = dropped ? this.refusal(row, verdict) : [this.counter(row, verdict)];
    // What is drawn already stays: a button that is being pressed, words that are being read out.
    const words = said.map((part) => part.textContent ?? part).join("");
    if (place.textContent !== words) place.replaceChildren(...said);
    input.setAttribute("aria-describedby", place.id);
    input.setAttribute("aria-invalid", String(dropped));
  }

  counter(row, verdict) {
    const name = this.nameOf(row);
    const { value } = this.inputOf(row);
    const filledIn = value !== "" && this.rules.fixedPart(value) !== value;
    const words = filledIn ? verdict.reason : this.constructor.WORDS[this.rules.parameters.get(name).kind];
    const longest = this.longest(name);
    return longest === null ? words : `${this.rules.points(value).length} of ${longest} · ${words}`;
  }

  refusal(row, verdict) {
    if (!verdict.suggestion) return [verdict.reason];
    const use = document.createElement("button");
    use.type = "button";
    use.className = "link-button";
    use.dataset.use = verdict.suggestion;
    use.textContent = `Use ${verdict.suggestion}`;
    return [`${verdict.reason} `, use];
  }

  /* Name, value and kind of what the address gets, in the order in which the server writes it. */
  pairs(tag) {
    return [...this.rules.parameters.keys()].flatMap((name) => {
      const typed = this.value(name);
      const dropped = typed !== "" && this.isLeftOut(name);
      const usable = dropped ? "" : typed;
      const isReference = name === this.constructor.REFERENCE;
      const kept = isReference ? this.rules.reference(this.mode, usable, tag) : usable;
      return [
        ...(kept ? [{ name, value: kept, kind: "kept" }] : []),
        ...(dropped ? [{ name, value: typed, kind: "dropped" }] : []),
      ];
    });
  }

  isLeftOut(name) {
    const isUnused = name === this.constructor.REFERENCE && ["tag", "none"].includes(this.mode);
    return isUnused || this.verdict(this.of(name)).verdict === "dropped";
  }
};
